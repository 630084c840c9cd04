"""The platform events: their names, and a plausible payload of each (Refold's webhooks guide, "Event Types").

The payloads of ``Workflow Stopped`` and ``Workflow Timed Out`` are not published; they are assumed to look like those
of the other workflow events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from hookwright.emulator.state import Organization, Record
from hookwright.model.source import Json

CONNECTION_EVENTS: Final = ("Connection Created", "Connection Deleted", "Connection Expired")
WORKFLOW_STATUS: Final = {
    "Workflow Completed": "COMPLETED",
    "Workflow Errored": "ERRORED",
    "Workflow Stopped": "STOPPED",
    "Workflow Timed Out": "TIMED_OUT",
}
WORKFLOW_EVENTS: Final = tuple(WORKFLOW_STATUS)
EVENTS: Final = frozenset((*CONNECTION_EVENTS, *WORKFLOW_EVENTS))

DEFAULT_APP: Final = "hubspot"
DEFAULT_WORKFLOW: Final = {
    "_id": "6495792b9b6ca6d77a17e513",
    "name": "Export contact to Hubspot",
    "published": True,
    "slug": DEFAULT_APP,
}
"""The workflow that an event is said to come from where the organization has none and the payload names none."""


def payload(
    event: str,
    overrides: Mapping[str, Json],
    organization: Organization,
    *,
    now: float,
    new_id: Callable[[], str],
) -> tuple[Record, str]:
    """A payload of an event, and the app that it is about.

    Args:
        event: name of a platform event.
        overrides: keys to set in the payload; a workflow named here by id or name is looked up.
        organization: whose event it is.
        now: seconds since the epoch.
        new_id: makes ids.

    Returns:
        The payload, and the slug of the app for the webhooks that want only one app's events.
    """
    if event in WORKFLOW_STATUS:
        workflow = _workflow(overrides, organization)
        made = {
            "linked_account_id": "12345",
            "instance_id": new_id(),
            "workflow_id": workflow["_id"],
            "config_id": "12345",
            "event": event,
            "workflow_name": workflow["name"],
            "status": WORKFLOW_STATUS[event],
            **overrides,
        }
        return made, str(made.get("slug", workflow["slug"]))
    made = {
        "linked_account_id": "12345",
        "org_id": organization.id,
        "environment": organization.environment,
        "type": "General",
        "event": event,
        "slug": DEFAULT_APP,
        "createdAt": format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True),
        **overrides,
    }
    return made, str(made["slug"])


def _workflow(overrides: Mapping[str, Json], organization: Organization) -> Record:
    wanted = {
        field: overrides[key] for field, key in (("_id", "workflow_id"), ("name", "workflow_name")) if key in overrides
    }
    for workflow in organization.workflows:
        if all(workflow[field] == value for field, value in wanted.items()):
            return workflow
    return {**DEFAULT_WORKFLOW, **wanted}
