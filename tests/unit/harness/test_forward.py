"""Forwarding: the same bytes at the other end, the other's answer here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from hookwright.harness.answers import Answer
from hookwright.harness.forward import Forwarder, end_to_end
from hookwright.harness.reach import read_target
from tests.unit.harness.wire import OK, Action, hang, reset, served

BODY = b'{"a": 1}\xff\r\n'
HEADERS = (
    ("Host", "public.acme.example"),
    ("Content-Length", "99"),
    ("Content-Type", "application/json"),
    ("X-Cobalt-Signature", "ab" * 32),
    ("X-Two", "1"),
    ("X-Two", "2"),
    ("X-Umlaut", "\xc3\xa9"),
    ("Connection", "keep-alive, X-Hop"),
    ("X-Hop", "1"),
    ("Transfer-Encoding", "chunked"),
    ("Content-Encoding", "gzip"),
)


def forward(
    url: str, path: str = "/refold?x=1", headers: Sequence[tuple[str, str]] = HEADERS, method: str = "PUT"
) -> Answer:
    async def run() -> Answer:
        forwarder = Forwarder(read_target(url), timeout=0.3)
        try:
            return await forwarder.forward(method, path, headers, BODY)
        finally:
            await forwarder.close()

    return asyncio.run(run())


def test_method_headers_and_body_arrive_as_they_came() -> None:
    with served(b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\nX-Answer: a\r\nConnection: close\r\n\r\nok") as server:
        answer = forward(server.url)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"PUT /refold?x=1 HTTP/1.1"
    assert body == BODY
    assert lines[1:] == [
        b"Host: " + server.url.removeprefix("http://").encode(),
        b"Content-Type: application/json",
        b"X-Cobalt-Signature: " + b"ab" * 32,
        b"X-Two: 1",
        b"X-Two: 2",
        b"X-Umlaut: \xc3\xa9",
        b"Content-Encoding: gzip",
        b"Content-Length: " + str(len(BODY)).encode(),
    ]
    assert answer == Answer(202, headers=(("X-Answer", "a"),), body=b"ok")


@pytest.mark.parametrize(
    ("target", "path", "arrives"),
    [
        ("", "/a%2Fb?x=%20&y", "/a%2Fb?x=%20&y"),
        ("", "//double//", "//double//"),
        ("", "@evil.acme.example/x", "/@evil.acme.example/x"),
        ("", "http://evil.acme.example/x?y", "/x?y"),
        ("", "http://evil.acme.example", "/"),
        ("", "*", "/*"),
        ("", "/\xc3\xa9", "/%C3%A9"),
        ("/", "/other", "/"),
        ("/hook?a", "/other?b", "/hook?a"),
    ],
)
def test_paths(target: str, path: str, arrives: str) -> None:
    with served() as server:
        assert forward(server.url + target, path).status == 200
    assert server.requests[0].split(b" ")[1] == arrives.encode()


def test_a_redirect_is_passed_back() -> None:
    with (
        served() as other,
        served(f"HTTP/1.1 302 F\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode()) as one,
    ):
        answer = forward(one.url)
    assert (answer.status, answer.headers) == (302, (("Location", other.url),))
    assert other.requests == []


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (reset, b"the connection was reset"),
        (hang, b"no answer within 0.3 s"),
        (b"nonsense\r\n\r\n", b"the answer is not HTTP"),
    ],
)
def test_no_answer_is_a_502_that_says_why(action: Action, reason: bytes) -> None:
    with served(action) as server:
        answer = forward(server.url)
    assert (answer.status, answer.body) == (502, b"forwarding failed: " + reason + b"\n")
    assert len(server.requests) == 1


def test_headers_of_the_connection_go_no_further() -> None:
    given = [("connection", "a , B"), ("A", "1"), ("b", "2"), ("C", "3"), ("TE", "x"), ("Proxy-Authorization", "y")]
    assert end_to_end(given) == [("C", "3")]


def test_an_ok_answer() -> None:
    with served(OK) as server:
        assert forward(server.url, headers=(), method="POST") == Answer(200, body=b"ok")
