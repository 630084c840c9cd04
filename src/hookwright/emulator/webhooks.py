"""The rules of the webhook calls (Refold's API reference, "Webhooks").

Readings of what the sources leave open, each in one place:

- ``webhook_body`` is honoured when the **same request** says ``webhook_type: custom``; otherwise it is ignored.
- ``webhook_type: custom`` without a body leaves the body as it is (``{{event}}`` at creation).
- A PUT ignores ``webhook_description`` and ``group``, which the platform documents as not changeable that way.
- An empty ``slug`` unsets it. Null is not accepted anywhere except as the group that unsets a group.
- A group call passes over ids that are not there.
- A header's value may be a string, a number or a boolean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from hookwright.emulator.catalogue import EVENTS, WORKFLOW_EVENTS
from hookwright.emulator.state import (
    Asked,
    CallError,
    Organization,
    Outcome,
    Record,
    Write,
    bad_request,
    require_object,
    timestamp,
)
from hookwright.model.source import Json

DEFAULT_BODY: Final = "{{event}}"
SLACK_BODY: Final = {
    "text": "*{{event.event}}* {{event.workflow_name}}{{event.slug}} (linked account {{event.linked_account_id}})"
}
"""What the platform writes for a ``slack`` webhook: a message that a Slack incoming webhook takes."""

METHODS: Final = ("POST", "PUT", "PATCH")
TYPES: Final = ("default", "slack", "custom")
HEADER_NAME: Final = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
"""A token of RFC 9110 §5.6.2."""

_HEADER_NAME: Final = re.compile(HEADER_NAME[1:-1])
_UPDATE: Final = frozenset(
    {
        "webhook_url",
        "webhook_events",
        "is_enabled",
        "webhook_type",
        "webhook_headers",
        "webhook_body",
        "slug",
        "description",
        "workflow_ids",
        "method",
    }
)
_CREATE_ONLY: Final = frozenset({"webhook_description", "group"})
_ALL: Final = _UPDATE | _CREATE_ONLY


def list_webhooks(asked: Asked) -> Outcome:
    """``GET /webhook``: all of them."""
    return Outcome(_all(asked.organization))


def create_webhook(asked: Asked) -> Outcome:
    """``POST /webhook``: store a new one and answer it."""
    body = require_object(asked.body, _ALL)
    for required in ("webhook_url", "webhook_events"):
        if required not in body:
            raise bad_request(f"{required} is required")
    _check(body)
    organization, now = asked.organization, timestamp(asked.now)
    record: Record = {
        "_id": asked.new_id(),
        "org_id": organization.id,
        "environment": organization.environment,
        "is_enabled": True,
        "webhook_events": [],
        "workflow_ids": [],
        "webhook_url": "",
        "webhook_body": DEFAULT_BODY,
        "webhook_headers": {},
        "method": "POST",
        "createdAt": now,
        "updatedAt": now,
        "__v": 0,
    }
    _patch(record, body)
    if "webhook_description" in body:
        record["webhook_description"] = body["webhook_description"]
    if body.get("group"):
        record["group"] = body["group"]
    return _store(organization, record)


def get_webhook(asked: Asked) -> Outcome:
    """``GET /webhook/{id}``: one of them."""
    return Outcome(read(_find(asked)))


def update_webhook(asked: Asked) -> Outcome:
    """``PUT /webhook/{id}``: change the fields sent, and no others."""
    record = dict(_find(asked))
    body = {name: value for name, value in require_object(asked.body, _ALL).items() if name not in _CREATE_ONLY}
    _check(body)
    _patch(record, body)
    record["updatedAt"] = timestamp(asked.now)
    return _store(asked.organization, record)


def delete_webhook(asked: Asked) -> Outcome:
    """``DELETE /webhook/{id}``: remove it and answer those that remain."""
    record = _find(asked)
    del asked.organization.webhooks[record["_id"]]
    return Outcome(_all(asked.organization), (Write("webhooks", record["_id"], None),))


def edit_group(asked: Asked) -> Outcome:
    """``PUT /webhooks/group/edit``: set or unset the group of many, and answer those."""
    body = require_object(asked.body, frozenset({"webhookIds", "group"}))
    ids, group = body.get("webhookIds"), body.get("group")
    if not _strings(ids) or not ids:
        raise bad_request("webhookIds must be a list of at least one id")
    if not isinstance(group, str | None):
        raise bad_request("group must be a string")
    changed: list[Record] = []
    for key in dict.fromkeys(ids):
        record = asked.organization.webhooks.get(key)
        if record is None:
            continue
        record = {name: value for name, value in record.items() if name != "group"}
        if group:
            record["group"] = group
        record["updatedAt"] = timestamp(asked.now)
        asked.organization.webhooks[key] = record
        changed.append(record)
    return Outcome(
        [read(record) for record in changed], tuple(Write("webhooks", record["_id"], record) for record in changed)
    )


def retired(_asked: Asked) -> Outcome:
    """``POST /webhook/subscribe`` and ``/unsubscribe``: deprecated by the platform; gone here."""
    raise CallError(410, "DEPRECATED", "This call is deprecated. Use POST /api/v2/public/webhook.")


def read(record: Record) -> Record:
    """A stored record as it is answered: with the type that its body makes it."""
    return {**record, "webhook_type": type_of(record["webhook_body"])}


def type_of(body: Json) -> str:
    """The type of a webhook; the platform computes it from the body when the webhook is read."""
    if body == DEFAULT_BODY:
        return "default"
    return "slack" if body == SLACK_BODY else "custom"


def _all(organization: Organization) -> list[Record]:
    return [read(record) for record in organization.webhooks.values()]


def _find(asked: Asked) -> Record:
    record = asked.organization.webhooks.get(asked.params["id"])
    if record is None:
        raise CallError(400, "RESOURCE_NOT_FOUND", "Webhook not found")
    return record


def _store(organization: Organization, record: Record) -> Outcome:
    organization.webhooks[record["_id"]] = record
    return Outcome(read(record), (Write("webhooks", record["_id"], record),))


def _patch(record: Record, body: Record) -> None:
    for name in _UPDATE - {"webhook_type", "webhook_body"}:
        if name in body:
            record[name] = body[name]
    if record.get("slug") == "":
        del record["slug"]
    if "slug" in record and not set(WORKFLOW_EVENTS).issuperset(record["webhook_events"]):
        raise CallError(400, "INVALID_EVENT", "Only workflow events are allowed when slug is set.")
    match body.get("webhook_type"):
        case "default":
            record["webhook_body"] = DEFAULT_BODY
        case "slack":
            record["webhook_body"] = SLACK_BODY
        case "custom" if "webhook_body" in body:
            record["webhook_body"] = body["webhook_body"]


def _check(body: Record) -> None:
    for name, value in body.items():
        check = _CHECKS.get(name)
        if check is not None:
            check(name, value)


def _strings(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(name: str, value: Json) -> None:
    if not isinstance(value, str):
        raise bad_request(f"{name} must be a string")


def _flag(name: str, value: Json) -> None:
    if not isinstance(value, bool):
        raise bad_request(f"{name} must be a boolean")


def _url(name: str, value: Json) -> None:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise bad_request(f"{name} must be a URL that starts with http:// or https://")


def _texts(name: str, value: Json) -> None:
    if not _strings(value):
        raise bad_request(f"{name} must be a list of strings")


def _events(name: str, value: Json) -> None:
    _texts(name, value)
    if not value:
        raise bad_request(f"{name} must have at least one event")
    if not EVENTS.issuperset(value):
        raise CallError(400, "INVALID_EVENT", "Invalid event. Check events list in documentation.")


def _headers(name: str, value: Json) -> None:
    if not isinstance(value, dict):
        raise bad_request(f"{name} must be an object")
    for key, item in value.items():
        if not _HEADER_NAME.fullmatch(key):
            raise bad_request(f"{name} has a key that is not a header name")
        if not isinstance(item, str | int | float):
            raise bad_request(f"{name} must have strings, numbers or booleans as values")


def _one_of(*allowed: str) -> Callable[[str, Json], None]:
    def check(name: str, value: Json) -> None:
        if value not in allowed:
            raise bad_request(f"{name} must be one of {', '.join(allowed)}")

    return check


_CHECKS: Final[dict[str, Callable[[str, Json], None]]] = {
    "webhook_url": _url,
    "webhook_events": _events,
    "is_enabled": _flag,
    "webhook_type": _one_of(*TYPES),
    "webhook_headers": _headers,
    "slug": _text,
    "description": _text,
    "webhook_description": _text,
    "group": _text,
    "workflow_ids": _texts,
    "method": _one_of(*METHODS),
}
