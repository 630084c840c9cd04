"""Verdicts of conformance checks, for people: a line as each check ends, and at the end what is wrong and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict
from hookwright.model.source import Json
from hookwright.report import evidence, figures
from hookwright.report.http import duration
from hookwright.report.style import Painter, disarmed, one_line, painter, printable

_STYLES: Final[Mapping[Verdict, tuple[str, ...]]] = {
    Verdict.PASSED: ("green",),
    Verdict.FAILED: ("red", "bold"),
    Verdict.SKIPPED: ("dim",),
    Verdict.INFO: ("blue",),
}
_WIDTH: Final = max(len(verdict) for verdict in Verdict)
_INDENT: Final = " " * (_WIDTH + 9)
_MOST_BYTES: Final = 1_000
_MOST_LINES: Final = 24
_MOST_SHOWN: Final = 2
_MOST_LISTED: Final = 12


def line(check: CheckResult, *, color: bool = False) -> str:
    """One line for a check that has ended: its verdict, id and title, and what was seen where it failed."""
    paint = painter(color)
    text = f"  {paint(f'{check.verdict:<{_WIDTH}}', *_STYLES[check.verdict])}  {_one_line(check.id):<3}  "
    text += _one_line(check.title)
    if check.verdict is Verdict.FAILED:
        text += paint(f": {_one_line(check.observed)}", "red")
    return text


def to_text(run: Conformance, *, color: bool = False, verbose: bool = False) -> str:
    """What is wrong, with the bytes that prove it; what is only reported; what was left out; how many ended how.

    Args:
        run: the checks.
        color: whether to colour.
        verbose: whether to show every exchange of the failed checks, and the figures and exchanges of the passed ones.
    """
    paint = painter(color)
    of = {verdict: [check for check in run.checks if check.verdict is verdict] for verdict in Verdict}
    blocks = [[_title(check, paint), *_details(check, paint, verbose=verbose)] for check in of[Verdict.FAILED]]
    blocks += [list(_report(check, paint, verbose=verbose)) for check in of[Verdict.INFO]]
    if verbose:
        blocks += [list(_report(check, paint, verbose=verbose)) for check in of[Verdict.PASSED]]
    else:
        blocks += [shown] if (shown := [*_figures_of(of[Verdict.PASSED], paint)]) else []
    if of[Verdict.SKIPPED]:
        blocks.append([_skipped(check, paint) for check in of[Verdict.SKIPPED]])
    blocks.append([_summary(run, paint)])
    return "\n\n".join("\n".join(block) for block in blocks)


def details(check: CheckResult, *, verbose: bool = False) -> str:
    """What was expected of one check, what was seen, why it matters, what to do, its figures and what proves it."""
    return "\n".join(_details(check, painter(color=False), verbose=verbose))


def facts(check: CheckResult) -> str:
    """The figures and tables of one check; an empty string where it has none."""
    return "\n".join(_facts(check.facts, painter(color=False)))


def _details(check: CheckResult, paint: Painter, *, verbose: bool) -> Iterator[str]:
    yield f"  {paint('expected', 'green')}  {_prose(check.expected)}"
    yield f"  {paint('observed', 'red')}  {_prose(check.observed)}"
    if check.why:
        yield f"  {paint('why', 'blue')}       {_prose(check.why)}"
    if check.hint:
        yield f"  {paint('hint', 'cyan')}      {_prose(check.hint)}"
    yield from _facts(check.facts, paint)
    yield from _evidence(check, paint, verbose=verbose)


def _report(check: CheckResult, paint: Painter, *, verbose: bool) -> Iterator[str]:
    yield _title(check, paint)
    yield f"  {_prose(check.observed)}" if check.observed else f"  expected: {_prose(check.expected)}"
    if check.verdict is Verdict.INFO and check.hint:
        yield f"  {paint('hint', 'cyan')}      {_prose(check.hint)}"
    yield from _facts(check.facts, paint)
    if verbose:
        yield from _list(check.exchanges, paint)


def _figures_of(checks: Sequence[CheckResult], paint: Painter) -> Iterator[str]:
    """The figures of checks that passed, a line for each."""
    for check in checks:
        plain, _ = figures.split(check.facts)
        if shown := " · ".join(f"{_one_line(name)} {_one_line(value)}" for name, value in plain):
            yield f"{paint(f'measured[{_one_line(check.id)}]', 'green')}: {shown}"


def _skipped(check: CheckResult, paint: Painter) -> str:
    return f"{paint(f'skipped[{_one_line(check.id)}]', 'dim')}: {_one_line(check.title)}: {_one_line(check.observed)}"


def _title(check: CheckResult, paint: Painter) -> str:
    head = paint(f"{check.verdict}[{_one_line(check.id)}]", *_STYLES[check.verdict], "bold")
    return f"{head}: {paint(_one_line(check.title), 'bold')}"


def _facts(facts: Mapping[str, Json], paint: Painter) -> Iterator[str]:
    plain, tables = figures.split(facts)
    if plain:
        width = max(len(name) for name, _ in plain)
        for name, value in plain:
            yield f"  {paint('=', 'blue')} {_one_line(f'{name:<{width}}')}  {_one_line(value)}"
    for table in tables:
        yield f"  {paint('=', 'blue')} {_one_line(table.title)}:"
        rows = [table.columns, *table.rows]
        widths = [max(len(_one_line(row[index])) for row in rows) for index in range(len(table.columns))]
        for number, row in enumerate(rows):
            cells = (f"{_one_line(cell):<{width}}" for cell, width in zip(row, widths, strict=True))
            text = "  ".join(cells).rstrip()
            yield f"      {paint(text, 'dim') if number == 0 else text}"


def _evidence(check: CheckResult, paint: Painter, *, verbose: bool) -> Iterator[str]:
    if not check.exchanges:
        return
    shown = check.exchanges if verbose else evidence.telling(check)[:_MOST_SHOWN]
    if len(check.exchanges) > len(shown):
        yield from _list(check.exchanges, paint)
    for exchange in shown:
        yield from _exchange(exchange, paint)


def _list(exchanges: Sequence[Exchange], paint: Painter) -> Iterator[str]:
    """A line for each exchange; of many, the first and the last ones."""
    half = _MOST_LISTED // 2
    listed = list(exchanges) if len(exchanges) <= _MOST_LISTED else [*exchanges[:half], None, *exchanges[-half:]]
    width = max((len(_one_line(each.label)) for each in listed if each), default=0)
    for each in listed:
        if each is None:
            yield f"  {paint('···', 'blue')} {len(exchanges) - 2 * half} more"
            continue
        at = paint(f"at {duration(max(each.started, 0))}", "dim")
        yield f"  {paint('···', 'blue')} {_one_line(each.label):<{width}}  {_one_line(evidence.outcome(each))}  {at}"


def _exchange(exchange: Exchange, paint: Painter) -> Iterator[str]:
    label, ended = _one_line(exchange.label), _one_line(evidence.outcome(exchange))
    yield f"  {paint('-->', 'blue')} {label}: {ended}"
    sent = evidence.message(exchange.request, exchange.request_size, most=_MOST_BYTES)
    yield from _message(sent, paint(">", "blue"), paint)
    if exchange.response:
        came = evidence.message(exchange.response, exchange.response_size, most=_MOST_BYTES)
        yield from _message(came, paint("<", "magenta"), paint)


def _message(message: evidence.Message, mark: str, paint: Painter) -> Iterator[str]:
    between = [""] if message.head and message.body else []
    lines = (
        [_painted(line, paint) for line in message.head] + between + [_painted(line, paint) for line in message.body]
    )
    for text in lines[:_MOST_LINES]:
        yield f"    {mark} {text}".rstrip()
    if len(lines) > _MOST_LINES:
        left_out = f", {message.left_out}" if message.left_out else ""
        yield f"    {mark} {paint(f'… {len(lines) - _MOST_LINES} more lines{left_out}', 'dim')}"
    elif message.left_out:
        yield f"    {mark} {paint(f'… {message.left_out}', 'dim')}"


def _painted(line: evidence.Line, paint: Painter) -> str:
    return "".join(paint(piece.text, "yellow") if piece.escaped else disarmed(piece.text) for piece in line)


def _summary(run: Conformance, paint: Painter) -> str:
    counts = ", ".join(
        paint(f"{run.count(verdict)} {verdict}", *_STYLES[verdict]) for verdict in Verdict if run.count(verdict)
    )
    webhook = f" (webhook {_one_line(run.webhook)})" if run.webhook else ""
    what = f"{_one_line(run.subject)} {_one_line(run.target)}{webhook}"
    return f"{what}: {counts or 'nothing was checked'} in {run.duration:.1f} s"


def _prose(text: str) -> str:
    """Text that may have several lines, each below the first."""
    return printable(text.strip()).replace("\n", f"\n{' ' * 12}")


def _one_line(text: str) -> str:
    return one_line(text)
