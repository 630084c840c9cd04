"""What a plan of the way back must know of the applies that it undoes, beside what was declared before them.

A declaration alone cannot tell that a webhook had another name, or was there before anybody managed it: planned from
that alone, the one would be made anew and the other deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from hookwright.model.plan import Action, Blocked, Change, Plan
from hookwright.reconcile.identity import read_marker


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
