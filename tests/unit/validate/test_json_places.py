from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.source import escape
from hookwright.validate.json_places import place_of

TEXT = '{\n  "a": [1, {"b/c": "é\\"]", "~": {}}],\n  "a\\u0062": null,\n  "x": 1, "x": [2]\n}\n'


@pytest.mark.parametrize(
    ("pointer", "begin", "end"),
    [
        ("", (1, 1), (5, 2)),
        ("/a", (2, 8), (2, 37)),
        ("/a/0", (2, 9), (2, 10)),
        ("/a/1/b~1c", (2, 20), (2, 26)),
        ("/a/1/~0", (2, 33), (2, 35)),
        ("/ab", (3, 14), (3, 18)),
        ("/x/0", (4, 17), (4, 18)),
        ("/a/2", (2, 8), (2, 37)),
        ("/a/x", (2, 8), (2, 37)),
        ("/nope/deeper", (1, 1), (5, 2)),
        ("/ab/deeper", (3, 14), (3, 18)),
    ],
)
def test_places(pointer: str, begin: tuple[int, int], end: tuple[int, int]) -> None:
    start, stop = place_of(TEXT, pointer)
    assert ((start.line, start.column), (stop.line, stop.column)) == (begin, end)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=12,
)


@given(value=_values, data=st.data(), indent=st.sampled_from([None, 0, 3]))
def test_what_stands_there_is_the_value(value: object, data: st.DataObject, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    pointer, part = "", value
    while isinstance(part, dict | list) and part and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        pointer, part = f"{pointer}/{escape(str(key))}", part[key]
    start, end = place_of(text, pointer)
    lines = text.split("\n")
    offset = [sum(len(line) + 1 for line in lines[: at.line - 1]) + at.column - 1 for at in (start, end)]
    assert json.loads(text[offset[0] : offset[1]]) == part


@pytest.mark.parametrize(
    ("text", "pointer", "begin"),
    [
        ("\n{}", "", (2, 1)),
        ('{"a":1,"b":2}', "/b", (1, 12)),
        ('{"a":1,"b":[1,2]}', "/b/1", (1, 15)),
        ("[[]]", "/0/1", (1, 2)),
    ],
)
def test_places_in_tight_text(text: str, pointer: str, begin: tuple[int, int]) -> None:
    start, _ = place_of(text, pointer)
    assert (start.line, start.column) == begin
