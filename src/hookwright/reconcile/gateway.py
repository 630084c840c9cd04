"""What reconciling needs of the platform."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from hookwright.model.resources import Event, LiveEvent, LiveWebhook, Webhook, Workflow


class Gateway(Protocol):
    """The platform's API in terms of resources, for one environment. Thread-safe.

    Every method raises :class:`hookwright.errors.ApiError`; its ``effect`` says whether a write may have landed. Reads
    are complete or fail: a partial or unintelligible answer is an error, never "nothing is there". ``description`` is
    passed through as it is: markers are the caller's.
    """

    def list_webhooks(self) -> list[LiveWebhook]:
        """All webhooks of the environment. One call."""
        ...

    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        """Create; gives what the platform answered. Never sent twice: see ``effect``. One call."""
        ...

    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        """Send the named fields of ``webhook`` (attribute names; never ``group``); others stay as they are. One call.

        ``body`` and ``type`` always go together: the platform honours a body only beside the type ``custom``.
        """
        ...

    def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
        """Delete; gives the webhooks that remain. A webhook that is already gone is no error. One call (or two)."""
        ...

    def set_group(self, webhook_ids: Sequence[str], group: str) -> list[LiveWebhook]:
        """Set the group on many, or unset it with an empty string; gives the webhooks affected. One call."""
        ...

    def list_events(self) -> list[LiveEvent]:
        """All custom events of the organization. One call."""
        ...

    def create_event(self, event: Event) -> list[LiveEvent]:
        """Create; gives all events. One call."""
        ...

    def update_event(self, event_id: str, event: Event) -> list[LiveEvent]:
        """Replace name, sample and schema; gives all events. One call."""
        ...

    def delete_event(self, event_id: str) -> list[LiveEvent]:
        """Delete; gives the events that remain. One that is already gone is no error. One call (or two)."""
        ...

    def find_workflows(self, names: Collection[str]) -> list[Workflow]:
        """The workflows with exactly these names (several may share one). As few calls as paging allows."""
        ...
