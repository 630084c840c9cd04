"""Fingerprints of configuration and live objects that nothing can be guessed from.

A plain hash of a value with few possibilities, a password say, gives that value away to whoever tries them all. These
are HMACs under a key derived from the API key: whoever has that can read the values anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from hookwright.model.resources import Declared, Event, LiveEvent, LiveWebhook, Webhook
from hookwright.model.source import Json

_PURPOSE: Final = b"hookwright plan digest 1"
_values: Final = attrgetter(*(field.name for field in fields(Webhook)))
"""The values of a webhook's fields, in their order."""


class Digester:
    """Makes digests under one API key. The same value gives the same digest under the same key only."""

    def __init__(self, api_key: str) -> None:
        self._key = hmac.new(api_key.encode(), _PURPOSE, hashlib.sha256).digest()

    def digest(self, value: Json) -> str:
        """``sha256:`` and 64 hexadecimal characters for any JSON value; the order of keys means nothing."""
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
        return "sha256:" + hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def webhook(self, live: LiveWebhook) -> str:
        """Digest of a live webhook: its id, whose it is, and all that it is."""
        return self.digest([live.id, live.org_id, live.environment, _values(live.webhook)])

    def event(self, live: LiveEvent) -> str:
        """Digest of a live custom event."""
        return self.digest([live.id, _event(live.event)])

    def config(self, declared: Declared) -> str:
        """Digest of all that is declared for an environment, values of process variables included."""
        webhooks = [
            [
                hook.name,
                _values(hook.webhook),
                [[ref.name, ref.id] for ref in hook.workflows],
                [hook.protect, sorted(hook.ignore_changes), hook.renamed_from, hook.adopt],
            ]
            for hook in declared.webhooks
        ]
        policy = [declared.policy.max_deletes, declared.policy.max_delete_percent]
        removed = [sorted(declared.removed_webhooks), sorted(declared.removed_events)]
        environment = declared.environment
        where = [declared.project, environment.name, str(environment.kind), environment.api_url]
        events = [_event(event.event) for event in declared.events]
        return self.digest([where, webhooks, events, removed, policy])


def _event(event: Event) -> list[Any]:
    return [event.name, event.sample, event.json_schema, event.keys]


def _plain(value: object) -> Any:
    """Mappings that are not dicts, for the JSON encoder."""
    return dict(value)  # type: ignore[call-overload]
