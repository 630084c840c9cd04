"""``python -m hookwright``, and the ``hookwright`` script: what comes before all is loaded, and after all is done."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Final, NoReturn

OBJECTS_BETWEEN_COLLECTIONS: Final = 500_000
"""Python's own number is 700: while modules load, it looks for garbage dozens of times and finds none, in a seventh of
the time that ``--help`` takes. A plan of 5,000 webhooks stays below this one."""


def run() -> NoReturn:
    """Run the command line, and end the process."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    ending = _Ending()
    # The first that is registered is the last that is called: threads are joined by then, and all others were called.
    atexit.register(ending.leave)
    from hookwright.cli import main

    try:
        main.run()
    except SystemExit as end:
        ending.code = end.code
        raise


class _Ending:
    """The end of the process, without taking apart every object that is left: the system takes the memory back whole.

    That would be a twentieth of a small plan's time, and more of a large one's.
    """

    def __init__(self) -> None:
        self.code: object = None

    def leave(self) -> None:
        """Leave now, if the end is one with an exit code and nothing that was written is lost."""
        if not isinstance(self.code, int):
            return
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (OSError, ValueError, AttributeError):
            return  # The interpreter will meet the same, and says so.
        os._exit(self.code)


if __name__ == "__main__":
    run()
