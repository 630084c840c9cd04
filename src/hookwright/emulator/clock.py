"""Time for the emulator: the real one, and one that stands still until told to go on."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Final, Protocol

_PASSES: Final = 10
"""Passes of the event loop in which an effect shows: a connection that ends is noticed at its other end in three."""


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """Let it not happen."""
        ...


class Clock(Protocol):
    """A time source that can also call back."""

    def now(self) -> float:
        """Seconds since the epoch; never goes backwards."""
        ...

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` in the running event loop once ``now()`` has reached ``when``."""
        ...

    def hold(self) -> Callable[[], None]:
        """Say that work is under way, until the function returned is called: time that is virtual stands still."""
        ...


class RealClock:
    """The time of this machine. Steps of the wall clock while it runs are not followed."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._offset + time.monotonic()

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back once that time has come."""
        loop = asyncio.get_running_loop()
        # A loop's timer may fire a hair early; the callback would find nothing due.
        return loop.call_later(max(0.0, when - self.now()) + 0.0005, callback)

    def hold(self) -> Callable[[], None]:
        """Real time never stands still."""
        return _nothing


def _nothing() -> None:
    return


class _Due:
    __slots__ = ("callback", "cancelled")

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class VirtualClock:
    """Time that goes on only by :meth:`advance` and :meth:`run_out`, from one due moment straight to the next.

    Work that a moment starts (an attempt at a delivery, over a real socket) is finished before time goes on, so that a
    retry schedule of minutes runs in milliseconds and always gives the same times. Who works holds the clock; a
    receiver that lets an attempt wait for time to pass says so, and time goes on although the attempt holds it.

    Args:
        start: the first ``now()``, in seconds since the epoch.
    """

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start
        self._due: list[tuple[float, int, _Due]] = []
        self._order = itertools.count()
        self._held = 0
        self._changes = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Call back when time is brought to that moment; a moment that has passed comes with the next step."""
        due = _Due(callback)
        heapq.heappush(self._due, (when, next(self._order), due))
        return due

    def hold(self) -> Callable[[], None]:
        """Let time stand still until the function returned is called."""
        return self._holding(1)

    def wait_out(self, parties: int) -> Callable[[], None]:
        """Say that so many of those who hold time wait for it to go on, until the function returned is called."""
        return self._holding(-parties)

    def _holding(self, number: int) -> Callable[[], None]:
        self._hold(number)
        return lambda: self._hold(-number)

    def _hold(self, number: int) -> None:
        self._held += number
        self._changes += 1
        if self._held:
            self._idle.clear()
        else:
            self._idle.set()

    async def advance(self, seconds: float) -> None:
        """Let some seconds pass, through every moment in between, and wait for the work they start."""
        end = self._now + seconds
        while await self._step(end):
            pass
        self._now = max(self._now, end)

    async def run_out(self) -> None:
        """Go from moment to moment until nothing is due any more, and wait for the work they start."""
        while await self._step(None):
            pass

    async def _still(self) -> None:
        """Wait until nobody holds time, and what has just happened has shown all its effects in this event loop."""
        while True:
            await self._idle.wait()
            changes = self._changes
            for _ in range(_PASSES):
                await asyncio.sleep(0)
            if not self._held and changes == self._changes:
                return

    async def _step(self, end: float | None) -> bool:
        await self._still()
        while self._due and self._due[0][2].cancelled:
            heapq.heappop(self._due)
        if not self._due or (end is not None and self._due[0][0] > end):
            return False
        when, _, due = heapq.heappop(self._due)
        self._now = max(self._now, when)
        due.callback()
        return True
