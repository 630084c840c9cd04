"""Verdicts of conformance checks as a page: one file, no script, nothing from the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hookwright import __version__
from hookwright.model.conformance import KEPT, CheckResult, Conformance, Exchange, Verdict
from hookwright.report import charts, evidence, pages
from hookwright.report.figures import Table, split
from hookwright.report.http import duration

_ORDER: Final = (Verdict.FAILED, Verdict.INFO, Verdict.SKIPPED, Verdict.PASSED)
_MOST_EXCHANGES: Final = 60
_MOST_OPEN: Final = 2
_SHORT: Final = 2 * 1024
"""Bytes of a message that are shown where the verdict does not rest on it."""
_FOLDED_LINES: Final = 24
_FOLDED_BYTES: Final = 1_500


@dataclass(frozen=True, slots=True)
class _Message:
    """One side of an exchange, as shown; ``folded`` where it is long."""

    title: str
    shown: evidence.Message
    size: int
    folded: bool


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One exchange; open where the verdict rests on it."""

    label: str
    outcome: str
    started: str
    connection: int
    messages: tuple[_Message, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class _Check:
    """One check, and all that is drawn of it."""

    result: CheckResult
    took: str
    figures: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    time_line: charts.TimeLine | None
    histogram: charts.Histogram | None
    exchanges: tuple[_Exchange, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Share:
    """How many checks ended so, and its part of the bar at the top."""

    verdict: Verdict
    count: int
    x: float
    width: float


def to_html(run: Conformance, *, ended: datetime | None = None) -> str:
    """The page: how it ended, what failed, and every check with what proves its verdict.

    Filters by verdict are radio buttons and CSS. Whatever stands in the run is shown as text.

    Args:
        run: the checks.
        ended: when they ended (UTC), where that is to be told.
    """
    return pages.render(
        "conformance",
        {
            "run": run,
            "took": duration(run.duration),
            "ended": f"{ended:%Y-%m-%d %H:%M} UTC" if ended else "",
            "version": __version__,
            "shares": _shares(run),
            "failed": [check for check in run.checks if check.verdict is Verdict.FAILED],
            "checks": [_check(check) for check in run.checks],
            "chart_width": charts.WIDTH,
        },
    )


def _shares(run: Conformance) -> list[_Share]:
    shares: list[_Share] = []
    x = 0.0
    for verdict in _ORDER:
        count = run.count(verdict)
        width = 100 * count / len(run.checks) if run.checks else 0.0
        shares.append(_Share(verdict, count, x, width))
        x += width
    return shares


def _check(check: CheckResult) -> _Check:
    plain, tables = split(check.facts)
    failed = check.verdict is Verdict.FAILED
    telling = evidence.telling(check)[:_MOST_OPEN] if failed else ()
    shown = check.exchanges[:_MOST_EXCHANGES]
    shown += tuple(each for each in telling if each not in shown)
    return _Check(
        check,
        duration(check.duration),
        tuple(plain),
        tuple(tables),
        charts.time_line(check.exchanges),
        charts.histogram(check.latencies),
        tuple(_exchange(each, telling=each in telling) for each in shown),
        len(check.exchanges) - len(shown),
    )


def _exchange(exchange: Exchange, *, telling: bool) -> _Exchange:
    most = KEPT if telling else _SHORT
    messages = [_message("Request", exchange.request, exchange.request_size, most)]
    if exchange.response:
        messages.append(_message("Answer", exchange.response, exchange.response_size, most))
    return _Exchange(
        exchange.label,
        evidence.outcome(exchange),
        duration(max(exchange.started, 0.0)),
        exchange.connection,
        tuple(messages),
        telling,
    )


def _message(title: str, raw: bytes, size: int, most: int) -> _Message:
    shown = evidence.message(raw, size, most=most)
    long = len(shown.head) + len(shown.body) > _FOLDED_LINES or min(len(raw), most) > _FOLDED_BYTES
    return _Message(title, shown, size, long)
