from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from hookwright.config import read_text
from hookwright.config.overlay import EntryPlaces, LayeredPlaces, merged
from hookwright.config.positions import TextPlaces
from hookwright.model.project import Entry
from hookwright.model.source import Span

FILE = Path("file.yaml")
BODY = Path("body.json")

TEXT = """\
webhooks:
  one:
    url: base
    headers: {A: a, B: b}
    events: [x, z]
    body_file: body.json
    environments:
      test:
        url: over
        headers: {B: c, C: d}
        events: [w]
        workflows: [{id: i}]
        body: null
        slug: null
"""


@pytest.mark.parametrize(
    ("base", "override", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"a": 1, "b": 2}, {"b": None}, {"a": 1}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": None, "d": 3}}, {"a": {"b": 1, "d": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": [1]}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": {"b": 1}}, {"a": False}, {"a": False}),
        ({}, {"a": {"b": None, "c": {"d": None}}}, {"a": {"c": {}}}),
        ({"a": None}, {}, {"a": None}),
    ],
)
def test_merging(base: dict[str, Any], override: dict[str, Any], expected: dict[str, Any]) -> None:
    assert merged(base, override) == expected


mappings = st.recursive(
    st.none() | st.booleans() | st.text(max_size=2) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
).map(lambda value: value if isinstance(value, dict) else {"a": value})


@given(mappings, mappings)
def test_merging_changes_neither_and_holds_the_override(base: dict[str, Any], override: dict[str, Any]) -> None:
    before = repr(base), repr(override)
    result = merged(base, override)
    assert (repr(base), repr(override)) == before
    assert merged(result, override) == result
    for key, value in override.items():
        assert (key in result) is (value is not None)


def layers(body: TextPlaces | None = None) -> LayeredPlaces:
    document, _ = read_text(FILE, TEXT)
    assert document is not None
    value = document.value["webhooks"]["one"]
    entry = Entry("one", value, document, "/webhooks/one")
    return LayeredPlaces(entry, value["environments"]["test"], "/environments/test", body)


def start(span: Span) -> tuple[str, int, int]:
    return span.file.name, span.start.line, span.start.column


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 3, 5),
        ("/url", 9, 14),
        ("/headers", 4, 14),
        ("/headers/A", 4, 18),
        ("/headers/B", 10, 22),
        ("/headers/C", 10, 28),
        ("/events/0", 11, 18),
        ("/workflows/0", 12, 21),
        ("/workflows/0/id", 12, 26),
        ("/slug", 3, 5),
        ("/body_file", 6, 16),
    ],
)
def test_places_through_overrides(pointer: str, line: int, column: int) -> None:
    assert start(layers().span(pointer)) == ("file.yaml", line, column)


def test_keys_and_characters_through_overrides() -> None:
    places = layers()
    assert start(places.span("", key=True)) == ("file.yaml", 2, 3)
    assert start(places.span("/headers/C", key=True)) == ("file.yaml", 10, 25)
    assert start(places.within("/url", 2, 4)) == ("file.yaml", 9, 16)


def test_places_in_a_body_file() -> None:
    places = layers(TextPlaces(BODY, "one\ntwo\n"))
    assert start(places.span("/body")) == ("body.json", 1, 1)
    assert start(places.span("/body", key=True)) == ("file.yaml", 6, 5)
    assert start(places.within("/body", 5, 6)) == ("body.json", 2, 2)


def test_a_mapping_that_only_the_override_has() -> None:
    document, _ = read_text(FILE, "a:\n  url: u\n  body: text\n  environments: {t: {headers: {H: h}, body: {b: c}}}\n")
    assert document is not None
    entry = Entry("a", document.value["a"], document, "/a")
    places = LayeredPlaces(entry, entry.value["environments"]["t"], "/environments/t", None)
    assert start(places.span("/headers", key=True)) == ("file.yaml", 4, 22)
    assert start(places.span("/body")) == ("file.yaml", 4, 45)
    assert start(places.span("/body/b")) == ("file.yaml", 4, 49)


def test_places_of_a_plain_entry() -> None:
    document, _ = read_text(FILE, "a: {b: [x]}")
    assert document is not None
    places = EntryPlaces(Entry("a", document.value["a"], document, "/a"))
    assert start(places.span("/b/0")) == ("file.yaml", 1, 9)
    assert start(places.span("/b", key=True)) == ("file.yaml", 1, 5)
    assert places.within("/b/0", 0, 1) == places.span("/b/0")
