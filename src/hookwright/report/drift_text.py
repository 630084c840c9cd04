"""A drift → text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hookwright.model.plan import Action, Change, Plan
from hookwright.report.plan_json import drift_name
from hookwright.report.style import Painter, one_line, painter
from hookwright.report.values import show_both, show_path

_STYLES: Final = {"missing": "red", "unexpected": "magenta", "conflict": "red", "changed": "yellow"}


def to_lines(plan: Plan, *, color: bool = False) -> Iterator[str]:
    """Where the live state is not what is declared: what is missing, changed, or there without being declared.

    Made line by line.
    """
    paint = painter(color)
    yield f"{paint(f'{plan.project} · {plan.environment}', 'bold')}  {paint(one_line(plan.api_url), 'dim')}"
    yield ""
    for change in plan.changes:
        yield from _change(change, paint)
        yield ""
    for warning in plan.warnings:
        yield f"{paint('warning', 'yellow')}: {one_line(warning)}"
    counts = {name: sum(drift_name(change.action) == name for change in plan.changes) for name in _STYLES}
    found = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    rest = f"{plan.unchanged} as declared, {len(plan.unmanaged)} unmanaged"
    verdict = paint("Drift:", "red", "bold") if found else paint("No drift:", "green", "bold")
    yield f"{verdict} {found + '; ' if found else ''}{rest}."


def _change(change: Change, paint: Painter) -> Iterator[str]:
    name = drift_name(change.action)
    identity = f"  {paint(one_line(change.id), 'dim')}" if change.id else ""
    yield f"{paint(f'{name} {change.kind} {one_line(change.name)}', _STYLES[name])}{identity}"
    if change.note:
        yield f"    {paint('# ' + one_line(change.note), 'dim')}"
    if change.action in {Action.CREATE, Action.DELETE, Action.CONFLICT}:
        return
    for field in change.fields:
        yield f"    {show_path(field.path)}"
        masked = " (differs)" if field.secret and field.old == field.new else ""
        live, declared = show_both(field.old, field.new)
        yield f"        live      {paint(live or 'none', 'red')}{masked}"
        yield f"        declared  {paint(declared or 'none', 'green')}"
