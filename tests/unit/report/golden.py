"""Golden files. ``GOLDEN=write pytest …`` writes them anew: read the diff."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden"


def check(name: str, text: str) -> None:
    """Hold a report against its golden file."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text + "\n", "utf-8")
    assert text + "\n" == path.read_text("utf-8")
