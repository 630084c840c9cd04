"""How fast an apply is, and how well it keeps to limits: counted on a clock of the tests' own, which needs no time.

The real client, its token bucket and its retries, and the workers of a real apply; the emulator's token bucket on the
other side, on the same clock.
"""

from __future__ import annotations

import heapq
import itertools
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from hookwright.api.client import Client
from hookwright.emulator.bucket import Buckets
from hookwright.model.plan import Outcome, StepStatus
from hookwright.model.resources import Declared, DeclaredWebhook, Environment, Kind, Policy, Webhook
from hookwright.reconcile.apply import WORKERS, Run, apply
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan

KEY = "tk_test_0123456789abcdef"
NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
LIMIT, BURST = 20.0, 5
TOTAL = 120.0
"""Seconds that one call may take, in all."""


class CrowdClock:
    """A clock for threads that come and go: when all that are in a call sleep, it goes on to the next waking.

    Attributes:
        expected: says how many threads are in a call, or will be before any time passes.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.expected: Callable[[], int] = lambda: 1
        self._inside = 0
        self._asleep = 0
        self._wakings: list[float] = []
        self._changed = threading.Condition()
        self._own = threading.local()

    def monotonic(self) -> float:
        with self._changed:
            return self.now

    def time(self) -> float:
        return 1_800_000_000.0 + self.monotonic()

    def within(self, call: Callable[..., Any], *, ended: Callable[[], None]) -> Callable[..., Any]:
        """The call, counted while it runs; ``ended`` is called at its end."""

        def counted(*arguments: Any) -> Any:
            self._own.inside = True
            with self._changed:
                self._inside += 1
            try:
                return call(*arguments)
            finally:
                self._own.inside = False
                with self._changed:
                    self._inside -= 1
                    ended()
                    self._go_on()

        return counted

    def sleep(self, seconds: float) -> None:
        guest = not getattr(self._own, "inside", False)
        with self._changed:
            waking = self.now + seconds
            heapq.heappush(self._wakings, waking)
            self._inside += guest
            self._asleep += 1
            self._go_on()
            while self.now < waking:
                assert self._changed.wait(60), "the clock stands still"
            self._inside -= guest

    def _go_on(self) -> None:
        if self._wakings and self._asleep == self._inside >= self.expected():
            self.now = self._wakings[0]
            while self._wakings and self._wakings[0] <= self.now:
                heapq.heappop(self._wakings)
                self._asleep -= 1
            self._changed.notify_all()


class Platform:
    """Lists and creates webhooks at a limited rate, each answer under way for a while.

    Attributes:
        requests: (time, method, status) of every request.
    """

    def __init__(self, clock: CrowdClock, *, rate: float = LIMIT, burst: int = BURST, latency: float = 0.0) -> None:
        self.requests: list[tuple[float, str, int]] = []
        self.records: list[dict[str, Any]] = []
        self.retry_after: str | None = None
        self._clock = clock
        self._latency = latency
        self._buckets = Buckets(rate, burst)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self._latency:
            self._clock.sleep(self._latency / 2)
        with self._lock:
            refused = self._buckets.take(KEY, self._clock.monotonic()) > 0
            self.requests.append((self._clock.monotonic(), request.method, 429 if refused else 200))
            answer = {"message": "Too many requests"} if refused else self._carried_out(request)
        if self._latency:
            self._clock.sleep(self._latency / 2)
        headers = {"retry-after": self.retry_after} if refused and self.retry_after else {}
        return httpx.Response(429 if refused else 200, json=answer, headers=headers)

    def _carried_out(self, request: httpx.Request) -> Any:
        if request.method == "GET":
            return list(self.records)
        record = {"_id": f"{next(self._ids):024x}", **json.loads(request.content)}
        self.records.append(record)
        return record

    @property
    def refused(self) -> list[float]:
        """When requests were refused."""
        return [time for time, _, status in self.requests if status == 429]


class Counted:
    """A client whose calls the clock counts: of so many creates, as many are under way as there are workers."""

    def __init__(self, client: Client, clock: CrowdClock, creates: int) -> None:
        self._client = client
        self._clock = clock
        self._left = creates

    def applies(self) -> None:
        """The creates begin."""
        self._clock.expected = lambda: max(1, min(WORKERS, self._left))

    def __getattr__(self, name: str) -> Any:
        return self._clock.within(getattr(self._client, name), ended=lambda: self._ended(name))

    def _ended(self, name: str) -> None:
        self._left -= name == "create_webhook"


def declared(count: int) -> Declared:
    hooks = [
        DeclaredWebhook(f"h{number}", Webhook(f"https://hooks.acme.example/{number}", ("Workflow Errored",)))
        for number in range(count)
    ]
    environment = Environment("test", Kind.TEST, "https://refold.acme.example", KEY)
    return Declared("acme", environment, webhooks=tuple(hooks), policy=Policy(), files=1)


def converge(count: int, clock: CrowdClock, platform: Platform) -> Outcome:
    """Plan and apply so many creates."""
    wanted = declared(count)
    with Client(wanted.environment.api_url, KEY, transport=httpx.MockTransport(platform), clock=clock) as client:
        gateway: Any = Counted(client, clock, count)
        live = read(gateway, wanted)
        plan = make_plan(wanted, live, Request(NOW))
        gateway.applies()
        return apply(plan, wanted, Run(gateway, live.webhooks, clock.sleep))


@pytest.mark.parametrize("latency", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("count", [20, 100])
def test_creates_take_little_more_than_the_least_time_and_none_is_refused(count: int, latency: float) -> None:
    clock = CrowdClock()
    platform = Platform(clock, latency=latency)
    outcome = converge(count, clock, platform)
    assert outcome.converged
    assert platform.refused == []
    assert len(platform.requests) == count + 2
    # A few webhooks are made in less time than the two lists and the first create are under way.
    assert clock.now <= 1.15 * (count + 3 - BURST) / LIMIT + (3 * latency if count < 50 else 0)


def test_a_server_with_a_lower_limit_is_adapted_to() -> None:
    clock = CrowdClock()
    platform = Platform(clock, rate=5.0, burst=2, latency=0.02)
    outcome = converge(60, clock, platform)
    assert outcome.converged
    assert len(platform.records) == 60
    assert clock.now <= 1.6 * 62 / 5.0
    assert len(platform.refused) <= 20, "it does not learn"


def test_retry_after_is_honoured_by_everybody() -> None:
    clock = CrowdClock()
    platform = Platform(clock, rate=10.0, burst=1, latency=0.02)
    platform.retry_after = "3"
    outcome = converge(30, clock, platform)
    assert outcome.converged
    assert platform.refused
    for told in platform.refused:
        # What was under way already arrives; then nobody sends anything before the time is over.
        early = [time for time, _, _ in platform.requests if told + 0.03 < time < told + 2.9]
        assert early == []


def test_the_time_is_capped() -> None:
    clock = CrowdClock()
    platform = Platform(clock, rate=1e-9, burst=1, latency=0.02)
    outcome = converge(8, clock, platform)
    assert not outcome.converged
    assert {step.status for step in outcome.steps} == {StepStatus.FAILED}
    assert not outcome.landed
    # The list was answered; then the creates had their time together, and after them the reading back.
    assert clock.now <= 2 * TOTAL + 1
    assert platform.records == []
