"""The progress of an apply: the bar as a terminal gets it, and the lines that stand in for it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.cli.progress import Bar, Lines, bar_line, progress_for
from hookwright.cli.settings import Settings
from hookwright.model.plan import Action, Step, StepStatus

CLEAR = "\r\x1b[K"
DONE = Step("webhook", "pager", Action.CREATE, "1", StepStatus.APPLIED)
FAILED = Step("webhook", "plain", Action.UPDATE, "2", StepStatus.FAILED, "PUT answered 500")


class Terminal:
    """Keeps what is written, and has a clock that stands still unless it is set."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.now = 100.0

    def bar(self, total: int, *, every: bool = False) -> Bar:
        return Bar(
            total,
            lambda environment, step: f"{environment}/{step.name}",
            every=every,
            write=self.written.append,
            clock=lambda: self.now,
            columns=lambda: 60,
        )


@pytest.mark.parametrize(
    ("done", "total", "seconds", "columns", "line"),
    [
        (0, 4, 0.0, 20, "[.............] 0/4"),
        (1, 4, 0.5, 40, "[###............] 1/4  2.0/s  0:02 left"),
        (30, 300, 2.0, 200, f"[{'#' * 4}{'.' * 36}] 30/300  15.0/s  0:18 left"),
        (1, 200, 1.0, 200, f"[{'.' * 40}] 1/200  1.0/s  3:19 left"),
        (4, 4, 1.0, 60, f"[{'#' * 39}] 4/4  reading back"),
        (1, 4, 0.5, 10, "1/4  2.0/"),
    ],
)
def test_the_line_of_the_bar(done: int, total: int, seconds: float, columns: int, line: str) -> None:
    assert bar_line(done, total, seconds, columns) == line


@given(
    total=st.integers(1, 10_000),
    share=st.floats(0, 1),
    seconds=st.floats(0, 1e6),
    columns=st.integers(1, 300),
)
def test_the_bar_never_wraps(total: int, share: float, seconds: float, columns: int) -> None:
    assert len(bar_line(int(total * share), total, seconds, columns)) < columns


def test_a_terminal_gets_one_line_that_is_drawn_over() -> None:
    terminal = Terminal()
    bar = terminal.bar(3)
    bar.step("test", DONE)  # drawn a moment ago: not again
    terminal.now += 1
    bar.step("test", replace(DONE, name="b"))
    bar.step("test", FAILED)
    bar.say("SIGINT")
    bar.end()
    assert terminal.written == [
        CLEAR + bar_line(0, 3, 0, 60),
        CLEAR + bar_line(2, 3, 1, 60),
        f"{CLEAR}test/plain\n",
        CLEAR + bar_line(3, 3, 1, 60),
        f"{CLEAR}SIGINT\n",
        CLEAR + bar_line(3, 3, 1, 60),
        CLEAR,
    ]


def test_a_step_that_is_told_twice_counts_once() -> None:
    terminal = Terminal()
    bar = terminal.bar(2, every=True)
    bar.step("a", DONE)
    bar.step("a", DONE)
    bar.step("b", DONE)
    lines = [text for text in terminal.written if text.endswith("\n")]
    assert lines == [f"{CLEAR}a/pager\n"] * 2 + [f"{CLEAR}b/pager\n"]
    assert [re.findall(r"\d/2", text) for text in terminal.written if "/2" in text] == [
        ["0/2"], ["1/2"], ["1/2"], ["2/2"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"redraw": True}, Bar),
        ({"redraw": True, "quiet": True}, Lines),
        ({"redraw": True, "format": "json"}, Lines),
        ({}, Lines),
    ],
)
def test_a_bar_only_for_a_terminal_and_for_people(
    capsys: pytest.CaptureFixture[str], settings: dict[str, object], kind: type
) -> None:
    progress = progress_for(Settings(Path(), **settings), 1, alone=False)  # type: ignore[arg-type]
    progress.step("test", DONE)
    progress.end()
    shown = capsys.readouterr()
    assert type(progress) is kind
    assert shown.out == ""
    if settings == {}:
        assert shown.err == "test: ✓ create webhook pager applied\n"
    elif kind is Lines:
        assert shown.err == ""


def test_a_message_shows_above_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    progress_for(Settings(Path(), format="json"), 1, alone=True).say("SIGINT")
    progress_for(Settings(Path()), 1, alone=True).step("test", DONE)
    assert capsys.readouterr().err == "SIGINT\n✓ create webhook pager applied\n"
