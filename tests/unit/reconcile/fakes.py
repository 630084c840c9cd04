"""A platform in memory, with faults on demand."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from hookwright.errors import NotFoundError, OutcomeUnknownError
from hookwright.model.resources import (
    Declared,
    DeclaredEvent,
    DeclaredWebhook,
    Environment,
    Event,
    Kind,
    LiveEvent,
    LiveWebhook,
    Policy,
    Webhook,
    WebhookType,
    Workflow,
)

KEY = "tk_test_0123456789abcdef"
ORG = "645270e37917442c4307297a"
TEST = Environment("test", Kind.TEST, "https://app.refold.ai", KEY, "${env.KEY}")


def hook(name: str = "a", **fields: object) -> DeclaredWebhook:
    """A declared webhook; unknown keywords go to the webhook itself."""
    own = {key: fields.pop(key) for key in list(fields) if key in DeclaredWebhook.__slots__ and key != "webhook"}
    webhook = {"url": f"https://hooks.acme.example/{name}", "events": ("Workflow Errored",)} | fields
    return DeclaredWebhook(name, Webhook(**webhook), **own)  # type: ignore[arg-type]


def declared(*items: DeclaredWebhook | DeclaredEvent, **fields: object) -> Declared:
    """A declaration for the environment test."""
    values = {"project": "acme", "environment": TEST, "files": 1, "policy": Policy(max_deletes=99)} | fields
    return Declared(
        webhooks=tuple(sorted((i for i in items if isinstance(i, DeclaredWebhook)), key=lambda i: i.name)),
        events=tuple(i for i in items if isinstance(i, DeclaredEvent)),
        **values,  # type: ignore[arg-type]
    )


class FakePlatform:
    """The Gateway protocol on plain lists. ``before`` and ``after`` hooks see every call and may raise."""

    def __init__(self) -> None:
        self.webhooks: dict[str, LiveWebhook] = {}
        self.events: dict[str, LiveEvent] = {}
        self.workflows: list[Workflow] = []
        self.calls: list[tuple[str, object]] = []
        self.before: Callable[[str, object], None] = lambda call, argument: None
        self.after: Callable[[str, object], None] = lambda call, argument: None
        self._ids = itertools.count(1)
        self._lock = threading.RLock()

    def add(self, webhook: Webhook, webhook_id: str | None = None) -> str:
        """A webhook made by hand."""
        identity = webhook_id or f"{next(self._ids):024x}"
        self.webhooks[identity] = LiveWebhook(identity, ORG, "test", webhook)
        return identity

    def edit(self, webhook_id: str, **fields: object) -> None:
        """A hand changes a webhook in the dashboard."""
        live = self.webhooks[webhook_id]
        self.webhooks[webhook_id] = replace(live, webhook=replace(live.webhook, **fields))  # type: ignore[arg-type]

    def _call(self, call: str, argument: object, work: Callable[[], Any]) -> Any:
        with self._lock:
            self.calls.append((call, argument))
            self.before(call, argument)
            result = work()
            self.after(call, argument)
            return result

    def list_webhooks(self) -> list[LiveWebhook]:
        return self._call("list_webhooks", None, lambda: list(self.webhooks.values()))

    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        return self._call("create_webhook", webhook, lambda: self.webhooks[self.add(_stored(webhook))])

    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        def work() -> LiveWebhook:
            assert "group" not in fields
            if webhook_id not in self.webhooks:
                raise NotFoundError("Webhook not found", method="PUT", path="/webhook", status=400)
            self.edit(webhook_id, **{name: getattr(webhook, name) for name in fields})
            live = self.webhooks[webhook_id]
            self.webhooks[webhook_id] = replace(live, webhook=_stored(live.webhook))
            return self.webhooks[webhook_id]

        return self._call("update_webhook", (webhook_id, tuple(fields)), work)

    def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
        def work() -> list[LiveWebhook]:
            self.webhooks.pop(webhook_id, None)
            return list(self.webhooks.values())

        return self._call("delete_webhook", webhook_id, work)

    def set_group(self, webhook_ids: Sequence[str], group: str) -> list[LiveWebhook]:
        def work() -> list[LiveWebhook]:
            for webhook_id in webhook_ids:
                self.edit(webhook_id, group=group)
            return [self.webhooks[webhook_id] for webhook_id in webhook_ids]

        return self._call("set_group", (tuple(webhook_ids), group), work)

    def list_events(self) -> list[LiveEvent]:
        return self._call("list_events", None, lambda: list(self.events.values()))

    def create_event(self, event: Event) -> list[LiveEvent]:
        def work() -> list[LiveEvent]:
            identity = f"{next(self._ids):024x}"
            self.events[identity] = LiveEvent(identity, event)
            return list(self.events.values())

        return self._call("create_event", event.name, work)

    def update_event(self, event_id: str, event: Event) -> list[LiveEvent]:
        def work() -> list[LiveEvent]:
            self.events[event_id] = LiveEvent(event_id, event)
            return list(self.events.values())

        return self._call("update_event", event.name, work)

    def delete_event(self, event_id: str) -> list[LiveEvent]:
        def work() -> list[LiveEvent]:
            self.events.pop(event_id, None)
            return list(self.events.values())

        return self._call("delete_event", event_id, work)

    def find_workflows(self, names: Collection[str]) -> list[Workflow]:
        return self._call("find_workflows", tuple(names), lambda: [w for w in self.workflows if w.name in names])


def _stored(webhook: Webhook) -> Webhook:
    """What the platform keeps of what it was sent: a body only beside the type custom."""
    if webhook.type is WebhookType.CUSTOM and webhook.body not in (None, "{{event}}"):
        return webhook
    kind = WebhookType.DEFAULT if webhook.type is WebhookType.CUSTOM else webhook.type
    return replace(webhook, type=kind, body=None)


def lost(method: str = "POST", *, may_still_run: bool = False) -> OutcomeUnknownError:
    """A call whose answer was lost."""
    error = OutcomeUnknownError("the answer was lost", method=method, path="/api/v2/public/webhook")
    error.may_still_run = may_still_run
    return error
