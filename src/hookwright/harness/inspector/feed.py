"""What is new, told to open pages by server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hookwright.model.delivery import Summary

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES: Final = 32
"""Pages that are told at once."""
_WAITING: Final = 100
"""Messages that wait for a page. A page that is behind learns of the newest, and fetches the list anyway."""
_BEAT: Final = 15.0
"""Seconds of silence before a sign of life."""


@dataclass(slots=True, eq=False)
class _Page:
    wanted: Callable[[Summary], bool]
    messages: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))

    def put(self, message: str | None) -> None:
        if self.messages.full():
            self.messages.get_nowait()
        self.messages.put_nowait(message)


class Feed:
    """Tells pages of deliveries. Used in one event loop."""

    def __init__(self) -> None:
        self._pages: set[_Page] = set()
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether no more pages can be told."""
        return len(self._pages) >= MOST_PAGES

    def publish(self, summary: Summary, message: Callable[[], str]) -> None:
        """Tell of a delivery.

        Args:
            summary: the delivery.
            message: makes what is said of it: JSON on one line, fit to be shown. Called where anybody listens.
        """
        listening = [page for page in self._pages if page.wanted(summary)]
        if listening:
            said = message()
            for page in listening:
                page.put(f"data: {said}\n\n")

    def close(self) -> None:
        """End the streams of all pages."""
        self._closed = True
        for page in self._pages:
            page.put(None)

    async def stream(self, wanted: Callable[[Summary], bool]) -> AsyncGenerator[str]:
        """The stream of a page, in the form of server-sent events, until the feed is closed.

        Args:
            wanted: which deliveries the page asks for.
        """
        with self._page(wanted) as page:
            yield "retry: 2000\n\n"
            while not self._closed:
                try:
                    message = await asyncio.wait_for(page.messages.get(), _BEAT)
                except TimeoutError:
                    message = ":\n\n"
                if message is None:
                    return
                yield message

    @contextmanager
    def _page(self, wanted: Callable[[Summary], bool]) -> Iterator[_Page]:
        page = _Page(wanted)
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)
