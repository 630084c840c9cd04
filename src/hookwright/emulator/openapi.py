"""The OpenAPI document of what the emulator offers, served at ``/_emulator/openapi.json``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from hookwright.emulator.calls import BASE, CALLS
from hookwright.emulator.schemas import SCHEMAS
from hookwright.emulator.state import Record
from hookwright.emulator.triggers import ACCOUNT
from hookwright.emulator.workflows import MAX_LIMIT

CONTROL: Final = "/_emulator"
_JSON: Final = "application/json"
_REASONS: Final = {
    400: "The request is wrong. An unknown webhook is a 400 too, as on the platform.",
    401: "The key is missing or none",
    403: "Control calls are for this machine only",
    404: "There is no such thing",
    410: "The call is gone",
    413: "The body is too large",
    415: "The body is not JSON",
    429: "Too many calls",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says of one call.

    Attributes:
        name: its ``operationId``.
        summary: one line.
        answer: name of the schema of its answer; empty where it only ever fails.
        body: name of the schema of its body, or an empty string.
        errors: the statuses it can fail with, beside those that every call of its kind can.
        parameters: its parameters, those of the path aside.
        key: whether it needs the key: ``yes``, ``no`` or ``maybe``.
        form: name of the schema of a multipart body, or an empty string.
        links: OpenAPI links from its answer to other calls.
    """

    name: str
    summary: str
    answer: str
    body: str = ""
    errors: tuple[int, ...] = ()
    parameters: tuple[Record, ...] = ()
    key: str = "yes"
    form: str = ""
    links: tuple[tuple[str, str, str], ...] = ()


def _parameter(name: str, place: str, schema: Record, *, required: bool = False) -> Record:
    return {"name": name, "in": place, "required": required, "schema": schema}


_FIRE: Final = (
    _parameter("linked_account_id", "header", {"type": "string", "pattern": ACCOUNT}, required=True),
    _parameter("config_id", "header", {"type": "string"}),
    _parameter("instance_tag", "header", {"type": "string"}),
)
_PAGE: Final = (
    _parameter("page", "query", {"type": "integer", "minimum": 1, "maximum": 10**9 - 1, "default": 1}),
    _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10}),
    _parameter("name", "query", {"type": "string", "description": "A regular expression, found anywhere in the name."}),
    _parameter("published", "query", {"type": "boolean"}),
)
_WEBHOOK_LINKS: Final = tuple(
    (name, "id", "$response.body#/_id") for name in ("getWebhook", "updateWebhook", "deleteWebhook")
)
_EVENT_LINKS: Final = tuple(
    (name, "event_id", "$response.body#/0/_id") for name in ("getEvent", "updateEvent", "deleteEvent")
)

OPERATIONS: Final = {
    ("GET", "/webhook"): Operation("listWebhooks", "All webhooks", "Webhooks"),
    ("POST", "/webhook"): Operation("createWebhook", "Create a webhook", "Webhook", "NewWebhook", links=_WEBHOOK_LINKS),
    ("POST", "/webhook/subscribe"): Operation("subscribe", "Deprecated", "", errors=(410,)),
    ("POST", "/webhook/unsubscribe"): Operation("unsubscribe", "Deprecated", "", errors=(410,)),
    ("GET", "/webhook/{id}"): Operation("getWebhook", "One webhook", "Webhook", errors=(400,)),
    ("PUT", "/webhook/{id}"): Operation(
        "updateWebhook", "Change the fields sent, and no others", "Webhook", "WebhookChange"
    ),
    ("DELETE", "/webhook/{id}"): Operation(
        "deleteWebhook", "Delete a webhook; answers those that remain", "Webhooks", errors=(400,)
    ),
    ("PUT", "/webhooks/group/edit"): Operation(
        "editGroup", "Set or unset the group of many; answers those", "Webhooks", "GroupChange"
    ),
    ("GET", "/application/event"): Operation("listEvents", "All custom events", "Events"),
    ("POST", "/application/event"): Operation(
        "createEvent", "Create a custom event; answers all", "Events", "NewEvent", links=_EVENT_LINKS
    ),
    ("GET", "/application/event/{event_id}"): Operation("getEvent", "One custom event", "Event", errors=(404,)),
    ("PUT", "/application/event/{event_id}"): Operation(
        "updateEvent", "Change a custom event; answers all", "Events", "NewEvent", errors=(404,)
    ),
    ("DELETE", "/application/event/{event_id}"): Operation(
        "deleteEvent", "Delete a custom event; answers those that remain", "Events", errors=(404,)
    ),
    ("POST", "/event/trigger"): Operation(
        "fireEvent",
        "Fire a custom event for a linked account",
        "Fired",
        "Fire",
        errors=(404,),
        parameters=(*_FIRE, _parameter("slug", "header", {"type": "string"})),
        form="FireForm",
    ),
    ("POST", "/event/{slug}"): Operation(
        "fireEventOfApp",
        "Fire a custom event for one app",
        "Fired",
        "Fire",
        errors=(404,),
        parameters=_FIRE,
        form="FireForm",
    ),
    ("GET", "/workflow"): Operation(
        "listWorkflows", "Workflows, by page", "WorkflowPage", errors=(400,), parameters=_PAGE
    ),
}

_LIMITS: Final = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
CONTROL_OPERATIONS: Final = {
    ("POST", "/emit"): Operation("emit", "Let a platform event happen", "Emitted", "Emit"),
    ("GET", "/deliveries"): Operation(
        "listDeliveries",
        "The newest deliveries, with their attempts",
        "Deliveries",
        errors=(400,),
        parameters=(
            _parameter("after", "query", {"type": "string", "pattern": "^[0-9a-f]{24}$"}),
            _parameter("limit", "query", _LIMITS),
        ),
        key="maybe",
    ),
    ("GET", "/deliveries/{id}"): Operation(
        "getDelivery", "One delivery, with the bytes sent and received", "Delivery", errors=(404,), key="maybe"
    ),
    ("GET", "/workflows"): Operation("getWorkflows", "The workflows of the organization", "Workflows"),
    ("PUT", "/workflows"): Operation(
        "putWorkflows", "Replace the workflows of the organization", "Workflows", "NewWorkflows"
    ),
    ("GET", "/faults"): Operation("getFaults", "The faults in force", "Faults", key="no"),
    ("POST", "/faults"): Operation("addFaults", "Add faults", "Faults", "NewFaults", key="no"),
    ("DELETE", "/faults"): Operation("clearFaults", "Remove all faults", "Faults", key="no"),
    ("GET", "/requests"): Operation(
        "listRequests",
        "The newest calls that came in",
        "Requests",
        errors=(400,),
        parameters=(_parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 10_000}),),
        key="maybe",
    ),
    ("POST", "/reset"): Operation("reset", "Remove everything, or all of one organization", "Reset", key="maybe"),
    ("GET", "/openapi.json"): Operation("getDocument", "This document", "Document", key="no"),
}


@cache
def document() -> Record:
    """The document, OpenAPI 3.1."""
    paths: dict[str, Record] = {}
    for call in CALLS:
        operation = OPERATIONS[call.method, call.path]
        paths.setdefault(BASE + call.path, {})[call.method.lower()] = _operation(call.path, operation, (401, 429))
    for (method, path), operation in CONTROL_OPERATIONS.items():
        statuses = (403,) if operation.key == "no" else (401, 403)
        paths.setdefault(CONTROL + path, {})[method.lower()] = _operation(path, operation, statuses)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Refold, emulated",
            "version": "1",
            "description": "The webhook, event and workflow calls of Refold as hookwright's emulator offers them.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "x-api-key",
                    "description": "Starts with tk (test) or pk (production).",
                }
            },
            "schemas": SCHEMAS,
        },
    }


def _operation(path: str, operation: Operation, statuses: tuple[int, ...]) -> Record:
    errors = {*statuses, *operation.errors, *((400, 413, 415) if operation.body else ())}
    responses: Record = {
        str(status): {"description": _REASONS[status], "content": _content("Error")} for status in sorted(errors)
    }
    if operation.answer:
        success: Record = {"description": operation.summary, "content": _content(operation.answer)}
        if operation.links:
            success["links"] = {
                name: {"operationId": name, "parameters": {parameter: expression}}
                for name, parameter, expression in operation.links
            }
        responses = {"200": success, **responses}
    made: Record = {
        "operationId": operation.name,
        "deprecated": not operation.answer,
        "summary": operation.summary,
        "parameters": [
            *(_parameter(name, "path", {"type": "string", "minLength": 1}, required=True) for name in _variables(path)),
            *operation.parameters,
        ],
        "responses": responses,
        "security": {"yes": [{"key": []}], "maybe": [{"key": []}, {}], "no": []}[operation.key],
    }
    if operation.body:
        content = _content(operation.body)
        if operation.form:
            content["multipart/form-data"] = {"schema": {"$ref": f"#/components/schemas/{operation.form}"}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _content(schema: str) -> Record:
    return {_JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _variables(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
