"""JSON of the platform's API ↔ resources: the only file that knows the API's field names.

What is read is refused (:class:`~hookwright.api.fields.WireError`) where it is not of the documented shape; fields that
are not documented are passed over, ``null`` counts as absent, and an absent optional field has its default. What is
written holds documented fields only. Source: Refold's OpenAPI document and the pages of its API reference.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar

from hookwright.api.fields import Record, WireError, kind_of, records
from hookwright.model.frozen import dataclass
from hookwright.model.resources import (
    DEFAULT_BODY,
    METHODS,
    Event,
    LiveEvent,
    LiveWebhook,
    Webhook,
    WebhookType,
    Workflow,
)
from hookwright.model.source import DEEPEST, Json, nests_at_most

R = TypeVar("R", LiveWebhook, LiveEvent)

_TYPES: Final[Mapping[str, WebhookType]] = {str(kind): kind for kind in WebhookType}


# --- errors


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an error answer says; each field is the platform's text as it came, or empty.

    Attributes:
        code: the error code, ``RESOURCE_NOT_FOUND``.
        kind: the name of the HTTP error, ``UNAUTHORIZED``.
        message: what is wrong, for people.
        request_id: the platform's id of the request.
    """

    code: str = ""
    kind: str = ""
    message: str = ""
    request_id: str = ""


def envelope_from_json(value: Json) -> Envelope | None:
    """Read an error answer; None where it is not one of the platform's. Never refuses: it is an error already."""
    if not isinstance(value, dict):
        return None
    envelope = Envelope(
        code=_first_text(value, "error_code", "error"),
        kind=_first_text(value, "http_error_type", "error_type"),
        message=_first_text(value, "message"),
        request_id=_first_text(value, "request_id"),
    )
    return envelope if envelope != Envelope() else None


def _first_text(value: Mapping[str, Json], *names: str) -> str:
    return next((found for name in names if isinstance(found := value.get(name), str) and found), "")


# --- lists


def _once(listed: list[R]) -> list[R]:
    """What a list holds, refused where something is in it twice: where pages overlap, something else may be missing."""
    if len({live.id for live in listed}) < len(listed):
        twice, _ = Counter(live.id for live in listed).most_common(1)[0]
        raise WireError(f"{twice} is listed twice")
    return listed


# --- webhooks


def webhook_from_json(value: Json) -> LiveWebhook:
    """Read a webhook.

    Raises:
        WireError: it is not of the documented shape.
    """
    record = Record(value, "webhook")
    body = record.any("webhook_body")
    kind = _webhook_type(record, body)
    method = record.text("method", "POST")
    if method not in METHODS:
        raise record.unexpected("method", "not one of " + ", ".join(METHODS))
    return LiveWebhook(
        id=record.required("_id"),
        org_id=record.text("org_id"),
        environment=record.text("environment"),
        webhook=Webhook(
            url=record.required("webhook_url"),
            events=record.names("webhook_events"),
            type=kind,
            method=method,
            headers=_headers(record),
            body=body if kind is WebhookType.CUSTOM else None,
            description=record.text("description"),
            enabled=record.flag("is_enabled", default=True),
            slug=record.text("slug"),
            workflows=record.names("workflow_ids"),
            group=record.text("group"),
        ),
    )


def webhooks_from_json(value: Json) -> list[LiveWebhook]:
    """Read a list of webhooks, all or none.

    Raises:
        WireError: it, or one of them, is not of the documented shape, or two have one id.
    """
    return _once(records(value, webhook_from_json))


def _webhook_type(record: Record, body: Json) -> WebhookType:
    stated = record.text("webhook_type")
    if stated and stated not in _TYPES:
        raise record.unexpected("webhook_type", "not one of " + ", ".join(_TYPES))
    if stated and stated != WebhookType.CUSTOM:
        return _TYPES[stated]
    if body == DEFAULT_BODY or (not stated and body in (None, "")):
        return WebhookType.DEFAULT
    return WebhookType.CUSTOM


def _headers(record: Record) -> dict[str, str]:
    headers = record.mapping("webhook_headers")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in headers.items()}


def webhook_create_json(webhook: Webhook) -> dict[str, Json]:
    """The request that creates a webhook; what is empty is left out."""
    request: dict[str, Json] = {
        "webhook_url": webhook.url,
        "webhook_events": list(webhook.events),
        "method": webhook.method,
        "is_enabled": webhook.enabled,
        **_type_and_body(webhook),
    }
    extras = {
        "webhook_headers": dict(webhook.headers),
        "description": webhook.description,
        "slug": webhook.slug,
        "workflow_ids": list(webhook.workflows),
        "group": webhook.group,
    }
    return request | {name: value for name, value in extras.items() if value}


_UPDATABLE: Final[Mapping[str, tuple[str, Callable[[Webhook], Json]]]] = {
    "url": ("webhook_url", lambda webhook: webhook.url),
    "events": ("webhook_events", lambda webhook: list(webhook.events)),
    "method": ("method", lambda webhook: webhook.method),
    "headers": ("webhook_headers", lambda webhook: dict(webhook.headers)),
    "description": ("description", lambda webhook: webhook.description),
    "enabled": ("is_enabled", lambda webhook: webhook.enabled),
    "slug": ("slug", lambda webhook: webhook.slug),
    "workflows": ("workflow_ids", lambda webhook: list(webhook.workflows)),
}


def webhook_update_json(webhook: Webhook, fields: Collection[str]) -> dict[str, Json]:
    """The request that changes the named fields of a webhook and leaves the others as they are.

    Args:
        webhook: has the new values; an empty one clears the field.
        fields: attribute names of :class:`~hookwright.model.resources.Webhook`. ``type`` and ``body`` go together,
            whichever is named.

    Raises:
        ValueError: a field that an update cannot send (``group`` has a call of its own).
    """
    request: dict[str, Json] = {}
    for name in sorted(fields):
        if name in ("type", "body"):
            request |= _type_and_body(webhook)
        elif name in _UPDATABLE:
            wire_name, value_of = _UPDATABLE[name]
            request[wire_name] = value_of(webhook)
        else:
            raise ValueError(f"{name} is no field of a webhook that an update can send")
    return request


def _type_and_body(webhook: Webhook) -> dict[str, Json]:
    # The platform honours a body only beside the type custom, and writes it itself for the others.
    body = {"webhook_body": webhook.body} if webhook.type is WebhookType.CUSTOM else {}
    return {"webhook_type": str(webhook.type), **body}


def group_json(webhook_ids: Collection[str], group: str) -> dict[str, Json]:
    """The request that sets the group of many webhooks, or unsets it where ``group`` is empty."""
    return {"webhookIds": list(webhook_ids), "group": group}


# --- custom events


def event_from_json(value: Json) -> LiveEvent:
    """Read a custom event.

    Its sample comes in one of three shapes: a list of keys beside the sample's JSON in ``raw_response``, that list
    alone, or the sample's JSON as a string in ``response``. Text in such a place that is no JSON is the sample itself.

    Raises:
        WireError: it is not of the documented shape.
    """
    record = Record(value, "event")
    response, raw = record.any("response"), record.any("raw_response")
    if response is not None and not isinstance(response, str | list):
        raise record.unexpected("response", f"{kind_of(response)} where a list or a string is expected")
    if raw is None and isinstance(response, str):
        raw = response
    keys = _leaf_keys(response, record) if raw is None and isinstance(response, list) else ()
    schema = record.mapping("json_schema")
    event = Event(name=record.required("name"), sample=_sample(raw), json_schema=schema, keys=keys)
    return LiveEvent(id=record.required("_id"), event=event)


def events_from_json(value: Json) -> list[LiveEvent]:
    """Read a list of custom events, all or none.

    Raises:
        WireError: it, or one of them, is not of the documented shape, or two have one id.
    """
    return _once(records(value, event_from_json))


def _sample(raw: Json) -> Json:
    if not isinstance(raw, str):
        return raw
    try:
        sample = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    return sample if nests_at_most(DEEPEST, sample) else raw


def _leaf_keys(response: list[Json], record: Record) -> tuple[str, ...]:
    keys: set[str] = set()
    for item in response:
        key = item.get("key") if isinstance(item, dict) else None
        if not isinstance(key, str):
            raise record.unexpected("response", "holds an item without a key")
        keys.add(key)
    inner = {key[:dot] for key in keys for dot in range(len(key)) if key[dot] == "."}
    return tuple(sorted(keys - inner))


def event_create_json(event: Event) -> dict[str, Json]:
    """The request that creates a custom event; an empty schema is left out."""
    request = event_update_json(event)
    if not event.json_schema:
        del request["json_schema"]
    return request


def event_update_json(event: Event) -> dict[str, Json]:
    """The request that replaces a custom event; an empty schema clears it."""
    sample = json.dumps(event.sample, ensure_ascii=False)
    return {"name": event.name, "response": sample, "json_schema": dict(event.json_schema)}


def trigger_json(event: str, payload: Json) -> dict[str, Json]:
    """The request that fires a custom event."""
    return {"event": event, "payload": payload}


def fired_from_json(value: Json) -> str:
    """What the platform says to a fired event.

    Raises:
        WireError: it is not of the documented shape.
    """
    return Record(value, "answer").text("message")


# --- workflows


@dataclass(frozen=True, slots=True)
class WorkflowPage:
    """One page of workflows, and whether another follows."""

    workflows: list[Workflow]
    more: bool


def workflow_page_from_json(value: Json) -> WorkflowPage:
    """Read one page of workflows.

    Raises:
        WireError: it is not of the documented shape; also where it does not say whether another page follows.
    """
    page = Record(value, "page of workflows")
    more = page.any("hasNextPage")
    if not isinstance(more, bool):
        raise page.unexpected("hasNextPage", f"{kind_of(more)} where a boolean is expected")
    return WorkflowPage(records(page.any("docs"), workflow_from_json), more)


def workflow_from_json(value: Json) -> Workflow:
    """Read a workflow.

    Raises:
        WireError: it is not of the documented shape.
    """
    record = Record(value, "workflow")
    return Workflow(id=record.required("_id"), name=record.text("name"))
