"""What a check works with: deliveries, the wire, the counter of effects; and the ways most checks judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hookwright.harness.checks.check import Ended, failed, passed
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.effects import Effects, Reading
from hookwright.harness.checks.samples import Samples
from hookwright.harness.checks.wire import AT_ONCE, Pace, Wire
from hookwright.model.conformance import Exchange
from hookwright.model.delivery import Key

_NAMED = 3
"""How many wrong answers a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What bounds the checks that load.

    Attributes:
        budget: seconds that 95 of 100 answers may take.
        upload: seconds that the slow upload beside them takes; None for half as long again as the budget.
        count: deliveries of the burst.
        concurrency: how many of them are on their way at once.
    """

    budget: float = 1.0
    upload: float | None = None
    count: int = 500
    concurrency: int = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """An exchange with what checks judge of it and reports do not show.

    Attributes:
        exchange: the exchange.
        delivery: what was sent.
        answered: the first bytes of the answer as they came, and of its body without framing; nothing is masked.
    """

    exchange: Exchange
    delivery: Delivery
    answered: bytes = field(repr=False)

    @property
    def status(self) -> int:
        """The status of the answer; 0 where there was no whole one."""
        return 0 if self.exchange.error else self.exchange.status or 0

    @property
    def accepted(self) -> bool:
        """Whether it was answered with 2xx."""
        return 200 <= self.status < 300

    @property
    def rejected(self) -> bool:
        """Whether it was answered with 4xx."""
        return 400 <= self.status < 500

    @property
    def answer(self) -> str:
        """The answer in a word: its status, or why there was none."""
        return self.exchange.error or str(self.exchange.status)


@dataclass(slots=True)
class Bench:
    """Everything that the checks of one run share.

    Attributes:
        wire: makes exchanges.
        samples: makes deliveries.
        keys: the key that deliveries are signed with, first; and with ``--also-key`` those that are valid too.
        others: keys that must not be accepted, those of other environments.
        effects: the counter; None where the user named none.
        limits: bounds of load.
        seen: every exchange of the run so far.
    """

    wire: Wire
    samples: Samples
    keys: Sequence[Key]
    others: Sequence[Key] = ()
    effects: Effects | None = None
    limits: Limits = field(default_factory=Limits)
    seen: list[Seen] = field(default_factory=list)
    _reading: Reading | None = None
    _read_at: int = 0
    _start: float = 0.0
    _first: int = 0
    _kept: list[Exchange] = field(default_factory=list)
    _connections: int = 0

    @property
    def key(self) -> str:
        """What deliveries are signed with."""
        return self.keys[0].value

    def begin(self) -> None:
        """A check starts: what is seen from here on is its evidence."""
        self._start = time.perf_counter()
        self._first = len(self.seen)
        self._connections = 0
        self._kept = []

    @property
    def own(self) -> list[Seen]:
        """What was seen since the check started."""
        return self.seen[self._first :]

    @property
    def evidence(self) -> tuple[Exchange, ...]:
        """The evidence of the check, in order of its starts."""
        return tuple(sorted([seen.exchange for seen in self.own] + self._kept, key=lambda one: one.started))

    def keep(self, exchanges: Iterable[Exchange]) -> None:
        """Take exchanges that were made otherwise, or in other checks, for evidence of this check."""
        self._kept += exchanges

    async def send(
        self,
        delivery: Delivery,
        *,
        pace: Pace = AT_ONCE,
        cut_after: float | None = None,
        only: int | None = None,
        patience: float | None = None,
    ) -> Seen:
        """Make one exchange and keep it; arguments as for :meth:`Wire.exchange`."""
        self._connections += 1
        exchange, answer = await self.wire.exchange(
            delivery,
            since=self._start,
            connection=self._connections,
            pace=pace,
            cut_after=cut_after,
            only=only,
            patience=patience,
        )
        seen = Seen(exchange, delivery, bytes(answer.kept) + bytes(answer.body))
        self.seen.append(seen)
        return seen

    async def together(self, deliveries: Iterable[Delivery]) -> list[Seen]:
        """Send all at once."""
        return list(await asyncio.gather(*(self.send(delivery) for delivery in deliveries)))

    async def accepts(self, *deliveries: Delivery, allowed: Sequence[int] = (200,)) -> Ended:
        """Passed where each is answered with one of the statuses ``allowed``."""
        seen = [await self.send(delivery) for delivery in deliveries]
        names = " or ".join(map(str, allowed))
        return self.judge(seen, lambda one: one.status in allowed, f"answered with {names}")

    async def survives(self, *deliveries: Delivery) -> Ended:
        """Passed where each is answered, and none with 5xx."""
        seen = [await self.send(delivery) for delivery in deliveries]
        return self.judge(seen, lambda one: 0 < one.status < 500, "answered, none with 5xx")

    async def rejects(self, *deliveries: Delivery) -> Ended:
        """Passed where each is answered with 4xx and, where that can be seen, none has an effect."""
        return await self.without_effect(deliveries, lambda one: one.rejected, "rejected with 4xx")

    async def without_effect(
        self, deliveries: Iterable[Delivery], right: Callable[[Seen], bool], expected: str
    ) -> Ended:
        """Passed where each is answered as is right and, where that can be seen, none has an effect."""
        if self.effects is None:
            return self.judge([await self.send(delivery) for delivery in deliveries], right, expected)
        before = await self.settled(self.effects)
        seen = [await self.send(delivery) for delivery in deliveries]
        ended = self.judge(seen, right, expected)
        done = (await self.settled(self.effects)).count - before.count
        if not done:
            return ended
        late = ", some of them of what was sent before" if done > len(seen) else ""
        return failed(f"{ended.observed}; and {_effects(done)} all the same{late}")

    async def count(self, effects: Effects) -> None:
        """Read the counter before anything is sent, and where it stands lower than before: another one has started."""
        now = await effects.read()
        if self._reading is None or now.count < self._reading.count:
            self._reading, self._read_at = now, len(self.seen)

    async def settled(self, effects: Effects, due: int | None = None) -> Reading:
        """The counter once it no longer changes; read anew only where something was sent since.

        Args:
            effects: reads it.
            due: what it is to come to; None for one more with each delivery that was taken.
        """
        if self._reading is None or self._read_at < len(self.seen):
            if due is None:
                due = self._reading.count + self._taken() if self._reading else 0
            self._reading, self._read_at = await effects.reached(due), len(self.seen)
        return self._reading

    def _taken(self) -> int:
        """How many validly signed deliveries were taken since the counter was read, and not before that too."""
        keys = [key.value for key in self.keys]
        before, since = self.seen[: self._read_at], self.seen[self._read_at :]
        taken = {one.delivery.body for one in since if one.accepted and one.delivery.is_valid(keys)}
        return len(taken.difference(one.delivery.body for one in before))

    def judge(self, seen: Sequence[Seen], right: Callable[[Seen], bool], expected: str) -> Ended:
        """Passed where all are right; otherwise what was wrong, each by its label."""
        wrong = [one for one in seen if not right(one)]
        if not wrong:
            return passed(f"{_all(len(seen))} {expected}")
        named = "; ".join(f"{one.exchange.label}: {one.answer}" for one in wrong[:_NAMED])
        more = f"; and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        return failed(f"{len(wrong)} of {len(seen)} not {expected}: {named}{more}")


def _all(count: int) -> str:
    return "it was" if count == 1 else f"all {count} were"


def _effects(count: int) -> str:
    return "one had an effect" if count == 1 else f"there were {count} effects"
