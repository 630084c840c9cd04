"""What a doctor found, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hookwright.model.examination import Check, CheckStatus, Examination, Leftover, Probed
from hookwright.report.style import Painter, one_line, painter

_COLORS: Final = {
    CheckStatus.OK: "green",
    CheckStatus.WARNING: "yellow",
    CheckStatus.FAILED: "red",
    CheckStatus.SKIPPED: "dim",
}
_WIDTH: Final = max(len(status) for status in CheckStatus)


def to_text(found: Examination, *, color: bool = False, verbose: bool = False) -> str:
    """A line for each check, grouped by what it is about, and what to do where something is not as it must be.

    Args:
        found: what was found.
        color: whether to colour.
        verbose: whether to say of each assumption how it is checked and what leans on it.
    """
    paint = painter(color)
    lines = [f"hookwright {found.version}, Python {found.python}, {found.system}"]
    for title, checks in _groups(found):
        lines += ["", paint(title, "bold"), *_lines(checks, paint, verbose=False)]
    if found.probed:
        lines += ["", *_probe_lines(found.probed, paint, verbose=verbose)]
    counts = ", ".join(f"{found.count(status)} {status}" for status in CheckStatus if found.count(status))
    return "\n".join([*lines, "", paint(counts or "nothing was checked", "red" if found.failed else "green", "bold")])


def _groups(found: Examination) -> Iterator[tuple[str, list[Check]]]:
    for name in dict.fromkeys(check.environment for check in found.checks):
        title = f"Environment {one_line(name)}" if name else "This machine and project"
        yield title, [check for check in found.checks if check.environment == name]


def _lines(checks: Sequence[Check], paint: Painter, *, verbose: bool) -> Iterator[str]:
    width = max((len(check.title) for check in checks), default=0) if not any(check.how for check in checks) else 0
    indent = " " * (_WIDTH + 9)
    for check in checks:
        status = paint(f"{check.status:<{_WIDTH}}", _COLORS[check.status])
        if width:
            yield f"  {status}  {check.id}  {check.title:<{width}}  {one_line(check.found)}"
        else:
            yield f"  {status}  {check.id:<3}  {check.title}"
            yield f"{indent}{paint(one_line(check.found), 'dim')}"
        if check.advice:
            yield f"{indent}{paint('→', 'cyan')} {one_line(check.advice)}"
        if verbose:
            yield f"{indent}{paint(f'checked: {check.how}', 'dim')}"
            yield f"{indent}{paint(f'leans on it: {check.depends}', 'dim')}"


def _probe_lines(probed: Probed, paint: Painter, *, verbose: bool) -> Iterator[str]:
    name = one_line(probed.environment)
    yield paint(f"Probe of {name}", "bold")
    yield from _lines(probed.checks, paint, verbose=verbose)
    if probed.ended:
        yield f"  {paint('ended early', 'red')}: {one_line(probed.ended)}"
    if probed.run and probed.checks:
        cleaned = "" if probed.leftovers else ", and all that was made is deleted again"
        yield f"  {probed.made} webhooks and events asked for{cleaned}"
    if probed.swept:
        yield f"  deleted, of earlier probes: {_named(probed.swept)}"
    elif not probed.checks and not probed.ended and not probed.leftovers:
        yield "  nothing was left behind"
    command = f"hookwright doctor --sweep -e {name}"
    if probed.recent:
        yield f"  of other probes, which may be under way: {_named(probed.recent)}"
        yield f"  if they are not, delete it: {command}"
    for thing in probed.leftovers:
        yield f"  {paint('left behind', 'red', 'bold')}: {_named([thing])} ({one_line(thing.why)})"
    if probed.leftovers:
        yield f"  delete it: {paint(command, 'bold')}"


def _named(things: Iterable[Leftover]) -> str:
    return ", ".join(f"{thing.kind} {one_line(thing.id)}" for thing in things)
