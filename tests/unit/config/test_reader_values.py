from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given

from hookwright.config import parsing, read_text
from hookwright.config.builder import Builder
from hookwright.config.parsing import PureParser

FILE = Path("file.yaml")


def value(text: str | bytes) -> Any:
    document, findings = read_text(FILE, text)
    assert findings == []
    assert document is not None
    return document.value


def test_values_are_json() -> None:
    text = """\
# a comment
text: plain text
quoted: 'it''s'
escaped: "a\\tb\\u00e9\\U0001F600"
folded: >-
  one
  two
literal: |
  one
    two
many
  lines: 'a


  b'
numbers: [1, -2.5, 0x10]
flags: {a: true, b: false}
nothing:
nothing-else: ~
"""
    assert value(text.replace("many\n  lines", "many-lines")) == {
        "text": "plain text",
        "quoted": "it's",
        "escaped": "a\tbé😀",
        "folded": "one two",
        "literal": "one\n  two\n",
        "many-lines": "a\n\nb",
        "numbers": [1, -2.5, 16],
        "flags": {"a": True, "b": False},
        "nothing": None,
        "nothing-else": None,
    }


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "\ufeff", "~"])
def test_empty_files(text: str) -> None:
    assert value(text) is None


def test_order_is_kept() -> None:
    assert list(value("b: 1\na: 2\nc: 3")) == ["b", "a", "c"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends(ends: str) -> None:
    assert value("a: 1\nb: |\n  x\n  y\nc:\n  - d\n".replace("\n", ends)) == {"a": 1, "b": "x\ny\n", "c": ["d"]}


def test_byte_order_mark() -> None:
    assert value(b"\xef\xbb\xbfa: 1\n") == {"a": 1}
    assert value("\ufeffa: 1\n") == {"a": 1}


def test_anchors_aliases_and_merge_keys() -> None:
    text = """\
base: &base {a: 1, b: {c: 2}}
more: &more {b: 3, d: 4}
alias: *base
merged: {<<: *base, a: 5}
after: {a: 5, <<: *base}
several: {<<: [*base, *more], e: 6}
inline: {<<: {x: 1}}
quoted: {"<<": 1}
again: &base other
name: *base
"""
    found = value(text)
    assert found["alias"] == {"a": 1, "b": {"c": 2}}
    assert found["merged"] == {"a": 5, "b": {"c": 2}}
    assert found["after"] == {"a": 5, "b": {"c": 2}}
    assert found["several"] == {"a": 1, "b": {"c": 2}, "d": 4, "e": 6}
    assert found["inline"] == {"x": 1}
    assert found["quoted"] == {"<<": 1}
    assert found["name"] == "other"


def test_a_key_may_be_an_alias_or_have_an_anchor() -> None:
    assert value("&a key: 1\nother: {*a : 2}") == {"key": 1, "other": {"key": 2}}


def test_an_anchor_may_be_set_again_inside_itself() -> None:
    assert value("&a [&a x, *a]") == ["x", "x"]


def test_tags_that_say_no_more_than_json() -> None:
    text = "[!!str 12, !!int 12, !!int '12', !!float 1, !!float 1.5, !!bool true, !!null '', ! 12, !!str on]\n"
    assert value(text) == ["12", 12, 12, 1.0, 1.5, True, None, "12", "on"]
    assert value("!!map {a: !!seq [1], b: ! {c: 1}}") == {"a": [1], "b": {"c": 1}}


def test_templates_in_quotes_and_in_plain_text() -> None:
    assert value('a: "{{event}}"\nb: the {{event.x}}\nc: ${var.x}/y') == {
        "a": "{{event}}",
        "b": "the {{event.x}}",
        "c": "${var.x}/y",
    }


def test_what_a_set_of_words_is_in_quotes() -> None:
    assert value("""["on", 'no', "010", "1e3", "2026-01-01", ".nan", "~", ""]""") == [
        "on", "no", "010", "1e3", "2026-01-01", ".nan", "~", "",
    ]  # fmt: skip


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_-", min_size=2, max_size=6), inner),
    max_leaves=20,
)


@given(json_values, st.sampled_from([None, True, False]), st.sampled_from([None, "'", '"']))
def test_what_pyyaml_writes_is_read_back(written: Any, flow: bool | None, style: str | None) -> None:
    text = yaml.safe_dump(written, default_flow_style=flow, default_style=style, allow_unicode=True, width=30)
    document, findings = read_text(FILE, text)
    # PyYAML does not quote all that its own resolver takes for text, y and n and 1e3 among them.
    assert {finding.rule for finding in findings} <= {"HW006", "HW007"}
    assert document is not None
    assert document.value == written


@given(json_values)
def test_both_parsers_give_the_same(written: Any) -> None:
    text = yaml.safe_dump(written, allow_unicode=True)
    pure, fast = Builder(text, PureParser(text).get_event), Builder(text, parsing.events(text))
    assert pure.document() == fast.document()
    assert pure.problems == fast.problems


def test_the_parser_in_python_gives_the_same_findings_at_the_same_places() -> None:
    text = 'a: on\nb: {{x}}\né😀: [010, {1: 2}]\na: "x"\n<<: 5\n? [q]\n: r\n'
    pure, fast = Builder(text, PureParser(text).get_event), Builder(text, parsing.events(text))
    assert pure.document() == fast.document() == {"a": "on", "b": "{{x}}", "é😀": ["010", {"1": 2}]}
    assert pure.problems == fast.problems
    assert [one.rule for one in fast.problems] == ["HW006", "HW010", "HW007", "HW009", "HW004", "HW018", "HW009"]


def test_coordinates_are_keys_and_a_lone_letter_as_value_is_not_trusted() -> None:
    document, findings = read_text(FILE, "{x: 1, y: 2, n: 3, Y: y}")
    assert document is not None
    assert document.value == {"x": 1, "y": 2, "n": 3, "Y": "y"}
    assert [(finding.rule, finding.span and finding.span.start.column) for finding in findings] == [("HW006", 23)]
