from __future__ import annotations

from typing import Any

import pytest

from hookwright.emulator import openapi
from hookwright.emulator.calls import CALLS
from tests.unit.emulator.support import START_TEXT, Caller, bad_request, new_key, running

FORBIDDEN = {
    "status_code": 403,
    "http_error_type": "FORBIDDEN",
    "error": "FORBIDDEN",
    "message": "Control calls are for this machine only.",
}
UNKNOWN = {
    "status_code": 404,
    "http_error_type": "NOT_FOUND",
    "error": "RESOURCE_NOT_FOUND",
    "message": "Delivery not found",
}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8080"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Host": "192.0.2.1"},
        {"Host": "[::2]:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example:3000"},
    ],
)
def test_strangers_are_kept_out(caller: Caller, headers: dict[str, str]) -> None:
    assert caller.refused("POST", "/_emulator/emit", {"event": "Workflow Errored"}, headers) == FORBIDDEN
    assert caller.refused("GET", "/_emulator/openapi.json", None, headers) == FORBIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost"},
        {"Host": "localhost:1"},
        {"Host": "127.0.0.2:99"},
        {"Host": "[::1]:80"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://[::1]"},
    ],
)
def test_this_machine_is_let_in_by_all_its_names(caller: Caller, headers: dict[str, str]) -> None:
    assert caller.ok("GET", "/_emulator/faults", None, headers) == {"rules": []}


def test_a_form_of_a_strangers_page_cannot_post(caller: Caller) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = caller.send("POST", "/_emulator/faults", b'{"fault": "500"}', {"Content-Type": kind})
        assert answer.status == 415


def test_the_api_itself_takes_any_host(caller: Caller) -> None:
    assert caller.ok("GET", "/webhook", None, {"Host": "app.refold.ai"}) == []


def test_deliveries_are_listed_per_key_or_all() -> None:
    with running() as (served, caller):
        other = Caller(caller.url, new_key())
        for each in (caller, other, caller):
            each.webhook("http://192.0.2.1/x")
            each.emit()
        served.run_out()
        everybody = Caller(caller.url, None).ok("GET", "/_emulator/deliveries")["deliveries"]
        own = caller.ok("GET", "/_emulator/deliveries")["deliveries"]
        assert (len(everybody), len(own)) == (4, 3)
        assert [each["id"] for each in everybody] == sorted(each["id"] for each in everybody)
        assert other.refused("GET", f"/_emulator/deliveries/{own[0]['id']}") == UNKNOWN
        full = Caller(caller.url, None).ok("GET", f"/_emulator/deliveries/{own[0]['id']}")
        del full["request"], full["attempts"][0]["response"]
        assert full == own[0]


def test_deliveries_by_page(caller: Caller) -> None:
    caller.webhook()
    ids = [key for _ in range(7) for key in caller.emit()]

    def listed(query: str) -> list[str]:
        return [each["id"] for each in caller.ok("GET", f"/_emulator/deliveries{query}")["deliveries"]]

    assert listed("") == ids
    assert listed("?limit=3") == ids[-3:]
    assert listed(f"?after={ids[1]}&limit=3") == ids[2:5]
    assert listed(f"?after={ids[-1]}") == []


def test_a_pending_delivery_says_when_it_goes_on() -> None:
    with running() as (served, caller):
        caller.webhook("http://127.0.0.1:9")
        (key,) = caller.emit()
        served.advance(0)
        delivery = caller.delivery(key)
        assert (delivery["status"], delivery["created_at"], delivery["next_attempt_at"]) == (
            "pending",
            START_TEXT,
            "2026-05-28T20:26:41.000Z",
        )
        assert len(delivery["attempts"]) == 1


@pytest.mark.parametrize("key", ["0" * 24, "x", "%20", "A" * 24])
def test_an_unknown_delivery_is_a_404(caller: Caller, key: str) -> None:
    assert caller.refused("GET", f"/_emulator/deliveries/{key}") == UNKNOWN


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("deliveries?limit=0", "limit must be a number from 1 to 1000"),
        ("deliveries?limit=1001", "limit must be a number from 1 to 1000"),
        ("deliveries?after=", "after must be the id of a delivery"),
        ("deliveries?after=x", "after must be the id of a delivery"),
        ("requests?limit=x", "limit must be a number from 1 to 10000"),
    ],
)
def test_wrong_queries_are_refused(caller: Caller, path: str, message: str) -> None:
    assert caller.refused("GET", f"/_emulator/{path}") == bad_request(message)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "emit", {"event": "Workflow Errored"}),
        ("GET", "workflows", None),
        ("PUT", "workflows", []),
    ],
)
def test_some_need_a_key(shared_url: str, method: str, path: str, body: Any) -> None:
    assert Caller(shared_url, None).call(method, f"/_emulator/{path}", body).status == 401


@pytest.mark.parametrize("path", ["deliveries", "requests", "deliveries/" + "0" * 24])
def test_a_wrong_key_is_not_no_key(shared_url: str, path: str) -> None:
    assert Caller(shared_url, "none").call("GET", f"/_emulator/{path}").status == 401


def test_the_document_has_every_call(caller: Caller) -> None:
    document = caller.ok("GET", "/_emulator/openapi.json")
    assert document == openapi.document()
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert {(call.method, "/api/v2/public" + call.path) for call in CALLS} < described
    assert ("POST", "/_emulator/emit") in described
    names = [operation["operationId"] for each in document["paths"].values() for operation in each.values()]
    assert len(names) == len(set(names)) == len(described)
