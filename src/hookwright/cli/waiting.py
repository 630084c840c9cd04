"""What is waited for, on a line of a terminal that is gone when there is something to show."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings

T = TypeVar("T")

_CLEAR: Final = "\r\x1b[K"


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
            self._write(f"{_CLEAR}{what} …")

    def until(self, results: Iterable[T]) -> Iterator[T]:
        """The results, the line cleared as soon as there is the first."""
        for result in results:
            self.clear()
            yield result

    def clear(self) -> None:
        """Take the line away."""
        if self._there:
            self._there = False
            self._write(_CLEAR)

    def __exit__(self, *_: object) -> None:
        self.clear()

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
