"""Which webhooks an event reaches, and with what payload."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from hookwright import sign
from hookwright.emulator.catalogue import WORKFLOW_EVENTS
from hookwright.emulator.outgoing import MAX_BODY
from tests.unit.emulator.support import KEY, Caller, bad_request, new_key, receiving, running

CONNECTION = "Connection Created"
WORKFLOW = "Workflow Errored"


def reached(caller: Caller, event: str = WORKFLOW, **more: Any) -> list[str]:
    """Ids of the webhooks that an event is delivered to, in order of the deliveries."""
    return [caller.delivery(key)["webhook_id"] for key in caller.emit(event, **more)]


def test_subscribed_and_enabled_webhooks_are_reached(caller: Caller) -> None:
    both = caller.webhook("http://127.0.0.1:9", CONNECTION, WORKFLOW)["_id"]
    workflow = caller.webhook("http://127.0.0.1:9", WORKFLOW)["_id"]
    disabled = caller.webhook("http://127.0.0.1:9", WORKFLOW, is_enabled=False)["_id"]
    assert reached(caller, WORKFLOW) == [both, workflow]
    assert reached(caller, CONNECTION) == [both]
    assert reached(caller, "Workflow Completed") == []
    caller.ok("PUT", f"/webhook/{disabled}", {"is_enabled": True})
    caller.ok("DELETE", f"/webhook/{both}")
    assert reached(caller, WORKFLOW) == [workflow, disabled]


def test_other_organizations_are_not_reached(caller: Caller) -> None:
    caller.webhook()
    for prefix in ("tk", "pk"):
        assert Caller(caller.url, new_key(prefix)).emit() == []


def test_an_event_named_twice_is_delivered_once(caller: Caller) -> None:
    caller.webhook("http://127.0.0.1:9", WORKFLOW, WORKFLOW)
    assert len(caller.emit()) == 1


def test_a_slug_admits_one_apps_workflow_events(caller: Caller) -> None:
    hubspot = caller.webhook(slug="hubspot")["_id"]
    slack = caller.webhook(slug="slack")["_id"]
    assert reached(caller) == [hubspot]
    assert reached(caller, payload={"slug": "slack"}) == [slack]
    caller.ok("PUT", "/_emulator/workflows", [{"name": "a", "slug": "slack"}, {"name": "b", "slug": "hubspot"}])
    assert reached(caller) == [slack]
    assert reached(caller, payload={"workflow_name": "b"}) == [hubspot]


def test_workflow_ids_admit_some_workflows_and_every_connection_event(caller: Caller) -> None:
    one = caller.webhook("http://127.0.0.1:9", WORKFLOW, CONNECTION, workflow_ids=["w1", "w2"])["_id"]
    assert reached(caller) == []
    assert reached(caller, payload={"workflow_id": "w2"}) == [one]
    assert reached(caller, payload={"workflow_id": ["w2"]}) == []
    assert reached(caller, CONNECTION) == [one]


def payload(caller: Caller, event: str, **more: Any) -> Any:
    (key,) = caller.emit(event, **more)
    return json.loads(base64.b64decode(caller.delivery(key)["request"]["body_base64"]))


@pytest.mark.parametrize("event", WORKFLOW_EVENTS)
def test_workflow_payloads(caller: Caller, event: str) -> None:
    caller.webhook("http://127.0.0.1:9", *WORKFLOW_EVENTS)
    first, second = payload(caller, event), payload(caller, event)
    assert first.pop("instance_id") < second.pop("instance_id")
    assert first == second
    assert first == {
        "linked_account_id": "12345",
        "workflow_id": "6495792b9b6ca6d77a17e513",
        "config_id": "12345",
        "event": event,
        "workflow_name": "Export contact to Hubspot",
        "status": event.removeprefix("Workflow ").upper().replace(" ", "_"),
    }


def test_connection_payloads(caller: Caller) -> None:
    webhook = caller.webhook("http://127.0.0.1:9", "Connection Expired")
    assert payload(caller, "Connection Expired", payload={"slug": "pipedrive", "more": [1]}) == {
        "linked_account_id": "12345",
        "org_id": webhook["org_id"],
        "environment": "test",
        "type": "General",
        "event": "Connection Expired",
        "slug": "pipedrive",
        "createdAt": "Thu, 28 May 2026 20:26:40 GMT",
        "more": [1],
    }


def test_workflows_of_the_organization_are_named(caller: Caller) -> None:
    caller.webhook()
    caller.ok("PUT", "/_emulator/workflows", [{"_id": "w1", "name": "a"}, {"_id": "w2", "name": "b"}])
    for overrides, expected in (
        ({}, ("w1", "a")),
        ({"workflow_name": "b"}, ("w2", "b")),
        ({"workflow_id": "w2"}, ("w2", "b")),
        ({"workflow_name": "c"}, ("6495792b9b6ca6d77a17e513", "c")),
        ({"workflow_id": "w1", "workflow_name": "b"}, ("w1", "b")),
    ):
        made = payload(caller, WORKFLOW, payload=overrides)
        assert (made["workflow_id"], made["workflow_name"]) == expected


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, bad_request("event must be a string")),
        ({"event": 1}, bad_request("event must be a string")),
        (
            {"event": "Workflow errored"},
            bad_request("Invalid event. Check events list in documentation.", "INVALID_EVENT"),
        ),
        ({"event": WORKFLOW, "payload": []}, bad_request("payload must be an object")),
        ({"event": WORKFLOW, "payload": None}, bad_request("payload must be an object")),
        ({"event": WORKFLOW, "count": 2}, bad_request("unknown field: count")),
        ([], bad_request("the body must be a JSON object")),
    ],
)
def test_a_wrong_emit_is_refused(caller: Caller, body: Any, error: Any) -> None:
    caller.webhook()
    assert caller.refused("POST", "/_emulator/emit", body) == error
    assert caller.ok("GET", "/_emulator/deliveries") == {"deliveries": []}


def test_a_body_that_would_be_huge_is_refused(caller: Caller) -> None:
    caller.webhook(webhook_type="custom", webhook_body=["{{event}}"] * 1000)
    big = {"event": WORKFLOW, "payload": {"a": "x" * (MAX_BODY // 1000)}}
    envelope = caller.refused("POST", "/_emulator/emit", big)
    assert (envelope["status_code"], envelope["error"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_body_of_megabytes_is_delivered() -> None:
    with receiving() as receiver, running() as (served, caller):
        caller.webhook(receiver.url, webhook_type="custom", webhook_body=["{{event.a}}"] * 5)
        caller.emit(payload={"a": "x" * 500_000})
        served.run_out()
        (request,) = receiver.received
    assert json.loads(request.body) == ["x" * 500_000] * 5
    assert request.header("x-cobalt-signature") == sign(request.body, KEY)
