from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.config import read_text
from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Position, Span
from hookwright.validate.silence import Silences, silences_in

FILE = Path("webhooks/a.yaml")


def silences(text: str) -> list[tuple[int, int, int, tuple[str, ...], str]]:
    document, _ = read_text(FILE, text)
    assert document is not None
    return [(s.line, s.span.start.line, s.span.start.column, s.rules, s.reason) for s in silences_in([document])]


@pytest.mark.parametrize(
    ("comment", "rules", "reason"),
    [
        ("# hookwright: ignore HW301 - a reason", ("HW301",), "a reason"),
        ("#hookwright: ignore HW301 -- a reason - of two parts", ("HW301",), "a reason - of two parts"),
        ("# hookwright: ignore HW301, unknown-key HW303 \N{EM DASH} three", ("HW301", "unknown-key", "HW303"), "three"),
        ("# hookwright: ignore HW301", ("HW301",), ""),
        ("# hookwright: ignore HW301 -", ("HW301",), ""),
        ("# hookwright: ignore", (), ""),
        ("# hookwright: ignore - a reason", (), "a reason"),
    ],
)
def test_what_a_comment_says(comment: str, rules: tuple[str, ...], reason: str) -> None:
    assert silences(f"a: 1  {comment}\n") == [(1, 1, 7, rules, reason)]


@pytest.mark.parametrize(
    "text", ["a: 1  # hookwright: ignored\n", "a: x#hookwright: ignore HW301 - x\n", "a: 1  # Hookwright: ignore HW1\n"]
)
def test_what_is_no_silence(text: str) -> None:
    assert silences(text) == []


def test_alone_on_its_line_it_is_for_the_next_that_is_no_comment() -> None:
    text = "# hookwright: ignore HW301 - one\n# hookwright: ignore HW303 - two\n\n  # other\na: 1\nb: 2\n"
    assert [(line, rules) for line, _, _, rules, _ in silences(text)] == [(5, ("HW301",)), (5, ("HW303",))]


def test_at_the_end_of_a_file_it_is_for_its_own_line() -> None:
    assert silences("a: 1\n# hookwright: ignore HW301 - x\n")[0][0] == 2


def test_all_line_ends_count() -> None:
    assert [s[:3] for s in silences("a: 1\r\nb: 2\r\nc: 3 # hookwright: ignore HW301 - x\r\n")] == [(3, 3, 6)]


def test_which_findings_are_silenced() -> None:
    document, _ = read_text(FILE, "a: 1  # hookwright: ignore HW301, http-url - x\nb: 2  # hookwright: ignore HW303\n")
    assert document is not None
    held = Silences(silences_in([document]), {"hw301": "HW301", "http-url": "HW301", "hw303": "HW303"})

    def finding(rule: str, line: int) -> Finding:
        at = Position(line, 1)
        return Finding(rule, Severity.ERROR, "x", Span(FILE, at, at))

    assert not held.silences(Finding("HW301", Severity.ERROR, "x", None))
    assert not held.silences(finding("HW301", 2))
    assert not held.silences(finding("HW303", 2))  # it gives no reason
    assert not held.silences(finding("HW302", 1))
    assert [rule for _, rule in held.unused()] == ["HW301"]
    assert held.silences(finding("HW301", 1))
    assert list(held.unused()) == []
    assert not Silences([], {}).silences(finding("HW301", 1))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: |  # hookwright: ignore HW305 - x\n  one\n\n  two\nb: 1\n", (1, 4)),
        ("# hookwright: ignore HW305 - x\na:\n  - b: &c >-\n      one\n    d: 1\n", (2, 2)),
        ("a:\n  # hookwright: ignore HW305 - x\n  - b: &c >2-\n      one\n       two\n    d: 1\n", (3, 5)),
        ("- | # hookwright: ignore HW305 - x\n one\n- two\n", (1, 2)),
        ("a: |  # hookwright: ignore HW305 - x\nb: 1\n", (1, 1)),
        ("a: x|  # hookwright: ignore HW305 - x\nb: 1\n", (1, 1)),
    ],
)
def test_a_silence_holds_for_the_text_that_begins_on_its_line(text: str, lines: tuple[int, int]) -> None:
    document, _ = read_text(FILE, text)
    assert document is not None
    assert [(silence.line, silence.last) for silence in silences_in([document])] == [lines]


def test_a_text_ends_with_its_last_line_and_begins_behind_no_comment() -> None:
    assert silences("a: |\n  one\n  # hookwright: ignore HW305 - x\nb: 1\n") == []
    text = "a:\n    # like this: |\n      # hookwright: ignore HW301 - x\n    b: 1\n"
    assert [(line, rules) for line, _, _, rules, _ in silences(text)] == [(4, ("HW301",))]


def test_a_text_holds_no_silences() -> None:
    assert silences(
        "a: |\n  # hookwright: ignore HW305 - x\n  one\n# b: |\n  # hookwright: ignore HW301 - x\nc: 1\n"
    ) == [(6, 5, 3, ("HW301",), "x")]
