"""The rules of the custom-event calls (Refold's API reference, "Events").

Readings of what the sources leave open:

- The sample is sent as a string of JSON; one that is not JSON is refused.
- It is read back as a list of keys, those of objects before the keys inside them, and as text in ``raw_response``.
- A PUT without ``json_schema`` leaves the schema as it is.
- An unknown id is a 404 ``RESOURCE_NOT_FOUND``, as the newer pages say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hookwright.emulator.jsontext import parse
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

_FIELDS: Final = frozenset({"name", "response", "json_schema"})


def list_events(asked: Asked) -> Outcome:
    """``GET /application/event``: all of them."""
    return Outcome(_all(asked.organization))


def create_event(asked: Asked) -> Outcome:
    """``POST /application/event``: store a new one and answer all."""
    body = _checked(asked, None)
    now = timestamp(asked.now)
    return _store(asked, {"_id": asked.new_id(), "createdAt": now, "updatedAt": now}, body)


def get_event(asked: Asked) -> Outcome:
    """``GET /application/event/{event_id}``: one of them."""
    return Outcome(_find(asked))


def update_event(asked: Asked) -> Outcome:
    """``PUT /application/event/{event_id}``: change it and answer all."""
    record = _find(asked)
    body = _checked(asked, record["_id"])
    return _store(asked, {**record, "updatedAt": timestamp(asked.now)}, body)


def delete_event(asked: Asked) -> Outcome:
    """``DELETE /application/event/{event_id}``: remove it and answer those that remain."""
    record = _find(asked)
    del asked.organization.events[record["_id"]]
    return Outcome(_all(asked.organization), (Write("events", record["_id"], None),))


def named(organization: Organization, name: str) -> Record | None:
    """The event of exactly that name."""
    return next((record for record in organization.events.values() if record["name"] == name), None)


def keys(sample: Json, prefix: str = "") -> Iterator[Record]:
    """The keys of a sample in dot notation, each with its type: ``object`` for an object or a list, else ``text``."""
    if not isinstance(sample, dict):
        return
    for key, value in sample.items():
        yield {"key": prefix + key, "type": "object" if isinstance(value, dict | list) else "text"}
        yield from keys(value, f"{prefix}{key}.")


def _all(organization: Organization) -> list[Record]:
    return list(organization.events.values())


def _find(asked: Asked) -> Record:
    record = asked.organization.events.get(asked.params["event_id"])
    if record is None:
        raise CallError(404, "RESOURCE_NOT_FOUND", "Event not found")
    return record


def _checked(asked: Asked, own_id: str | None) -> Record:
    body = require_object(asked.body, _FIELDS)
    for name in ("name", "response"):
        if not isinstance(body.get(name, ""), str):
            raise bad_request(f"{name} must be a string")
    if not body.get("name") or not body.get("response"):
        raise bad_request("name and response are required")
    if not isinstance(body.get("json_schema", {}), dict):
        raise bad_request("json_schema must be an object")
    holder = named(asked.organization, body["name"])
    if holder is not None and holder["_id"] != own_id:
        raise CallError(400, "INVALID_EVENT_ID", f"Trigger with name {body['name']} already exists")
    return body


def _store(asked: Asked, record: Record, body: Record) -> Outcome:
    try:
        sample = parse(body["response"])
    except ValueError as error:
        raise bad_request("response must be a string that holds JSON") from error
    record = {
        **record,
        "name": body["name"],
        "response": list(keys(sample)),
        "raw_response": body["response"],
    }
    if "json_schema" in body:
        record["json_schema"] = body["json_schema"]
    asked.organization.events[record["_id"]] = record
    return Outcome(_all(asked.organization), (Write("events", record["_id"], record),))
