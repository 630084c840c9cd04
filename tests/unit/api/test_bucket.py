from __future__ import annotations

import random
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.api.bucket import BURST, RATE, TokenBucket
from tests.unit.api.support import CrowdClock, FakeClock

PLATFORM_RATE = 20.0
PLATFORM_BURST = 5
EPS = 1e-6


class Platform:
    """A token bucket of the platform's side: takes a request or refuses it."""

    def __init__(self, rate: float = PLATFORM_RATE, burst: float = PLATFORM_BURST) -> None:
        self.rate, self.burst, self.level, self.at = rate, burst, burst, 0.0
        self.refused = 0

    def takes(self, now: float) -> bool:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level + EPS < 1:
            self.refused += 1
            return False
        self.level -= 1
        return True


def times(bucket: TokenBucket, clock: FakeClock, gaps: list[float]) -> list[float]:
    taken = []
    for gap in gaps:
        clock.now += gap
        assert bucket.acquire() is not None
        taken.append(clock.now)
    return taken


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_no_window_holds_more_than_the_burst_and_the_rate(gaps: list[float]) -> None:
    clock = FakeClock()
    taken = times(TokenBucket(clock=clock), clock, gaps)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= BURST + RATE * (taken[last] - start) + EPS


@given(st.integers(1, 200), st.integers(1, 10), st.floats(0.5, 100))
def test_so_many_at_once_take_exactly_the_least_time(count: int, burst: int, rate: float) -> None:
    clock = FakeClock()
    times(TokenBucket(rate, burst, clock), clock, [0.0] * count)
    assert clock.now - 100 == pytest.approx(max(0, count - burst) / rate)


@given(
    st.lists(st.floats(0, 0.4), min_size=1, max_size=60),
    st.lists(st.floats(0, 1 / PLATFORM_RATE), min_size=60, max_size=60),
)
def test_requests_delayed_by_up_to_50_ms_are_never_refused(gaps: list[float], delays: list[float]) -> None:
    clock = FakeClock()
    platform = Platform()
    arrivals = sorted(t + d for t, d in zip(times(TokenBucket(clock=clock), clock, gaps), delays, strict=False))
    assert all(platform.takes(arrival) for arrival in arrivals)


def test_a_hundred_creates_are_within_a_twentieth_of_the_least_possible() -> None:
    clock = FakeClock()
    times(TokenBucket(clock=clock), clock, [0.0] * 100)
    assert clock.now - 100 <= 1.05 * (100 - PLATFORM_BURST) / PLATFORM_RATE


def test_an_idle_bucket_fills_up_to_its_burst_and_not_beyond() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    times(bucket, clock, [0.0] * 30)
    clock.now += 3600
    start = clock.now
    assert [t - start for t in times(bucket, clock, [0.0] * 6)] == pytest.approx([0, 0, 0, 0, 0.05, 0.10])


def test_a_refusal_pauses_lowers_the_rate_and_ends_the_burst() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    ticket = bucket.acquire()
    assert ticket is not None
    bucket.slow_down(ticket, 2.0)
    assert bucket.rate == pytest.approx(15)
    taken = times(bucket, clock, [0.0] * 3)
    assert taken[0] == pytest.approx(102)
    assert [later - earlier for earlier, later in pairwise(taken)] == pytest.approx([1 / 15, 1 / 15], rel=0.01)


def test_requests_refused_together_lower_the_rate_once() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    tickets = [bucket.acquire() for _ in range(4)]
    for ticket in tickets:
        assert ticket is not None
        bucket.slow_down(ticket, 1.0)
    assert bucket.rate == pytest.approx(15)
    later = bucket.acquire()
    assert later is not None
    bucket.slow_down(later, 1.0)
    assert bucket.rate == pytest.approx(11.25)


def test_the_longest_pause_asked_for_is_kept() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    first, second, third = bucket.acquire(), bucket.acquire(), bucket.acquire()
    assert first is not None
    assert second is not None
    assert third is not None
    bucket.slow_down(first, 1.0)
    bucket.slow_down(second, 5.0)
    bucket.slow_down(third, 2.0)
    assert times(bucket, clock, [0.0]) == pytest.approx([105])
    assert bucket.rate == pytest.approx(15)


def test_the_rate_recovers_slowly_and_the_burst_with_it() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    ticket = bucket.acquire()
    assert ticket is not None
    bucket.slow_down(ticket, 0.0)
    clock.now += 4
    assert bucket.rate == pytest.approx(15 * 1.05**4)
    clock.now += 2
    assert bucket.rate == RATE
    start = clock.now
    assert times(bucket, clock, [0.0] * 4) == [start] * 4


def test_the_rate_has_a_floor() -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    for _ in range(40):
        ticket = bucket.acquire()
        assert ticket is not None
        bucket.slow_down(ticket, 0.0)
    assert bucket.rate > 0.1


def test_leave_after_the_deadline_is_refused_at_once_and_costs_nothing() -> None:
    clock = FakeClock()
    bucket = TokenBucket(rate=1, burst=1, clock=clock)
    assert bucket.acquire(deadline=100.0) is not None
    assert bucket.acquire(deadline=100.9) is None
    assert clock.sleeps == []
    assert bucket.acquire(deadline=101.0) is not None
    assert clock.now == 101


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_bucket_that_admits_nothing_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        TokenBucket(rate, burst)


def in_threads(clock: CrowdClock, count: int, work: object) -> None:
    def run() -> None:
        try:
            work()  # type: ignore[operator]
        finally:
            clock.done()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_share_one_bucket() -> None:
    clock = CrowdClock(8)
    bucket = TokenBucket(clock=clock)
    taken: list[float] = []

    def work() -> None:
        for _ in range(25):
            assert bucket.acquire() is not None
            taken.append(clock.monotonic())

    in_threads(clock, 8, work)
    assert len(taken) == 200
    assert sorted(taken) == pytest.approx([0.0] * BURST + [n / RATE for n in range(1, 200 - BURST + 1)])


def test_threads_that_wait_when_a_pause_begins_do_not_rush_at_its_end() -> None:
    clock = CrowdClock(6)
    bucket = TokenBucket(clock=clock)
    taken: list[float] = []
    refused = threading.Lock()

    def work() -> None:
        for _ in range(3):
            ticket = bucket.acquire()
            assert ticket is not None
            taken.append(clock.monotonic())
            if len(taken) == 5 and refused.acquire(blocking=False):
                bucket.slow_down(ticket, 3.0)

    in_threads(clock, 6, work)
    after = sorted(t for t in taken if t > 1)
    assert len(after) >= 12
    assert min(later - earlier for earlier, later in pairwise(after)) > 0.04


@pytest.mark.parametrize("rate", [2.0, 8.0, 15.0])
def test_a_platform_with_a_lower_limit_is_adapted_to(rate: float) -> None:
    clock = FakeClock()
    bucket = TokenBucket(clock=clock)
    platform = Platform(rate, 5)
    platform.at = clock.now
    jitter = random.Random(1)
    landed = 0
    while landed < 200:
        ticket = bucket.acquire()
        assert ticket is not None
        if platform.takes(clock.now):
            landed += 1
        else:
            bucket.slow_down(ticket, 0.25 + 0.25 * jitter.random())
    assert platform.refused < 200 * 0.12
    assert clock.now - 100 < 1.25 * 200 / rate
