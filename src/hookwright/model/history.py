"""The record of an apply: who did what when, and how it ended. It holds no secret: a plan and an outcome hold none."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from hookwright.model.frozen import dataclass
from hookwright.model.plan import Outcome, Plan
from hookwright.model.serial import moment, outcome_from_dict, outcome_to_dict, plan_from_dict, plan_to_dict, timestamp

HISTORY: Final = "hookwright.history/1"


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one apply.

    Attributes:
        id: names it; ids sort by time.
        at: when the apply ended (UTC).
        who: who ran it, as far as the process environment says, or None.
        plan: what was to be done; its ``git_commit`` is that of the declaration.
        outcome: how it ended.
    """

    id: str
    at: datetime
    who: str | None
    plan: Plan
    outcome: Outcome


def record_to_dict(record: Record) -> dict[str, Any]:
    """A record in the format ``hookwright.history/1``."""
    return {
        "format": HISTORY,
        "id": record.id,
        "at": timestamp(record.at),
        "who": record.who,
        "git_commit": record.plan.git_commit,
        "project": record.plan.project,
        "environment": record.plan.environment,
        "landed": record.outcome.landed,
        "plan": plan_to_dict(record.plan),
        "outcome": outcome_to_dict(record.outcome),
    }


def record_from_dict(value: Any) -> Record:
    """The inverse of :func:`record_to_dict`.

    Raises:
        ValueError: this is no record of an apply.
    """
    if not isinstance(value, dict) or value.get("format") != HISTORY:
        raise ValueError(f"not of the format {HISTORY}")
    name, who = value.get("id"), value.get("who")
    if not isinstance(name, str) or not (who is None or isinstance(who, str)):
        raise ValueError("its id or who ran it is no text")
    outcome = outcome_from_dict(value.get("outcome"), landed=value.get("landed") is True)
    return Record(name, moment(value.get("at")), who, plan_from_dict(value.get("plan")), outcome)
