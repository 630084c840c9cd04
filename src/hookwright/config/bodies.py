"""``body_file``: a body template that stands in a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from hookwright.config.include import is_absolute
from hookwright.config.positions import TextPlaces
from hookwright.config.reader import read_plain
from hookwright.model.source import Places

BODY_FILE: Final = "HW024"


class BodyFiles:
    """The body files of a project, each read once.

    Args:
        root: the project's folder: nothing outside it is read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._read: dict[Path, tuple[str, Places | None, str]] = {}

    def read(self, named: str, declared_in: Path) -> tuple[str, Places | None, str]:
        """A body file.

        Args:
            named: its path, as declared: relative to the folder of the file that declares it.
            declared_in: that file.

        Returns:
            Its text with line feeds for line ends, its places, and an empty string; or why it cannot be read.
        """
        path = declared_in.parent / named
        if path not in self._read:
            self._read[path] = self._load(named, path)
        return self._read[path]

    def _load(self, named: str, path: Path) -> tuple[str, Places | None, str]:
        if is_absolute(named) or "\0" in named:
            return "", None, f"'{named}' is not a path relative to this file"
        real = os.path.realpath(path)
        if not real.startswith(self._real_root.rstrip(os.sep) + os.sep):
            return "", None, f"'{named}' lies outside the project"
        inside = Path(os.path.normpath(path))
        text, findings = read_plain(inside)
        if text is None:
            return "", None, findings[0].message
        text = text.replace("\r\n", "\n")
        return text, TextPlaces(inside, text), ""
