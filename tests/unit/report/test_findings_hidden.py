"""A report of findings is kept where many read it: what is found to be a secret in clear is not shown again."""

from __future__ import annotations

from pathlib import Path

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Position, Span
from hookwright.report.findings_text import to_text

FILE = Path("a.yaml")
LINE = 'headers: {Authorization: "Bearer abc", X: nope}'


def finding(rule: str, start: int, end: int) -> Finding:
    return Finding(rule, Severity.ERROR, "wrong", Span(FILE, Position(1, start), Position(1, end)))


def test_a_secret_is_blotted_out_in_every_excerpt_of_its_line() -> None:
    start = LINE.index('"') + 1
    secret = finding("HW306", start, start + len('"Bearer abc"'))
    other = finding("HW201", LINE.index("nope") + 1, LINE.index("nope") + 5)
    text = to_text([other, secret], {FILE: LINE}.get)
    assert "Bearer" not in text
    assert "abc" not in text
    assert text.count("************, X: nope") == 2
    assert "Bearer abc" in to_text([other], {FILE: LINE}.get)


def test_a_secret_over_several_lines_is_blotted_out_whole() -> None:
    lines = ["a: |", "  line one", "  line two", "b: c"]
    secret = Finding("HW304", Severity.ERROR, "wrong", Span(FILE, Position(1, 4), Position(4, 1)))
    about = [Finding("HW201", Severity.ERROR, "x", Span(FILE, Position(n, 3), Position(n, 5))) for n in (2, 3, 4)]
    text = to_text([secret, *about], {FILE: "\n".join(lines)}.get)
    assert "line" not in text
    assert "b: c" in text
