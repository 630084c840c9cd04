"""How far an apply has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from hookwright.cli.waiting import CLEAR
from hookwright.cli.waiting import columns as width_of_terminal
from hookwright.model.plan import Step, StepStatus
from hookwright.report.outcome_text import step_line

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings

BETWEEN: Final = 0.1
"""Seconds between two drawings of the bar."""
_WIDEST: Final = 40


class Progress(Protocol):
    """Is told of an apply as it goes on, from any thread."""

    def step(self, environment: str, step: Step) -> None:
        """A step has ended."""
        ...

    def say(self, message: str) -> None:
        """Show a message for people."""
        ...

    def end(self) -> None:
        """The apply has ended: leave nothing behind that is not true any more."""
        ...


def progress_for(settings: Settings, total: int, *, alone: bool) -> Progress:
    """The progress for a run.

    Args:
        settings: whether there is a terminal, and anybody who wants to see it.
        total: number of steps, over all environments.
        alone: whether there is one environment only: its name goes without saying then.
    """
    color = settings.color and sys.stderr.isatty()

    def line(environment: str, step: Step) -> str:
        return ("" if alone else f"{environment}: ") + step_line(step, color=color)

    if settings.quiet or settings.format != "text":
        return Lines(settings.say)
    if settings.redraw:
        return Bar(total, line, every=settings.verbose)
    return Lines(settings.say, line)


class Lines:
    """A line for every step.

    Args:
        say: shows a line.
        line: makes the line of a step; None where steps are not shown.
    """

    def __init__(self, say: Callable[[str], None], line: Callable[[str, Step], str] | None = None) -> None:
        self.say = say
        self._line = line

    def step(self, environment: str, step: Step) -> None:
        """See :class:`Progress`."""
        if self._line:
            self.say(self._line(environment, step))

    def end(self) -> None:
        """See :class:`Progress`."""


class Bar:
    """A line at the foot of a terminal that is drawn anew; what did not go well stands above it.

    Args:
        total: number of steps.
        line: makes the line of a step.
        every: whether every step is shown above, not only those that failed.
        write: writes to the terminal.
        clock: tells the time in seconds; never goes back.
        columns: tells the width of the terminal.
    """

    def __init__(
        self,
        total: int,
        line: Callable[[str, Step], str],
        *,
        every: bool = False,
        write: Callable[[str], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        columns: Callable[[], int] | None = None,
    ) -> None:
        self._total = total
        self._line = line
        self._every = every
        self._write = write or _to_stderr
        self._clock = clock
        self._columns = columns or width_of_terminal
        self._ended: set[tuple[str, str, str]] = set()
        # Reentrant: a signal's handler says something while its own thread may be drawing.
        self._lock = threading.RLock()
        self._begun = clock()
        self._drawn_at = self._begun
        self._draw()

    def step(self, environment: str, step: Step) -> None:
        """See :class:`Progress`."""
        with self._lock:
            self._ended.add((environment, step.kind, step.name))
            if self._every or step.status in {StepStatus.FAILED, StepStatus.UNKNOWN}:
                self._write(f"{CLEAR}{self._line(environment, step)}\n")
            elif len(self._ended) < self._total and self._clock() - self._drawn_at < BETWEEN:
                return
            self._draw()

    def say(self, message: str) -> None:
        """See :class:`Progress`."""
        with self._lock:
            self._write(f"{CLEAR}{message}\n")
            self._draw()

    def end(self) -> None:
        """See :class:`Progress`."""
        with self._lock:
            self._write(CLEAR)

    def _draw(self) -> None:
        self._drawn_at = self._clock()
        line = bar_line(len(self._ended), self._total, self._drawn_at - self._begun, self._columns())
        self._write(CLEAR + line)


def bar_line(done: int, total: int, seconds: float, columns: int) -> str:
    """The bar as it stands after a time: ``[####....] 12/30  18.5/s  0:01 left``; no wider than the terminal.

    Args:
        done: steps that have ended.
        total: all steps.
        seconds: since the first began.
        columns: width of the terminal.
    """
    tail = f" {done}/{total}"
    if done >= total:
        tail += "  reading back"
    elif done and seconds > 0:
        rate = done / seconds
        left = round((total - done) / rate)
        tail += f"  {rate:.1f}/s  {left // 60}:{left % 60:02} left"
    width = min(_WIDEST, columns - len(tail) - 3)
    if width < 1:
        return tail.strip()[: max(0, columns - 1)]
    full = width * done // total if total else width
    return f"[{'#' * full}{'.' * (width - full)}]{tail}"


def _to_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
