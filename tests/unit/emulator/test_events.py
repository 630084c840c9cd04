from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.emulator.events import keys
from tests.unit.emulator.support import START_TEXT, Caller, bad_request, new_key, running

SAMPLE = '{"prospect": {"email": "a@acme.example", "tags": []}, "id": 1, "deep": {"er": {}}}'
KEYS = [
    {"key": "prospect", "type": "object"},
    {"key": "prospect.email", "type": "text"},
    {"key": "prospect.tags", "type": "object"},
    {"key": "id", "type": "text"},
    {"key": "deep", "type": "object"},
    {"key": "deep.er", "type": "object"},
]
UNKNOWN = {
    "status_code": 404,
    "http_error_type": "NOT_FOUND",
    "error_code": "RESOURCE_NOT_FOUND",
    "message": "Event not found",
}


def bad(message: str, code: str = "BAD_REQUEST") -> dict[str, Any]:
    return bad_request(message, code, field_name="error_code")


def create(caller: Caller, name: str = "hired", response: str = SAMPLE, **more: Any) -> Any:
    return caller.ok("POST", "/application/event", {"name": name, "response": response, **more})


def test_a_sample_is_sent_as_text_and_read_as_keys(caller: Caller) -> None:
    (event,) = create(caller, json_schema={"type": "object"})
    key = event.pop("_id")
    assert len(key) == 24
    assert event == {
        "name": "hired",
        "response": KEYS,
        "raw_response": SAMPLE,
        "json_schema": {"type": "object"},
        "createdAt": START_TEXT,
        "updatedAt": START_TEXT,
    }
    assert caller.ok("GET", f"/application/event/{key}") == {"_id": key, **event}


def test_create_update_and_delete_answer_all_events(caller: Caller) -> None:
    (first,) = create(caller, "a", '"text"')
    assert (first["response"], first["raw_response"]) == ([], '"text"')
    both = create(caller, "b", "[1]")
    assert both[0] == first
    path = f"/application/event/{first['_id']}"
    changed = caller.ok("PUT", path, {"name": "c", "response": "{}"})
    assert [event["name"] for event in changed] == ["c", "b"]
    assert changed == caller.ok("GET", "/application/event")
    assert caller.ok("DELETE", path) == [both[1]]
    assert caller.refused("GET", path) == UNKNOWN


def test_a_put_without_a_schema_keeps_it(caller: Caller) -> None:
    (event,) = create(caller, json_schema={"type": "object"})
    path = f"/application/event/{event['_id']}"
    kept = caller.ok("PUT", path, {"name": "hired", "response": "{}"})[0]
    assert kept["json_schema"] == {"type": "object"}
    emptied = caller.ok("PUT", path, {"name": "hired", "response": "{}", "json_schema": {}})[0]
    assert emptied["json_schema"] == {}


def test_updated_at_follows_the_clock() -> None:
    with running() as (served, caller):
        (event,) = create(caller)
        served.advance(1.5)
        (changed,) = caller.ok("PUT", f"/application/event/{event['_id']}", {"name": "hired", "response": SAMPLE})
        assert changed == {**event, "updatedAt": "2026-05-28T20:26:41.500Z"}


def test_names_are_unique_and_case_counts(caller: Caller) -> None:
    create(caller, "hired")
    taken = bad("Trigger with name hired already exists", "INVALID_EVENT_ID")
    assert caller.refused("POST", "/application/event", {"name": "hired", "response": "{}"}) == taken
    other = create(caller, "Hired")[1]
    path = f"/application/event/{other['_id']}"
    assert caller.refused("PUT", path, {"name": "hired", "response": "{}"}) == taken
    assert caller.ok("PUT", path, {"name": "Hired", "response": "{}"})[1]["raw_response"] == "{}"
    assert len(create(Caller(caller.url, new_key()), "hired")) == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, bad("name and response are required")),
        ({"name": "a"}, bad("name and response are required")),
        ({"response": "{}"}, bad("name and response are required")),
        ({"name": "", "response": "{}"}, bad("name and response are required")),
        ({"name": "a", "response": ""}, bad("name and response are required")),
        ({"name": 1, "response": "{}"}, bad("name must be a string")),
        ({"name": None, "response": "{}"}, bad("name must be a string")),
        ({"name": "a", "response": {}}, bad("response must be a string")),
        ({"name": "a", "response": "{"}, bad("response must be a string that holds JSON")),
        ({"name": "a", "response": "NaN"}, bad("response must be a string that holds JSON")),
        ({"name": "a", "response": "[" * 70 + "]" * 70}, bad("response must be a string that holds JSON")),
        ({"name": "a", "response": "{}", "json_schema": []}, bad("json_schema must be an object")),
        ({"name": "a", "response": "{}", "sample": {}}, bad("unknown field: sample")),
        ([], bad("the body must be a JSON object")),
    ],
)
def test_what_is_wrong_is_refused_by_create_and_update(caller: Caller, body: Any, error: Any) -> None:
    before = create(caller)
    assert caller.refused("POST", "/application/event", body) == error
    assert caller.refused("PUT", f"/application/event/{before[0]['_id']}", body) == error
    assert caller.ok("GET", "/application/event") == before


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PUT", {"name": "a", "response": "{}"}), ("DELETE", None)]
)
def test_an_unknown_id_is_a_404(caller: Caller, method: str, body: Any) -> None:
    assert caller.refused(method, "/application/event/000000000000000000000000", body) == UNKNOWN


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_each_key_of_a_sample_is_there_once_with_its_type(sample: Any) -> None:
    def count(value: Any) -> int:
        return sum(1 + count(item) for item in value.values()) if isinstance(value, dict) else 0

    found = list(keys(sample))
    assert len(found) == count(sample)
    if isinstance(sample, dict):
        tops = {key: value for key, value in sample.items() if "." not in key}
        for key, value in tops.items():
            assert {"key": key, "type": "object" if isinstance(value, dict | list) else "text"} in found
    json.dumps(found)
