"""Plans and outcomes as JSON values and back: the formats ``hookwright.plan/1`` and ``hookwright.apply/1``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from hookwright.model.plan import (
    Action,
    Blocked,
    Change,
    Coverage,
    FieldChange,
    Outcome,
    Plan,
    Step,
    StepStatus,
    Unmanaged,
)

PLAN: Final = "hookwright.plan/1"
APPLY: Final = "hookwright.apply/1"

_COUNTED: Final = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.ADOPT, Action.DELETE)


def plan_summary(plan: Plan) -> dict[str, int]:
    """How many objects there are of each action, and the unchanged, unmanaged and conflicting ones."""
    counts = {str(action): plan.count(action) for action in _COUNTED}
    return counts | {
        "unchanged": plan.unchanged,
        "unmanaged": len(plan.unmanaged),
        "conflict": plan.count(Action.CONFLICT),
    }


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """A plan as the contract's JSON has it."""
    return {
        "format": PLAN,
        "project": plan.project,
        "environment": plan.environment,
        "org_id": plan.org_id,
        "api_url": plan.api_url,
        "config_digest": plan.config_digest,
        "git_commit": plan.git_commit,
        "created_at": timestamp(plan.created_at),
        "expires_at": timestamp(plan.expires_at),
        "summary": plan_summary(plan),
        "changes": [change_to_dict(change) for change in plan.changes],
        "coverage": [{"event": line.event, "before": line.before, "after": line.after} for line in plan.coverage],
        "unmanaged": [{"kind": item.kind, "id": item.id, "url": item.url} for item in plan.unmanaged],
        "blocked": [{"guard": item.guard, "message": item.message} for item in plan.blocked],
        "warnings": list(plan.warnings),
    }


def change_to_dict(change: Change) -> dict[str, Any]:
    """A change as the contract's JSON has it; ``note`` only where there is one."""
    record: dict[str, Any] = {
        "kind": change.kind,
        "name": change.name,
        "action": str(change.action),
        "id": change.id,
        "live_digest": change.live_digest,
        "fields": [
            {"path": field.path, "old": field.old, "new": field.new, "secret": field.secret} for field in change.fields
        ],
    }
    if change.note:
        record["note"] = change.note
    return record


def outcome_to_dict(outcome: Outcome) -> dict[str, Any]:
    """The outcome of an apply as the contract's JSON has it."""
    return {
        "format": APPLY,
        "environment": outcome.environment,
        "summary": {str(status): outcome.count(status) for status in StepStatus},
        "steps": [_step_to_dict(step) for step in outcome.steps],
        "converged": outcome.converged,
        "notes": list(outcome.notes),
    }


def _step_to_dict(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "name": step.name,
        "action": str(step.action),
        "id": step.id,
        "status": str(step.status),
        "error": step.error,
    }


def plan_from_dict(record: Any) -> Plan:
    """The inverse of :func:`plan_to_dict`.

    Raises:
        ValueError: this is no plan in JSON.
    """
    with _reading(record, PLAN):
        return Plan(
            project=_text(record["project"]),
            environment=_text(record["environment"]),
            org_id=_text_or_none(record["org_id"]),
            api_url=_text(record["api_url"]),
            config_digest=_text(record["config_digest"]),
            git_commit=_text_or_none(record["git_commit"]),
            created_at=moment(record["created_at"]),
            expires_at=moment(record["expires_at"]),
            changes=tuple(_change(change) for change in record["changes"]),
            unchanged=int(record["summary"]["unchanged"]),
            coverage=tuple(
                Coverage(_text(line["event"]), int(line["before"]), int(line["after"])) for line in record["coverage"]
            ),
            unmanaged=tuple(
                Unmanaged(_text(item["kind"]), _text(item["id"]), _text(item["url"])) for item in record["unmanaged"]
            ),
            blocked=tuple(Blocked(_text(item["guard"]), _text(item["message"])) for item in record["blocked"]),
            warnings=tuple(map(_text, record["warnings"])),
        )


def _change(record: Any) -> Change:
    return Change(
        kind=_text(record["kind"]),
        name=_text(record["name"]),
        action=Action(record["action"]),
        id=_text_or_none(record["id"]),
        live_digest=_text_or_none(record["live_digest"]),
        fields=tuple(
            FieldChange(_text(field["path"]), field["old"], field["new"], field["secret"] is True)
            for field in record["fields"]
        ),
        note=_text(record.get("note", "")),
    )


def outcome_from_dict(record: Any, *, landed: bool) -> Outcome:
    """The inverse of :func:`outcome_to_dict`.

    Args:
        record: the JSON value.
        landed: see :class:`Outcome`: the JSON does not say.

    Raises:
        ValueError: this is no outcome in JSON.
    """
    with _reading(record, APPLY):
        steps = tuple(
            Step(
                kind=_text(step["kind"]),
                name=_text(step["name"]),
                action=Action(step["action"]),
                id=_text_or_none(step["id"]),
                status=StepStatus(step["status"]),
                error=_text_or_none(step["error"]),
            )
            for step in record["steps"]
        )
        notes = tuple(map(_text, record["notes"]))
        return Outcome(_text(record["environment"]), steps, record["converged"] is True, notes, landed)


@contextmanager
def _reading(record: Any, expected: str) -> Iterator[None]:
    """What goes wrong inside is a ValueError: the value is not of the expected format."""
    try:
        if record["format"] != expected:
            raise ValueError(f"not of the format {expected}")
        yield
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not of the format {expected}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def moment(text: Any) -> datetime:
    """The inverse of :func:`timestamp`.

    Raises:
        ValueError: this is no such time.
    """
    return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def timestamp(time: datetime) -> str:
    """A time as ISO 8601 in UTC, to the second: ``2026-01-31T12:00:00Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
