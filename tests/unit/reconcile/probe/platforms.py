"""A platform in memory that behaves as documented and assumed, and how to break it in one way at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hookwright.errors import AnsweredError, NotFoundError
from hookwright.model.delivery import Received, Verdict
from hookwright.model.resources import DEFAULT_BODY, PLATFORM_EVENTS, Event, LiveEvent, LiveWebhook, Webhook, Workflow
from hookwright.model.source import Json
from hookwright.reconcile.probe.deliveries import ANSWERS, MOVED, TARGET
from hookwright.reconcile.probe.marks import Run
from hookwright.templates import Context, render_body, render_header
from tests.unit.reconcile.fakes import FakePlatform

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
RUN = Run(NOW + timedelta(minutes=10), "0123abcd")
RECEIVER = "http://127.0.0.1:9/hooks"


def refusal(status: int = 400, code: str = "BAD_REQUEST") -> AnsweredError:
    return AnsweredError("refused", method="POST", path="/api/v2/public/webhook", status=status, code=code)


class Documented(FakePlatform):
    """The platform as hookwright takes it to be."""

    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        if not set(webhook.events) <= set(PLATFORM_EVENTS):
            raise refusal(code="INVALID_EVENT")
        return super().create_webhook(webhook)

    def get_webhook(self, webhook_id: str) -> LiveWebhook:
        return self._call("get_webhook", webhook_id, lambda: self._found(webhook_id))

    def _found(self, webhook_id: str) -> LiveWebhook:
        if webhook_id not in self.webhooks:
            raise NotFoundError("not found", method="GET", path="/x", status=400, code="RESOURCE_NOT_FOUND")
        return self.webhooks[webhook_id]

    def get_event(self, event_id: str) -> LiveEvent:
        return self._call("get_event", event_id, lambda: self.events[event_id])

    def list_workflows(self) -> list[Workflow]:
        return self._call("list_workflows", None, lambda: list(self.workflows))

    def update_group(self, webhook_id: str, group: str) -> LiveWebhook:
        return self._call("update_group", webhook_id, lambda: self.webhooks[webhook_id])

    def update_body_alone(self, webhook_id: str, body: Json) -> LiveWebhook:
        return self._call("update_body_alone", webhook_id, lambda: self.webhooks[webhook_id])

    def stored_body(self, webhook_id: str) -> Json:
        return self._call("stored_body", webhook_id, lambda: self.webhooks[webhook_id].webhook.body or DEFAULT_BODY)

    def sample_shape(self, event_id: str) -> str:
        return self._call("sample_shape", event_id, lambda: "keys and text")


# --- platforms that break one assumption each


class Truncates(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        return super().create_webhook(replace(webhook, description=webhook.description[:200]))


class Trims(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        return super().update_webhook(webhook_id, replace(webhook, description=webhook.description.lower()), fields)


class ListsTen(Documented):
    def list_webhooks(self) -> list[LiveWebhook]:
        return super().list_webhooks()[-10:]


class ListsLate(Documented):
    """Lists an update one list too late."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, LiveWebhook] = {}

    def list_webhooks(self) -> list[LiveWebhook]:
        now = {live.id: live for live in super().list_webhooks()}
        before, self.shown = self.shown, now
        return [before.get(key, live) for key, live in now.items()]


class ListsTheDeleted(Documented):
    def __init__(self) -> None:
        super().__init__()
        self.ghosts: list[LiveWebhook] = []

    def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
        self.ghosts = [live for live in self.webhooks.values() if live.id == webhook_id]
        return super().delete_webhook(webhook_id)

    def list_webhooks(self) -> list[LiveWebhook]:
        ghosts, self.ghosts = self.ghosts, []
        return [*super().list_webhooks(), *ghosts]


class IgnoresTypeDefault(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        kept = [name for name in fields if name != "type"]
        return super().update_webhook(webhook_id, webhook, kept)


class KeepsBodyBelow(Documented):
    """Says that the type is default, and keeps the custom body."""

    def stored_body(self, webhook_id: str) -> Json:
        body = super().stored_body(webhook_id)
        return {"kept": "{{event}}"} if self.webhooks[webhook_id].webhook.url.endswith("/a8") else body


class MergesHeaders(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        merged = {**self.webhooks[webhook_id].webhook.headers, **webhook.headers}
        return super().update_webhook(webhook_id, replace(webhook, headers=merged), fields)


class Replaces(Documented):
    """Takes an update for the whole webhook."""

    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        if tuple(fields) == ("description",):
            self.edit(webhook_id, method="POST", headers={})
        return super().update_webhook(webhook_id, webhook, fields)


class TakesGroupInUpdate(Documented):
    def update_group(self, webhook_id: str, group: str) -> LiveWebhook:
        self.edit(webhook_id, group=group)
        return super().update_group(webhook_id, group)


class KeepsGroup(Documented):
    def set_group(self, webhook_ids: Sequence[str], group: str) -> list[LiveWebhook]:
        return super().set_group(webhook_ids, group or "kept")


class AnswersDeleted(Documented):
    """Answers a delete with what was deleted."""

    def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
        gone = self.webhooks.get(webhook_id)
        super().delete_webhook(webhook_id)
        return [gone] if gone else []


class ForgetsNothing(Documented):
    def _found(self, webhook_id: str) -> LiveWebhook:
        return LiveWebhook(webhook_id, "", "test", Webhook("https://probe.invalid", ()))


class AnswersTeapot(Documented):
    def _found(self, webhook_id: str) -> LiveWebhook:
        raise refusal(418, "TEAPOT")


class KeepsSlug(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        return super().update_webhook(webhook_id, replace(webhook, slug=webhook.slug or "hubspot"), fields)


class KeepsWorkflows(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        return super().update_webhook(webhook_id, webhook, [name for name in fields if name != "workflows"])


class LosesSamples(Documented):
    def sample_shape(self, event_id: str) -> str:
        return "nothing"


class RewritesSamples(Documented):
    def create_event(self, event: Event) -> list[LiveEvent]:
        return super().create_event(replace(event, sample={"other": 1}))


class TakesBodyAlone(Documented):
    def stored_body(self, webhook_id: str) -> Json:
        taken = self.webhooks[webhook_id].webhook.url.endswith("/q8")
        return {"taken": 1} if taken else super().stored_body(webhook_id)


class KeepsMethod(Documented):
    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        return super().update_webhook(webhook_id, webhook, [name for name in fields if name != "method"])


class OneWebhookPerUrl(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        if any(live.webhook.url == webhook.url for live in self.webhooks.values()):
            raise refusal(409, "EXISTS")
        return super().create_webhook(webhook)


class TakesAnyEvent(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        return FakePlatform.create_webhook(self, webhook)


class LosesBodies(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        body = {"other": 1} if webhook.url.endswith("/a8") else webhook.body
        return super().create_webhook(replace(webhook, body=body))


class GroupsQuietly(Documented):
    """Sets the group and answers nothing of it."""

    def set_group(self, webhook_ids: Sequence[str], group: str) -> list[LiveWebhook]:
        super().set_group(webhook_ids, group)
        return []


class LosesSlugs(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        return super().create_webhook(replace(webhook, slug=""))


class LosesWorkflows(Documented):
    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        return super().create_webhook(replace(webhook, workflows=()))


class CreatesEventsQuietly(Documented):
    def create_event(self, event: Event) -> list[LiveEvent]:
        super().create_event(event)
        return []


class KeepsEvents(Documented):
    """Answers a delete with what there was before it."""

    def delete_event(self, event_id: str) -> list[LiveEvent]:
        before = list(self.events.values())
        super().delete_event(event_id)
        return before


# --- platforms that are stricter, or say no in another way: nothing is broken


class Strict(Documented):
    """Refuses what the documented platform passes over, and apps and workflows that are not there."""

    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        if webhook.slug or webhook.workflows:
            raise refusal(code="UNKNOWN")
        return super().create_webhook(webhook)

    def update_group(self, webhook_id: str, group: str) -> LiveWebhook:
        raise refusal()

    def update_body_alone(self, webhook_id: str, body: Json) -> LiveWebhook:
        raise refusal()

    def _found(self, webhook_id: str) -> LiveWebhook:
        if webhook_id not in self.webhooks:
            raise NotFoundError("not found", method="GET", path="/x", status=404, code="GONE")
        return self.webhooks[webhook_id]


# --- deliveries


@dataclass
class Clock:
    """Time that passes when somebody pauses."""

    now: float = NOW.timestamp()

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Deliveries:
    """A receiver, and the deliveries that a platform makes to it, in time that is made up; each field may break one."""

    platform: Documented
    clock: Clock
    url: str = RECEIVER
    succeeds: tuple[int, ...] = (200,)
    waits: tuple[float, ...] = (10.0, 25.0, 60.0)
    follows: bool = False
    happens: bool = True
    unsigned: tuple[str, ...] = ()
    render: Callable[[Json, Context], bytes] = render_body
    header: Callable[[str, Context], str] = render_header
    _all: list[Received] = field(default_factory=list)

    def occur(self) -> None:
        for live in self.platform.webhooks.values() if self.happens else ():
            if live.webhook.enabled and live.webhook.url.startswith(self.url):
                self._deliver(live.webhook)

    def received(self) -> list[Received]:
        now = datetime.fromtimestamp(self.clock.now, UTC)
        return sorted((one for one in self._all if one.received_at <= now), key=lambda one: one.received_at)

    def _deliver(self, webhook: Webhook) -> None:
        name = webhook.url.rpartition("/")[2]
        context = Context({"event": "Workflow Completed", "workflow_name": 'Say "hello"\n', "number": 7})
        body = self.render(webhook.body if webhook.body is not None else DEFAULT_BODY, context)
        headers = tuple((key, self.header(value, context)) for key, value in webhook.headers.items())
        verdict = Verdict.MISSING if name in self.unsigned else Verdict.VALID
        at = self.clock.now + 0.1
        for wait in (*self.waits, None):
            self._arrive(name, at, body, headers, verdict)
            if name == MOVED and self.follows:
                self._arrive(TARGET, at, b"", (), Verdict.MISSING)
            if wait is None or ANSWERS[name] in self.succeeds:
                return
            at += wait

    def _arrive(self, name: str, at: float, body: bytes, headers: Any, verdict: Verdict) -> None:
        path = f"/hooks/hookwright-probe/{RUN}/{name}?x"
        moment = datetime.fromtimestamp(at, UTC)
        self._all.append(Received(str(len(self._all)), moment, "POST", path, headers, body, verdict))


def whole_as_text(template: Json, context: Context) -> bytes:
    """A renderer that puts the event in as text, even where it stands alone."""
    body = json.loads(render_body(template, context))
    if isinstance(body, dict) and "whole" in body:
        body["whole"] = json.dumps(body["whole"])
    return json.dumps(body).encode()


def unknown_stays(template: Json, context: Context) -> bytes:
    """A renderer that leaves unknown keys standing."""
    body = json.loads(render_body(template, context))
    if isinstance(body, dict) and "unknown" in body:
        body |= {"unknown": "{{event.hookwright_has_no_such_key}}"}
    return json.dumps(body).encode()


def no_json(template: Json, context: Context) -> bytes:
    """A renderer of text."""
    return b"event"
