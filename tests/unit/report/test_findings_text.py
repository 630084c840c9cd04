from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Position, Span
from hookwright.report.findings_text import clipped, to_text
from tests.unit.report import findings_examples as examples


def test_as_a_good_compiler_does_it() -> None:
    assert to_text(examples.ALL, examples.sources) == (
        """\
warning[HW301]: deliveries to this URL are not encrypted
  --> webhooks/orders.yaml:3:10 (test, staging)
  3 |     url: http://hooks.acme.example/orders
    |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  hint: Write https://.

error[HW401]: there is no event 'Workflow Complete'
  --> webhooks/orders.yaml:4:14
  4 |     events: [Workflow Complete]
    |              ^^^^^^^^^^^^^^^^^
  ::: webhooks/orders.yaml:2:3: the webhook begins here
  2 |   orders:
    |   ------
  hint: Did you mean 'Workflow Completed'?

info[HW000]: there is no project

1 error, 1 warning, 1 note; 'hookwright explain HW401' says more about the first error"""
    )


def test_where_there_is_no_error_what_stands_first_is_explained() -> None:
    last = to_text([examples.HTTP], examples.sources).splitlines()[-1]
    assert last == "1 warning; 'hookwright explain HW301' says more about the first"


def test_nothing_to_say() -> None:
    assert to_text([], examples.sources) == "no findings"


def test_colour_links_the_rule_to_its_page() -> None:
    shown = to_text([examples.HTTP], examples.sources, color=True)
    page = "https://github.com/hookwright/hookwright/blob/main/docs/rules/HW301.md"
    assert shown.startswith(f"\x1b]8;;{page}\x1b\\\x1b[33;1mwarning[HW301]\x1b[0m\x1b]8;;\x1b\\: ")
    assert "\x1b[33;1m" + "^" * 31 + "\x1b[0m" in shown


def test_a_file_that_cannot_be_had_is_only_named() -> None:
    finding = replace(examples.HTTP, span=examples.at(3, 10, 41, file=Path("gone.yaml")))
    assert to_text([finding], examples.sources).splitlines()[1:3] == [
        "  --> gone.yaml:3:10 (test, staging)",
        "  hint: Write https://.",
    ]


def test_a_span_of_several_lines_is_marked_on_its_first() -> None:
    finding = replace(examples.HTTP, span=examples.at(2, 3, 1, end_line=4))
    assert to_text([finding], examples.sources).splitlines()[2:4] == ["  2 |   orders:", "    |   ^^^^^^^"]


def test_what_others_wrote_cannot_drive_the_terminal() -> None:
    evil = Path("a\x1b[2J.yaml")
    finding = Finding("HW401", Severity.ERROR, "no \x1b]0;title\x07", Span(evil, Position(1, 1), Position(1, 3)))
    shown = to_text([finding], lambda path: "\x1b[31mred\u202e")
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert r"  1 | \x1b[31mred\u202e" in shown


@pytest.mark.parametrize(
    ("line", "start", "end", "before", "shown", "length"),
    [
        ("abc def", 4, 7, 4, "abc def", 3),
        ("\tabc", 1, 4, 4, "    abc", 3),
        ("日本 x", 3, 4, 5, "日本 x", 1),
        ("日本 x", 0, 2, 0, "日本 x", 4),
        ("e\u0301x", 2, 3, 1, "e\u0301x", 1),
        ("abc", 3, 3, 3, "abc", 1),
        ("abc", 9, 12, 3, "abc", 1),
        ("abc   ", 0, 6, 0, "abc", 3),
        ("", 0, 0, 0, "", 1),
    ],
)
def test_marks_stand_under_what_they_mark(
    line: str, start: int, end: int, before: int, shown: str, length: int
) -> None:
    assert clipped(line, start, end, 60) == (before, shown, length)


def test_a_source_line_is_no_command_to_a_runner() -> None:
    assert clipped("a: 1 # ##[error]x ###[b", 3, 4, 60) == (3, r"a: 1 # #\x23[error]x ##\x23[b", 1)
    assert clipped("##[error] x", 10, 11, 60) == (13, r"#\x23[error] x", 1)


def test_long_lines_are_clipped_around_the_mark() -> None:
    line = "a" * 100 + "MARK" + "b" * 100
    before, shown, length = clipped(line, 100, 104, 30)
    assert shown == "…" + "a" * 10 + "MARK" + "b" * 16 + "…"
    assert (before, length) == (11, 4)
    assert shown[before : before + length] == "MARK"


def test_a_mark_longer_than_the_line_is_wide_is_clipped() -> None:
    assert clipped("x" * 200, 0, 200, 30) == (0, "x" * 30 + "…", 30)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(10, 40))
def test_the_mark_is_never_outside_of_what_is_shown(line: str, start: int, end: int, width: int) -> None:
    before, shown, length = clipped(line, start, end, width)
    assert length >= 1
    assert before <= 2 * len(shown)
