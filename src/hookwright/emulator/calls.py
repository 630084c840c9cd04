"""The calls of the API: which method and path leads to which rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hookwright.emulator import events, triggers, webhooks, workflows
from hookwright.emulator.state import Asked, Outcome


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.

    Attributes:
        method: its HTTP method.
        path: its path below ``/api/v2/public``, variables in braces.
        rule: what it does.
        body: whether it has a JSON body.
        multipart: whether the body may be a multipart form instead.
    """

    method: str
    path: str
    rule: Callable[[Asked], Outcome]
    body: bool = False
    multipart: bool = False


BASE: Final = "/api/v2/public"
CALLS: Final = (
    Call("GET", "/webhook", webhooks.list_webhooks),
    Call("POST", "/webhook", webhooks.create_webhook, body=True),
    Call("POST", "/webhook/subscribe", webhooks.retired),
    Call("POST", "/webhook/unsubscribe", webhooks.retired),
    Call("GET", "/webhook/{id}", webhooks.get_webhook),
    Call("PUT", "/webhook/{id}", webhooks.update_webhook, body=True),
    Call("DELETE", "/webhook/{id}", webhooks.delete_webhook),
    Call("PUT", "/webhooks/group/edit", webhooks.edit_group, body=True),
    Call("GET", "/application/event", events.list_events),
    Call("POST", "/application/event", events.create_event, body=True),
    Call("GET", "/application/event/{event_id}", events.get_event),
    Call("PUT", "/application/event/{event_id}", events.update_event, body=True),
    Call("DELETE", "/application/event/{event_id}", events.delete_event),
    Call("POST", "/event/trigger", triggers.fire, body=True, multipart=True),
    Call("POST", "/event/{slug}", triggers.fire, body=True, multipart=True),
    Call("GET", "/workflow", workflows.list_workflows),
)
