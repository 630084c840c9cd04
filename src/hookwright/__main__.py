"""``python -m hookwright``, and the ``hookwright`` script: what comes before anything is loaded."""

from __future__ import annotations

import atexit
import gc
from typing import Final, NoReturn

OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000
"""Python's own number is 700: while modules load, it looks for garbage dozens of times and finds none, in a seventh of
the time that ``--help`` takes."""


def run() -> NoReturn:
    """Run the command line."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    # At the end the process goes, and everything with it: what is frozen is not looked through once more before.
    atexit.register(gc.freeze)
    from hookwright.cli import main

    main.run()


if __name__ == "__main__":
    run()
