"""Which files a project includes: its globs, matched below its root and never outside."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from hookwright.config.reader import reason_of, unreadable
from hookwright.model.finding import Finding
from hookwright.model.frozen import dataclass

FILE_NAME: Final = "hookwright.yaml"
DEFAULT_INCLUDE: Final = ("webhooks/**/*.yaml", "webhooks/**/*.yml", "events/**/*.yaml", "events/**/*.yml")
_MAGIC: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Included:
    """What the globs matched.

    Attributes:
        files: the files, in order of path.
        findings: what could not be looked at (HW014).
    """

    files: Sequence[Path]
    findings: Sequence[Finding]


def is_absolute(path: str) -> bool:
    """Whether a path or glob is not relative to a folder, on any system."""
    return path.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", path) is not None


def leaves_root(pattern: str) -> bool:
    """Whether a glob names something that is not below the folder that it is relative to."""
    return is_absolute(pattern) or ".." in _parts(pattern)


def matching(root: Path, patterns: Iterable[str]) -> Included:
    """The files below a folder that globs match.

    ``*`` and ``?`` match within one name, ``**`` any number of folders. Names that begin with a dot are only matched
    by a pattern that spells the dot. Links are followed where they lead to something inside the folder; a file that is
    reached in several ways is included once.

    Args:
        root: the folder.
        patterns: the globs, relative to it; those that lead out of it must have been sorted out before.
    """
    walk = _Walk(root)
    for pattern in patterns:
        walk.pattern(pattern)
    return walk.result()


class _Walk:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._found: dict[str, str] = {}  # relative path → where that really is
        self._findings: dict[str, Finding] = {}

    def pattern(self, pattern: str) -> None:
        """Collect what one glob matches: folders that are links wait until all real ones were visited."""
        parts = _parts(pattern)
        fixed = next((index for index, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
        wanted = re.compile(_expression(parts))
        hidden = any(part.startswith(".") for part in parts)
        depth = sys.maxsize if "**" in parts else len(parts)
        visited: set[str] = set()
        waiting = self._start("/".join(parts[:fixed]))
        linked: list[str] = []
        while waiting or linked:
            folder = waiting.pop() if waiting else linked.pop()
            real = self._inside(folder)
            if real is None or real in visited:
                continue
            visited.add(real)
            for name, is_dir, is_link in self._entries(folder):
                path = f"{folder}/{name}" if folder else name
                if name.startswith(".") and not hidden:
                    continue
                if is_dir:
                    if path.count("/") + 1 < depth:
                        (linked if is_link else waiting).append(path)
                elif wanted.fullmatch(path):
                    target = self._inside(path) if is_link else f"{real}/{name}"
                    if target is not None:
                        self._found[path] = target

    def result(self) -> Included:
        """The files, each once: of several ways to one file the one without a link, then the first by name."""
        main = f"{self._real_root}/{FILE_NAME}"
        ways: dict[str, str] = {}
        for path in sorted(self._found, key=lambda path: (self._found[path] != f"{self._real_root}/{path}", path)):
            if self._found[path] != main:
                ways.setdefault(self._found[path], path)
        files = [self._root / path for path in sorted(ways.values())]
        return Included(files, [self._findings[path] for path in sorted(self._findings)])

    def _start(self, folder: str) -> list[str]:
        """The folder to begin with, if there is one. One that cannot be asked for is not one that is not there."""
        try:
            return [folder] if stat.S_ISDIR((self._root / folder).stat().st_mode) else []
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self._fail(folder, reason_of(error))
            return []

    def _entries(self, folder: str) -> list[tuple[str, bool, bool]]:
        """Of everything in a folder its name, whether it is a folder, and whether it is a link."""
        try:
            with os.scandir(self._root / folder) as entries:
                return [(entry.name, _is_folder(entry), entry.is_symlink()) for entry in entries]
        except OSError as error:
            self._fail(folder, reason_of(error))
            return []

    def _inside(self, path: str) -> str | None:
        """Where a path really leads, or None, with a finding, where that is outside the project."""
        real = os.path.realpath(self._root / path)
        if real == self._real_root or real.startswith(self._real_root.rstrip(os.sep) + os.sep):
            return real
        self._fail(path, "it is a link that leads out of the project", "A project reads nothing outside its folder.")
        return None

    def _fail(self, path: str, reason: str, hint: str = "") -> None:
        self._findings.setdefault(path, unreadable(self._root / path, reason, hint=hint))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder; a link that leads in a circle is none, and says so when it is read."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part not in ("", ".")]


def _expression(parts: list[str]) -> str:
    """The regular expression of a glob over whole relative paths."""
    last = len(parts) - 1
    pieces = []
    for index, part in enumerate(parts):
        if part == "**":
            pieces.append(".+" if index == last else "(?:[^/]+/)*")
        else:
            pieces.append(_segment(part) + ("" if index == last else "/"))
    return "".join(pieces)


def _segment(part: str) -> str:
    pieces = re.split(r"(\*+|\?|\[[!^]?\]?[^\]]*\])", part)
    translated = []
    for piece in pieces:
        if piece.startswith("*"):
            translated.append("[^/]*")
        elif piece == "?":
            translated.append("[^/]")
        elif len(piece) > 2 and piece.startswith("["):
            inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
            translated.append(f"[^/{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]")
        else:
            translated.append(re.escape(piece))
    return "".join(translated)
