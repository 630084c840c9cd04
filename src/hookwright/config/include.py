"""Which files a project includes: its globs, matched below its root and never outside."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookwright.config.reader import unreadable
from hookwright.model.finding import Finding

DEFAULT_INCLUDE: Final = ("webhooks/**/*.yaml", "webhooks/**/*.yml", "events/**/*.yaml", "events/**/*.yml")
_MAGIC: Final = re.compile(r"[*?\[]")
_OUTSIDE_HINT: Final = "A project reads nothing outside its own folder."


@dataclass(slots=True)
class Included:
    """What the globs matched.

    Attributes:
        files: the files, in order of path.
        findings: what could not be looked at (HW014).
    """

    files: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def leaves_root(pattern: str) -> bool:
    """Whether a path or glob names something that is not below the folder it is relative to."""
    return (
        pattern.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", pattern) is not None or ".." in _parts(pattern)
    )


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
        self._found: dict[str, bool] = {}
        self._findings: dict[str, Finding] = {}

    def pattern(self, pattern: str) -> None:
        """Collect what one glob matches: folders that are links wait until all real ones were visited."""
        parts = _parts(pattern)
        fixed = next((i for i, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
        wanted = re.compile(_expression(parts))
        hidden = any(part.startswith(".") for part in parts)
        depth = None if "**" in parts else len(parts)
        visited: set[str] = set()
        start = "/".join(parts[:fixed])
        waiting = [start] if (self._root / start).is_dir() else []
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
                if not is_dir:
                    if wanted.fullmatch(path) and path != "hookwright.yaml":
                        self._found[path] = is_link
                elif depth is None or path.count("/") + 1 < depth:
                    (linked if is_link else waiting).append(path)

    def result(self) -> Included:
        """The files, each once: of several ways to one file the one without a link, then the first by name."""
        real: dict[str, str] = {}
        for path in sorted(self._found, key=lambda path: (self._found[path], path)):
            if self._found[path] or self._real_root != str(self._root):
                target = self._inside(path)
                if target is not None:
                    real.setdefault(target, path)
            else:
                real.setdefault(f"{self._real_root}/{path}", path)
        files = [self._root / path for path in sorted(real.values())]
        return Included(files, [self._findings[path] for path in sorted(self._findings)])

    def _entries(self, folder: str) -> list[tuple[str, bool, bool]]:
        """Name, whether it is a folder, whether it is a link."""
        try:
            with os.scandir(self._root / folder) as entries:
                return [(entry.name, entry.is_dir(), entry.is_symlink()) for entry in entries]
        except OSError as error:
            self._fail(folder, (error.strerror or str(error)).lower(), "")
            return []

    def _inside(self, path: str) -> str | None:
        """Where a path really leads, or None, with a finding, where that is outside the project."""
        real = os.path.realpath(self._root / path)
        if real == self._real_root or real.startswith(self._real_root.rstrip(os.sep) + os.sep):
            return real
        self._fail(path, "it is a link that leads out of the project", _OUTSIDE_HINT)
        return None

    def _fail(self, path: str, reason: str, hint: str) -> None:
        self._findings.setdefault(path, unreadable(self._root / path, reason, hint=hint))


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
