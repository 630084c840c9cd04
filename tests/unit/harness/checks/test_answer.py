"""An HTTP answer, piece by piece."""

from __future__ import annotations

import pytest

from hookwright.harness.checks.answer import Answer
from hookwright.model.conformance import KEPT

ANSWERS = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "no body": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "empty": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, b""),
    "chunked": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n",
        200,
        b"hello",
    ),
    "interim": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno", 401, b"no"),
    "no reason": (b"HTTP/1.0 500\r\nContent-Length: 1\r\n\r\nx", 500, b"x"),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_it_is_read_however_it_comes(name: str, step: int) -> None:
    raw, status, body = ANSWERS[name]
    answer = Answer("POST")
    for start in range(0, len(raw), step):
        assert not answer.complete
        answer.feed(raw[start : start + step])
    assert answer.complete
    assert answer.close()
    assert (answer.status, bytes(answer.body), bytes(answer.kept), answer.size) == (status, body, raw, len(raw))


def test_without_a_length_it_ends_with_the_connection() -> None:
    answer = Answer("POST")
    answer.feed(b"HTTP/1.1 200 OK\r\n\r\nhello")
    assert not answer.complete
    assert answer.close()
    assert bytes(answer.body) == b"hello"


def test_an_answer_to_head_has_no_body() -> None:
    answer = Answer("HEAD")
    answer.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    assert answer.complete


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "the answer's Content-Length is no number"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the answer's chunks make no sense"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5000, "the answer's chunks make no sense"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000, "the answer is not HTTP"),
    ],
)
def test_what_makes_no_sense(raw: bytes, problem: str) -> None:
    answer = Answer("POST")
    answer.feed(raw)
    assert (answer.complete, answer.problem) == (True, problem)
    assert not answer.close()


def test_a_half_answer_is_none() -> None:
    answer = Answer("POST")
    answer.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
    assert not answer.close()


def test_only_the_first_bytes_are_kept() -> None:
    answer = Answer("POST")
    answer.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        answer.feed(b"x" * 1000)
    assert answer.complete
    assert len(answer.kept) == len(answer.body) == KEPT
    assert answer.size > 100_000


@pytest.mark.parametrize(
    ("version", "header", "open_"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: keep-alive\r\n", True),
    ],
)
def test_whether_the_connection_goes_on(version: bytes, header: bytes, open_: bool) -> None:
    answer = Answer("POST")
    answer.feed(b"HTTP/%s 200 OK\r\nContent-Length: 0\r\n%s\r\n" % (version, header))
    assert answer.keeps_open is open_
