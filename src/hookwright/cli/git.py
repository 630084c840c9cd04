"""The commit of a checkout, read from git's own files: no process is started for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_LINKS: Final = 5
"""Refs that stand for another one are followed so far, as git does."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def head_commit(folder: Path) -> str | None:
    """The commit that is checked out in the repository around a folder; None where there is none.

    Reads ``HEAD``, the loose ref it names, and ``packed-refs`` (gitrepository-layout(5)); follows refs that stand for
    others, and the ``.git`` files of work trees and submodules.
    """
    for parent in (folder.resolve(), *folder.resolve().parents):
        marker = parent / ".git"
        if marker.exists():
            return _head(_git_dir(marker))
    return None


def _git_dir(marker: Path) -> Path:
    if marker.is_dir():
        return marker
    target = _text(marker).removeprefix("gitdir:").strip()
    return (marker.parent / target).resolve()


def _head(git_dir: Path) -> str | None:
    common = _text(git_dir / "commondir").strip()
    places = (git_dir, (git_dir / common).resolve()) if common else (git_dir,)
    value = _text(git_dir / "HEAD").strip()
    for _ in range(_LINKS):
        if not value.startswith("ref:"):
            break
        value = _ref(places, value.removeprefix("ref:").strip())
    return value if _COMMIT.fullmatch(value) else None


def _ref(places: Iterable[Path], name: str) -> str:
    """What a ref holds: a commit, or another ref's name; empty where there is no such ref."""
    for place in places:
        loose = _text(place / name).strip()
        if loose:
            return loose
        for line in _text(place / "packed-refs").splitlines():
            commit, _, packed = line.partition(" ")
            if packed == name:
                return commit
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except (OSError, ValueError):  # a name that no file can have
        return ""
