"""The JSON Schemas of what the API takes and answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Final

from hookwright.emulator.catalogue import CONNECTION_EVENTS, WORKFLOW_EVENTS
from hookwright.emulator.faults import FAULTS
from hookwright.emulator.state import Record
from hookwright.emulator.webhooks import HEADER_NAME, METHODS, TYPES
from hookwright.emulator.workflows import MAX_NAME

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_NUMBER: Final = {"type": "number"}
_TIME: Final = {"type": "string", "format": "date-time"}
_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
_ANY: Final[Record] = {}
_EVENT: Final = {"type": "string", "enum": [*CONNECTION_EVENTS, *WORKFLOW_EVENTS]}
_CHANGEABLE: Final[Record] = {
    "webhook_url": {"type": "string", "pattern": "^https?://"},
    "webhook_events": {"type": "array", "minItems": 1, "items": _EVENT},
    "is_enabled": {"type": "boolean"},
    "webhook_type": {"type": "string", "enum": list(TYPES)},
    "webhook_headers": {
        "type": "object",
        "propertyNames": {"pattern": HEADER_NAME},
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    },
    "webhook_body": {"description": "Any JSON. Honoured only where webhook_type is custom in the same request."},
    "slug": {"type": "string", "description": "An app; only workflow events are allowed with it. Empty unsets it."},
    "description": _TEXT,
    "workflow_ids": _TEXTS,
    "method": {"type": "string", "enum": list(METHODS)},
}


def _object(properties: Record, *, required: tuple[str, ...] = (), closed: bool = True) -> Record:
    made: Record = {"type": "object", "properties": properties}
    if required:
        made["required"] = list(required)
    if closed:
        made["additionalProperties"] = False
    return made


def _list(name: str) -> Record:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _record(properties: Record, *optional: str) -> Record:
    return _object(properties, required=tuple(name for name in properties if name not in optional))


_ATTEMPT: Final = {
    "number": {"type": "integer", "minimum": 1},
    "started_at": _TIME,
    "time": _NUMBER,
    "duration_ms": _NUMBER,
    "status": {"type": ["integer", "null"]},
    "error": {"type": ["string", "null"]},
    "bytes": {"type": "integer"},
}
_DELIVERY: Final[Record] = {
    "id": _ID,
    "org_id": _ID,
    "webhook_id": _ID,
    "event": _EVENT,
    "status": {"type": "string", "enum": ["pending", "delivered", "failed", "refused"]},
    "method": {"type": "string", "enum": list(METHODS)},
    "url": _TEXT,
    "bytes": {"type": "integer"},
    "created_at": _TIME,
    "next_attempt_at": {"type": ["string", "null"], "format": "date-time"},
    "attempts": {"type": "array", "items": _record(_ATTEMPT)},
}
_MESSAGE: Final = _record(
    {
        "headers": {"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}},
        "body_base64": _TEXT,
    }
)
_WORKFLOW: Final[Record] = {
    "_id": _TEXT,
    "name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
    "published": {"type": "boolean"},
    "slug": _TEXT,
}
_COUNT: Final = {"type": ["integer", "null"], "minimum": 1}
_SECONDS: Final = {"type": ["number", "null"], "minimum": 0, "maximum": 86400}

SCHEMAS: Final[Record] = {
    "Webhook": _record(
        {
            "_id": _ID,
            "org_id": _ID,
            "environment": {"type": "string", "enum": ["test", "production"]},
            **_CHANGEABLE,
            "webhook_description": _TEXT,
            "group": _TEXT,
            "createdAt": _TIME,
            "updatedAt": _TIME,
            "__v": {"type": "integer"},
        },
        "slug",
        "description",
        "webhook_description",
        "group",
    ),
    "Webhooks": _list("Webhook"),
    "NewWebhook": {
        **_object(
            {**_CHANGEABLE, "webhook_description": _TEXT, "group": _TEXT}, required=("webhook_url", "webhook_events")
        ),
        "anyOf": [
            {"properties": {"slug": {"maxLength": 0}}},
            {"properties": {"webhook_events": {"items": {"enum": list(WORKFLOW_EVENTS)}}}},
        ],
    },
    "WebhookChange": _object(
        {
            **_CHANGEABLE,
            "webhook_description": {"description": "Ignored: it can be set at creation only."},
            "group": {"description": "Ignored: the group call sets it."},
        }
    ),
    "GroupChange": _object(
        {"webhookIds": {"type": "array", "minItems": 1, "items": _TEXT}, "group": {"type": ["string", "null"]}},
        required=("webhookIds",),
    ),
    "Event": _record(
        {
            "_id": _ID,
            "name": _TEXT,
            "response": {
                "type": "array",
                "items": _record({"key": _TEXT, "type": {"type": "string", "enum": ["text", "object"]}}),
            },
            "raw_response": _TEXT,
            "json_schema": {"type": "object"},
            "createdAt": _TIME,
            "updatedAt": _TIME,
        },
        "json_schema",
    ),
    "Events": _list("Event"),
    "NewEvent": _object(
        {
            "name": {"type": "string", "minLength": 1},
            "response": {
                "type": "string",
                "minLength": 1,
                "format": "json",
                "contentMediaType": "application/json",
                "examples": ['{"email": "jane@example.com"}'],
            },
            "json_schema": {"type": "object"},
        },
        required=("name", "response"),
    ),
    "Fire": {
        **_object({"event": {"type": "string", "minLength": 1}, "trigger": {"type": "string"}, "payload": _ANY}),
        "anyOf": [
            {"required": ["event"]},
            {"required": ["trigger"], "properties": {"trigger": {"minLength": 1}}},
        ],
    },
    "FireForm": _object(
        {"event": {"type": "string", "minLength": 1}, "payload": {"type": "string", "format": "json"}},
        required=("event",),
        closed=False,
    ),
    "Fired": _record({"message": {"type": "string", "const": "Webhook Fired Success"}}),
    "Workflow": _record(_WORKFLOW),
    "WorkflowPage": _record(
        {
            "docs": _list("Workflow"),
            "totalDocs": {"type": "integer"},
            "limit": {"type": "integer"},
            "page": {"type": "integer"},
            "totalPages": {"type": "integer"},
            "hasNextPage": {"type": "boolean"},
        }
    ),
    "Workflows": _list("Workflow"),
    "NewWorkflows": {"type": "array", "items": _object(_WORKFLOW, required=("name",))},
    "Error": {
        "type": "object",
        "description": "The code stands in error or in error_code, its kind in http_error_type or in error_type.",
        "properties": {
            "status_code": {"type": "integer"},
            "http_error_type": _TEXT,
            "error_type": _TEXT,
            "error": _TEXT,
            "error_code": _TEXT,
            "message": _TEXT,
            "request_id": _TEXT,
        },
        "required": ["status_code", "message", "request_id"],
        "additionalProperties": False,
        "allOf": [
            {"anyOf": [{"required": ["error"]}, {"required": ["error_code"]}]},
            {"anyOf": [{"required": ["http_error_type"]}, {"required": ["error_type"]}]},
        ],
    },
    "Emit": _object({"event": _EVENT, "payload": {"type": "object"}, "workflow_response": _ANY}, required=("event",)),
    "Emitted": _record({"deliveries": {"type": "array", "items": _ID}}),
    "Deliveries": _record({"deliveries": {"type": "array", "items": _record(_DELIVERY)}}),
    "Delivery": _record(
        {
            **_DELIVERY,
            "attempts": {"type": "array", "items": _record({**_ATTEMPT, "response": _MESSAGE})},
            "request": _MESSAGE,
        }
    ),
    "FaultRule": _object(
        {
            "match": _object({"method": _TEXT, "path": _TEXT, "nth": _COUNT, "every": _COUNT}),
            "fault": {"type": "string", "enum": list(FAULTS)},
            "commit": {"enum": [True, False, "late"]},
            "times": _COUNT,
            "retry_after": _SECONDS,
            "delay": _SECONDS,
        },
        required=("fault",),
    ),
    "NewFaults": {
        "anyOf": [
            {"$ref": "#/components/schemas/FaultRule"},
            _list("FaultRule"),
            _object({"rules": _list("FaultRule")}, required=("rules",)),
        ]
    },
    "Faults": _record(
        {
            "rules": {
                "type": "array",
                "items": _record(
                    {
                        "fault": _TEXT,
                        "method": _TEXT,
                        "path": _TEXT,
                        "seen": {"type": "integer"},
                        "fired": {"type": "integer"},
                    }
                ),
            }
        }
    ),
    "Requests": _record(
        {
            "requests": {
                "type": "array",
                "items": _record(
                    {
                        "time": _NUMBER,
                        "org_id": _TEXT,
                        "method": _TEXT,
                        "path": _TEXT,
                        "status": {"type": ["integer", "null"]},
                        "duration": _NUMBER,
                        "fault": _TEXT,
                    }
                ),
            }
        }
    ),
    "Reset": _record({"message": _TEXT}),
    "Document": {"type": "object"},
}
