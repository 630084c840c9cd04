"""Keys, bodies and paths: whatever comes, the answer is below 500 and in the platform's shape."""

from __future__ import annotations

import gzip
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwright.emulator.state import identify
from tests.unit.emulator.support import API, KEY, Caller, bad_request, new_key

JSON = {"Content-Type": "application/json"}
UNAUTHORIZED = {
    "status_code": 401,
    "http_error_type": "UNAUTHORIZED",
    "error": "SERVER_ERROR",
    "message": "Invalid Credentials",
}


@pytest.mark.parametrize("key", [None, "", "tk", "pk", "sk_x", "TK_x", " tk_x", "tk x", "tk_é", "tk_" + "x" * 600])
def test_what_is_no_key_is_a_401(shared_url: str, key: str | None) -> None:
    headers = {} if key is None else {"x-api-key": key.encode("latin-1")}
    answer = Caller(shared_url, None).send("GET", API + "/webhook", None, headers)
    envelope = answer.json
    if key == " tk_x":  # blanks around a header's value are not part of it (RFC 9110 §5.5)
        assert answer.status == 200
        return
    assert len(envelope.pop("request_id")) == 32
    assert (answer.status, envelope) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    ("path", "code_field", "type_field"),
    [
        ("/webhook", "error", "http_error_type"),
        ("/application/event", "error_code", "http_error_type"),
        ("/workflow", "error_code", "http_error_type"),
    ],
)
def test_services_name_the_code_differently(shared_url: str, path: str, code_field: str, type_field: str) -> None:
    envelope = Caller(shared_url, "x").refused("GET", path)
    assert (envelope[code_field], envelope[type_field]) == ("SERVER_ERROR", "UNAUTHORIZED")
    assert len(envelope) == 4


def test_the_fire_calls_name_the_kind_differently(shared_url: str) -> None:
    envelope = Caller(shared_url, "x").refused("POST", "/event/a", {})
    assert (envelope["error_code"], envelope["error_type"]) == ("SERVER_ERROR", "UNAUTHORIZED")


def test_a_bearer_token_is_no_key(shared_url: str) -> None:
    answer = Caller(shared_url, None).call("GET", "/webhook", None, {"Authorization": f"Bearer {KEY}"})
    assert answer.status == 401


def test_an_organization_is_its_keys_and_does_not_tell_it() -> None:
    first, again, other = identify(KEY), identify(KEY), identify("pk_test_0123456789abcdef")
    assert first is not None
    assert other is not None
    assert first == again
    assert first.id != other.id
    assert (first.environment, other.environment) == ("test", "production")
    assert KEY not in first.id


def test_an_unknown_path_and_a_wrong_method(caller: Caller) -> None:
    missing = caller.refused("GET", "/nothing")
    assert missing == {
        "status_code": 404,
        "http_error_type": "NOT_FOUND",
        "error_code": "NOT_FOUND",
        "message": "Not Found",
    }
    answer = caller.call("PATCH", "/webhook")
    assert (answer.status, answer.headers["Allow"], answer.json["error"]) == (405, "GET,POST", "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1,]",
        b'{"webhook_url": NaN}',
        b'{"webhook_url": -Infinity}',
        b'{"a": 1e999}',
        b"1" * 5000,
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        rb'"\ud800"',
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_not_json_is_a_400(caller: Caller, body: bytes) -> None:
    answer = caller.send("POST", API + "/webhook", body, JSON)
    assert (answer.status, answer.json["error"]) == (400, "BAD_REQUEST")
    assert answer.json["message"].startswith("the body is not JSON")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": 1,}', "Expecting property name enclosed in double quotes: line 1 column 9 (char 8)"),
        (b'{"a": 1e999}', "a number is too large"),
        (b"[" * 65 + b"]" * 65, "nested too deeply"),
    ],
)
def test_why_it_is_not_json_is_said(caller: Caller, body: bytes, why: str) -> None:
    assert caller.send("POST", API + "/webhook", body, JSON).json["message"] == f"the body is not JSON: {why}"


def test_json_may_be_64_levels_deep_and_hold_pairs_of_surrogates(caller: Caller) -> None:
    deep: Any = "\U0001f600"
    for _ in range(63):
        deep = [deep]
    webhook = caller.webhook(webhook_type="custom", webhook_body=deep)
    assert webhook["webhook_body"] == deep


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"])
def test_another_content_type_is_a_415(caller: Caller, kind: str) -> None:
    answer = caller.send("POST", API + "/webhook", b"{}", {"Content-Type": kind})
    assert (answer.status, answer.json["error"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert caller.send("POST", API + "/webhook", b"{}").status == 415


def test_a_charset_may_stand_in_the_content_type(caller: Caller) -> None:
    body = json.dumps(
        {"webhook_url": "https://é.acme.example", "webhook_events": ["Workflow Errored"]}, ensure_ascii=False
    )
    answer = caller.send("POST", API + "/webhook", body.encode(), {"Content-Type": "application/json; charset=utf-8"})
    assert answer.json["webhook_url"] == "https://é.acme.example"


def test_a_huge_body_is_a_413(caller: Caller) -> None:
    body = b'{"a": "' + b"x" * (1024 * 1024) + b'"}'
    answer = caller.send("POST", API + "/webhook", body, JSON)
    assert (answer.status, answer.json["error"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_bomb_is_not_inflated(caller: Caller) -> None:
    answer = caller.send(
        "POST", API + "/webhook", gzip.compress(b" " * 50_000_000), {**JSON, "Content-Encoding": "gzip"}
    )
    assert answer.status in (400, 413)


def test_a_broken_encoding_is_a_400(caller: Caller) -> None:
    answer = caller.send("POST", API + "/webhook", b"not gzip", {**JSON, "Content-Encoding": "gzip"})
    assert answer.status == 400


def test_a_request_that_is_no_http_is_a_400_and_says_nothing(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    place = urlsplit(caller.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nBad\0Header: x\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 400")
    assert caplog.records == []


def test_a_client_that_leaves_halfway_harms_nobody(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    place = urlsplit(caller.url)
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        head = (
            f"POST {API}/webhook HTTP/1.1\r\nHost: x\r\nx-api-key: {caller.key}\r\nContent-Type: application/json\r\n"
        )
        connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n{")
    assert caller.ok("GET", "/webhook") == []
    assert caplog.records == []


def test_errors_of_control_calls_have_the_same_shape(shared_url: str) -> None:
    assert Caller(shared_url, "x").refused("POST", "/_emulator/emit", {}) == UNAUTHORIZED
    assert Caller(shared_url, new_key()).refused("POST", "/_emulator/emit", {}) == bad_request("event must be a string")


requests = st.tuples(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    st.sampled_from(
        [
            "/webhook",
            "/webhook/x",
            "/webhooks/group/edit",
            "/application/event",
            "/application/event/x",
            "/event/trigger",
            "/event/x",
            "/workflow",
            "/_emulator/emit",
            "/_emulator/workflows",
            "/_emulator/deliveries",
        ]
    ),
    st.binary(max_size=200) | st.text(max_size=50).map(str.encode),
    st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests)
def test_arbitrary_bytes_never_break_it(caller: Caller, request: tuple[str, str, bytes, str]) -> None:
    method, path, body, kind = request
    path = path if path.startswith("/_") else API + path
    answer = caller.send(method, path, body, {"Content-Type": kind, "linked_account_id": "a"})
    assert answer.status < 500
    assert isinstance(answer.json, dict | list)
