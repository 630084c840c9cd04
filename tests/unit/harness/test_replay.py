"""Replays: the same bytes once more, or the same with a new signature."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.reach import read_target
from hookwright.harness.replay import replay, replay_request
from hookwright.model.delivery import Attempt, Key, Received
from hookwright.signing import sign
from tests.unit.harness.test_store import DELIVERY
from tests.unit.harness.wire import exchange, hang, served

KEY = Key("environment test", "tk_test_key")
SENT = (
    b"PUT /a%2Fb?x=1 HTTP/1.1\r\nHost: public.acme.example\r\nx-COBALT-signature: abc\r\nX-B: 2\r\nX-A: \xc3\xa9\r\n"
    b'X-B: 1\r\nContent-Length: 9\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n{"a" : 1}'
)


def captured() -> Received:
    with serve_receiver_in_thread() as receiver:
        exchange(receiver.url, SENT)
        (received,) = receiver.deliveries
    return received


def replayed(received: Received, key: Key | None = None) -> tuple[bytes, Attempt]:
    async def run(url: str) -> Attempt:
        return await replay(replay_request(received, read_target(url), key), 0.3)

    with served() as server:
        attempt = asyncio.run(run(server.url))
    (raw,) = server.requests
    return raw.replace(server.url.removeprefix("http://").encode(), b"HOST"), attempt


def test_what_came_goes_out_byte_for_byte_but_for_the_connection() -> None:
    raw, attempt = replayed(captured())
    assert raw == (
        b"PUT /a%2Fb?x=1 HTTP/1.1\r\nHost: HOST\r\nx-COBALT-signature: abc\r\nX-B: 2\r\nX-A: \xc3\xa9\r\n"
        b'X-B: 1\r\nAccept-Encoding: gzip\r\nContent-Length: 9\r\n\r\n{"a" : 1}'
    )
    assert (attempt.status, attempt.answer, attempt.error) == (200, b"ok", "")


def test_a_new_signature_takes_the_place_of_the_old() -> None:
    raw, _ = replayed(captured(), KEY)
    expected = sign(b'{"a" : 1}', KEY.value).encode()
    assert b"Host: HOST\r\nx-COBALT-signature: " + expected + b"\r\nX-B: 2\r\n" in raw


def test_of_two_signatures_one_stays_and_none_becomes_one() -> None:
    twice = replace(DELIVERY, headers=(("X-Cobalt-Signature", "1"), ("A", "b"), ("x-cobalt-signature", "2")))
    target = read_target("http://127.0.0.1:9")
    signature = sign(DELIVERY.body, KEY.value)
    assert replay_request(twice, target, KEY).headers == (("X-Cobalt-Signature", signature), ("A", "b"))
    unsigned = replace(DELIVERY, headers=(("A", "b"),))
    assert replay_request(unsigned, target, KEY).headers == (("A", "b"), ("x-cobalt-signature", signature))


def test_a_url_with_a_path_is_used_as_it_is() -> None:
    assert replay_request(DELIVERY, read_target("http://127.0.0.1:9/there?x")).url == "http://127.0.0.1:9/there?x"


def test_no_answer_is_told() -> None:
    async def run(url: str) -> Attempt:
        return await replay(replay_request(DELIVERY, read_target(url)), 0.2)

    with served(hang) as server:
        attempt = asyncio.run(run(server.url))
    assert (attempt.status, attempt.error) == (None, "no answer within 0.2 s")
