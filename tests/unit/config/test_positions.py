from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import example, given

from hookwright.config import limits, read_text
from hookwright.model.source import Document, Span, escape

FILE = Path("file.yaml")


def document(text: str) -> Document:
    found, findings = read_text(FILE, text)
    assert findings == []
    assert found is not None
    return found


def numbers(span: Span) -> tuple[int, int, int, int]:
    assert span.file == FILE
    return span.start.line, span.start.column, span.end.line, span.end.column


def at(text: str, span: Span) -> str:
    """What stands in a text at a span; its lines must end in line feeds."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    begin = starts[span.start.line - 1] + span.start.column - 1
    return text[begin : starts[span.end.line - 1] + span.end.column - 1]


TEXT = """\
# first a comment
webhooks:
  alerts:   # another
    url: https://hooks.acme.example/refold  # and one
    events: [Workflow Errored, 'Workflow Timed Out']
    headers: {Authorization: "Bearer x", X-Run: z}
    nothing:
    text: |
      one
      two

    folded: >-
      a
      b
    "a/b~c": 1
  other:
    - url: u

    - 5
# the end
"""


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", (2, 1, 19, 8)),
        ("/webhooks", (3, 3, 19, 8)),
        ("/webhooks/alerts", (4, 5, 15, 15)),
        ("/webhooks/alerts/url", (4, 10, 4, 43)),
        ("/webhooks/alerts/events", (5, 13, 5, 53)),
        ("/webhooks/alerts/events/0", (5, 14, 5, 30)),
        ("/webhooks/alerts/events/1", (5, 32, 5, 52)),
        ("/webhooks/alerts/headers/Authorization", (6, 30, 6, 40)),
        ("/webhooks/alerts/headers/X-Run", (6, 49, 6, 50)),
        ("/webhooks/alerts/nothing", (7, 13, 7, 13)),
        ("/webhooks/alerts/text", (8, 11, 10, 10)),
        ("/webhooks/alerts/folded", (12, 13, 14, 8)),
        ("/webhooks/alerts/a~1b~0c", (15, 14, 15, 15)),
        ("/webhooks/other", (17, 5, 19, 8)),
        ("/webhooks/other/0/url", (17, 12, 17, 13)),
        ("/webhooks/other/1", (19, 7, 19, 8)),
    ],
)
def test_spans_of_values(pointer: str, expected: tuple[int, int, int, int]) -> None:
    assert numbers(document(TEXT).places.span(pointer)) == expected


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/webhooks/alerts", (3, 3, 3, 9)),
        ("/webhooks/alerts/headers/X-Run", (6, 42, 6, 47)),
        ("/webhooks/alerts/a~1b~0c", (15, 5, 15, 12)),
        ("/webhooks/other/1", (19, 7, 19, 8)),  # no key: the value
        ("", (2, 1, 19, 8)),
    ],
)
def test_spans_of_keys(pointer: str, expected: tuple[int, int, int, int]) -> None:
    assert numbers(document(TEXT).places.span(pointer, key=True)) == expected


@pytest.mark.parametrize(
    ("pointer", "nearest"),
    [
        ("/webhooks/alerts/slug", "/webhooks/alerts"),
        ("/webhooks/alerts/slug/deep/er", "/webhooks/alerts"),
        ("/webhooks/alerts/events/7", "/webhooks/alerts/events"),
        ("/webhooks/alerts/url/x", "/webhooks/alerts/url"),
        ("/nowhere", ""),
    ],
)
def test_nothing_there_is_the_nearest_thing_around(pointer: str, nearest: str) -> None:
    places = document(TEXT).places
    assert places.span(pointer) == places.span(nearest)
    assert places.span(pointer, key=True) == places.span(nearest, key=True)
    assert places.within(pointer, 0, 3) == places.span(nearest)


def test_through_aliases_and_merges() -> None:
    text = """\
base: &base {url: u, headers: {a: b}}
list: &list [&first x, z]
alias: *base
merged:
  <<: *base
  url: own
both: {<<: [{p: 1}, *base], q: 2}
item: *list
same: *first
"""
    places = document(text).places
    assert numbers(places.span("/alias")) == (3, 8, 3, 13)
    assert at(text, places.span("/alias/url")) == "u"
    assert numbers(places.span("/alias/headers/a")) == (1, 35, 1, 36)
    assert numbers(places.span("/merged/headers/a")) == (1, 35, 1, 36)
    assert numbers(places.span("/merged/url")) == (6, 8, 6, 11)
    assert numbers(places.span("/both/p")) == (7, 17, 7, 18)
    assert numbers(places.span("/both/url")) == (1, 19, 1, 20)
    assert at(text, places.span("/item/1")) == "z"
    assert at(text, places.span("/same")) == "*first"
    assert at(text, places.within("/same", 0, 1)) == "x"
    assert numbers(places.span("/merged")) == (5, 3, 6, 11)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("a: one {{two}} three", "{{two}}", (1, 8, 1, 15)),
        ("a: 'it''s {{two}}'", "{{two}}", (1, 11, 1, 18)),
        ("a: 'it''s'", "'", (1, 7, 1, 9)),
        ('a: "\\t\\u00e9\\x41\\U0001F600 {{two}}"', "{{two}}", (1, 28, 1, 35)),
        ('a: "\\u00e9"', "é", (1, 5, 1, 11)),
        ('a: "x\\\n  {{two}}"', "{{two}}", (2, 3, 2, 10)),
        ('a: "x\\n\n\n  {{two}}"', "{{two}}", (3, 3, 3, 10)),
        ("a: one\n  two {{two}}\n  three", "{{two}}", (2, 7, 2, 14)),
        ("a: 'one\n\n\n  {{two}}'", "{{two}}", (4, 3, 4, 10)),
        ("a: |\n  one\n    {{two}}\n", "{{two}}", (3, 5, 3, 12)),
        ("a: |2\n    one\n  {{two}}\n", "{{two}}", (3, 3, 3, 10)),
        ("a: |-\n\n\n  one\n\n  {{two}}\n\n", "{{two}}", (6, 3, 6, 10)),
        ("a: |+\n  one\n  {{two}}\n\n", "{{two}}\n\n", (3, 3, 5, 1)),
        ("a: >\n  one\n  two\n\n  {{two}} x\n", "{{two}}", (5, 3, 5, 10)),
        ("a: >-\n  one\n    {{two}}\n  three\n", "{{two}}", (3, 5, 3, 12)),
        ("a: >\n  one\n\n    more\n\n  {{two}}\n", "{{two}}", (6, 3, 6, 10)),
        ("a: !!str '{{two}}'", "{{two}}", (1, 11, 1, 18)),
        ("a: &x !!str\n  {{two}} x", "{{two}}", (2, 3, 2, 10)),
        ("a: |\r\n  one\r\n  {{two}}\r\n", "{{two}}", (3, 3, 3, 10)),
        ("a: '😀 {{two}}'", "{{two}}", (1, 7, 1, 14)),
    ],
)
def test_characters_within_a_string(text: str, wanted: str, expected: tuple[int, int, int, int]) -> None:
    if text.startswith("a: &x"):
        text = text.replace("{{two}} x", '"{{two}} x"')
        expected = (2, 4, 2, 11)
    found = document(text)
    start = found.value["a"].index(wanted)
    assert numbers(found.places.within("/a", start, start + len(wanted))) == expected


def test_characters_that_are_not_there() -> None:
    places = document("a: 'xyz'\nb: ''\nc: [1]\nd: 12").places
    assert numbers(places.within("/a", 1, 1)) == (1, 6, 1, 6)
    assert numbers(places.within("/a", 3, 3)) == (1, 8, 1, 8)
    assert numbers(places.within("/a", 2, 99)) == (1, 7, 1, 8)
    assert numbers(places.within("/a", -5, 1)) == (1, 5, 1, 6)
    assert numbers(places.within("/a", 50, 60)) == (1, 8, 1, 8)
    assert numbers(places.within("/a", 2, 1)) == (1, 7, 1, 7)
    assert numbers(places.within("/b", 0, 1)) == (2, 4, 2, 6)
    assert numbers(places.within("/c", 0, 1)) == (3, 4, 3, 7)
    assert numbers(places.within("/d", 0, 1)) == (4, 4, 4, 5)
    assert numbers(document("a: |").places.within("/a", 0, 1)) == (1, 4, 1, 5)


def test_a_comment_between_a_tag_and_its_scalar() -> None:
    places = document('a: !!str # \\q \\uzzzz\n  "x"\nb: c').places
    assert places.within("/a", 0, 1) == places.span("/a")


def test_a_very_long_string_is_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    places = document("a: " + "x" * (limits.MAX_TRACED + 1)).places
    assert places.within("/a", 5, 6) == places.span("/a")


def test_line_breaks_of_yaml_1_1_are_characters() -> None:
    found = document("a: 'x\u2028y'\nb: c")
    assert numbers(found.places.span("/b")) == (2, 4, 2, 5)
    assert numbers(found.places.within("/a", 2, 3)) == (1, 7, 1, 8)
    assert numbers(document('a: "x\\\u2028y"').places.within("/a", 1, 2)) == (1, 8, 1, 9)


def test_nothing_is_parsed_before_the_first_question() -> None:
    places = document(TEXT).places
    assert vars(places)["_root"] is None
    places.span("/webhooks")
    assert vars(places)["_root"] is not None


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    if isinstance(value, dict):
        for key, one in value.items():
            yield from strings(one, f"{pointer}/{escape(key)}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from strings(one, f"{pointer}/{index}")


text_values = st.text(
    st.sampled_from("ab {}:,'\"\\\n\té😀-#&*|>%@") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=40
).filter(lambda text: not set(text) & set("\u2028\u2029\x85\ufeff\ufffe\uffff"))


@given(
    st.dictionaries(st.text("abc/~ x", min_size=1, max_size=5), text_values | st.lists(text_values), max_size=4),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(20, 80),
)
@example({"a": "x \n y"}, None, "|", 80)
@example({"a": " leading\n\n  more\nend"}, None, ">", 20)
def test_every_character_is_found_where_it_was_written(
    written: dict[str, Any], flow: bool | None, style: str | None, width: int
) -> None:
    text = yaml.safe_dump(written, default_flow_style=flow, default_style=style, allow_unicode=True, width=width)
    found, _ = read_text(FILE, text)
    assert found is not None
    assert found.value == written
    for pointer, value in strings(found.value):
        span = found.places.span(pointer)
        assert span.start <= span.end
        if not isinstance(value, str) or not value:
            continue
        for index, char in enumerate(value):
            here = found.places.within(pointer, index, index + 1)
            assert here.start >= span.start
            assert here != span or len(value) == 1
            if not char.isspace():
                assert at(text, here) == char or at(text, here)[0] == "\\" or at(text, here) == "''"
