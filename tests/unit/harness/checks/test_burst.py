"""A burst of deliveries, against servers that do as they like with their connections."""

from __future__ import annotations

import asyncio
import socket

import pytest

from hookwright.harness.checks.admission import admit
from hookwright.harness.checks.burst import Burst, burst
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.wire import Wire
from tests.unit.harness.wire import OK, Action, hang, reset, served

DELIVERIES = [Delivery(f"delivery {number}", "POST", (), b"{}", b"{}") for number in range(8)]


def fire(*actions: Action, concurrency: int = 2, patience: float = 0.2, seconds: float = 5.0) -> tuple[Burst, int]:
    """The burst and how many requests the server saw."""
    with served(*actions) as server:
        wire = Wire(admit(server.url), timeout=patience, user_agent="tests")
        found = asyncio.run(burst(wire, DELIVERIES, concurrency, seconds=seconds))
        return found, len(server.requests)


def test_all_are_answered_over_kept_connections() -> None:
    found, requests = fire(OK)
    assert (found.statuses, found.errors, found.unanswered, requests) == ({200: 8}, {}, 0, 8)
    assert found.latencies == sorted(found.latencies)
    assert len(found.latencies) == 8
    (kept,) = found.exchanges
    assert (kept.status, kept.response, kept.request_size) == (200, OK, len(kept.request))


@pytest.mark.parametrize("answer", [b"HTTP/1.0 200 OK\r\n\r\nok", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok"])
def test_a_connection_for_each_where_the_server_closes_them(answer: bytes) -> None:
    def once(connection: socket.socket) -> None:
        connection.sendall(answer)

    found, requests = fire(once)
    assert (found.statuses, found.unanswered, requests) == ({200: 8}, 0, 8)


def test_a_request_that_a_closing_connection_swallowed_goes_over_a_new_one() -> None:
    def close(connection: socket.socket) -> None:
        connection.close()

    found, requests = fire(OK, close, OK, concurrency=1)
    assert (found.statuses, found.errors, requests) == ({200: 8}, {}, 9)


def test_an_answer_that_breaks_off_is_told_from_none() -> None:
    def break_off(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok")

    found, _ = fire(break_off)
    assert found.errors == {"the answer broke off": 8}


def test_what_is_lost_is_counted_and_kept() -> None:
    found, requests = fire(reset)
    assert (found.statuses, found.unanswered, requests) == ({}, 8, 8)
    assert found.errors == {"the connection was reset": 8}
    assert len(found.exchanges) == 5
    assert all(exchange.error for exchange in found.exchanges)


def test_silence_is_not_waited_for_without_end() -> None:
    found, _ = fire(hang, concurrency=8)
    assert found.errors == {"no answer within 0.2 s": 8}


def test_the_time_is_bounded() -> None:
    found, _ = fire(hang, concurrency=1, patience=5.0, seconds=0.2)
    assert found.unanswered == 8
    assert found.seconds < 3


def test_other_statuses_are_kept_as_evidence() -> None:
    found, _ = fire(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    assert found.statuses == {503: 8}
    assert [exchange.status for exchange in found.exchanges] == [503] * 5
