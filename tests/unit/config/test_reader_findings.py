from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.config import limits, read_text
from hookwright.model.finding import Severity

FILE = Path("file.yaml")


def found(text: str | bytes) -> list[tuple[str, int, int]]:
    """Rule, line and column of everything that is wrong with a text."""
    _, findings = read_text(FILE, text)
    for finding in findings:
        assert finding.severity is Severity.ERROR
        assert finding.message
        assert finding.span is not None
        assert finding.span.file == FILE
        assert finding.span.start <= finding.span.end
    return [(one.rule, one.span.start.line, one.span.start.column) for one in findings if one.span]


def value(text: str) -> object:
    document, _ = read_text(FILE, text)
    assert document is not None
    return document.value


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: 1\nb: \xff\n", 2, 4),
        (b"\xef\xbb\xbfa: \xe9", 1, 4),
        ("é: ü".encode() + b"\x80", 1, 5),
        (b"\xff\xfea\x00:\x00", 1, 1),
        (b"a: \xed\xa0\x80", 1, 4),
        (b"a: \xc3", 1, 4),
    ],
)
def test_not_utf8(data: bytes, line: int, column: int) -> None:
    document, _ = read_text(FILE, data)
    assert document is None
    assert found(data) == [("HW001", line, column)]


def test_utf16_is_called_by_its_name() -> None:
    _, findings = read_text(FILE, "a: 1".encode("utf-16"))
    assert findings[0].message == "the file is UTF-16, not UTF-8"
    assert findings[0].hint == "Save the file as UTF-8."


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("a: b: c", 1, 5, "a value with ': ' in it must be quoted"),
        ("a: 'b\nc: d", 1, 4, "is not closed"),
        ("a: [b\nc: d", 2, 2, "Close the bracket"),
        ("a: [b, {c: d]", 1, 13, "Close the bracket"),
        ("a: @b", 1, 4, "cannot begin with '@'"),
        ('a: "\\q"', 1, 5, "double it"),
        ('a: "\\ud83d\\ude00"', 1, 7, "\\U and its eight"),
        (r'a: "\"{{event.x}}\q"', 1, 18, "double it"),
        ("a:\n  - b\n c: d", 3, 2, "indentation"),
        ("a: *b", 1, 4, "Quote the value"),
        ("a: *.acme.example", 1, 5, "Quote the value"),
        ("a: !b!c d", 1, 4, "'!' begins a tag"),
        ("a: |x\n  b", 1, 5, ""),
    ],
)
def test_syntax(text: str, line: int, column: int, hint: str) -> None:
    assert found(text) == [("HW002", line, column)]
    _, findings = read_text(FILE, text)
    assert hint in findings[0].hint


def test_of_a_text_that_is_no_yaml_the_text_is_kept() -> None:
    document, findings = read_text(FILE, "a: b: c")
    assert document is not None
    assert document.text == "a: b: c"
    assert document.value is None
    assert findings
    assert document.places.span("/a").start == document.places.span("").start
    assert document.places.within("/a", 3, 4).start.column == 4


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("\ta: 1", 1, 1), ("a:\n\tb: 1", 2, 1), ("a:\n  b: 1\n\tc: 2", 3, 1), ("- \tx: 1\n\ty: 2", 1, 3)],
)
def test_tabs(text: str, line: int, column: int) -> None:
    assert found(text) == [("HW003", line, column)]


def test_tabs_that_are_no_indentation() -> None:
    assert found("a:\tb\nc: 'd\te'\t# f\n") == []


def test_duplicate_keys() -> None:
    text = "a: 1\nb: {c: 1, 'c': 2}\na: 3\n"
    assert found(text) == [("HW004", 2, 11), ("HW004", 3, 1)]
    _, findings = read_text(FILE, text)
    assert [(one.related[0].span.start.line, one.related[0].span.start.column) for one in findings] == [(2, 5), (1, 1)]
    assert findings[0].message == "the key 'c' stands here twice"
    assert value(text) == {"a": 1, "b": {"c": 1}}


def test_a_duplicate_key_in_the_first_of_two_nested_mappings_that_begin_together() -> None:
    _, findings = read_text(FILE, "- a: {x: 1}\n  b: 1\n  a: 2\n")
    (finding,) = findings
    assert finding.span is not None
    assert (finding.span.start.line, finding.related[0].span.start.line) == (3, 1)


def test_two_merge_keys_are_duplicates() -> None:
    assert found("a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n") == [("HW004", 4, 3)]


def test_merge_keys_need_mappings() -> None:
    assert found("a: {<<: 5}\nb: {<<: [{c: 1}, d]}") == [("HW018", 1, 5), ("HW018", 2, 5)]
    assert value("b: {<<: [{c: 1}, d]}") == {"b": {"c": 1}}


def test_recursive_alias() -> None:
    assert found("a: &a [1, *a]") == [("HW005", 1, 11)]
    assert found("&a {<<: *a}") == [("HW005", 1, 9)]


def test_alias_bomb() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert found("\n".join(lines)) == [("HW005", 5, 45)]
    assert value("\n".join(lines)) is None


def test_aliases_in_moderation() -> None:
    text = "base: &base {a: 1, b: 2}\nall:\n" + "".join(f"  k{n}: {{<<: *base, c: {n}}}\n" for n in range(10_000))
    assert found(text) == []


def test_too_deep() -> None:
    assert found("[" * 60 + "]" * 60) == []
    assert found("[" * 61 + "]" * 61) == [("HW005", 1, 61)]
    assert found("a: " + "{b: " * 60 + "1" + "}" * 60) == [("HW005", 1, 240)]


def test_too_deep_through_aliases() -> None:
    thirty = "[" * 30 + "]" * 30
    assert found(f"- &a {thirty}\n- " + "[" * 29 + "*a" + "]" * 29) == []
    assert found(f"- &a {thirty}\n- " + "[" * 30 + "*a" + "]" * 30) == [("HW005", 2, 33)]
    tower = [f"- &a0 {thirty}", *(f"- &a{n} [*a{n - 1}]" for n in range(1, 40))]
    assert found("\n".join(tower)) == [("HW005", 31, 9)]


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 10)
    assert found("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]") == []
    assert found("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]") == [("HW005", 1, 33)]
    assert found("{a: {b: 1, c: 2, d: 3, e: 4}, f: {g: 1, h: 2, i: 3, j: 4}, k: 1}") == [("HW005", 1, 1)]


def test_too_many_findings() -> None:
    rules = [rule for rule, _, _ in found("- on\n" * 1000)]
    assert rules == ["HW006"] * limits.MAX_PROBLEMS + ["HW005"]


def test_too_many_directives() -> None:
    text = "".join(f"%TAG !{n}! x:\n" for n in range(100)) + "---\na: 1\n"
    assert found(text) == [("HW005", 1, 1)]


def test_words_of_yaml_1_1() -> None:
    assert found("on: push\na: no\nb: [Yes, OFF, true]\nc: \"on\"\nd: 'y'\n") == [
        ("HW006", 1, 1),
        ("HW006", 2, 4),
        ("HW006", 3, 5),
        ("HW006", 3, 10),
    ]
    assert value("on: no") == {"on": "no"}


def test_numbers_and_dates_that_are_read_differently() -> None:
    assert found("a: 1e3\nb: 010\nc: 1:30\nd: 2026-01-01\n0o7: x") == [
        ("HW007", 1, 4),
        ("HW007", 2, 4),
        ("HW007", 3, 4),
        ("HW008", 4, 4),
        ("HW007", 5, 1),
    ]
    assert value("a: 66e31564") == {"a": "66e31564"}


def test_keys_that_are_no_strings() -> None:
    text = "1: a\ntrue: b\n~: c\n? [x]\n: d\n? {z: 1}\n: e\n"
    assert found(text) == [("HW009", 1, 1), ("HW009", 2, 1), ("HW009", 3, 1), ("HW009", 4, 3), ("HW009", 6, 3)]
    assert value(text) == {"1": "a", "true": "b", "~": "c"}
    assert found("a: &a 1\nb: {*a : c}") == [("HW009", 2, 5)]
    assert found("? \n: x") == [("HW009", 1, 2)]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: {{event.x}}", 1, 4),
        ("a: {{ event.x }}", 1, 4),
        ("a:\n  - {{event}}", 2, 5),
        ("a: [x, {{event}}]", 1, 8),
        ("{{event}}: a", 1, 1),
        ("a: {{event.x}} failed", 1, 4),
        ("a: {b: x{{event.y}}}", 1, 9),
        ("a: {{event.x}}/{{event.y}}", 1, 4),
        ("a: {{#if x}}\nb: c", 1, 4),
        ("a: {{on}}", 1, 4),
        ("a: {{{event.x}}}", 1, 4),
    ],
)
def test_unquoted_templates(text: str, line: int, column: int) -> None:
    assert found(text) == [("HW010", line, column)]


def test_an_unquoted_template_is_still_read_as_its_text() -> None:
    assert value("a: {{event.x}}\n{{b}}: [{{ c }}]") == {"a": "{{event.x}}", "{{b}}": ["{{ c }}"]}
    document, findings = read_text(FILE, "a: {{{event.x}}}")
    assert document is not None
    assert document.places.within("/a", 3, 8).start.column == 7
    _, findings = read_text(FILE, "a: {{event.x}}")
    assert findings[0].span is not None
    assert findings[0].span.end.column == 15


def test_braces_that_are_no_templates() -> None:
    assert found("a: {b: {c: d}}\ne: x {{y}} z\nf: '{{g}}'\n") == []
    assert [rule for rule, _, _ in found("a: { {b: c}: d }")] == ["HW009"]
    assert [rule for rule, _, _ in found("a: {[b]: c}")] == ["HW009"]


def test_several_documents() -> None:
    assert found("a: 1\n---\nb: 2\n") == [("HW011", 2, 1)]
    assert found("---\na: 1\n...\n") == []
    assert value("a: 1\n---\nb: 2\n") == {"a": 1}


@pytest.mark.parametrize("tag", ["!x", "!!binary", "!!timestamp", "!!python/object:os.system", "!<tag:a,b:c>"])
def test_tags(tag: str) -> None:
    assert found(f"a: {tag} b") == [("HW012", 1, 4)]
    assert value(f"a: {tag} b") == {"a": "b"}


def test_tags_that_do_not_fit() -> None:
    assert found("[!!int x, !!bool 1, !!int true, !!null x, !!map [], !!seq {}, !!float on]") == [
        ("HW012", 1, column) for column in (2, 11, 21, 33, 43, 53, 63)
    ]


def test_numbers_that_json_cannot_hold() -> None:
    assert found("[.nan, -.inf, 1.0e+999]") == [("HW013", 1, 2), ("HW013", 1, 8), ("HW013", 1, 15)]


@pytest.mark.parametrize("char", ["\0", "\x07", "\x7f", "\x9f", "\ufffe"])
def test_control_characters(char: str) -> None:
    assert found(f"a: 1\nb: 'é{char}'") == [("HW017", 2, 6)]
    _, findings = read_text(FILE, f"b: '{char}'")
    assert f"U+{ord(char):04X}" in findings[0].message


def test_half_a_surrogate_pair_in_a_text() -> None:
    assert found("a: \ud800") == [("HW017", 1, 4)]


def test_columns_count_characters() -> None:
    assert found("'😀é': on") == [("HW006", 1, 7)]
    assert found("a: 'x'\r\nb: on\r\n") == [("HW006", 2, 4)]
    assert found("\ufeffa: on") == [("HW006", 1, 4)]
