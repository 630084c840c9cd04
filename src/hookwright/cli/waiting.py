"""What is waited for, on a line of a terminal that is gone when there is something to show."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings

T = TypeVar("T")

CLEAR: Final = "\r\x1b[K"
"""Takes away the line that the cursor is in."""

_UNKNOWN_WIDTH: Final = 80


def columns() -> int:
    """How wide the terminal is that stderr goes to."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _UNKNOWN_WIDTH
    except (OSError, ValueError):
        return _UNKNOWN_WIDTH


class Waiting(AbstractContextManager["Waiting"]):
    """The line. A context: its end clears it, whatever happened. It is there on a terminal only, and for text.

    Args:
        settings: whether there is a terminal, and anybody who wants to see it.
    """

    def __init__(self, settings: Settings) -> None:
        self._shown = settings.redraw and settings.format == "text" and not settings.quiet
        self._there = False

    def for_(self, what: str) -> None:
        """Say what is waited for now."""
        if self._shown:
            self._there = True
            # What runs over into a second line cannot be taken away again.
            self._write(f"{CLEAR}{what[: max(0, columns() - 3)]} …")

    def until(self, results: Iterable[T], names: Sequence[str]) -> Iterator[T]:
        """The results of the platform for these names, the line saying meanwhile whose are still to come."""
        left = list(names)
        self.for_(f"asking the platform about {', '.join(left)}")
        for result in results:
            self.clear()
            yield result
            del left[:1]
            if left:
                self.for_(f"asking the platform about {', '.join(left)}")

    def clear(self) -> None:
        """Take the line away."""
        if self._there:
            self._there = False
            self._write(CLEAR)

    def __exit__(self, *_: object) -> None:
        self.clear()

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
