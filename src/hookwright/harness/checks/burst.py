"""A burst of deliveries over kept-alive connections: as many a second as the receiver and one core here take."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hookwright.harness.checks.answer import Answer
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.wire import Wire, broken, reason
from hookwright.model.conformance import Exchange

_EVIDENCE = 5


@dataclass(slots=True)
class Burst:
    """How a burst went.

    Attributes:
        total: how many deliveries there were to send.
        seconds: from the first byte to the last answer.
        statuses: how many answers had which status.
        errors: how many deliveries got no answer, by the reason.
        latencies: seconds of each answer, ascending.
        exchanges: the first of all, and the first of those not answered with 200.
    """

    total: int
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def unanswered(self) -> int:
        """How many deliveries got no answer, those included that there was no time left to send."""
        return self.total - self.statuses.total()


async def burst(wire: Wire, deliveries: Sequence[Delivery], concurrency: int, *, seconds: float) -> Burst:
    """Send deliveries as fast as the answers come.

    Args:
        wire: where they go.
        deliveries: what is sent, each once; nothing is sent again.
        concurrency: how many are on their way at once.
        seconds: the longest that it may take in all; what is left then counts as unanswered.
    """
    found = Burst(len(deliveries))
    begun = time.perf_counter()
    source = iter(enumerate(deliveries))
    lanes = [_Lane(wire, source, found, begun, number) for number in range(1, min(concurrency, len(deliveries)) + 1)]
    tasks = [asyncio.create_task(lane.run()) for lane in lanes]
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for lane in lanes:
        lane.leave()
    found.seconds = time.perf_counter() - begun
    found.latencies.sort()
    return found


class _Lane(asyncio.Protocol):
    """One of the connections: a delivery, its answer, the next delivery.

    It works in the callbacks of the event loop and wakes its task only where the connection has ended: a switch of
    tasks for each answer would halve the throughput.
    """

    def __init__(
        self, wire: Wire, source: Iterator[tuple[int, Delivery]], found: Burst, begun: float, number: int
    ) -> None:
        self._wire = wire
        self._source = source
        self._found = found
        self._begun = begun
        self._number = number
        self._current: Delivery | None = None
        self._answer = Answer("POST")
        self._started = 0.0
        self._sent = 0
        self._reused = False
        self._transport: asyncio.Transport | None = None
        self._ended: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Send until nothing is left; a connection that ended is replaced."""
        loop = asyncio.get_running_loop()
        while self._current is not None or self._take():
            self._ended = loop.create_future()
            try:
                self._transport = await self._wire.connect(self)
            except (OSError, TimeoutError) as error:
                self._lose(reason(error, self._wire.timeout))
                continue
            self._reused = False
            self._send()
            await self._watch(self._ended)

    async def _watch(self, ended: asyncio.Future[None]) -> None:
        """Wait for the end of the connection, and end it where an answer takes too long."""
        while not ended.done():
            left = self._started + self._wire.timeout - time.perf_counter()
            if left <= 0:
                self._lose(f"no answer within {self._wire.timeout:g} s")
                self.leave()
                return
            await asyncio.wait({ended}, timeout=left)

    def leave(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self) -> bool:
        _, self._current = next(self._source, (0, None))
        return self._current is not None

    def _send(self) -> None:
        if self._transport is None or self._current is None:
            return
        self._answer = Answer(self._current.method)
        self._started = time.perf_counter()
        raw = self._wire.request(self._current, close=False)
        self._sent = len(raw)
        self._transport.write(raw)

    def data_received(self, data: bytes) -> None:
        answer = self._answer
        answer.feed(data)
        if not answer.complete:
            return
        if answer.problem:
            self._lose(answer.problem)
            self._stop()
            return
        self._record(answer)
        if answer.keeps_open and self._take():
            self._reused = True
            self._send()
        else:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        # A server may close a kept-alive connection just as the next request comes: that one goes over a new one.
        if self._current is not None and (self._answer.size or not self._reused):
            if self._answer.close():
                self._record(self._answer)
            else:
                self._lose(broken(self._answer, exc))
        self._stop()

    def _stop(self) -> None:
        self.leave()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _record(self, answer: Answer) -> None:
        now = time.perf_counter()
        self._found.latencies.append(now - self._started)
        status = answer.status or 0
        self._found.statuses[status] += 1
        kept = sum(exchange.status == status for exchange in self._found.exchanges)
        if kept < (1 if status == 200 else _EVIDENCE):
            self._keep(answer, "")
        self._current = None

    def _lose(self, problem: str) -> None:
        self._found.errors[problem] += 1
        if self._found.errors[problem] <= _EVIDENCE:
            self._keep(self._answer, problem)
        self._current = None

    def _keep(self, answer: Answer, problem: str) -> None:
        if self._current is None:
            return
        made = self._wire.evidence(
            replace(self._current, label="a delivery of the burst"),
            answer,
            started=self._started - self._begun,
            duration=time.perf_counter() - self._started,
            sent=self._sent,
            error=problem,
            connection=self._number,
            close=False,
        )
        self._found.exchanges.append(made)
