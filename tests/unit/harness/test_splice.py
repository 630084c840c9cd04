"""Values replaced in a JSON text, and not a byte beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.harness.splice import splice

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text('a"\\/~{}[],:', max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text('a/~"', max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "pointers", "expected"),
    [
        ('{"a" : "x",\r\n "b":1.0}\n', ["/a"], '{"a" : "***",\r\n "b":1.0}\n'),
        ('{"a":[1, {"b": [2]}]}', ["/a/1/b"], '{"a":[1, {"b": "***"}]}'),
        ('{"a":1,"a":2,"b":3}', ["/a"], '{"a":"***","a":"***","b":3}'),
        ('{"x/y":1,"~":2}', ["/x~1y", "/~0"], '{"x/y":"***","~":"***"}'),
        ('{"\\u0061":1}', ["/a"], '{"\\u0061":"***"}'),
        ('{"é":"😀"}', ["/é"], '{"é":"***"}'),
        (' "all" ', [""], ' "***" '),
        ('{"a":{"b":1}}', ["/a", "/a/b"], '{"a":"***"}'),
        ('{"a":1}', ["/b", "/a/b", "/0"], '{"a":1}'),
        ("[]", ["/0"], "[]"),
    ],
)
def test_examples(body: str, pointers: list[str], expected: str) -> None:
    assert splice(body.encode(), pointers, '"***"').decode() == expected


def replaced(value: Any, pointer: str, wanted: set[str]) -> Any:
    if pointer in wanted:
        return "***"
    if isinstance(value, dict):
        return {
            key: replaced(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", wanted)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [replaced(item, f"{pointer}/{index}", wanted) for index, item in enumerate(value)]
    return value


@given(JSON, st.sets(st.sampled_from(["/0", "/1", "/a", "/a/0", "/~1", "/~0/a", "/", "/0/a", ""])))
def test_it_does_to_the_text_what_is_done_to_the_value(value: Any, pointers: set[str]) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        assert json.loads(splice(text.encode(), pointers, '"***"')) == replaced(value, "", pointers)
