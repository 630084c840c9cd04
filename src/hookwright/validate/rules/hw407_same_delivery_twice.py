"""HW407: two webhooks that deliver the same event to the same URL."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.resources import PLATFORM_EVENTS, WebhookType
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Group the enabled webhooks by URL, and compare those of one."""
    by_url: dict[str, list[DeclaredWebhook]] = {}
    for webhook in scope.declared.webhooks:
        if webhook.webhook.enabled:
            by_url.setdefault(webhook.webhook.url, []).append(webhook)
    for webhooks in by_url.values():
        if len(webhooks) > 1:
            yield from _among(webhooks, Severity.WARNING if scope.production else Severity.INFO)


def _among(webhooks: list[DeclaredWebhook], severity: Severity) -> Iterator[Finding]:
    """A finding for each webhook that repeats one before it; linear, however many share the URL."""
    seen: dict[tuple[object, ...], DeclaredWebhook] = {}
    for webhook in webhooks:
        content = _content(webhook)
        repeats: dict[str, list[str]] = {}
        others: dict[str, DeclaredWebhook] = {}
        for event in webhook.webhook.events:
            if event not in PLATFORM_EVENTS:  # HW401 reports it
                continue
            keys = ((event, content, slug, workflow) for slug, workflow in _asks(webhook))
            other = next((seen[key] for key in keys if key in seen), None)
            if other:
                repeats.setdefault(other.name, []).append(event)
                others[other.name] = other
            for slug, workflow in _answers(webhook):
                seen.setdefault((event, content, slug, workflow), webhook)
        for name, events in repeats.items():
            message = f"'{webhook.name}' and '{name}' both deliver {listed(events)} to the same URL"
            span = span_of(others[name], "/url")
            related = [Related(f"the URL of '{name}'", span)] if span else []
            yield RULE.at(span_of(webhook, "/url"), message, severity=severity, related=related)


def _content(webhook: DeclaredWebhook) -> str:
    """What tells the deliveries of custom webhooks apart; the same for all others."""
    made = webhook.webhook
    if made.type is not WebhookType.CUSTOM:
        return ""
    return json.dumps([made.method, made.body, dict(made.headers)], sort_keys=True)


_ANY: Final = object()
"""Stands for whatever slug or workflow."""

Reach = tuple[object, object]


def _answers(webhook: DeclaredWebhook) -> Iterator[Reach]:
    """The slugs and workflows under which a webhook is found by those that it overlaps with."""
    workflows = [*webhook.workflows, _ANY] if webhook.workflows else [None, _ANY]
    return itertools.product((webhook.webhook.slug, _ANY), workflows)


def _asks(webhook: DeclaredWebhook) -> Iterator[Reach]:
    """The slugs and workflows under which those are found that a webhook overlaps with; none overlaps with all."""
    slugs = (webhook.webhook.slug, "") if webhook.webhook.slug else (_ANY,)
    workflows = [*webhook.workflows, None] if webhook.workflows else [_ANY]
    return itertools.product(slugs, workflows)


RULE = Rule(
    id="HW407",
    name="same-delivery-twice",
    title="Two webhooks deliver the same event to the same URL",
    severity=Severity.WARNING,
    why="The receiver gets everything twice, under no id by which it could tell. Webhooks of different apps or "
    "workflows, and custom ones that send something else, do not count. In an environment of kind test, where many "
    "webhooks may go to one place on purpose, it is only a note.",
    failing="""\
webhooks:
  audit:
    url: https://hooks.acme.example/refold
    events: [Workflow Completed, Workflow Errored]
  incidents:
    url: https://hooks.acme.example/refold
    events: [Workflow Errored]
""",
    passing="""\
webhooks:
  audit:
    url: https://hooks.acme.example/refold
    events: [Workflow Completed, Workflow Errored]
  incidents:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
""",
    hint="Drop the event from one of them, or give it a URL of its own.",
    per_environment=check,
)
