"""The scriptable receiver, against bare sockets: what it keeps, and what it does to a connection."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from hookwright.errors import LocalError
from hookwright.harness.sending.acts import (
    CLOSE_IN_HEAD,
    DRIP,
    EMPTY,
    ENDLESS,
    ERROR,
    GARBAGE,
    HANG,
    OK,
    RESET,
    RESET_UNREAD,
    STALL,
    Act,
    answer,
)
from hookwright.harness.sending.certificates import AUTHORITY, FOLDER
from hookwright.harness.sending.clock import RealTime
from hookwright.harness.sending.listener import Endpoint, Listener
from hookwright.signing import sign

KEY = "tk_test_key"
BODY = b'{"a": "\xff"}'
REQUEST = b"POST /x?y=1 HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-twice:  2 \r\nContent-Length: 10\r\n\r\n" + BODY


@asynccontextmanager
async def receiving(
    *acts: Act, tls: ssl.SSLContext | None = None, single: bool = False
) -> AsyncIterator[tuple[Endpoint, Listener]]:
    endpoint = Endpoint("x", acts or (OK,), KEY, single=single)
    numbers = itertools.count(1)
    listener = Listener(lambda _: endpoint, RealTime(), lambda: next(numbers), only=endpoint, tls=tls)
    listener.listen()
    try:
        yield endpoint, listener
    finally:
        await listener.close()


async def talk(listener: Listener, *requests: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """Send requests over one connection, and read until the other end closes or says no more for a moment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=tls)
    answers = b""
    with contextlib.closing(writer.transport):
        for request in requests:
            writer.write(request)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    while piece := await reader.read(65536):
                        answers += piece
                        if answers.endswith((b"Content-Length: 0\r\n\r\n", b"No Content\r\n\r\n")):
                            break
    return answers


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - what is waited for knows nothing of being waited for
            await asyncio.sleep(0.005)


def test_every_byte_is_kept_and_read_as_it_came() -> None:
    async def play() -> None:
        async with receiving() as (endpoint, listener):
            assert await talk(listener, REQUEST) == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            (arrival,) = endpoint.arrivals
        assert bytes(arrival.raw) == REQUEST
        assert (arrival.method, arrival.target, arrival.body) == ("POST", "/x?y=1", BODY)
        assert arrival.headers[1:3] == (("X-Twice", "1"), ("x-twice", "2"))
        assert arrival.values("X-TWICE") == ["1", "2"]
        assert arrival.whole is not None
        assert arrival.ended is not None
        assert arrival.started <= arrival.whole <= arrival.ended
        exchange = arrival.exchange("label", arrival.started, 0.0)
        assert (exchange.request, exchange.request_size, exchange.status) == (REQUEST, len(REQUEST), 200)
        assert (exchange.response, exchange.error) == (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "")

    asyncio.run(play())


@pytest.mark.parametrize(
    ("headers", "valid"),
    [
        (b"x-cobalt-signature: %s\r\n" % sign(BODY, KEY).encode(), True),
        (b"X-Cobalt-Signature: %s\r\n" % sign(BODY, KEY).encode(), True),
        (b"x-cobalt-signature: %s\r\n" % sign(BODY, "tk_other").encode(), False),
        (b"x-cobalt-signature: %s\r\n" % sign(BODY, KEY).upper().encode(), False),
        (b"x-cobalt-signature: %s\r\n" % sign(BODY, KEY).encode() * 2, False),
        (b"", False),
    ],
)
def test_signatures_are_of_the_raw_bytes(headers: bytes, valid: bool) -> None:
    async def play() -> None:
        async with receiving() as (endpoint, listener):
            await talk(listener, REQUEST.replace(b"Host: h\r\n", b"Host: h\r\n" + headers))
            assert endpoint.arrivals[0].signed_with(KEY) is valid

    asyncio.run(play())


def test_chunks_are_joined_but_kept_as_they_came() -> None:
    raw = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    async def play() -> None:
        async with receiving() as (endpoint, listener):
            await talk(listener, raw)
            (arrival,) = endpoint.arrivals
        assert bytes(arrival.raw) == raw
        assert arrival.body == b"abcde"

    asyncio.run(play())


def test_a_connection_is_kept_and_every_request_has_its_act() -> None:
    async def play() -> None:
        async with receiving(ERROR, answer(204), OK) as (endpoint, listener):
            answers = await talk(listener, REQUEST, REQUEST, REQUEST, REQUEST)
            assert [line[:12] for line in answers.split(b"\r\n") if line.startswith(b"HTTP")] == [
                b"HTTP/1.1 500",
                b"HTTP/1.1 204",
                b"HTTP/1.1 200",
                b"HTTP/1.1 200",
            ]
            assert {arrival.connection for arrival in endpoint.arrivals} == {1}
            await talk(listener, REQUEST)
            assert endpoint.arrivals[-1].connection == 2

    asyncio.run(play())


@pytest.mark.parametrize(
    ("act", "answered", "error"),
    [
        (CLOSE_IN_HEAD, b"HTTP/1.1 200 OK\r\nContent-", "the receiver closes in the header"),
        (GARBAGE, b"\x16\x03 this is no HTTP \xff\xfe\r\n\r\n", "the receiver answers garbage"),
        (EMPTY, b"", "the receiver closes without an answer"),
    ],
    ids=lambda value: value.name if isinstance(value, Act) else "",
)
def test_ends_of_a_connection(act: Act, answered: bytes, error: str) -> None:
    async def play() -> None:
        async with receiving(act) as (endpoint, listener):
            assert await talk(listener, REQUEST) == answered
            assert [arrival.error for arrival in endpoint.arrivals] == [error]

    asyncio.run(play())


@pytest.mark.parametrize("act", [RESET, RESET_UNREAD], ids=lambda act: act.name)
def test_resets(act: Act) -> None:
    async def play() -> None:
        async with receiving(act) as (endpoint, listener):
            with pytest.raises(ConnectionResetError):
                await talk(listener, REQUEST)
            (arrival,) = endpoint.arrivals
            assert bytes(arrival.raw) == (b"" if act.unread else REQUEST)
            assert arrival.ended is not None

    asyncio.run(play())


@pytest.mark.parametrize(
    ("act", "begin"),
    [(HANG, b""), (STALL, b"HTTP/1.1 200 OK\r\nContent-Le"), (DRIP, b"HTTP/1.1 200"), (ENDLESS, b"HTTP/1.1 200")],
    ids=lambda value: value.name if isinstance(value, Act) else "",
)
def test_what_stalls_notes_when_the_sender_gives_up(act: Act, begin: bytes) -> None:
    async def play() -> None:
        async with receiving(act) as (endpoint, listener):
            answered = await talk(listener, REQUEST)
            assert answered.startswith(begin)
            await until(lambda: endpoint.arrivals[0].ended is not None)
            (arrival,) = endpoint.arrivals
        assert arrival.given_up is not None
        assert arrival.whole is not None
        assert 0.1 < arrival.given_up - arrival.whole < 3
        assert arrival.error == f"the receiver {act.name}; the sender gave up"
        assert bytes(arrival.sent).startswith(answered)

    asyncio.run(play())


def test_a_slow_answer_is_not_sent_to_who_has_left() -> None:
    async def play() -> None:
        async with receiving(answer(delay=5)) as (endpoint, listener):
            assert await talk(listener, REQUEST) == b""
            await until(lambda: endpoint.arrivals[0].given_up is not None)
            assert endpoint.arrivals[0].status is None

    asyncio.run(play())


def test_a_request_that_breaks_off_is_an_arrival() -> None:
    async def play() -> None:
        async with receiving() as (endpoint, listener):
            await talk(listener, REQUEST[:-1])
            await until(lambda: bool(endpoint.arrivals))
            (arrival,) = endpoint.arrivals
        assert (bytes(arrival.raw), arrival.whole, arrival.error) == (REQUEST[:-1], None, "the request broke off")

    asyncio.run(play())


def test_a_bound_port_refuses_until_it_listens() -> None:
    async def play() -> None:
        endpoint = Endpoint("x")
        listener = Listener(lambda _: endpoint, RealTime(), lambda: 1, only=endpoint)
        listener.bind()
        with pytest.raises(ConnectionRefusedError):
            await talk(listener, REQUEST)
        listener.listen()
        assert (await talk(listener, REQUEST)).startswith(b"HTTP/1.1 200")
        await listener.close()

    asyncio.run(play())


def server(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{name}.pem")
    return context


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("valid", ""),
        ("self-signed", "self-signed certificate|self signed certificate"),
        ("expired", "certificate has expired"),
        ("wrong-host", "IP address mismatch"),
    ],
)
def test_each_certificate_has_one_fault(name: str, reason: str) -> None:
    trusting = ssl.create_default_context(cafile=str(AUTHORITY))

    async def play() -> None:
        async with receiving(tls=server(name)) as (endpoint, listener):
            if not reason:
                assert (await talk(listener, REQUEST, tls=trusting)).startswith(b"HTTP/1.1 200")
                assert endpoint.arrivals[0].secure
                return
            with pytest.raises(ssl.SSLCertVerificationError, match=reason):
                await talk(listener, REQUEST, tls=trusting)
            await until(lambda: bool(endpoint.arrivals))
            (arrival,) = endpoint.arrivals
            assert (arrival.raw, arrival.secure) == (b"", True)
            assert arrival.error.startswith("no TLS connection: ")

    asyncio.run(play())


def test_plain_text_on_a_secure_port_is_seen_for_what_it_is() -> None:
    async def play() -> None:
        async with receiving(tls=server("valid")) as (endpoint, listener):
            assert (await talk(listener, REQUEST)).startswith(b"HTTP/1.1 200")
            (arrival,) = endpoint.arrivals
            assert (bytes(arrival.raw), arrival.secure) == (REQUEST, False)

    asyncio.run(play())


def test_where_events_cannot_be_fired_only_the_first_one_counts() -> None:
    def about(run: str) -> bytes:
        body = b'{"event": "Workflow Errored", "instance_id": "%s"}' % run.encode()
        return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def play() -> None:
        async with receiving(ERROR, single=True) as (endpoint, listener):
            answers = await talk(listener, about("1"), about("2"), about("1"))
            assert answers.count(b"HTTP/1.1 500") == 2
            assert answers.count(b"HTTP/1.1 200") == 1
            assert len(endpoint.arrivals) == 2

    asyncio.run(play())


def test_an_address_that_cannot_be_had_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listener = Listener(lambda _: None, RealTime(), lambda: 1)
        with pytest.raises(LocalError, match=r"cannot listen on 127\.0\.0\.1 port \d+: address already in use"):
            listener.bind("127.0.0.1", taken.getsockname()[1])
