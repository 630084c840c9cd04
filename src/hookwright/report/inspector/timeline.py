"""The attempts of one delivery on a time line: where everything stands, in the units of an SVG drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.model.delivery import Summary

MOST: Final = 20
"""Attempts that are drawn."""
WIDTH: Final = 640
LEFT: Final = 92.0
RIGHT: Final = 556.0
ROW: Final = 34.0
TOP: Final = 8.0
_SHORTEST: Final = 3.0
_TICKS: Final = 5
_ROOM: Final = 118.0
"""Width that the longest label of a wait needs."""
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt on the time line.

    Attributes:
        summary: the attempt.
        middle: height of the middle of its row.
        start: where it begins.
        width: how wide its bar is.
        wait: seconds from the answer to the attempt before until this one; None for the first.
        wait_from: where that wait begins.
        factor: how many times longer it is than the wait before; None where there is none.
        label: where the label of the wait stands.
        anchor: which end of the label that is.
    """

    summary: Summary
    middle: float
    start: float
    width: float
    wait: float | None
    wait_from: float
    factor: float | None
    label: float
    anchor: str

    @property
    def outcome(self) -> str:
        """``delivered``, ``failed`` or ``cut``."""
        if self.summary.answered is None:
            return "cut"
        return "delivered" if self.summary.answered == 200 else "failed"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The attempts, drawn.

    Attributes:
        rows: the attempts, in order.
        height: height of the drawing.
        ticks: places and labels on the axis of seconds.
        omitted: how many attempts are not drawn.
    """

    rows: tuple[Row, ...]
    height: float
    ticks: tuple[tuple[float, str], ...]
    omitted: int = 0


def draw(attempts: Sequence[Summary]) -> Timeline:
    """Draw the attempts of a delivery.

    Args:
        attempts: the attempts, in order, at least one.
    """
    drawn = attempts[:MOST]
    first = drawn[0].received_at
    starts = [(one.received_at - first).total_seconds() for one in drawn]
    ends = [start + max(0.0, one.duration) for start, one in zip(starts, drawn, strict=True)]
    total = max(ends[-1], starts[-1], 0.001)

    def x(seconds: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(max(seconds, 0.0), total) / total

    rows: list[Row] = []
    waits: list[float | None] = []
    for number, (one, start, end) in enumerate(zip(drawn, starts, ends, strict=True)):
        wait = max(0.0, start - ends[number - 1]) if number else None
        before = waits[-1] if waits else None
        factor = wait / before if wait is not None and before else None
        width = max(_SHORTEST, x(end) - x(start))
        at = min(x(start), RIGHT - width)
        inside = at - LEFT > _ROOM
        rows.append(
            Row(
                summary=one,
                middle=TOP + ROW * number + ROW / 2,
                start=round(at, 1),
                width=round(width, 1),
                wait=wait,
                wait_from=round(x(ends[number - 1]), 1) if number else at,
                factor=factor,
                label=round(at - 6 if inside else at + width + 6, 1),
                anchor="end" if inside else "start",
            )
        )
        waits.append(wait)
    height = TOP + ROW * len(rows) + 26
    ticks = tuple((round(x(seconds), 1), _seconds(seconds, total)) for seconds in _ticks(total))
    return Timeline(tuple(rows), height, ticks, len(attempts) - len(drawn))


def _seconds(seconds: float, total: float) -> str:
    return f"{seconds:g} s" if total >= 1 else f"{seconds * 1000:g} ms"


def _ticks(total: float) -> list[float]:
    """Round numbers of seconds from 0 up to ``total``, a handful of them."""
    unit = 10.0 ** _exponent(total / _TICKS)
    step = next(unit * one for one in _STEPS if unit * one >= total / _TICKS)
    count = int(total / step + 1e-9)
    return [round(step * number, 6) for number in range(count + 1)]


def _exponent(value: float) -> int:
    exponent = -6
    while 10.0 ** (exponent + 1) <= value:
        exponent += 1
    return exponent
