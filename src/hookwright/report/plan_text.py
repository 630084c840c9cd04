"""A plan → text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.plan import Action, Change, FieldChange, Plan, Subscriber
from hookwright.model.serial import plan_summary
from hookwright.report.style import Painter, one_line, painter
from hookwright.report.values import show, show_both, show_path

if TYPE_CHECKING:
    from hookwright.model.delivery import WireChange

_WIDEST_PATH: Final = 40
"""Characters of a path that values are aligned behind: one long name moves none of the others out of sight."""
_SIGNS: Final = {
    Action.CREATE: ("+", "green"),
    Action.ADOPT: ("@", "cyan"),
    Action.UPDATE: ("~", "yellow"),
    Action.REPLACE: ("±", "magenta"),
    Action.DELETE: ("-", "red"),
    Action.CONFLICT: ("!", "red"),
}


def to_text(
    plan: Plan,
    *,
    color: bool = False,
    wire: Mapping[str, Sequence[WireChange]] | None = None,
    subscribers: Sequence[Subscriber] | None = None,
) -> str:
    """The plan for a person, arguments as for :func:`to_lines`."""
    return "\n".join(to_lines(plan, color=color, wire=wire, subscribers=subscribers))


def to_lines(
    plan: Plan,
    *,
    color: bool = False,
    wire: Mapping[str, Sequence[WireChange]] | None = None,
    subscribers: Sequence[Subscriber] | None = None,
) -> Iterator[str]:
    """What changes, field by field, the coverage, the verdict of the guards, and the sums; made line by line.

    Args:
        plan: the plan.
        color: whether to colour.
        wire: by name of a webhook what its deliveries send before and after, to stand under its change.
        subscribers: all webhooks after the change, to show which of them receives which event.
    """
    paint = painter(color)
    yield _heading(plan, paint)
    yield ""
    for change in plan.changes:
        yield from change_lines(change, paint)
        if wire and change.kind == "webhook":
            from hookwright.report.wire_text import wire_lines

            yield from wire_lines(wire.get(change.name, ()), paint)
        yield ""
    if subscribers is not None:
        from hookwright.report.coverage_text import matrix_lines

        yield from matrix_lines(subscribers, paint)
        yield ""
    yield from _moved(plan, paint)
    for warning in plan.warnings:
        yield f"{paint('warning', 'yellow')}: {one_line(warning)}"
    for item in plan.blocked:
        yield f"{paint('blocked', 'red', 'bold')}: {one_line(item.message)}"
    if plan.warnings or plan.blocked:
        yield ""
    yield _sums(plan, paint)


def _moved(plan: Plan, paint: Painter) -> Iterator[str]:
    """The events whose number of subscribers changes."""
    moved = [line for line in plan.coverage if line.before != line.after]
    if not moved:
        return
    yield paint("Subscribers", "bold")
    width = max(len(line.event) for line in moved)
    for line in moved:
        style = "red" if not line.after else "green" if line.after > line.before else "yellow"
        yield f"  {one_line(line.event):<{width}}  {paint(f'{line.before} → {line.after}', style)}"
    yield ""


def _heading(plan: Plan, paint: Painter) -> str:
    where = f"{plan.api_url}, organization {plan.org_id}" if plan.org_id else plan.api_url
    return f"{paint(f'{plan.project} · {plan.environment}', 'bold')}  {paint(one_line(where), 'dim')}"


def change_lines(change: Change, paint: Painter) -> Iterator[str]:
    """One change: what happens, to what, and its fields."""
    sign, style = _SIGNS[change.action]
    identity = f"  {paint(one_line(change.id), 'dim')}" if change.id else ""
    yield f"{paint(f'{sign} {change.action} {change.kind} {one_line(change.name)}', style)}{identity}"
    if change.note:
        yield f"    {paint('# ' + one_line(change.note), 'dim')}"
    paths = [show_path(field.path) for field in change.fields]
    width = min(max(map(len, paths), default=0), _WIDEST_PATH)
    made = change.action is Action.CREATE or change.action is Action.CONFLICT
    for path, field in zip(paths, change.fields, strict=True):
        if made and field.old is None:
            value = show(field.new)
        elif change.action is Action.DELETE and field.new is None:
            value = show(field.old)
        else:
            value = _changed(field, paint)
        yield f"    {path.ljust(width)}  {value}"


def _changed(field: FieldChange, paint: Painter) -> str:
    if field.secret and field.old == field.new:
        return paint(f"{show(field.new)}, changed", "yellow")
    old, new = show_both(field.old, field.new)
    before = paint(old, "red") if old is not None else paint("none", "dim")
    after = paint(new, "green") if new is not None else paint("none", "dim")
    return f"{before} → {after}"


def _sums(plan: Plan, paint: Painter) -> str:
    counts = plan_summary(plan)
    rest = f"{counts['unchanged']} unchanged, {counts['unmanaged']} unmanaged"
    if plan.empty:
        return f"{paint('Nothing to do:', 'green', 'bold')} {rest}."
    todo = [f"{counts[str(action)]} to {action}" for action in _SIGNS if action is not Action.CONFLICT]
    parts = [part for part in todo if not part.startswith("0 ")]
    if counts["conflict"]:
        parts.append(f"{counts['conflict']} in conflict")
    return f"{paint('Plan:', 'bold')} {', '.join(parts)}; {rest}."
