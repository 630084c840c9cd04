"""One token bucket per key, shared by all threads that use the key.

The platform admits 20 requests a second with a burst of 5 (Refold's API basics, "Rate limits"). The bucket is kept as
the one number of the generic cell rate algorithm (ITU-T I.371): the time at which it will be full again. A thread
reserves its slot under the lock and sleeps outside it, so no two threads get one slot and nobody polls.
"""

from __future__ import annotations

import math
import threading
from typing import Final

from hookwright.api.clock import REAL, Clock
from hookwright.model.frozen import dataclass

RATE: Final = 20.0
"""Requests per second that the platform admits."""

BURST: Final = 4
"""Requests at once. One less than the platform admits: requests that left evenly spaced arrive up to 50 ms (1/20 s)
closer together without being refused. It costs 50 ms, once."""

_DECREASE: Final = 0.75
_RECOVERY: Final = 1.05
"""By what a lowered rate grows in a second without a pause: what one 429 took is regained in six."""
_SLOWEST: Final = 0.2


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one request.

    Attributes:
        epoch: how often the bucket had been slowed down when it was given.
    """

    epoch: int


class TokenBucket:
    """Admits ``burst`` requests at once and ``rate`` per second in any longer time; slows down when told to.

    A 429 lowers the rate to three quarters and ends the burst until the rate has recovered, by a twentieth a second.
    Requests that were under way together and were refused together count as one 429.
    """

    def __init__(self, rate: float = RATE, burst: int = BURST, clock: Clock = REAL) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a bucket needs a positive rate and a burst of at least one")
        self._full_rate = rate
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = rate
        self._rated_at = clock.monotonic()
        self._full_at = self._rated_at
        self._not_before = self._rated_at
        self._epoch = 0

    @property
    def rate(self) -> float:
        """Requests per second admitted now."""
        with self._lock:
            return self._recovered(self._clock.monotonic())

    def acquire(self, deadline: float | None = None) -> Ticket | None:
        """Wait for leave to send one request.

        Args:
            deadline: monotonic time after which leave is of no use, or None.

        Returns:
            A ticket, or None at once where leave comes only after the deadline; nothing is taken then.
        """
        while True:
            with self._lock:
                now = self._clock.monotonic()
                slot, full_at = self._next(now)
                if deadline is not None and slot > deadline:
                    return None
                self._full_at = full_at
                ticket = Ticket(self._epoch)
            while (remaining := slot - self._clock.monotonic()) > 0:
                self._clock.sleep(remaining)
            with self._lock:
                # A slot that was reserved before a pause began is void: all of them would be used at its end.
                if ticket.epoch == self._epoch:
                    return ticket

    def slow_down(self, ticket: Ticket, pause: float) -> None:
        """Take note of a 429.

        Args:
            ticket: the ticket of the request that was refused.
            pause: seconds in which nobody sends anything.
        """
        with self._lock:
            now = self._clock.monotonic()
            until = now + max(0.0, pause)
            if ticket.epoch == self._epoch:
                self._rate = max(_SLOWEST, self._recovered(now) * _DECREASE)
            elif until <= self._not_before:
                return
            # Slots reserved until now are void: see acquire.
            self._epoch += 1
            self._not_before = self._rated_at = self._full_at = max(self._not_before, until)

    def _recovered(self, now: float) -> float:
        seconds = min(max(0.0, now - self._rated_at), 1000.0)
        return min(self._full_rate, self._rate * math.pow(_RECOVERY, seconds))

    def _next(self, now: float) -> tuple[float, float]:
        """The time of the next slot, and the time the bucket is full again when it is taken."""
        rate = self._recovered(now)
        interval = 1 / rate
        # No burst before the rate has recovered: the platform's bucket is empty after a 429.
        credit = (self._burst - 1) * interval if rate >= self._full_rate else 0.0
        earliest = max(now, self._not_before)
        slot = max(earliest, self._full_at - credit)
        return slot, max(self._full_at, slot) + interval
