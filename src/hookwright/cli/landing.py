"""Files that are written together: all of them, or none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Self

from hookwright.errors import LocalError


class Landing:
    """Writes files, each whole, while its ``with`` block lasts; an error that ends the block takes all of it back."""

    def __init__(self) -> None:
        self._made: list[Path] = []
        self._folders: list[Path] = []
        self._before: list[tuple[Path, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._take_back()

    def create(self, path: Path, text: str, *, mode: int = 0o666) -> None:
        """Write a new file, and the folders around it.

        Args:
            path: the file.
            text: its text.
            mode: its permissions, less those that the process never gives.

        Raises:
            LocalError: it is there already, or cannot be written.
        """
        try:
            new = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
            self._folders = new + self._folders
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))  # nobody else can take the name now
            self._made.append(path)
            _fill(path, text.encode())
        except OSError as error:
            raise LocalError(f"{path} cannot be written: {error.strerror}", hint="Nothing was written.") from None

    def replace(self, path: Path, before: str, text: str) -> None:
        """Write a file anew that people wrote; its permissions and its byte order mark stay.

        Args:
            path: the file; a link is followed.
            before: the text that it must still have.
            text: its new text.

        Raises:
            LocalError: it has changed meanwhile, or cannot be written.
        """
        target = path.resolve()
        try:
            data = target.read_bytes()
            mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
            if data != mark + before.encode():
                raise LocalError(f"{path} has changed while this was at work", hint="Nothing was written; try again.")
            self._before.append((target, data))
            _fill(target, mark + text.encode())
        except OSError as error:
            raise LocalError(f"{path} cannot be written: {error.strerror}", hint="Nothing was written.") from None

    def _take_back(self) -> None:
        """Remove what was made, and put back what was replaced."""
        for path, data in self._before:
            _fill(path, data)
        for path in self._made:
            path.unlink(missing_ok=True)
        for folder in self._folders:  # the innermost first
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _fill(path: Path, data: bytes) -> None:
    """Give an existing file its content, whole: readers see the old or the new."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            shutil.copymode(path, partial)
            file.write(data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
