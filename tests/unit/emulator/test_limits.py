"""The rate limit, and what is kept in bounds."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from hookwright.emulator.bucket import MAX_KEYS, Buckets
from hookwright.emulator.database import Database
from hookwright.emulator.journal import Journal, Limits
from hookwright.emulator.records import DELIVERED, Delivery
from hookwright.emulator.requestlog import KEPT, Entry, RequestLog
from tests.unit.emulator.support import API, START, Caller, new_key, receiving, running


def test_a_burst_then_one_call_every_twentieth_second() -> None:
    with running(rate_limit=20.0, burst=5) as (served, caller):
        assert [caller.call("GET", "/webhook").status for _ in range(7)] == [200] * 5 + [429] * 2
        envelope = caller.refused("GET", "/webhook")
        assert envelope == {
            "status_code": 429,
            "http_error_type": "TOO_MANY_REQUESTS",
            "error": "RATE_LIMIT_EXCEEDED",
            "message": "Too many requests",
        }
        assert "Retry-After" not in caller.call("GET", "/webhook").headers
        for _ in range(10):
            served.advance(0.05)
            assert [caller.call("GET", "/webhook").status for _ in range(2)] == [200, 429]
        served.advance(3600)
        assert [caller.call("GET", "/webhook").status for _ in range(6)] == [200] * 5 + [429]


def test_each_key_has_its_own_bucket_and_all_calls_share_it() -> None:
    with running(rate_limit=1.0, burst=2) as (_, caller):
        answers = [caller.call("GET", path).status for path in ("/webhook", "/application/event", "/workflow")]
        assert answers == [200, 200, 429]
        assert Caller(caller.url, new_key()).call("GET", "/workflow").status == 200
        assert Caller(caller.url, "none").call("GET", "/webhook").status == 401


def test_a_refused_call_does_nothing() -> None:
    with running(rate_limit=1.0, burst=1) as (served, caller):
        caller.webhook()
        body = {"webhook_url": "https://a.acme.example", "webhook_events": ["Workflow Errored"]}
        assert caller.call("POST", "/webhook", body).status == 429
        served.advance(1)
        assert len(caller.ok("GET", "/webhook")) == 1


def test_control_calls_are_not_limited() -> None:
    with running(rate_limit=0.001, burst=1) as (_, caller):
        assert [len(caller.emit()) for _ in range(10)] == [0] * 10


def test_retry_after_is_sent_when_told_in_whole_seconds() -> None:
    with running(rate_limit=0.3, burst=1, retry_after=True) as (served, caller):
        caller.ok("GET", "/webhook")
        assert caller.call("GET", "/webhook").headers["Retry-After"] == "4"
        served.advance(3.2)
        assert caller.call("GET", "/webhook").headers["Retry-After"] == "1"


@given(
    st.floats(0.1, 100),
    st.integers(1, 20),
    st.lists(st.floats(0, 2), min_size=1, max_size=100),
)
def test_never_more_than_the_rate_and_the_burst_allow(rate: float, burst: int, pauses: list[float]) -> None:
    buckets, now, taken = Buckets(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        wait = buckets.take("k", now)
        taken += not wait
        assert taken <= burst + now * rate + 1e-3
        if wait:
            assert buckets.take("k", now + wait * 0.99 - 1e-3 / rate) > 0
            now += wait
            assert buckets.take("k", now) == 0
            taken += 1


def test_no_rate_is_no_limit() -> None:
    buckets = Buckets(None, 1)
    assert {buckets.take("k", 0.0) for _ in range(100)} == {0.0}


def test_the_number_of_buckets_is_bounded() -> None:
    buckets = Buckets(1000.0, 5)
    for number in range(3 * MAX_KEYS):
        buckets.take(str(number), number / 100)
    assert len(buckets._levels) <= MAX_KEYS


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    buckets = Buckets(1.0, 1)
    assert buckets.take("k", 100.0) == 0
    assert buckets.take("k", 0.0) == 1.0


def test_only_the_newest_finished_deliveries_are_kept() -> None:
    with receiving() as receiver, running(limits=Limits(deliveries=10)) as (served, caller):
        for number in range(50):
            caller.webhook(f"{receiver.url}/{number}")
        last: list[str] = []
        for _ in range(21):
            last = caller.emit()
        served.run_out()
        for _ in range(20):
            last = caller.emit()
        served.run_out()
        kept = caller.ok("GET", "/_emulator/deliveries?limit=1000")["deliveries"]
        assert len(kept) < 1000
        assert [each["id"] for each in kept][-10:] == last[-10:]


def test_large_bodies_are_pruned_by_size_and_pending_ones_never() -> None:
    with receiving() as receiver, running(limits=Limits(bytes=3_000_000)) as (served, caller):
        receiver.answers = lambda number, request: 500 if request.path == "/failing" else 200
        caller.webhook(f"{receiver.url}/failing", "Connection Created")
        (pending,) = caller.emit("Connection Created")
        caller.webhook(receiver.url, webhook_type="custom", webhook_body=["{{event.a}}"] * 4)
        for _ in range(20):
            caller.emit(payload={"a": "x" * 250_000})
        served.advance(0)
        kept = caller.ok("GET", "/_emulator/deliveries?limit=1000")["deliveries"]
        assert kept[0]["id"] == pending
        assert 3 <= len(kept) < 12


def test_what_is_taken_while_a_pruning_waits_counts_for_the_next_one() -> None:
    def delivery(number: int) -> Delivery:
        return Delivery(f"{number:024x}", "o", "w", "e", START, "POST", "http://x", (), b"x" * 1000, DELIVERED, 1)

    async def run() -> int:
        database = Database(None)
        journal = Journal(database, Limits(bytes=5000))
        journal.prune()
        await journal.add([delivery(number) for number in range(20)])
        journal.prune()
        kept = await journal.find(limit=100)
        await database.close()
        return len(kept)

    assert asyncio.run(run()) == 5


def test_the_log_of_calls_is_bounded_and_kept_apart_by_key(caller: Caller) -> None:
    caller.ok("GET", "/webhook")
    caller.call("GET", "/webhook/x?y=1")
    entries = caller.ok("GET", "/_emulator/requests")["requests"]
    assert [(each["method"], each["path"], each["status"]) for each in entries] == [
        ("GET", f"{API}/webhook", 200),
        ("GET", f"{API}/webhook/x?y=1", 400),
    ]
    assert caller.ok("GET", "/_emulator/requests?limit=1")["requests"] == entries[1:]
    log = RequestLog()
    for number in range(KEPT + 5):
        log.add(Entry(float(number), "ab"[number % 2], "GET", "/", 200, 0.0))
    assert len(log.describe()) == KEPT
    assert log.describe()[0]["time"] == 5.0
    log.clear("a")
    assert len(log.describe()) == KEPT // 2
    log.clear()
    assert log.describe() == []
