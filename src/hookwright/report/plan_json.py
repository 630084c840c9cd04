"""A plan or a drift → JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hookwright.model.plan import Action, Plan
from hookwright.model.serial import plan_to_dict
from hookwright.report.style import disarmed_json

if TYPE_CHECKING:
    from hookwright.model.delivery import WireChange

DRIFT = "hookwright.drift/1"
_DRIFT_NAMES = {Action.CREATE: "missing", Action.DELETE: "unexpected", Action.CONFLICT: "conflict"}


def to_json(plan: Plan) -> str:
    """The plan in the format ``hookwright.plan/1``."""
    return dump(plan_to_dict(plan))


def with_wire(plan: Plan, wire: Mapping[str, Sequence[WireChange]]) -> dict[str, Any]:
    """The plan as JSON value, with ``wire`` on the changes of webhooks: what deliveries send before and after."""
    from hookwright.report.wire_json import change_to_dict

    record = plan_to_dict(plan)
    for entry in record["changes"]:
        if entry["kind"] == "webhook" and entry["name"] in wire:
            entry["wire"] = [change_to_dict(change) for change in wire[entry["name"]]]
    return record


def drift_to_dict(plan: Plan) -> dict[str, Any]:
    """A drift as JSON value, the format ``hookwright.drift/1``: the plan's fields, and what each change is as drift."""
    record = plan_to_dict(plan)
    for change, entry in zip(plan.changes, record["changes"], strict=True):
        entry["drift"] = drift_name(change.action)
    return record | {"format": DRIFT, "drifted": not plan.empty}


def drift_name(action: Action) -> str:
    """What a change is as drift: missing, changed, unexpected or conflict."""
    return _DRIFT_NAMES.get(action, "changed")


def dump(record: dict[str, Any]) -> str:
    """A record as indented JSON; text stays readable, and in a CI's log it is nothing but text."""
    return disarmed_json(json.dumps(record, ensure_ascii=False, indent=2))
