from __future__ import annotations

from typing import Any

import pytest

from tests.unit.emulator.support import API, Answer, Caller

FIRED = {"message": "Webhook Fired Success"}
FOR = {"linked_account_id": "acme-1"}
PATHS = ["/event/trigger", "/event/hubspot"]


def bad(message: str) -> dict[str, Any]:
    return {"status_code": 400, "error_type": "BAD_REQUEST", "error_code": "BAD_REQUEST", "message": message}


UNKNOWN = {
    "status_code": 404,
    "error_type": "NOT_FOUND",
    "error_code": "INVALID_EVENT",
    "message": "Trigger not found",
}


@pytest.fixture
def hired(caller: Caller) -> Caller:
    caller.ok("POST", "/application/event", {"name": "hired", "response": "{}"})
    return caller


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        {"event": "hired"},
        {"trigger": "hired"},
        {"event": "hired", "trigger": "other", "payload": [1, None]},
        {"event": "hired", "payload": {"a": {"b": "c"}}},
    ],
)
def test_an_event_is_fired(hired: Caller, path: str, body: Any) -> None:
    assert hired.ok("POST", path, body, {**FOR, "config_id": "c", "slug": "hubspot"}) == FIRED


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["Hired", "HIRED", "hired ", "Workflow Errored"])
def test_names_match_case_sensitively(hired: Caller, path: str, name: str) -> None:
    assert hired.refused("POST", path, {"event": name}, FOR) == UNKNOWN


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        ({}, FOR, "event is required"),
        ({"event": ""}, FOR, "event is required"),
        ({"event": 1}, FOR, "event must be a string"),
        ({"event": "hired", "trigger": None}, FOR, "event must be a string"),
        ({"event": "hired"}, {}, "linked_account_id is required"),
        ({"event": "hired"}, {"linked_account_id": " "}, "linked_account_id is required"),
        ({"event": "hired", "name": "x"}, FOR, "unknown field: name"),
        ([], FOR, "the body must be a JSON object"),
    ],
)
def test_what_is_wrong_is_refused(hired: Caller, path: str, body: Any, headers: dict[str, str], message: str) -> None:
    assert hired.refused("POST", path, body, headers) == bad(message)


def multipart(caller: Caller, *parts: bytes, kind: str = "multipart/form-data; boundary=xx") -> Answer:
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"
    return caller.send("POST", API + "/event/trigger", body, {**FOR, "Content-Type": kind})


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value


def test_a_form_with_a_file_fires(hired: Caller) -> None:
    file = part("cv", b"\x00\xff binary", '; filename="cv.pdf"\r\nContent-Type: application/pdf')
    answer = multipart(hired, part("event", b"hired"), part("payload", b'{"a": 1}'), file)
    assert (answer.status, answer.json) == (200, FIRED)
    assert multipart(hired, part("trigger", b"hired")).json == FIRED


@pytest.mark.parametrize(
    ("parts", "kind", "message"),
    [
        ([part("payload", b"{}")], "multipart/form-data; boundary=xx", "event is required"),
        (
            [part("event", b"hired"), part("payload", b"{")],
            "multipart/form-data; boundary=xx",
            "payload must be a string that holds JSON",
        ),
        (
            [part("event", b"hired"), part("payload", b"1"), part("f", b"x")],
            "multipart/form-data; boundary=xx",
            "payload must be an object for files to be merged into",
        ),
        ([b"\r\nno headers"], "multipart/form-data; boundary=xx", "a part of the body has no name"),
        ([part("event", b"hired")], "multipart/form-data", "the body is not multipart/form-data"),
        ([part("event", b"hired")], "multipart/form-data; boundary=yy", "the body is not multipart/form-data"),
        ([part("event", b"hired")], 'multipart/form-data; boundary="', "the body is not multipart/form-data"),
    ],
)
def test_a_wrong_form_is_refused(hired: Caller, parts: list[bytes], kind: str, message: str) -> None:
    answer = multipart(hired, *parts, kind=kind)
    assert (answer.status, answer.json["message"]) == (400, message)


def test_only_the_fire_calls_take_forms(caller: Caller) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    assert caller.send("POST", API + "/webhook", b"--xx--", headers).status == 415
