"""Projects that have one thing to do, or everything, and the live side that they find."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hookwright.model.resources import (
    Declared,
    DeclaredEvent,
    DeclaredWebhook,
    Environment,
    Event,
    Kind,
    Policy,
    Webhook,
    WebhookType,
    WorkflowRef,
)
from tests.contract.faultlab import API, Lab

Record = dict[str, Any]
HOOKS = "https://hooks.acme.example"
WEBHOOK, ONE, GROUP = ("/webhook$", "/webhook/[0-9a-f]+$", "/webhooks/group/edit$")
EVENT, ONE_EVENT, WORKFLOW = ("/application/event$", "/application/event/[0-9a-f]+$", "/workflow$")
Call = tuple[str, str]


@dataclass(frozen=True)
class Scenario:
    """Something to do.

    Attributes:
        reads: the calls that the plan makes.
        writes: the calls that the apply makes, the reading back and the deletes included.
        parts: what of :class:`World` it has.
    """

    reads: tuple[Call, ...]
    writes: tuple[Call, ...]
    parts: tuple[str, ...]


LIST, EVENTS = ("GET", WEBHOOK), ("GET", EVENT)
CREATE, UPDATE, SET_GROUP, DELETE = ("POST", WEBHOOK), ("PUT", ONE), ("PUT", GROUP), ("DELETE", ONE)
NEW_EVENT, SET_EVENT, DROP_EVENT = ("POST", EVENT), ("PUT", ONE_EVENT), ("DELETE", ONE_EVENT)

SCENARIOS = {
    "create": Scenario((LIST,), (CREATE, LIST, DELETE), ("new", "gone")),
    "update": Scenario((LIST,), (UPDATE, LIST, DELETE), ("old", "gone")),
    "group": Scenario((LIST,), (SET_GROUP, LIST, DELETE), ("grouped", "gone")),
    "adopt": Scenario((LIST,), (UPDATE, LIST, DELETE), ("adopted", "gone")),
    "delete": Scenario((LIST,), (DELETE,), ("gone", "gone too")),
    "workflow": Scenario((("GET", WORKFLOW),), (), ("with workflow", "gone")),
    "event create": Scenario((EVENTS,), (NEW_EVENT, EVENTS, DELETE), ("new event", "gone")),
    "event update": Scenario((EVENTS,), (SET_EVENT, EVENTS, DELETE), ("old event", "gone")),
    "event delete": Scenario((EVENTS,), (DROP_EVENT, DELETE), ("gone event", "gone")),
    "everything": Scenario(
        (LIST, EVENTS, ("GET", WORKFLOW)),
        (CREATE, UPDATE, SET_GROUP, NEW_EVENT, SET_EVENT, LIST, EVENTS, DROP_EVENT, DELETE),
        (
            "new",
            "with workflow",
            "old",
            "grouped",
            "adopted",
            "new event",
            "old event",
            "gone event",
            "gone",
            "gone too",
        ),
    ),
}


@dataclass
class World:
    """A project, and what is live before its apply.

    Attributes:
        key: the API key: an organization of its own.
        wanted: (kind, name) → the fields that the platform shall have, None where it shall have nothing.
        ids: (kind, name) → the id of what is there already.
    """

    key: str
    wanted: dict[tuple[str, str], Record | None] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    _webhooks: list[DeclaredWebhook] = field(default_factory=list)
    _events: list[DeclaredEvent] = field(default_factory=list)
    _tombstones: set[str] = field(default_factory=set)

    def declared(self, url: str) -> Declared:
        """The declaration."""
        return Declared(
            project="acme",
            environment=Environment("test", Kind.TEST, url, self.key, "${env.KEY}"),
            webhooks=tuple(sorted(self._webhooks, key=lambda hook: hook.name)),
            events=tuple(sorted(self._events, key=lambda item: item.event.name)),
            removed_events=frozenset(self._tombstones),
            policy=Policy(max_deletes=9),
            files=1,
        )

    def make(self, lab: Lab, parts: tuple[str, ...]) -> None:
        """Put there what a scenario begins with: what is to be changed, and what nobody may touch."""
        webhook = lambda **fields: lab.call("POST", API + "/webhook", _record(**fields), self.key)["_id"]  # noqa: E731
        webhook(name="by-hand", description="Made by hand")
        webhook(name="theirs", description="[hookwright:other/theirs]")
        webhook(name="keep", description="[hookwright:acme/keep]")
        self._webhooks.append(DeclaredWebhook("keep", Webhook(f"{HOOKS}/keep", ("Workflow Errored",))))
        if any("event" in part for part in parts):
            self._event(lab, "theirs")
        for part in parts:
            _PARTS[part](self, lab, webhook)

    def _event(self, lab: Lab, name: str) -> None:
        body = {"name": name, "response": json.dumps({"old": 1})}
        events = lab.call("POST", API + "/application/event", body, self.key)
        self.ids["event", name] = next(each["_id"] for each in events if each["name"] == name)

    def _declare(self, name: str, live: Record, *, adopt: str = "", workflow: str = "", **fields: Any) -> None:
        own = Webhook(f"{HOOKS}/{name}", ("Workflow Errored",), **fields)
        refs = (WorkflowRef(workflow),) if workflow else ()
        self._webhooks.append(DeclaredWebhook(name, own, refs, adopt=adopt))
        self.wanted["webhook", name] = {"webhook_url": f"{HOOKS}/{name}"} | live


Make = Callable[..., str]


def _new(world: World, lab: Lab, webhook: Make) -> None:
    world._declare(
        "new",
        {
            "description": "Pages [hookwright:acme/new]", "method": "PUT",
            "webhook_headers": {"Authorization": "s3cr3t"},
            "webhook_body": {"run": "{{event.instance_id}}"}, "group": "on-call",
        },
        description="Pages", method="PUT", headers={"Authorization": "s3cr3t"}, type=WebhookType.CUSTOM,
        body={"run": "{{event.instance_id}}"}, group="on-call",
    )  # fmt: skip


def _with_workflow(world: World, lab: Lab, webhook: Make) -> None:
    lab.call("PUT", "/_emulator/workflows", [{"_id": "a" * 24, "name": "Export", "published": True}], world.key)
    marker = "[hookwright:acme/with-workflow]"
    world._declare("with-workflow", {"description": marker, "workflow_ids": ["a" * 24]}, workflow="Export")


def _old(world: World, lab: Lab, webhook: Make) -> None:
    world.ids["webhook", "old"] = webhook(
        name="old", description="[hookwright:acme/old]", method="PUT", is_enabled=False
    )
    world._declare("old", {"method": "POST", "is_enabled": True, "description": "[hookwright:acme/old]"})


def _grouped(world: World, lab: Lab, webhook: Make) -> None:
    world.ids["webhook", "grouped"] = webhook(name="grouped", description="[hookwright:acme/grouped]", group="day")
    world._declare("grouped", {"group": "night"}, group="night")


def _adopted(world: World, lab: Lab, webhook: Make) -> None:
    identity = world.ids["webhook", "adopted"] = webhook(
        name="adopted", description="Made by hand, too", method="PATCH"
    )
    live = {"description": "Made by hand, too [hookwright:acme/adopted]", "method": "POST"}
    world._declare("adopted", live, adopt=identity, description="Made by hand, too")


def _gone(name: str) -> Callable[[World, Lab, Make], None]:
    def make(world: World, lab: Lab, webhook: Make) -> None:
        world.ids["webhook", name] = webhook(name=name, description=f"[hookwright:acme/{name}]")
        world.wanted["webhook", name] = None

    return make


def _new_event(world: World, lab: Lab, webhook: Make) -> None:
    world._events.append(DeclaredEvent(Event("new event", {"a": {"b": True}}, {"type": "object"})))
    world.wanted["event", "new event"] = {"sample": {"a": {"b": True}}, "json_schema": {"type": "object"}}


def _old_event(world: World, lab: Lab, webhook: Make) -> None:
    world._event(lab, "old event")
    world._events.append(DeclaredEvent(Event("old event", {"new": 2})))
    world.wanted["event", "old event"] = {"sample": {"new": 2}}


def _gone_event(world: World, lab: Lab, webhook: Make) -> None:
    world._event(lab, "gone event")
    world._tombstones.add("gone event")
    world.wanted["event", "gone event"] = None


_PARTS: dict[str, Callable[[World, Lab, Make], None]] = {
    "new": _new,
    "with workflow": _with_workflow,
    "old": _old,
    "grouped": _grouped,
    "adopted": _adopted,
    "gone": _gone("gone"),
    "gone too": _gone("gone-too"),
    "new event": _new_event,
    "old event": _old_event,
    "gone event": _gone_event,
}


def _record(name: str, **fields: Any) -> Record:
    return {"webhook_url": f"{HOOKS}/{name}", "webhook_events": ["Workflow Errored"], **fields}
