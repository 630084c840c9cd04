"""What the sender puts on the wire, and what it makes of every answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hookwright.harness.http import BrokenOffError, open_session
from hookwright.harness.request import build_request
from hookwright.harness.sender import ANSWER_LIMIT, SendOptions, send_all
from hookwright.model.delivery import DeliveryRequest, Sent
from hookwright.model.resources import Webhook, WebhookType
from tests.unit.harness.wire import OK, Action, hang, reset, served

KEY = "tk_test_0123456789abcdef"
FAST = SendOptions(timeout=5.0, user_agent="hookwright/test")


def request_to(url: str, **given: Any) -> DeliveryRequest:
    webhook = Webhook(url, ("Workflow Errored",), **given)
    return build_request(webhook, {"event": "Workflow Errored", "text": "é😀\u2028"}, None, KEY)


def send(request: DeliveryRequest, options: SendOptions = FAST, pauses: list[float] | None = None) -> Sent:
    """Send one; pauses between attempts are noted, not waited for."""

    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    (sent,) = asyncio.run(send_all([request], options, sleep=sleep))
    return sent


def test_the_bytes_on_the_wire_are_those_of_the_request() -> None:
    with served() as server:
        request = request_to(
            server.url + "/refold?a=%2F&b={c}",
            method="PATCH",
            type=WebhookType.CUSTOM,
            headers={"X-Umlaut": "{{event.text}}", "x-lower": "1"},
            body={"text": "{{event.text}}"},
        )
        sent = send(request)
    assert sent.delivered
    (raw,) = server.requests
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"PATCH /refold?a=%2F&b={c} HTTP/1.1"
    assert body == '{"text":"é😀\u2028"}'.encode() == request.body
    signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest().encode()
    assert sorted(lines[1:]) == sorted(
        [
            b"Host: " + server.url.removeprefix("http://").encode(),
            b"User-Agent: hookwright/test",
            b"Content-Type: application/json",
            "X-Umlaut: é😀\u2028".encode(),
            b"x-lower: 1",
            b"x-cobalt-signature: " + signature,
            b"Content-Length: " + str(len(body)).encode(),
        ]
    )


def test_a_declared_user_agent_wins() -> None:
    with served() as server:
        send(request_to(server.url, headers={"User-Agent": "acme"}))
    assert server.requests[0].count(b"User-Agent: ") == 1
    assert b"User-Agent: acme\r\n" in server.requests[0]


def test_user_information_of_the_url_becomes_authorization_unless_one_is_declared() -> None:
    with served() as server:
        url = server.url.replace("http://", "http://user:pw@")
        assert send(request_to(url)).delivered
        assert send(request_to(url, headers={"authorization": "Bearer x"})).delivered
    assert b"Authorization: Basic dXNlcjpwdw==\r\n" in server.requests[0]
    assert b"authorization: Bearer x\r\n" in server.requests[1]
    assert b"Basic" not in server.requests[1]


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as server, served() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert send(request_to(server.url)).delivered
    assert (len(server.requests), len(proxy.requests)) == (1, 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with served() as target:
        answer = f"HTTP/1.1 {status} Moved\r\nLocation: {target.url}/x\r\nContent-Length: 0\r\n\r\n".encode()
        with served(answer) as server:
            sent = send(request_to(server.url))
    assert (sent.last.status, sent.delivered) == (status, False)
    assert target.requests == []


@pytest.mark.parametrize(("status", "delivered"), [(200, True), (201, False), (204, False), (404, False), (503, False)])
def test_only_200_counts(status: int, delivered: bool) -> None:
    with served(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        sent = send(request_to(server.url))
    assert (sent.last.status, sent.delivered, sent.last.error) == (status, delivered, "")


@pytest.mark.parametrize(
    ("action", "status", "error"),
    [
        (reset, None, "the connection was reset"),
        (lambda connection: connection.close(), None, "the connection was closed without an answer"),
        (hang, None, "no answer within 0.2 s"),
        (b"garbage\r\n\r\n", None, "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", 200, "no answer within 0.2 s"),
        (
            lambda connection: (
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
                connection.close(),
            ),
            200,
            "the answer broke off",
        ),
    ],
    ids=["reset", "closed", "hangs", "garbage", "never ends", "broken off"],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_broken_connection_is_one_failed_attempt(action: Action, status: int | None, error: str, method: str) -> None:
    with served(action) as server:
        sent = send(request_to(server.url, method=method), replace(FAST, timeout=0.2))
    assert (sent.last.status, sent.last.error, sent.delivered) == (status, error, False)
    assert len(server.requests) == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sent = send(request_to(f"http://127.0.0.1:{port}"))
    assert (sent.last.status, sent.last.error) == (None, "connection refused")


def test_a_name_without_address() -> None:
    sent = send(request_to("http://no-such-host.invalid/secret-path"))
    assert sent.last.error == "the host name has no address"


def test_an_https_url_on_a_plain_port() -> None:
    with served(b"HTTP/1.1 400 no\r\n\r\n") as server:
        sent = send(request_to(server.url.replace("http://", "https://")), replace(FAST, timeout=0.3))
    assert sent.last.status is None
    assert sent.last.error in {"no TLS connection could be made", "the connection was reset", "no answer within 0.3 s"}


def test_retries_as_the_platform_does_with_the_same_bytes() -> None:
    pauses: list[float] = []
    failing = b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n"
    with served(failing, reset, failing, OK) as server:
        sent = send(request_to(server.url), replace(FAST, retries=3), pauses)
    assert [attempt.status for attempt in sent.attempts] == [500, None, 500, 200]
    assert sent.delivered
    assert pauses == [1.0, 2.0, 4.0]
    assert len(server.requests) == 4
    assert len(set(server.requests)) == 1


def test_retries_end() -> None:
    pauses: list[float] = []
    with served(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n") as server:
        sent = send(request_to(server.url), replace(FAST, retries=3, retry_base=0.5, retry_factor=3.0), pauses)
    assert len(sent.attempts) == len(server.requests) == 4
    assert not sent.delivered
    assert pauses == [0.5, 1.5, 4.5]


def test_the_answer_is_kept_up_to_a_limit() -> None:
    big = b"x" * (ANSWER_LIMIT * 4)
    with served(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(big), big), OK) as server:
        first, second = send(request_to(server.url)), send(request_to(server.url))
    assert (first.last.answer, first.last.size, first.delivered) == (big[:ANSWER_LIMIT], ANSWER_LIMIT, True)
    assert (second.last.answer, second.last.size) == (b"ok", 2)
    assert second.last.duration > 0


def test_a_compressed_answer_is_not_unpacked() -> None:
    with served(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc") as server:
        assert send(request_to(server.url)).last.answer == b"abc"


def test_many_at_once_bounded_in_order_and_none_lost() -> None:
    most = running = 0
    lock = threading.Lock()

    def slow(connection: socket.socket) -> None:
        nonlocal most, running
        with lock:
            running += 1
            most = max(most, running)
        barrier.wait(timeout=10)
        with lock:
            running -= 1
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    barrier = threading.Barrier(5)
    ends: list[int] = []
    with served(slow) as server:
        requests = [request_to(f"{server.url}/{number}") for number in range(20)]
        results = asyncio.run(
            send_all(iter(requests), replace(FAST, concurrency=5), done=lambda place, sent: ends.append(place))
        )
    assert all(sent.delivered for sent in results)
    assert (most, sorted(ends)) == (5, list(range(20)))
    paths = sorted(int(raw.split(b" ")[1][1:]) for raw in server.requests)
    assert paths == list(range(20))


def test_connections_are_reused_and_requests_taken_as_they_are_sent() -> None:
    taken: list[int] = []

    def requests(url: str) -> Iterator[DeliveryRequest]:
        for number in range(50):
            taken.append(number)
            yield request_to(f"{url}/{number}")

    with served() as server:
        seen: list[int] = []
        options = replace(FAST, concurrency=2)
        asyncio.run(send_all(requests(server.url), options, done=lambda place, _: seen.append(len(taken))))
    assert len(server.requests) == 50
    assert server.connections == 2
    assert all(count <= ended + 2 for ended, count in enumerate(seen))


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one() -> None:
    answered_twice, ended = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await asyncio.sleep(0.05)
        writer.write(OK)
        answered_twice.set()
        await reader.read()
        writer.close()
        ended.set()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1")
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, open_session(connections=1, timeout=5.0) as session:
            async with session.post(url):
                pass
            await answered_twice.wait()
            await asyncio.sleep(0.05)
            with pytest.raises(BrokenOffError, match="answered once more"):
                await session.post(url)
            await ended.wait()

    asyncio.run(run())
