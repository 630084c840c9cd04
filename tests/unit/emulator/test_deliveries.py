"""What is sent, how it is signed, and when it is sent again: over real sockets, on a virtual clock."""

from __future__ import annotations

import base64
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from hookwright import verify
from hookwright.emulator import Options, RealClock, Retries, VirtualClock, emulator, serve_in_thread
from tests.unit.emulator.support import KEY, START, Caller, Received, new_key, raw_receiver, receiving, running

SIGNATURE = "x-cobalt-signature"


def times(delivery: Any) -> list[float]:
    return [attempt["time"] - START for attempt in delivery["attempts"]]


def statuses(delivery: Any) -> list[int | None]:
    return [attempt["status"] for attempt in delivery["attempts"]]


def test_a_delivery_is_the_payload_signed_over_its_exact_bytes() -> None:
    with receiving() as receiver, running() as (served, caller):
        webhook = caller.webhook(f"{receiver.url}/in?a=b%20c", "Workflow Errored")
        (key,) = caller.emit(payload={"workflow_name": 'Ünï "code"\r\n\u2028'})
        served.run_out()
        (request,) = receiver.received
        delivery = caller.delivery(key)
    assert (request.method, request.path) == ("POST", "/in?a=b%20c")
    assert request.header("Content-Type") == "application/json"
    assert verify(request.body, request.header(SIGNATURE), KEY)
    payload = json.loads(request.body)
    assert payload.pop("instance_id") > webhook["_id"]
    assert payload == {
        "linked_account_id": "12345",
        "workflow_id": "6495792b9b6ca6d77a17e513",
        "config_id": "12345",
        "event": "Workflow Errored",
        "workflow_name": 'Ünï "code"\r\n\u2028',
        "status": "ERRORED",
    }
    assert delivery == {
        "id": key,
        "org_id": webhook["org_id"],
        "webhook_id": webhook["_id"],
        "event": "Workflow Errored",
        "status": "delivered",
        "method": "POST",
        "url": f"{receiver.url}/in?a=b%20c",
        "bytes": len(request.body),
        "created_at": "2026-05-28T20:26:40.000Z",
        "next_attempt_at": None,
        "attempts": [
            {
                "number": 1,
                "started_at": "2026-05-28T20:26:40.000Z",
                "time": START,
                "duration_ms": 0.0,
                "status": 200,
                "error": None,
                "bytes": 0,
                "response": delivery["attempts"][0]["response"],
            }
        ],
        "request": {
            "headers": [["Content-Type", "application/json"], [SIGNATURE, request.header(SIGNATURE)]],
            "body_base64": base64.b64encode(request.body).decode(),
        },
    }


def test_four_attempts_in_growing_gaps_with_the_same_bytes() -> None:
    with receiving() as receiver, running(retries=Retries(base=3.0, factor=1.5)) as (served, caller):
        receiver.answers = lambda number, request: 500
        caller.webhook(receiver.url, webhook_headers={"X-Run": "{{event.instance_id}}"}, method="PATCH")
        (key,) = caller.emit()
        served.run_out()
        delivery = caller.delivery(key)
        served.advance(1_000_000)
        requests = list(receiver.received)
    assert times(delivery) == [0.0, 3.0, 7.5, 14.25]
    assert statuses(delivery) == [500] * 4
    assert (delivery["status"], delivery["next_attempt_at"]) == ("failed", None)
    assert requests == [requests[0]] * 4
    assert requests[0].method == "PATCH"


def test_time_between_attempts_is_not_jumped_over() -> None:
    with receiving() as receiver, running() as (served, caller):
        receiver.answers = lambda number, request: 503
        caller.webhook(receiver.url)
        (key,) = caller.emit()
        counted = []
        for seconds in (0.0, 0.999, 0.001, 1.999, 0.001, 3.999, 0.001, 1000.0):
            served.advance(seconds)
            counted.append(len(receiver.received))
        assert times(caller.delivery(key)) == [0.0, 1.0, 3.0, 7.0]
    assert counted == [1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_it_stops_at_the_first_200(failures: int) -> None:
    with receiving(*[500] * failures) as receiver, running() as (served, caller):
        caller.webhook(receiver.url)
        (key,) = caller.emit()
        served.run_out()
        assert statuses(caller.delivery(key)) == [500] * failures + [200]
        assert len(receiver.received) == failures + 1


@pytest.mark.parametrize("status", [201, 202, 204, 301, 302, 307, 308, 400, 401, 404, 410, 429, 500, 502, 503])
def test_only_200_is_success(status: int) -> None:
    with receiving(status) as receiver, running() as (served, caller):
        caller.webhook(receiver.url)
        (key,) = caller.emit()
        served.run_out()
        assert statuses(caller.delivery(key)) == [status, 200]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with receiving() as target, receiving() as receiver, running() as (served, caller):
        receiver.answers = lambda number, request: (status, {"Location": target.url})
        caller.webhook(receiver.url)
        (key,) = caller.emit()
        served.run_out()
        assert statuses(caller.delivery(key)) == [status] * 4
        assert target.received == []


def test_cookies_of_receivers_are_not_sent_back() -> None:
    with receiving() as receiver, running() as (served, caller):
        receiver.answers = lambda number, request: (500, {"Set-Cookie": "a=b; Path=/"})
        caller.webhook(receiver.url)
        caller.emit()
        served.run_out()
        assert [request.header("Cookie") for request in receiver.received] == [None] * 4


def test_a_custom_webhook_is_rendered_and_a_slack_one_is_a_message() -> None:
    with receiving() as receiver, running() as (served, caller):
        caller.webhook(
            f"{receiver.url}/custom",
            webhook_type="custom",
            webhook_body={"all": "{{event}}", "text": "{{event.status}}!", "out": "{{workflow_response.n}}"},
            webhook_headers={"Content-Type": "text/x", "Authorization": "Bearer {{event.status}}", "N": 1, "B": True},
            method="PUT",
        )
        caller.webhook(f"{receiver.url}/slack", webhook_type="slack")
        caller.emit(workflow_response={"n": [1, None]})
        served.run_out()
        custom, slack = sorted(receiver.received, key=lambda request: request.path)
    sent = json.loads(custom.body)
    assert (sent["all"]["status"], sent["text"], sent["out"]) == ("ERRORED", "ERRORED!", [1, None])
    assert custom.method == "PUT"
    assert [custom.header(name) for name in ("content-type", "authorization", "n", "b")] == [
        "text/x",
        "Bearer ERRORED",
        "1",
        "true",
    ]
    assert json.loads(slack.body) == {"text": "*Workflow Errored* Export contact to Hubspot (linked account 12345)"}
    assert all(verify(each.body, each.header(SIGNATURE), KEY) for each in (custom, slack))


def test_line_breaks_in_header_values_start_no_header() -> None:
    class Careless:
        def body(self, template: Any, event: Any, workflow_response: Any) -> bytes:
            return b"{}"

        def header(self, value: str, event: Any, workflow_response: Any) -> str:
            return "a\r\nX-Evil: 1\r\n\r\nbody\0\x7f"

    with receiving() as receiver, serve_in_thread(Options(), Careless(), VirtualClock(START)) as served:
        caller = Caller(served.url)
        caller.webhook(receiver.url, webhook_headers={"X-A": "x"})
        caller.emit()
        served.run_out()
        (request,) = receiver.received
    assert request.header("X-A") == "a X-Evil: 1 body"
    assert request.header("X-Evil") is None


def test_headers_that_frame_the_request_or_sign_it_are_not_the_webhooks() -> None:
    taken = ["Content-Length", "Transfer-Encoding", "Connection", "Expect", "TE", "Upgrade", "X-Cobalt-Signature"]
    with receiving() as receiver, running() as (served, caller):
        caller.webhook(receiver.url, webhook_headers=dict.fromkeys(taken, "1"))
        caller.emit()
        served.run_out()
        (request,) = receiver.received
    assert int(request.header("Content-Length") or 0) == len(request.body)
    assert [request.header(name) for name in taken[1:6]] == [None] * 5
    assert verify(request.body, request.header(SIGNATURE), KEY)


def test_each_organization_signs_with_its_own_key() -> None:
    with receiving() as receiver, running() as (served, caller):
        other = type(caller)(caller.url, new_key("pk"))
        for each in (caller, other):
            each.webhook(f"{receiver.url}/{each.key}", "Connection Created")
            each.emit("Connection Created")
        served.run_out()
        for request in receiver.received:
            own = request.path[1:]
            assert verify(request.body, request.header(SIGNATURE), own)
            assert json.loads(request.body)["environment"] == {"tk": "test", "pk": "production"}[own[:2]]
        assert len(receiver.received) == 2


def linger_reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_all(connection: socket.socket) -> None:
    connection.recv(65536)


def cut(answer: bytes, *, read: bool = True, reset: bool = False) -> Callable[[socket.socket, int], None]:
    def handle(connection: socket.socket, number: int) -> None:
        if read:
            read_all(connection)
        if reset:
            linger_reset(connection)
        connection.sendall(answer)

    return handle


@pytest.mark.parametrize(
    "handle",
    [
        cut(b"", read=False, reset=True),
        cut(b"", reset=True),
        cut(b""),
        cut(b"HTTP/1.1 200"),
        cut(b"HTTP/1.1 200 OK\r\nContent-Le"),
        cut(b"garbage\r\n\r\n"),
        cut(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_broken_answer_is_a_failure_and_each_attempt_is_one_request(
    handle: Callable[[socket.socket, int], None], method: str
) -> None:
    connections: list[int] = []

    def counted(connection: socket.socket, number: int) -> None:
        connections.append(number)
        handle(connection, number)

    with raw_receiver(counted) as url, running() as (served, caller):
        caller.webhook(url, method=method)
        (key,) = caller.emit()
        served.run_out()
        delivery = caller.delivery(key)
    assert delivery["status"] == "failed"
    assert all(attempt["error"] for attempt in delivery["attempts"])
    assert len(delivery["attempts"]) == len(connections) == 4


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one() -> None:
    twice = threading.Event()

    def handle(connection: socket.socket, number: int) -> None:
        read_all(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        if number == 0:
            time.sleep(0.05)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            twice.set()
        connection.recv(1)

    with raw_receiver(handle) as url, running() as (served, caller):
        caller.webhook(url)
        keys = caller.emit()
        served.run_out()
        assert twice.wait(5)
        caller.ok("GET", "/webhook")  # what came to the emulator before this call is noticed
        keys += caller.emit()
        served.run_out()
        first, second = map(caller.delivery, keys)
    assert (first["status"], len(first["attempts"])) == ("delivered", 1)
    assert [attempt["error"] for attempt in second["attempts"]] == [
        "the receiver had answered once more than it was asked",
        None,
    ]


def test_what_is_no_http_is_told_without_a_status_that_nobody_answered() -> None:
    with raw_receiver(cut(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")) as url, running() as (served, caller):
        caller.webhook(url)
        (key,) = caller.emit()
        served.run_out()
        error = caller.delivery(key)["attempts"][0]["error"]
    assert error.startswith("the answer is not HTTP: ")
    assert "400" not in error


def hang(connection: socket.socket, number: int) -> None:
    read_all(connection)
    connection.recv(1)


def drip(connection: socket.socket, number: int) -> None:
    read_all(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


@pytest.mark.parametrize(("handle", "status"), [(hang, None), (drip, 200)])
def test_an_answer_that_does_not_end_is_given_up(handle: Any, status: int | None) -> None:
    with (
        raw_receiver(handle) as url,
        running(timeout=0.2, retries=Retries(most=1)) as (served, caller),
    ):
        caller.webhook(url)
        (key,) = caller.emit()
        served.run_out()
        delivery = caller.delivery(key)
    assert [(each["status"], each["error"]) for each in delivery["attempts"]] == [
        (status, "no complete answer within 0.2 s")
    ] * 2


def test_nobody_listens_then_somebody_does() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
    with running() as (served, caller):
        caller.webhook(f"http://127.0.0.1:{port}")
        (key,) = caller.emit()
        served.advance(0)
        served.run_out()
        delivery = caller.delivery(key)
    assert delivery["status"] == "failed"
    assert all(each["error"].startswith("ClientConnectorError: ") for each in delivery["attempts"])


def test_a_large_answer_is_cut_off_and_still_counts() -> None:
    def handle(connection: socket.socket, number: int) -> None:
        read_all(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 200_000)

    with raw_receiver(handle) as url, running() as (served, caller):
        caller.webhook(url)
        (key,) = caller.emit()
        served.run_out()
        delivery = caller.delivery(key)
    (attempt,) = delivery["attempts"]
    assert (delivery["status"], attempt["bytes"]) == ("delivered", 64 * 1024)
    assert base64.b64decode(attempt["response"]["body_base64"]) == b"x" * 64 * 1024
    assert attempt["response"]["headers"] == [["Content-Length", "10000000"]]


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://192.0.2.1/x", "the host is not this machine; --allow-any-host delivers there"),
        ("https://hooks.acme.example/x", "the host is not this machine; --allow-any-host delivers there"),
        ("http://169.254.169.254/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://0.0.0.0/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://2130706433/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://127.1/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://[::2]/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://localhost.acme.example/", "the host is not this machine; --allow-any-host delivers there"),
        ("http://", "the URL names no host"),
        ("http://a:b:c", "the URL cannot be used"),
        ("http://[", "the URL cannot be used"),
        ("http://127.0.0.1:99999/", "the URL cannot be used"),
    ],
)
def test_deliveries_go_to_this_machine_only_and_other_urls_are_not_tried_again(url: str, error: str) -> None:
    with running() as (served, caller):
        caller.webhook(url)
        (key,) = caller.emit()
        served.run_out()
        delivery = caller.delivery(key)
    (attempt,) = delivery["attempts"]
    assert (delivery["status"], attempt["status"]) == ("refused", None)
    assert attempt["error"].startswith(error)


def test_localhost_is_this_machine() -> None:
    with receiving() as receiver, running() as (served, caller):
        caller.webhook(receiver.url.replace("127.0.0.1", "localhost"))
        caller.webhook(receiver.url.replace("127.0.0.1", "hooks.localhost"))
        caller.emit()
        served.run_out()
        assert len(receiver.received) == 2


def test_other_hosts_are_delivered_to_when_told() -> None:
    with running(allow_any_host=True, timeout=0.2, retries=Retries(most=0)) as (served, caller):
        caller.webhook("http://hooks.invalid/x")
        (key,) = caller.emit()
        served.run_out()
        assert caller.delivery(key)["status"] == "failed"


def test_one_slow_endpoint_does_not_delay_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "_GRACE", 0.05)
    with (
        raw_receiver(hang) as slow,
        receiving() as receiver,
        running(RealClock(), timeout=60) as (_, caller),
    ):
        caller.webhook(slow)
        for number in range(5):
            caller.webhook(f"{receiver.url}/{number}")
        for _ in range(50):
            caller.emit()
        deadline = time.monotonic() + 30
        while len(receiver.received) < 250 and time.monotonic() < deadline:
            time.sleep(0.01)
        requests: list[Received] = list(receiver.received)
    assert len(requests) == 250
    assert all(verify(each.body, each.header(SIGNATURE), KEY) for each in requests)
    assert len({each.body for each in requests}) == 50


def test_an_attempt_takes_its_time_on_a_real_clock() -> None:
    with receiving(500) as receiver, running(RealClock(), retries=Retries(base=0.15)) as (_, caller):
        caller.webhook(receiver.url)
        (key,) = caller.emit()
        deadline = time.monotonic() + 20
        while caller.delivery(key)["status"] == "pending" and time.monotonic() < deadline:
            time.sleep(0.02)
        attempts = caller.delivery(key)["attempts"]
    gaps = [later["time"] - earlier["time"] - earlier["duration_ms"] / 1000 for earlier, later in pairwise(attempts)]
    assert len(gaps) == 1
    assert 0.149 < gaps[0] < 5.0
