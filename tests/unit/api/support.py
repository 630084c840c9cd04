"""Clocks that need no time, and clients that need no network."""

from __future__ import annotations

import heapq
import json
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from hookwright.api.client import Client
from hookwright.api.retry import Retry

KEY = "tk_test_0123456789abcdef"
URL = "https://refold.acme.example"
EPOCH = 1_800_000_000.0


class FakeClock:
    """A clock for one thread: sleeping makes it go on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return EPOCH + self.now - 100.0

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.sleeps.append(seconds)
        self.now += seconds


class CrowdClock:
    """A clock for a known number of threads: it goes on to the next waking when all of them sleep or are done."""

    def __init__(self, threads: int) -> None:
        self.now = 0.0
        self._running = threads
        self._wakings: list[float] = []
        self._changed = threading.Condition()

    def monotonic(self) -> float:
        with self._changed:
            return self.now

    def time(self) -> float:
        return self.monotonic()

    def sleep(self, seconds: float) -> None:
        with self._changed:
            waking = self.now + seconds
            heapq.heappush(self._wakings, waking)
            self._leave()
            while self.now < waking:
                assert self._changed.wait(30), "the clock stands still"

    def done(self) -> None:
        """Say that the calling thread will not sleep again."""
        with self._changed:
            self._leave()

    def _leave(self) -> None:
        self._running -= 1
        if self._running == 0 and self._wakings:
            self.now = self._wakings[0]
            while self._wakings and self._wakings[0] <= self.now:
                heapq.heappop(self._wakings)
                self._running += 1
            self._changed.notify_all()


class LeastRandom(random.Random):
    """No jitter: every wait is as long as it can be."""

    def random(self) -> float:
        return 1.0


Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Script:
    """Answers requests one after the other; the last answer is given forever."""

    def __init__(self, *steps: Step) -> None:
        self.steps: Sequence[Step] = steps
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        step = self.steps[min(len(self.requests), len(self.steps) - 1)]
        self.requests.append(request)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx.Response):
            # A response is used up by reading it.
            return httpx.Response(step.status_code, headers=step.headers, content=step.content)
        return step(request)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) if request.content else None for request in self.requests]

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]


def client(script: Callable[[httpx.Request], httpx.Response], clock: Any = None, **options: Any) -> Client:
    """A client on a script and a clock that needs no time, without jitter."""
    options.setdefault("retry", Retry(random=LeastRandom()))
    return Client(URL, KEY, transport=httpx.MockTransport(script), clock=clock or FakeClock(), **options)


def webhook(webhook_id: str = "a1", **fields: Any) -> dict[str, Any]:
    """A webhook record as the platform answers it."""
    return {"_id": webhook_id, "webhook_url": "https://hooks.acme.example", **fields}


def error(status: int, code: str = "", message: str = "", **fields: Any) -> httpx.Response:
    """An error answer as the platform gives it."""
    return httpx.Response(status, json={"status_code": status, "error": code, "message": message, **fields})
