from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.api import wire
from hookwright.api.fields import WireError
from hookwright.model.resources import (
    DEFAULT_BODY,
    METHODS,
    PLATFORM_EVENTS,
    Event,
    LiveEvent,
    LiveWebhook,
    Webhook,
    WebhookType,
    Workflow,
)
from tests.unit.api.support import webhook

DOCUMENTED_CREATE = {
    "webhook_url",
    "webhook_events",
    "webhook_headers",
    "webhook_body",
    "description",
    "method",
    "slug",
    "workflow_ids",
    "webhook_type",
    "is_enabled",
    "group",
}
DOCUMENTED_UPDATE = DOCUMENTED_CREATE - {"group"}
UPDATABLE = {"url", "events", "type", "method", "headers", "body", "description", "enabled", "slug", "workflows"}

texts = st.text(max_size=8)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def hooks(draw: st.DrawFn) -> Webhook:
    kind = draw(st.sampled_from(WebhookType))
    body = draw(jsons.filter(lambda value: value not in (None, DEFAULT_BODY))) if kind is WebhookType.CUSTOM else None
    return Webhook(
        url=draw(st.text(min_size=1)),
        events=tuple(sorted(draw(st.sets(st.sampled_from(PLATFORM_EVENTS))))),
        type=kind,
        method=draw(st.sampled_from(METHODS)),
        headers=draw(st.dictionaries(texts, texts, max_size=3)),
        body=body,
        description=draw(texts),
        enabled=draw(st.booleans()),
        slug=draw(texts),
        workflows=tuple(sorted(draw(st.sets(texts, max_size=3)))),
        group=draw(texts),
    )


def over_the_wire(value: Any) -> Any:
    return json.loads(json.dumps(value))


def read_or_refusal(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except WireError as error:
        return error


# --- webhooks


@given(hooks())
def test_what_is_created_is_read_back(hook: Webhook) -> None:
    request = over_the_wire(wire.webhook_create_json(hook))
    assert request.keys() <= DOCUMENTED_CREATE
    record = {"_id": "a1", "org_id": "o1", "environment": "test", **request}
    assert wire.webhook_from_json(record) == LiveWebhook("a1", "o1", "test", hook)


@given(hooks(), hooks(), st.sets(st.sampled_from(sorted(UPDATABLE))))
def test_what_is_updated_is_read_back_and_the_rest_stays(old: Webhook, new: Webhook, fields: set[str]) -> None:
    request = over_the_wire(wire.webhook_update_json(new, fields))
    assert request.keys() <= DOCUMENTED_UPDATE
    record = {"_id": "a1", **over_the_wire(wire.webhook_create_json(old)), **request}
    if fields & {"type", "body"}:
        fields |= {"type", "body"}
    read = wire.webhook_from_json(record).webhook
    for name in Webhook.__slots__:
        assert getattr(read, name) == getattr(new if name in fields else old, name)


@given(jsons)
def test_no_json_is_too_strange_for_a_webhook(value: Any) -> None:
    with pytest.raises(WireError):
        wire.webhooks_from_json([value])


@given(st.sampled_from(sorted([*DOCUMENTED_CREATE, "_id", "org_id", "environment"])), jsons)
def test_a_field_of_any_json_is_read_or_refused(name: str, value: Any) -> None:
    read = read_or_refusal(wire.webhook_from_json, webhook(**{name: value}))
    if isinstance(read, WireError):
        assert name in str(read)
    else:
        assert all(isinstance(header, str) for header in read.webhook.headers.values())
        assert isinstance(read.webhook.description, str)


def test_a_webhook_of_the_documentation_is_read() -> None:
    record = {
        "_id": "66e31564c0287b4136f77ef8",
        "org_id": "645270e37917442c4307297a",
        "environment": "test",
        "is_enabled": False,
        "webhook_events": ["Workflow Errored", "Workflow Completed", "Workflow Errored"],
        "slug": "hubspot",
        "description": "Pages the on-call team",
        "workflow_ids": ["b", "a"],
        "webhook_url": "https://hooks.acme.example/refold",
        "webhook_description": "set when it was made",
        "webhook_body": {"run": "{{event.instance_id}}"},
        "webhook_headers": {
            "X-Run": "{{event.instance_id}}",
            "X-Count": 7,
            "X-On": True,
            "X-None": None,
            "X-List": [1],
        },
        "method": "PUT",
        "group": "on-call",
        "webhook_type": "custom",
        "createdAt": "2026-07-01T10:00:00.000Z",
        "updatedAt": "2026-07-01T10:00:00.000Z",
        "__v": 0,
    }
    assert wire.webhook_from_json(record) == LiveWebhook(
        id="66e31564c0287b4136f77ef8",
        org_id="645270e37917442c4307297a",
        environment="test",
        webhook=Webhook(
            url="https://hooks.acme.example/refold",
            events=("Workflow Completed", "Workflow Errored"),
            type=WebhookType.CUSTOM,
            method="PUT",
            headers={
                "X-Run": "{{event.instance_id}}",
                "X-Count": "7",
                "X-On": "true",
                "X-None": "null",
                "X-List": "[1]",
            },
            body={"run": "{{event.instance_id}}"},
            description="Pages the on-call team",
            enabled=False,
            slug="hubspot",
            workflows=("a", "b"),
            group="on-call",
        ),
    )


@pytest.mark.parametrize("absent", [{}, dict.fromkeys(DOCUMENTED_CREATE - {"webhook_url"})], ids=["absent", "null"])
def test_absent_fields_have_their_defaults(absent: dict[str, Any]) -> None:
    read = wire.webhook_from_json(webhook(**absent, org_id=None, environment=None))
    assert read == LiveWebhook("a1", "", "", Webhook("https://hooks.acme.example", ()))


@pytest.mark.parametrize(
    ("fields", "kind", "body"),
    [
        ({}, "default", None),
        ({"webhook_body": DEFAULT_BODY}, "default", None),
        ({"webhook_body": ""}, "default", None),
        ({"webhook_body": {"a": 1}}, "custom", {"a": 1}),
        ({"webhook_body": "{{event.status}}"}, "custom", "{{event.status}}"),
        ({"webhook_body": False}, "custom", False),
        ({"webhook_type": "custom", "webhook_body": DEFAULT_BODY}, "default", None),
        ({"webhook_type": "custom", "webhook_body": ""}, "custom", ""),
        ({"webhook_type": "custom"}, "custom", None),
        ({"webhook_type": "default", "webhook_body": {"a": 1}}, "default", None),
        ({"webhook_type": "slack", "webhook_body": {"text": "by the platform"}}, "slack", None),
        ({"webhook_type": "", "webhook_body": {"a": 1}}, "custom", {"a": 1}),
    ],
)
def test_the_type_and_the_body_are_one(fields: dict[str, Any], kind: str, body: Any) -> None:
    read = wire.webhook_from_json(webhook(**fields)).webhook
    assert (read.type, read.body) == (kind, body)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "webhook: null where an object is expected"),
        ([], "webhook: a list where an object is expected"),
        ({}, "webhook: _id: missing"),
        ({"_id": ""}, "webhook: _id: missing"),
        ({"_id": 7}, "webhook: _id: a number where a string is expected"),
        ({"_id": "a1"}, "webhook a1: webhook_url: missing"),
        (webhook(webhook_url=7), "webhook a1: webhook_url: a number where a string is expected"),
        (webhook(webhook_events="x"), "webhook a1: webhook_events: a string where a list is expected"),
        (webhook(webhook_events=[None]), "webhook a1: webhook_events: holds null where strings are expected"),
        (webhook(workflow_ids=[{"_id": "w"}]), "webhook a1: workflow_ids: holds an object where strings are expected"),
        (webhook(webhook_headers=[]), "webhook a1: webhook_headers: a list where an object is expected"),
        (webhook(is_enabled="yes"), "webhook a1: is_enabled: a string where a boolean is expected"),
        (webhook(is_enabled=1), "webhook a1: is_enabled: a number where a boolean is expected"),
        (webhook(method="GET"), "webhook a1: method: not one of POST, PUT, PATCH"),
        (webhook(webhook_type="teams"), "webhook a1: webhook_type: not one of default, slack, custom"),
        (webhook(description={"text": "x"}), "webhook a1: description: an object where a string is expected"),
    ],
)
def test_surprises_are_refused_by_record_and_field(record: Any, message: str) -> None:
    with pytest.raises(WireError) as caught:
        wire.webhook_from_json(record)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [{}, None, "x", 7, {"webhooks": []}])
def test_a_list_that_is_none_is_refused(value: Any) -> None:
    for read in (wire.webhooks_from_json, wire.events_from_json):
        with pytest.raises(WireError, match="where a list is expected"):
            read(value)


def test_a_list_that_holds_something_twice_is_refused() -> None:
    event = {"_id": "e1", "name": "e", "response": "{}"}
    for read, record in ((wire.webhooks_from_json, webhook("a1")), (wire.events_from_json, event)):
        with pytest.raises(WireError, match="is listed twice"):
            read([record, record])


def test_what_is_nested_too_deep_to_be_compared_is_refused_or_left_as_text() -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    for fields in ({"webhook_type": "custom", "webhook_body": deep}, {"webhook_headers": {"X": deep}}):
        with pytest.raises(WireError, match="nested more than 300 levels deep"):
            wire.webhook_from_json(webhook(**fields))
    record = {"_id": "e1", "name": "e", "raw_response": json.dumps(deep)}
    assert wire.event_from_json(record).event.sample == json.dumps(deep)
    with pytest.raises(WireError, match="json_schema: nested"):
        wire.event_from_json(record | {"json_schema": {"x": deep}})


def test_a_create_of_little_says_little() -> None:
    assert wire.webhook_create_json(Webhook("https://hooks.acme.example", ("Workflow Errored",))) == {
        "webhook_url": "https://hooks.acme.example",
        "webhook_events": ["Workflow Errored"],
        "method": "POST",
        "webhook_type": "default",
        "is_enabled": True,
    }


def test_a_body_is_sent_only_beside_the_type_custom() -> None:
    hook = Webhook("https://hooks.acme.example", (), WebhookType.SLACK, body={"left": "over"})
    assert wire.webhook_update_json(hook, ["body"]) == {"webhook_type": "slack"}
    assert "webhook_body" not in wire.webhook_create_json(hook)


def test_an_update_clears_with_empty_values() -> None:
    assert wire.webhook_update_json(Webhook("u", ()), ["slug", "workflows", "headers", "description"]) == {
        "slug": "",
        "workflow_ids": [],
        "webhook_headers": {},
        "description": "",
    }


@pytest.mark.parametrize("name", ["group", "webhook_description", "webhook_url", "id"])
def test_an_update_of_what_cannot_be_updated_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        wire.webhook_update_json(Webhook("u", ()), [name])


def test_the_group_request() -> None:
    assert wire.group_json(("a", "b"), "on-call") == {"webhookIds": ["a", "b"], "group": "on-call"}


# --- custom events

SAMPLE = {"prospect": {"email": "jane@example.com", "tags": ["a"]}, "jobid": "123"}
KEYS = [
    {"key": "prospect", "type": "object"},
    {"key": "prospect.email", "type": "text"},
    {"key": "prospect.tags", "type": "text"},
    {"key": "jobid", "type": "text"},
]


@pytest.mark.parametrize(
    ("fields", "sample", "keys"),
    [
        ({"response": KEYS, "raw_response": json.dumps(SAMPLE)}, SAMPLE, ()),
        ({"response": KEYS}, None, ("jobid", "prospect.email", "prospect.tags")),
        ({"response": json.dumps(SAMPLE)}, SAMPLE, ()),
        ({"response": "7"}, 7, ()),
        ({"response": "not JSON"}, "not JSON", ()),
        ({"response": KEYS, "raw_response": "not JSON"}, "not JSON", ()),
        ({"response": KEYS, "raw_response": SAMPLE}, SAMPLE, ()),
        ({"response": [{"key": "empty", "type": "object"}]}, None, ("empty",)),
        ({"response": [{"key": "ab", "type": "text"}, {"key": "a", "type": "text"}]}, None, ("a", "ab")),
        ({"response": []}, None, ()),
        ({"response": None}, None, ()),
        ({}, None, ()),
        ({"response": "[" * 100_000}, "[" * 100_000, ()),
    ],
)
def test_all_shapes_of_a_sample_are_read(fields: dict[str, Any], sample: Any, keys: tuple[str, ...]) -> None:
    record = {"_id": "e1", "name": "candidate_created", **fields}
    assert wire.event_from_json(record) == LiveEvent("e1", Event("candidate_created", sample, {}, keys))


@given(st.text(min_size=1), jsons, st.dictionaries(texts, jsons, max_size=3))
def test_an_event_that_is_sent_is_read_back(name: str, sample: Any, schema: dict[str, Any]) -> None:
    event = Event(name, sample, schema)
    for request in (wire.event_create_json(event), wire.event_update_json(event)):
        assert isinstance(request["response"], str)
        assert wire.event_from_json({"_id": "e1", **over_the_wire(request)}).event == event


def test_a_schema_is_sent_to_declare_it_and_to_clear_it() -> None:
    bare, typed = Event("e", {}), Event("e", {}, {"type": "object"})
    assert wire.event_create_json(bare) == {"name": "e", "response": "{}"}
    assert wire.event_update_json(bare) == {"name": "e", "response": "{}", "json_schema": {}}
    assert wire.event_create_json(typed)["json_schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (7, "event: a number where an object is expected"),
        ({"_id": "e1"}, "event e1: name: missing"),
        ({"name": "e"}, "event: _id: missing"),
        ({"_id": "e1", "name": "e", "response": {"a": 1}}, "event e1: response: an object where a list or a string"),
        ({"_id": "e1", "name": "e", "response": ["a"]}, "event e1: response: holds an item without a key"),
        ({"_id": "e1", "name": "e", "response": [{"key": 7}]}, "event e1: response: holds an item without a key"),
        ({"_id": "e1", "name": "e", "json_schema": "{}"}, "event e1: json_schema: a string where an object"),
    ],
)
def test_surprising_events_are_refused(record: Any, message: str) -> None:
    with pytest.raises(WireError, match=f"^{message}"):
        wire.event_from_json(record)


@given(jsons)
def test_no_json_is_too_strange_for_an_event(response: Any) -> None:
    read = read_or_refusal(wire.event_from_json, {"_id": "e1", "name": "e", "response": response})
    if isinstance(read, WireError):
        assert "response" in str(read)
    else:
        assert list(read.event.keys) == sorted(set(read.event.keys))


def test_firing_an_event() -> None:
    assert wire.trigger_json("e", {"a": 1}) == {"event": "e", "payload": {"a": 1}}
    assert wire.fired_from_json({"message": "Webhook Fired Success"}) == "Webhook Fired Success"
    assert wire.fired_from_json({}) == ""
    with pytest.raises(WireError):
        wire.fired_from_json([])


# --- workflows


def test_a_page_of_workflows() -> None:
    page = {"docs": [{"_id": "w1", "name": "Export", "published": True, "slug": "hubspot"}, {"_id": "w2"}]}
    assert wire.workflow_page_from_json({**page, "hasNextPage": True, "totalDocs": 9}) == wire.WorkflowPage(
        [Workflow("w1", "Export"), Workflow("w2", "")], more=True
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "page of workflows: a list where"),
        ({"docs": []}, "page of workflows: hasNextPage: null where a boolean"),
        ({"docs": [], "hasNextPage": "no"}, "page of workflows: hasNextPage: a string where a boolean"),
        ({"hasNextPage": False}, "null where a list is expected"),
        ({"docs": [{}], "hasNextPage": False}, "workflow: _id: missing"),
        ({"docs": [{"_id": "w1", "name": 7}], "hasNextPage": False}, "workflow w1: name: a number"),
    ],
)
def test_surprising_pages_are_refused(value: Any, message: str) -> None:
    with pytest.raises(WireError, match=f"^{message}"):
        wire.workflow_page_from_json(value)
