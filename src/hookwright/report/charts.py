"""Places of what inline SVG charts are drawn of, in user units (pixels at their natural size)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from hookwright.model.conformance import Exchange
from hookwright.report.http import duration, percentile

WIDTH: Final = 720
"""Of every chart."""

_ATTEMPT: Final = re.compile(r"(?P<of>.*?)[\s,:]*\b(?:attempt|request) \d+", re.DOTALL)
_MOST_LANES: Final = 16
_EDGE: Final = 16
_NAMES: Final = 150
_LABEL: Final = 42
_NAME_CHARACTERS: Final = 22


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One attempt.

    Attributes:
        x: its start.
        width: how long it took; never too little to be seen.
        kind: ``ok`` for 200, ``refused`` for another answer, ``cut`` for none.
        title: what it is and how it ended.
    """

    x: float
    width: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The time between two attempts, drawn as an arc.

    Attributes:
        path: the arc (SVG path data); the longer the pause, the higher.
        x: middle of the label.
        y: base line of the label.
        text: how long it is, and how many times the one before; empty where there is no room for it.
    """

    path: str
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The attempts of one delivery.

    Attributes:
        name: what it is, clipped; empty where it is the only one.
        y: upper edge of its bars.
        bars: the attempts.
        pauses: what is between them.
    """

    name: str
    y: float
    bars: tuple[Bar, ...]
    pauses: tuple[Pause, ...]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Attempts of one or more deliveries, along time.

    Attributes:
        height: of the whole chart.
        axis: where the axis is.
        lanes: the deliveries.
        ticks: marks of the axis: seconds since the first attempt of each delivery.
        description: the same in words.
        left_out: how many deliveries are not drawn.
    """

    height: float
    axis: float
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    description: str
    left_out: int


def time_line(exchanges: Sequence[Exchange]) -> TimeLine | None:
    """The retries among exchanges: those labelled ``attempt N`` or ``request N``, ``…, request N`` where of several.

    Returns:
        The chart; None where no delivery has two attempts.
    """
    deliveries: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        match = _ATTEMPT.fullmatch(exchange.label)
        if match:
            deliveries.setdefault(match["of"], []).append(exchange)
    if not any(len(attempts) > 1 for attempts in deliveries.values()):
        return None
    drawn = list(deliveries.items())[:_MOST_LANES]
    several = len(drawn) > 1
    left = _NAMES if several else _EDGE
    rise = 20.0 if several else 40.0
    spans = [max(each.started + each.duration for each in attempts) - attempts[0].started for _, attempts in drawn]
    end = max(*spans, 0.001)
    scale = (WIDTH - left - _EDGE - 8) / end
    longest = max(max((pause for pause in _pauses(attempts)), default=0.0) for _, attempts in drawn) or 1.0
    lanes: list[Lane] = []
    y = 0.0
    for name, attempts in drawn:
        y += rise + 18
        first = attempts[0].started
        bars = tuple(_bar(each, left + (each.started - first) * scale, scale) for each in attempts)
        lanes.append(
            Lane(_clip(name) if several else "", y, bars, tuple(_arcs(bars, _pauses(attempts), y, rise / longest)))
        )
        y += 14
    ticks = tuple(Tick(left + at * scale, duration(at)) for at in _steps(end))
    return TimeLine(y + 30, y + 8, tuple(lanes), ticks, _in_words(drawn), len(deliveries) - len(drawn))


def _bar(exchange: Exchange, x: float, scale: float) -> Bar:
    kind = "cut" if exchange.status is None else "ok" if exchange.status == 200 else "refused"
    ended = "no answer" if exchange.status is None else str(exchange.status)
    return Bar(
        x, max(exchange.duration * scale, 4.0), kind, f"{exchange.label}: {ended}, {duration(exchange.duration)}"
    )


def _pauses(attempts: Sequence[Exchange]) -> list[float]:
    """Seconds from the end of each attempt to the start of the next."""
    return [max(after.started - before.started - before.duration, 0.0) for before, after in pairwise(attempts)]


def _arcs(bars: Sequence[Bar], pauses: Sequence[float], y: float, rise: float) -> Iterator[Pause]:
    previous = 0.0
    for (before, after), pause in zip(pairwise(bars), pauses, strict=True):
        start = min(before.x + before.width, after.x)
        height = max(pause * rise, 2.0)
        middle = (start + after.x) / 2
        path = f"M{start:.1f} {y:.1f}Q{middle:.1f} {y - 2 * height:.1f} {after.x:.1f} {y:.1f}"
        room = after.x - start
        text = duration(pause) if room >= _LABEL else ""
        if text and previous > 0 and room >= 2 * _LABEL:
            text += f" (\N{MULTIPLICATION SIGN}{pause / previous:.1f})"
        yield Pause(path, middle, y - height - 4, text)
        previous = pause


def _in_words(deliveries: Sequence[tuple[str, Sequence[Exchange]]]) -> str:
    sentences = []
    for name, attempts in deliveries:
        pauses = ", ".join(duration(pause) for pause in _pauses(attempts))
        count = f"{len(attempts)} attempts" if len(attempts) > 1 else "1 attempt"
        sentences.append(f"{name}: {count}" if name else count)
        if pauses:
            sentences[-1] += f", with pauses of {pauses}"
    return "; ".join(sentences)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bar of a histogram."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A percentile.

    Attributes:
        x: where it is.
        y: base line of its label.
        text: ``p95 44 ms``.
        left: whether the label stands to the left of it.
    """

    x: float
    y: float
    text: str
    left: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """How long answers took, on a logarithmic scale.

    Attributes:
        height: of the whole chart.
        axis: where the axis is.
        buckets: the bars; as many to each power of ten.
        ticks: marks of the axis.
        marks: percentiles.
        description: the same in words.
    """

    height: float
    axis: float
    buckets: tuple[Bucket, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    description: str


def histogram(latencies: Sequence[float]) -> Histogram | None:
    """The chart of times in seconds; None where there are none."""
    values = sorted(max(value, 1e-6) for value in latencies)
    if not values:
        return None
    span = math.log10(values[-1] / values[0])
    fine = 20 if span < 1 else 10 if span < 3 else 5  # buckets to each power of ten
    counts: dict[int, int] = {}
    for value in values:
        place = math.floor(math.log10(value) * fine)
        counts[place] = counts.get(place, 0) + 1
    low, high = min(counts) - 1, max(counts) + 2
    scale = (WIDTH - 2 * _EDGE) / (high - low)
    axis, top = 200.0, 54.0
    most = max(counts.values())

    def x(value: float) -> float:
        return _EDGE + (math.log10(value) * fine - low) * scale

    buckets = []
    for place, count in sorted(counts.items()):
        tall = max(count / most * (axis - top), 1.5)
        bounds = f"{duration(10 ** (place / fine))} to {duration(10 ** ((place + 1) / fine))}"
        left = _EDGE + (place - low) * scale
        buckets.append(Bucket(left + 0.5, axis - tall, max(scale - 1, 1), tall, f"{bounds}: {count}"))
    marks = []
    for row, share in enumerate((50, 95, 99)):
        value = percentile(values, share)
        place_x = x(value)
        marks.append(Mark(place_x, 14 + 14 * row, f"p{share} {duration(value)}", place_x > WIDTH - 110))
    words = (
        f"{len(values)} answers: half within {duration(percentile(values, 50))}, 95 % within "
        f"{duration(percentile(values, 95))}, 99 % within {duration(percentile(values, 99))}, "
        f"the slowest in {duration(values[-1])}"
    )
    ticks = tuple(Tick(x(value), duration(value)) for value in _decades(10 ** (low / fine), 10 ** (high / fine)))
    return Histogram(axis + 24, axis, tuple(buckets), ticks, tuple(marks), words)


def _steps(end: float) -> Iterator[float]:
    """Four to ten round values from 0 to ``end``."""
    size = 10.0 ** math.floor(math.log10(end))
    step = next(size * part for part in (0.1, 0.2, 0.5, 1, 2) if end / (size * part) <= 10)
    for number in range(math.floor(end / step * (1 + 1e-9)) + 1):
        yield number * step


def _decades(low: float, high: float) -> Iterator[float]:
    """1, 2 and 5 of each power of ten between two values; of many powers only these themselves."""
    parts = (1, 2, 5) if math.log10(high / low) < 4 else (1,)
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for part in parts:
            if low <= part * 10.0**power <= high:
                yield part * 10.0**power


def _clip(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else name[: _NAME_CHARACTERS - 1] + "…"
