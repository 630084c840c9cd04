"""Plans and outcomes as JSON values: the formats ``hookwright.plan/1`` and ``hookwright.apply/1``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from hookwright.model.plan import Action, Change, Outcome, Plan, Step, StepStatus

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


def timestamp(moment: datetime) -> str:
    """A time as ISO 8601 in UTC, to the second: ``2026-01-31T12:00:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
