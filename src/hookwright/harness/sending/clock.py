"""The time at which things happen on the wire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class WireClock(Protocol):
    """Tells the time on the wire. Where it is virtual, it stands still while something is under way there."""

    def now(self) -> float:
        """Seconds: real time, and whatever virtual time has passed beside."""
        ...

    def hold(self) -> Callable[[], None]:
        """Let virtual time stand still until the function returned is called."""
        ...

    async def pause(self, seconds: float | None, until: asyncio.Future[None]) -> None:
        """Wait so many seconds, or until something is done, whichever is first.

        Virtual time goes on meanwhile, although an attempt and its receiver hold it.
        """
        ...


class RealTime:
    """The time of this machine (a :class:`WireClock`)."""

    def now(self) -> float:
        """Seconds."""
        return time.monotonic()

    def hold(self) -> Callable[[], None]:
        """Real time never stands still."""
        return _goes_on

    async def pause(self, seconds: float | None, until: asyncio.Future[None]) -> None:
        """Wait so many seconds, or until something is done."""
        await asyncio.wait([until], timeout=seconds)


def _goes_on() -> None:
    return
