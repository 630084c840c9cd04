"""``hookwright listen --ui``: the command, and what its inspector shows and does."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hookwright.cli.inspecting import PAGE, Inspection
from hookwright.cli.listening import reachable
from hookwright.cli.showing import Showing
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.origin import Origins
from hookwright.harness.reach import read_target
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Key, Verdict
from hookwright.model.inspection import Query
from hookwright.reconcile.mask import safe_url, secret_name
from hookwright.signing import sign
from tests.unit.cli.calling import Call
from tests.unit.cli.test_listen import TEST, poster, signed
from tests.unit.harness.test_store import DELIVERY

KEY = Key("environment test", TEST)


def inspection(store: DeliveryStore, url: str = "http://127.0.0.1:9", *, keys: tuple[Key, ...] = (KEY,)) -> Inspection:
    showing = Showing(Origins([], secret_name, safe_url), keys, [])
    target = read_target(url)
    return Inspection(store, showing, receiver=url, target=target, db=None, now=lambda: datetime.now(UTC))


def test_the_address_goes_to_stderr_whatever_is_quiet(call: Call) -> None:
    for more in ((), ("--quiet",), ("--format", "json")):
        with poster(signed(TEST)) as port:
            done = call("listen", "--ui", "-e", "test", "--port", port, "--max", "1", *more, TEST_KEY=TEST)
        assert done.code == 0
        assert re.search(r"^inspector: http://127\.0\.0\.1:\d+/open#[\w-]{43}$", done.err, re.MULTILINE)
        assert "open#" not in done.out
        assert f"http://127.0.0.1:{port}" in done.out.splitlines()[0]


def test_a_port_that_is_taken(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("listen", "--ui", "--ui-port", str(taken.getsockname()[1]))
    assert (done.code, done.out) == (1, "")
    assert "the inspector cannot listen on 127.0.0.1 port" in done.err


def test_pages_of_the_list() -> None:
    with DeliveryStore(None) as store:
        for _ in range(PAGE + 5):
            store.add(DELIVERY)
        shown = inspection(store)
        first = shown.listing(Query())
        assert (len(first.deliveries), first.matching, first.older) == (PAGE, PAGE + 5, "6")
        second = shown.listing(Query(before=first.older))
        assert ([one.id for one in second.deliveries], second.older) == (["5", "4", "3", "2", "1"], "")
        assert shown.listing(Query(signature="missing")).matching == 0
        assert shown.listing(Query(path="/a?b=\u00ff")).matching == 0
        assert shown.listing(Query(path="/a")).matching == PAGE + 5


def test_a_delivery_and_its_attempts() -> None:
    body = b'{"event": "E"}'
    failed = replace(DELIVERY, body=body, attempt=1, answered=500, headers=(("X-Cobalt-Signature", "ab"),))
    with DeliveryStore(None) as store:
        store.add(replace(failed, signature=Verdict.INVALID))
        store.add(replace(failed, attempt=2, answered=200))
        shown = inspection(store)
        one = shown.inspected("1")
        assert one is not None
        assert [attempt.id for attempt in one.attempts] == ["1", "2"]
        assert one.diagnosis is not None
        assert (one.can_sign, one.target, one.comparison) == (True, "http://127.0.0.1:9/a?b=%FF", None)
        assert shown.inspected("3") is None
        unverified = inspection(store, keys=()).inspected("1")
        assert unverified is not None
        assert (unverified.can_sign, unverified.verified, unverified.diagnosis) == (False, False, None)


def test_replays_are_remembered() -> None:
    with DeliveryStore(None) as store, serve_receiver_in_thread() as receiver:
        store.add(replace(DELIVERY, body=b"{}", headers=(("X-Cobalt-Signature", "ab"),)))
        shown = inspection(store, receiver.url)
        for re_sign in (False, True):
            assert asyncio.run(shown.replay("1", re_sign=re_sign))
        assert not asyncio.run(shown.replay("2", re_sign=False))
        as_came, anew = receiver.deliveries
        assert (as_came.header("x-cobalt-signature"), as_came.body) == ("ab", b"{}")
        assert anew.header("x-cobalt-signature") == sign(b"{}", TEST)
        one = shown.inspected("1")
        assert one is not None
        assert [replayed.signed for _, replayed in one.replays] == [True, False]
        assert all(replayed.delivered for _, replayed in one.replays)


def test_what_open_pages_are_told() -> None:
    with DeliveryStore(None) as store:
        store.add(replace(DELIVERY, path="/x?token=s3cr3t\n", body=b'{"event": "a\\nb\\u202e"}'))
        summary = store.summary("1")
        assert summary is not None
        message = inspection(store).message(summary)
    assert "\n" not in message
    assert "s3cr3t" not in message
    assert json.loads(message)["event"] == "a b\\u202e"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://0.0.0.0:80", "http://127.0.0.1:80"),
        ("http://[::]:80", "http://[::1]:80"),
        ("http://192.168.0.1:80", "http://192.168.0.1:80"),
    ],
)
def test_where_the_receiver_is_reached(url: str, expected: str) -> None:
    assert reachable(url) == expected
