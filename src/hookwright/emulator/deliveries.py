"""The schedule of the deliveries: when which attempt is made, and what is done with its outcome."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.emulator.clock import Clock, Timer
from hookwright.emulator.journal import Journal
from hookwright.emulator.lanes import Lanes
from hookwright.emulator.records import DELIVERED, FAILED, REFUSED, Attempt, Delivery
from hookwright.emulator.sender import Answer, Sender

PER_WEBHOOK: Final = 32
AT_ONCE: Final = 768
"""Attempts under way at once: below the 1,024 open files that a process may have by default."""


@dataclass(frozen=True, slots=True)
class Retries:
    """When a failed attempt is repeated.

    The platform retries "up to 3 times, with exponential backoff"; base and factor are not published.

    Attributes:
        base: seconds from the end of the first attempt to the start of the second.
        factor: each wait is the one before times this.
        most: retries, the first attempt not counted.
    """

    base: float = 1.0
    factor: float = 2.0
    most: int = 3

    def wait(self, attempts: int) -> float | None:
        """Seconds to wait after so many failed attempts; None where that was the last one."""
        return self.base * self.factor ** (attempts - 1) if attempts <= self.most else None


class Deliveries:
    """Makes the attempts of all deliveries on time.

    An attempt is written down when it is over. A process that is killed in between makes it again after its restart:
    every attempt happens at least once.

    Args:
        journal: keeps the deliveries.
        sender: makes one attempt.
        clock: tells the time and wakes.
        retries: when a failed attempt is repeated.
    """

    def __init__(self, journal: Journal, sender: Sender, clock: Clock, retries: Retries) -> None:
        self._loop = asyncio.get_running_loop()
        self._journal = journal
        self._sender = sender
        self._clock = clock
        self._retries = retries
        self._live: dict[str, Delivery] = {}
        self._due: list[tuple[float, str]] = []
        self._timer: tuple[float, Timer] | None = None
        self._lanes: Lanes[Delivery] = Lanes(PER_WEBHOOK, AT_ONCE, self._start)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def resume(self) -> None:
        """Take up what was pending when the database was closed: each attempt at its time, or at once if late."""
        self._schedule(await self._journal.pending())

    async def submit(self, deliveries: Sequence[Delivery]) -> None:
        """Take new deliveries; they are on disk when this returns, and their first attempts are on their way."""
        if deliveries:
            await self._journal.add(deliveries)
            self._schedule(deliveries)

    def forget(self, organization: str) -> None:
        """Make no more attempts for an organization; for any where ``organization`` is empty."""
        gone = [key for key, each in self._live.items() if organization in ("", each.organization)]
        for key in gone:
            del self._live[key]

    async def close(self, grace: float) -> None:
        """Start no more attempts; give those under way some seconds to end. What is pending stays pending."""
        self._closing = True
        if self._timer is not None:
            self._timer[1].cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        while self._tasks:  # one that ends makes place for another, which ends at once
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    def _schedule(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._live[delivery.id] = delivery
            heapq.heappush(self._due, (delivery.due or 0.0, delivery.id))
        self._wake()

    def _wake(self) -> None:
        """Start what is due, and set the timer for what is due next."""
        now = self._clock.now()
        while self._due and self._due[0][0] <= now and not self._closing:
            _, key = heapq.heappop(self._due)
            delivery = self._live.get(key)
            if delivery is not None:
                self._lanes.put(delivery.webhook_id, delivery)
        if not self._due or self._closing:
            return
        following = self._due[0][0]
        if self._timer is not None:
            when, timer = self._timer
            if now < when <= following:
                return
            timer.cancel()
        self._timer = (following, self._clock.call_at(following, self._wake))

    def _start(self, delivery: Delivery) -> None:
        task = self._loop.create_task(self._attempt(delivery, self._clock.hold()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery, release: Callable[[], None]) -> None:
        try:
            if delivery.id in self._live and not self._closing:
                started = self._clock.now()
                answer = await self._sender.send(delivery)
                self._conclude(delivery, answer, started)
        finally:
            self._lanes.done(delivery.webhook_id)
            release()

    def _conclude(self, delivery: Delivery, answer: Answer, started: float) -> None:
        ended = self._clock.now()
        delivery.attempts += 1
        wait = None if answer.success or answer.refused else self._retries.wait(delivery.attempts)
        delivery.due = None if wait is None else ended + wait
        if wait is None:
            delivery.status = DELIVERED if answer.success else REFUSED if answer.refused else FAILED
        self._journal.record(
            delivery,
            Attempt(
                delivery.attempts, started, ended - started, answer.status, answer.error, answer.headers, answer.body
            ),
        )
        if delivery.id not in self._live:
            return
        if delivery.due is None:
            del self._live[delivery.id]
        else:
            heapq.heappush(self._due, (delivery.due, delivery.id))
            self._wake()
