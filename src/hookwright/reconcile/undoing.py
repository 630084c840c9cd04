"""What a plan of the way back must know of the applies that it undoes, beside what was declared before them.

A declaration alone cannot tell that a webhook had another name, or was there before anybody managed it: planned from
that alone, the one would be made anew and the other deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from hookwright.model.plan import Action, Blocked, Change, FieldChange, Plan
from hookwright.model.resources import Declared, DeclaredEvent, DeclaredWebhook
from hookwright.model.source import Json, unescape
from hookwright.reconcile.diff import as_fields, event_fields
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.normalize import desired


def renamed(undone: Iterable[Plan]) -> dict[str, str]:
    """The names that webhooks got by the applies.

    Args:
        undone: the plans of the applies, oldest first.

    Returns:
        By the name before all of them, the name after.
    """
    origins: dict[str, str] = {}
    for plan in undone:
        moved = [names for change in plan.changes if (names := _new_name(change))]
        # All at once: names may be swapped.
        before = {new: origins.pop(old, old) for old, new in moved}
        origins |= before
    return {origin: name for name, origin in origins.items() if origin != name}


def _new_name(change: Change) -> tuple[str, str] | None:
    for field in change.fields if change.kind == "webhook" and change.action is Action.UPDATE else ():
        if field.path == "/description" and isinstance(field.old, str) and isinstance(field.new, str):
            old, new = read_marker(field.old), read_marker(field.new)
            if old and new and old.project == new.project and old.name != new.name:
                return old.name, new.name
    return None


def adopted(undone: Iterable[Plan]) -> frozenset[str]:
    """The ids of the webhooks that the applies took over: they were there before."""
    return frozenset(
        change.id for plan in undone for change in plan.changes if change.action is Action.ADOPT and change.id
    )


def spare(plan: Plan, ids: Collection[str]) -> Plan:
    """The plan, blocked where it would delete one of these webhooks, which were there before they were managed."""
    blocked = [
        Blocked(
            "adopted",
            f"webhook '{change.name}' was there before it was adopted, and going back would delete it; pass "
            f"--exclude {change.name}, or take the marker out of its description by hand",
        )
        for change in plan.changes
        if change.action is Action.DELETE and change.id in ids
    ]
    return replace(plan, blocked=(*plan.blocked, *blocked)) if blocked else plan


def untouched(plan: Plan, undone: Sequence[Plan]) -> list[tuple[str, str]]:
    """Kind and name of what a plan of the way back changes though none of the applies that it undoes did."""
    touched = {(change.kind, change.name) for done in undone for change in done.changes}
    touched |= {("webhook", moved[0]) for done in undone for change in done.changes if (moved := _new_name(change))}
    return [key for change in plan.changes if (key := (change.kind, change.name)) not in touched]


def departed(undone: Iterable[Plan], declared: Declared) -> list[tuple[str, str]]:
    """What was not as it is declared, before it was touched: a hand had changed it, or an apply had not done all.

    Going back to the declaration does not bring that back. Values that are masked are not compared.

    Args:
        undone: the plans of the applies that are undone, oldest first.
        declared: the declaration that was applied before them, its workflows resolved.

    Returns:
        Kind and name (that of then) of each, once, in the order in which they were touched.
    """
    things: dict[tuple[str, str], DeclaredWebhook | DeclaredEvent] = {
        ("webhook", hook.name): hook for hook in declared.webhooks
    }
    things |= {("event", event.event.name): event for event in declared.events}
    seen: set[tuple[str, str]] = set()
    found: list[tuple[str, str]] = []
    for change in (change for plan in undone for change in plan.changes):
        moved = _new_name(change)
        key = (change.kind, moved[0] if moved else change.name)
        new = key not in seen and change.action is not Action.ADOPT
        if new and not _was(things.get(key), change, declared.project):
            found.append(key)
        seen |= {key, (change.kind, change.name)}
    return found


def _was(thing: DeclaredWebhook | DeclaredEvent | None, change: Change, project: str) -> bool:
    """Whether what a change found may have been what was declared."""
    if thing is None or change.action is Action.CREATE:
        return (thing is None) == (change.action is Action.CREATE)
    if isinstance(thing, DeclaredEvent):
        return all(_held(event_fields(thing.event), field) for field in change.fields)
    fields = as_fields(desired(thing, project))
    left = {f"/{name}" for name in thing.ignore_changes}
    if change.action is Action.DELETE:
        left.add("/url")  # Of what is deleted only the origin is shown.
    return all(_held(fields, field) for field in change.fields if "/".join(field.path.split("/")[:2]) not in left)


def _held(fields: Mapping[str, Json], field: FieldChange) -> bool:
    """Whether a field had the declared value, as far as that may be seen."""
    value: Json = fields
    for token in field.path.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(unescape(token))
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            value = None
    if isinstance(value, list) and isinstance(field.old, list) and field.path in ("/events", "/workflows"):
        return field.secret or set(value) == set(field.old)
    return field.secret or value == field.old
