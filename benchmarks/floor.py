"""The least that must be done: reading the same bytes with PyYAML's C parser, and nothing else."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import yaml


def main(what: str, root: str) -> None:
    """``load``, ``compose``, or ``compose-uncollected`` every file of a project with the C loader."""
    if what == "compose-uncollected":
        gc.disable()
    for path in sorted(Path(root).rglob("*.yaml")):
        with path.open("rb") as file:
            if what == "load":
                yaml.load(file, Loader=yaml.CSafeLoader)
            else:
                yaml.compose(file, Loader=yaml.CSafeLoader)


if __name__ == "__main__":
    main(*sys.argv[1:])
