"""What a probe needs of the platform, beyond what reconciling does."""

from __future__ import annotations

from typing import Protocol

from hookwright.model.resources import LiveEvent, LiveWebhook, Workflow
from hookwright.model.source import Json
from hookwright.reconcile.gateway import Gateway


class Platform(Gateway, Protocol):
    """The platform's API, with the calls that show what the others hide. Errors as for :class:`Gateway`."""

    def get_webhook(self, webhook_id: str) -> LiveWebhook:
        """One webhook; NotFoundError where there is none."""
        ...

    def get_event(self, event_id: str) -> LiveEvent:
        """One custom event; NotFoundError where there is none."""
        ...

    def list_workflows(self) -> list[Workflow]:
        """All workflows of the environment."""
        ...

    def update_group(self, webhook_id: str, group: str) -> LiveWebhook:
        """Send a group in an update, which is not documented to take one."""
        ...

    def update_body_alone(self, webhook_id: str, body: Json) -> LiveWebhook:
        """Send a body in an update without the type custom."""
        ...

    def stored_body(self, webhook_id: str) -> Json:
        """The body of a webhook as it is kept, whatever its type."""
        ...

    def sample_shape(self, event_id: str) -> str:
        """The shape in which an event's sample is returned: ``keys and text``, ``keys``, ``text`` or ``nothing``."""
        ...
