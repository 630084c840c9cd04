"""The commit of a checkout, read from git's own files: no process is started for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def head_commit(folder: Path) -> str | None:
    """The commit that is checked out in the repository around a folder; None where there is none.

    Reads ``HEAD``, the loose ref it names, and ``packed-refs`` (gitrepository-layout(5)); follows the ``.git`` files of
    work trees and submodules.
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
    head = _text(git_dir / "HEAD").strip()
    if not head.startswith("ref:"):
        return head if _COMMIT.fullmatch(head) else None
    name = head.removeprefix("ref:").strip()
    common = _text(git_dir / "commondir").strip()
    for place in (git_dir, (git_dir / common).resolve()) if common else (git_dir,):
        loose = _text(place / name).strip()
        if _COMMIT.fullmatch(loose):
            return loose
        for line in _text(place / "packed-refs").splitlines():
            commit, _, packed = line.partition(" ")
            if packed == name and _COMMIT.fullmatch(commit):
                return commit
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
