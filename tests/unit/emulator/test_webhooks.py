from __future__ import annotations

from typing import Any

import pytest

from hookwright.emulator.webhooks import SLACK_BODY
from tests.unit.emulator.support import START_TEXT, Caller, bad_request, new_key, running

NOT_FOUND = bad_request("Webhook not found", "RESOURCE_NOT_FOUND")
INVALID_EVENT = bad_request("Invalid event. Check events list in documentation.", "INVALID_EVENT")
SLUG = bad_request("Only workflow events are allowed when slug is set.", "INVALID_EVENT")
MINIMAL = {"webhook_url": "https://hooks.acme.example/a", "webhook_events": ["Connection Created"]}


def test_created_with_the_least_it_has_all_defaults(caller: Caller) -> None:
    webhook = caller.ok("POST", "/webhook", MINIMAL)
    key, org = webhook.pop("_id"), webhook.pop("org_id")
    assert len(key) == len(org) == 24
    assert set(key + org) <= set("0123456789abcdef")
    assert webhook == {
        "environment": "test",
        "is_enabled": True,
        "webhook_events": ["Connection Created"],
        "workflow_ids": [],
        "webhook_url": "https://hooks.acme.example/a",
        "webhook_body": "{{event}}",
        "webhook_headers": {},
        "webhook_type": "default",
        "method": "POST",
        "createdAt": START_TEXT,
        "updatedAt": START_TEXT,
        "__v": 0,
    }


def test_created_with_everything_it_has_everything(caller: Caller) -> None:
    sent = {
        "webhook_url": "http://hooks.acme.example:8080/a?b=c",
        "webhook_events": ["Workflow Timed Out", "Workflow Stopped", "Workflow Errored", "Workflow Completed"],
        "webhook_headers": {"X-Api-Key": "{{event.org_id}}", "n": 1, "b": True},
        "webhook_body": {"a": ["{{event}}", None, 1.5]},
        "webhook_description": "set once",
        "description": "é" * 300,
        "method": "PATCH",
        "slug": "hubspot",
        "workflow_ids": ["6495792b9b6ca6d77a17e513"],
        "webhook_type": "custom",
        "is_enabled": False,
        "group": "on-call",
    }
    webhook = caller.ok("POST", "/webhook", sent)
    assert {name: webhook[name] for name in sent} == sent
    assert caller.ok("GET", f"/webhook/{webhook['_id']}") == webhook


def test_every_platform_event_can_be_subscribed_to(caller: Caller) -> None:
    events = [f"Connection {what}" for what in ("Created", "Deleted", "Expired")]
    events += [f"Workflow {what}" for what in ("Completed", "Errored", "Stopped", "Timed Out")]
    assert caller.webhook("https://a.acme.example", *events)["webhook_events"] == events


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"webhook_url": None}, bad_request("webhook_url must be a URL that starts with http:// or https://")),
        ({"webhook_url": "ftp://a"}, bad_request("webhook_url must be a URL that starts with http:// or https://")),
        ({"webhook_url": "HTTPS://a"}, bad_request("webhook_url must be a URL that starts with http:// or https://")),
        ({"webhook_events": []}, bad_request("webhook_events must have at least one event")),
        ({"webhook_events": "Workflow Errored"}, bad_request("webhook_events must be a list of strings")),
        ({"webhook_events": [1]}, bad_request("webhook_events must be a list of strings")),
        ({"webhook_events": ["workflow errored"]}, INVALID_EVENT),
        ({"webhook_events": ["Connection Created", "Nope"]}, INVALID_EVENT),
        ({"slug": "hubspot"}, SLUG),
        ({"slug": 1}, bad_request("slug must be a string")),
        ({"slug": None}, bad_request("slug must be a string")),
        ({"description": ["a"]}, bad_request("description must be a string")),
        ({"group": 1}, bad_request("group must be a string")),
        ({"is_enabled": 1}, bad_request("is_enabled must be a boolean")),
        ({"workflow_ids": "a"}, bad_request("workflow_ids must be a list of strings")),
        ({"workflow_ids": [None]}, bad_request("workflow_ids must be a list of strings")),
        ({"method": "GET"}, bad_request("method must be one of POST, PUT, PATCH")),
        ({"method": []}, bad_request("method must be one of POST, PUT, PATCH")),
        ({"webhook_type": "Custom"}, bad_request("webhook_type must be one of default, slack, custom")),
        ({"webhook_headers": []}, bad_request("webhook_headers must be an object")),
        (
            {"webhook_headers": {"a b": "c"}},
            bad_request("webhook_headers has a key that is not a header name"),
        ),
        ({"webhook_headers": {"": "c"}}, bad_request("webhook_headers has a key that is not a header name")),
        ({"webhook_headers": {"a\n": "c"}}, bad_request("webhook_headers has a key that is not a header name")),
        (
            {"webhook_headers": {"a": None}},
            bad_request("webhook_headers must have strings, numbers or booleans as values"),
        ),
        ({"url": "https://a.acme.example"}, bad_request("unknown field: url")),
        ({"_id": "a"}, bad_request("unknown field: _id")),
    ],
)
def test_what_is_wrong_is_refused_by_create_and_update(caller: Caller, change: dict[str, Any], error: Any) -> None:
    assert caller.refused("POST", "/webhook", {**MINIMAL, **change}) == error
    webhook = caller.ok("POST", "/webhook", MINIMAL)
    if "group" not in change:
        assert caller.refused("PUT", f"/webhook/{webhook['_id']}", change) == error
    assert caller.ok("GET", "/webhook") == [webhook]


@pytest.mark.parametrize("missing", ["webhook_url", "webhook_events"])
def test_a_url_and_events_are_required(caller: Caller, missing: str) -> None:
    body = {name: value for name, value in MINIMAL.items() if name != missing}
    assert caller.refused("POST", "/webhook", body) == bad_request(f"{missing} is required")


def test_the_guides_wrong_field_names_are_refused(caller: Caller) -> None:
    body = {"url": "https://a.acme.example", "events": ["Workflow Errored"]}
    assert caller.refused("POST", "/webhook", body) == bad_request("unknown field: events")


@pytest.mark.parametrize("body", [[], "a", 1, True])
def test_a_body_that_is_no_object_is_refused(caller: Caller, body: Any) -> None:
    webhook = caller.webhook()
    expected = bad_request("the body must be a JSON object")
    assert caller.refused("POST", "/webhook", body) == expected
    assert caller.refused("PUT", f"/webhook/{webhook['_id']}", body) == expected
    assert caller.refused("PUT", "/webhooks/group/edit", body) == expected


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {}), ("DELETE", None)])
@pytest.mark.parametrize("key", ["000000000000000000000000", "a", "%20", "a%2Fb", "{id}"])
def test_an_unknown_id_is_a_400(caller: Caller, method: str, body: Any, key: str) -> None:
    assert caller.refused(method, f"/webhook/{key}", body) == NOT_FOUND


def test_an_id_of_another_organization_is_unknown(caller: Caller) -> None:
    webhook = caller.webhook()
    other = Caller(caller.url, new_key())
    assert other.refused("GET", f"/webhook/{webhook['_id']}") == NOT_FOUND
    assert other.refused("DELETE", f"/webhook/{webhook['_id']}") == NOT_FOUND
    assert other.ok("PUT", "/webhooks/group/edit", {"webhookIds": [webhook["_id"]], "group": "a"}) == []
    assert caller.ok("GET", "/webhook") == [webhook]


def test_put_changes_the_fields_sent_and_no_others() -> None:
    with running() as (served, caller):
        webhook = caller.webhook(description="a", webhook_headers={"A": "1", "B": "2"})
        served.advance(60)
        changed = caller.ok("PUT", f"/webhook/{webhook['_id']}", {"description": "b"})
        assert changed == {**webhook, "description": "b", "updatedAt": "2026-05-28T20:27:40.000Z"}
        changed = caller.ok("PUT", f"/webhook/{webhook['_id']}", {"webhook_headers": {"C": "3"}})
        assert changed["webhook_headers"] == {"C": "3"}
        assert changed["description"] == "b"


def test_put_ignores_what_it_cannot_change(caller: Caller) -> None:
    webhook = caller.webhook(webhook_description="once", group="a")
    changed = caller.ok("PUT", f"/webhook/{webhook['_id']}", {"webhook_description": "twice", "group": 1})
    assert changed == webhook


def test_fields_can_be_emptied(caller: Caller) -> None:
    webhook = caller.webhook(description="a", slug="hubspot", workflow_ids=["x"], webhook_headers={"A": "1"})
    emptied = {"description": "", "workflow_ids": [], "webhook_headers": {}}
    changed = caller.ok("PUT", f"/webhook/{webhook['_id']}", {**emptied, "slug": ""})
    assert {name: changed[name] for name in emptied} == emptied
    assert "slug" not in changed


def test_slug_and_events_are_held_against_each_other_as_they_will_be(caller: Caller) -> None:
    path = f"/webhook/{caller.webhook(slug='hubspot')['_id']}"
    connection = ["Connection Created"]
    assert caller.refused("PUT", path, {"webhook_events": connection}) == SLUG
    changed = caller.ok("PUT", path, {"webhook_events": connection, "slug": ""})
    assert changed["webhook_events"] == connection
    assert caller.refused("PUT", path, {"slug": "hubspot"}) == SLUG


@pytest.mark.parametrize("kind", [None, "default", "slack"])
def test_a_body_is_honoured_only_with_type_custom(caller: Caller, kind: str | None) -> None:
    more = {} if kind is None else {"webhook_type": kind}
    webhook = caller.webhook(webhook_body={"a": 1}, **more)
    written = SLACK_BODY if kind == "slack" else "{{event}}"
    assert (webhook["webhook_type"], webhook["webhook_body"]) == (kind or "default", written)
    changed = caller.ok("PUT", f"/webhook/{webhook['_id']}", {"webhook_body": {"a": 1}, **more})
    assert changed == webhook


def test_an_update_of_a_custom_webhook_needs_the_type_again_for_its_body(caller: Caller) -> None:
    path = f"/webhook/{caller.webhook(webhook_type='custom', webhook_body={'a': 1})['_id']}"
    assert caller.ok("PUT", path, {"webhook_body": {"a": 2}})["webhook_body"] == {"a": 1}
    assert caller.ok("PUT", path, {"webhook_body": {"a": 2}, "webhook_type": "custom"})["webhook_body"] == {"a": 2}


def test_the_type_is_computed_from_the_body(caller: Caller) -> None:
    path = f"/webhook/{caller.webhook()['_id']}"
    steps: list[tuple[dict[str, Any], str, Any]] = [
        ({"webhook_type": "custom"}, "default", "{{event}}"),
        ({"webhook_type": "custom", "webhook_body": "{{event}}"}, "default", "{{event}}"),
        ({"webhook_type": "custom", "webhook_body": None}, "custom", None),
        ({"webhook_type": "custom", "webhook_body": "{{ event }}"}, "custom", "{{ event }}"),
        ({"webhook_type": "default"}, "default", "{{event}}"),
        ({"webhook_type": "slack"}, "slack", SLACK_BODY),
        ({"webhook_type": "custom"}, "slack", SLACK_BODY),
        ({"webhook_type": "custom", "webhook_body": {"x": 1}}, "custom", {"x": 1}),
        ({"webhook_type": "default", "webhook_body": {"x": 1}}, "default", "{{event}}"),
    ]
    for sent, kind, body in steps:
        changed = caller.ok("PUT", path, sent)
        assert (changed["webhook_type"], changed["webhook_body"]) == (kind, body)
        assert caller.ok("GET", path) == changed


def test_a_method_can_go_back(caller: Caller) -> None:
    path = f"/webhook/{caller.webhook(method='PUT')['_id']}"
    assert [caller.ok("PUT", path, {"method": each})["method"] for each in ("PATCH", "POST")] == ["PATCH", "POST"]


def test_the_list_is_in_order_of_creation_and_delete_answers_the_rest(caller: Caller) -> None:
    made = [caller.webhook(f"https://hooks.acme.example/{number}") for number in range(4)]
    assert caller.ok("GET", "/webhook") == made
    assert caller.ok("DELETE", f"/webhook/{made[1]['_id']}") == [made[0], made[2], made[3]]
    assert caller.refused("DELETE", f"/webhook/{made[1]['_id']}") == NOT_FOUND
    assert [caller.ok("DELETE", f"/webhook/{each['_id']}") for each in (made[0], made[3], made[2])][-1] == []
    assert caller.ok("GET", "/webhook") == []


def test_one_url_may_be_there_twice(caller: Caller) -> None:
    assert caller.webhook()["_id"] < caller.webhook()["_id"]


def test_a_group_is_set_and_unset_on_many(caller: Caller) -> None:
    made = [caller.webhook() for _ in range(3)]
    ids = [each["_id"] for each in made]
    asked = {"webhookIds": [ids[2], "unknown", ids[0], ids[2]], "group": "on-call"}
    assert caller.ok("PUT", "/webhooks/group/edit", asked) == [
        {**made[2], "group": "on-call"},
        {**made[0], "group": "on-call"},
    ]
    assert ["group" in each for each in caller.ok("GET", "/webhook")] == [True, False, True]
    for unset in ({"group": ""}, {}, {"group": None}):
        caller.ok("PUT", "/webhooks/group/edit", {"webhookIds": ids, "group": "b"})
        assert caller.ok("PUT", "/webhooks/group/edit", {"webhookIds": ids, **unset}) == made


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "webhookIds must be a list of at least one id"),
        ({"webhookIds": []}, "webhookIds must be a list of at least one id"),
        ({"webhookIds": "a"}, "webhookIds must be a list of at least one id"),
        ({"webhookIds": [1]}, "webhookIds must be a list of at least one id"),
        ({"webhookIds": ["a"], "group": 0}, "group must be a string"),
        ({"webhookIds": ["a"], "name": "b"}, "unknown field: name"),
    ],
)
def test_a_wrong_group_call_is_refused(caller: Caller, body: Any, message: str) -> None:
    assert caller.refused("PUT", "/webhooks/group/edit", body) == bad_request(message)


@pytest.mark.parametrize("path", ["/webhook/subscribe", "/webhook/unsubscribe"])
def test_the_deprecated_calls_are_gone(caller: Caller, path: str) -> None:
    assert caller.refused("POST", path) == {
        "status_code": 410,
        "http_error_type": "GONE",
        "error": "DEPRECATED",
        "message": "This call is deprecated. Use POST /api/v2/public/webhook.",
    }
    assert caller.call("GET", path).headers["Allow"] == "POST"


def test_keys_decide_the_environment(shared_url: str) -> None:
    assert Caller(shared_url, new_key("pk")).webhook()["environment"] == "production"
