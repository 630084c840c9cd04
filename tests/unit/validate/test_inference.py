"""What is inferred from payloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.validate.inference import DRAFT, infer, observe, type_of
from hookwright.validate.payloads import schema_fault

TIMES = ["2026-05-04T10:00:00Z", "2026-05-04T10:00:00.123+02:00", "2026-05-04t10:00:00z"]
DATES = ["2026-05-04", "2024-02-29"]
HTTP = ["Tue, 07 Nov 2023 08:03:27 GMT"]
IDS = ["656f308b9144bb8f183bfc7b", "6495792b9b6ca6d77a17e513"]
UUIDS = ["123e4567-e89b-12d3-a456-426614174000"]
WORDS = ["COMPLETED", "ERRORED", "timed-out", "in progress"]

texts = st.sampled_from([*TIMES, *DATES, *HTTP, *IDS, *UUIDS, *WORDS, "", "x y", "é", "a/b~c"])
keys = st.sampled_from(["a", "b", "c/d", "e.f", "0", ""])
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, 1.0, 1e300]) | texts
values = scalars | st.recursive(
    st.lists(scalars, max_size=3) | st.dictionaries(keys, scalars, max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=3,
)
payloads = st.lists(st.dictionaries(st.sampled_from(["event", "status", "id", "data"]), values, max_size=4), max_size=5)
knowns = st.sampled_from(
    [
        {},
        {"properties": {"status": {"enum": ["COMPLETED", "ERRORED", None]}, "event": {"const": "ERRORED"}}},
        {"properties": {"data": {"items": {"enum": WORDS}}}, "description": "Known."},
        {"properties": {"status": 1, "data": {"properties": [], "items": True}}},
    ]
)


def schema(*seen: object) -> dict[str, Any]:
    return infer(observe(seen))


def accepts(schema: Mapping[str, Any], value: object) -> bool:
    return bool(jsonschema_rs.validator_for(dict(schema) | {"$schema": DRAFT}).is_valid(value))


@given(payloads, knowns)
def test_every_payload_is_valid(seen: list[Any], known: dict[str, Any]) -> None:
    inferred = infer(observe(seen), known)
    assert schema_fault(inferred) is None
    assert [payload for payload in seen if not accepts(inferred, payload)] == []


@given(payloads, payloads, knowns)
def test_more_payloads_only_widen(first: list[Any], more: list[Any], known: dict[str, Any]) -> None:
    narrow, wide = infer(observe(first), known), infer(observe([*first, *more]), known)
    if first:
        assert narrower(narrow, wide) == []


@given(st.lists(st.sampled_from(WORDS), min_size=20, max_size=25), st.lists(texts, max_size=10))
def test_a_list_of_values_is_only_extended_or_dropped(first: list[str], more: list[str]) -> None:
    before, after = schema(*first), schema(*first, *more)
    assert set(before["enum"]) == set(first)
    assert set(before["enum"]) <= set(after.get("enum", before["enum"]))


@given(payloads.filter(bool).flatmap(lambda seen: st.tuples(st.just(seen), st.permutations(seen))))
def test_the_order_of_payloads_means_nothing(both: tuple[list[Any], list[Any]]) -> None:
    seen, shuffled = both
    assert narrower(schema(*seen), schema(*shuffled)) == narrower(schema(*shuffled), schema(*seen)) == []


def narrower(one: Mapping[str, Any], other: Mapping[str, Any], path: str = "") -> list[str]:
    """Where the second schema refuses what the first accepts: unlisted keys and items of empty arrays are unknown."""
    types, wider = ({one["type"]} if isinstance(one["type"], str) else set(one["type"]) for one in (one, other))
    faults = [path] if types - wider - ({"integer"} if "number" in wider else set()) else []
    if set(other.get("required", ())) - set(one.get("required", ())) and "object" in types:
        faults.append(f"{path} required")
    for keyword in ("format", "pattern"):
        # Strings of a list may all have the format.
        if keyword in other and "string" in types and one.get(keyword) != other[keyword]:
            listed = [one["const"]] if "const" in one else one.get("enum", [None])
            faults += [f"{path} {keyword}"] * any(not has(other, value) for value in listed)
    if "enum" in other and "enum" in one and not set(one["enum"]) <= set(other["enum"]):
        faults.append(f"{path} enum")
    if "additionalProperties" in other:
        return faults
    if "additionalProperties" in one:
        return [*faults, f"{path} is closed"]
    for key, part in one.get("properties", {}).items():
        found = other.get("properties", {}).get(key)
        faults += [f"{path}/{key} is gone"] if found is None else narrower(part, found, f"{path}/{key}")
    if "items" in one:
        faults += [f"{path}/* is gone"] if "items" not in other else narrower(one["items"], other["items"], f"{path}/*")
    return faults


def has(schema: Mapping[str, Any], value: object) -> bool:
    part = {keyword: schema[keyword] for keyword in ("format", "pattern") if keyword in schema}
    checked = jsonschema_rs.Draft202012Validator(part, validate_formats=True)
    return isinstance(value, str) and bool(checked.is_valid(value))


def test_a_payload() -> None:
    seen = [
        {"id": "1", "n": 1, "at": TIMES[0], "who": {"name": "a", "age": None}, "rows": [], "extra": True},
        {
            "id": "2",
            "n": 2.5,
            "at": TIMES[1],
            "who": {"name": "b", "age": 3},
            "rows": [{"x": 1}, {"x": 2, "y": IDS[0]}],
        },
    ]
    assert schema(*seen) == {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "n": {"type": "number"},
            "at": {"type": "string", "format": "date-time"},
            "who": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "age": {"type": ["null", "integer"]}},
                "required": ["name", "age"],
            },
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "x": {"type": "integer"},
                        "y": {"type": "string", "pattern": "^[0-9a-f]{24}$"},
                    },
                    "required": ["x"],
                },
            },
            "extra": {"type": "boolean"},
        },
        "required": ["id", "n", "at", "who", "rows"],
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "boolean"), (1, "integer"), (1.0, "number"), ("", "string"), ([], "array"), ({}, "object")],
)
def test_types(value: object, kind: str) -> None:
    assert type_of(value) == kind
    assert schema(value) == {"type": kind}


def test_nothing_was_seen() -> None:
    assert schema() == {}


@pytest.mark.parametrize(
    ("strings", "keywords"),
    [
        (TIMES, {"format": "date-time"}),
        (DATES, {"format": "date"}),
        (UUIDS, {"format": "uuid"}),
        (IDS, {"pattern": "^[0-9a-f]{24}$"}),
        ([*TIMES, *DATES], {}),
        ([*TIMES, ""], {}),
        (["2026-02-30"], {}),
        (["2026-05-04T10:00:60Z"], {}),
        (["2026-05-04T24:00:00Z"], {}),
        (["2026-05-04T10:00:00"], {}),
        (["\uff12026-05-04"], {}),
        (["2026-05-04\n"], {}),
        ([IDS[0].upper()], {}),
        ([IDS[0] + "\n"], {}),
        (["Tue, 7 Nov 2023 08:03:27 GMT"], {}),
        (["Tue, 07 Nov 2023 08:03:27 +0000"], {}),
    ],
)
def test_formats_only_where_they_are_certain(strings: list[str], keywords: dict[str, str]) -> None:
    assert schema(*strings) == {"type": "string", **keywords}


def test_the_date_of_the_platform() -> None:
    inferred = schema(*HTTP)
    assert accepts(inferred, "Mon, 01 Jan 2024 00:00:00 GMT")
    assert not accepts(inferred, "2024-01-01")


@pytest.mark.parametrize(
    ("key", "strings", "listed"),
    [
        ("status", ["OK", "FAILED"] * 10, ["FAILED", "OK"]),
        ("status", ["OK", "FAILED"] * 9 + ["OK"], None),  # not seen often enough
        ("status", list("abcdef") * 10, None),  # too many
        ("status", ["OK", "x1"] * 10, None),  # no words
        ("status", ["OK", "x" * 40] * 10, None),
        ("status", ["OK", ""] * 10, None),
        ("status", ["OK", None] * 10, None),  # not only strings
        ("account_name", ["Acme", "Globex"] * 10, None),  # names somebody
        ("userId", ["a", "b"] * 10, None),
    ],
)
def test_values_are_listed_where_they_are_clearly_all(key: str, strings: list[str], listed: list[str] | None) -> None:
    assert schema(*({key: one} for one in strings))["properties"][key].get("enum") == listed


def test_what_is_known_is_taken_over() -> None:
    known = {
        "description": "A payload.",
        "properties": {
            "event": {"type": "string", "description": "Its name.", "const": "E"},
            "environment": {"enum": ["test", "production"]},
            "other": {"enum": ["a"]},
            "rows": {"items": {"properties": {"x": {"description": "An x."}}}},
        },
    }
    seen = [{"event": "E", "environment": "test", "other": "b", "rows": [{"x": 1}]}]
    assert infer(observe(seen), known) == {
        "type": "object",
        "description": "A payload.",
        "properties": {
            "event": {"type": "string", "description": "Its name.", "const": "E"},
            "environment": {"type": "string", "enum": ["test", "production"]},
            "other": {"type": "string"},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"x": {"type": "integer", "description": "An x."}},
                    "required": ["x"],
                },
            },
        },
        "required": ["event", "environment", "other", "rows"],
    }
    assert infer(observe([{"event": "E"}, {"event": "F"}]), known)["properties"]["event"] == {
        "type": "string",
        "description": "Its name.",
    }


def test_keys_that_are_data_are_not_listed() -> None:
    by_id = [{"rows": {f"{number:024x}": 1}} for number in range(51)]
    assert schema(*by_id)["properties"]["rows"] == {"type": "object", "additionalProperties": {}}
    assert len(schema(*by_id[:50])["properties"]["rows"]["properties"]) == 50
    common = [{**one["rows"], "total": 1} for one in by_id]
    assert len(schema(*common)["properties"]) == 52
