"""What deliveries send at one revision of a project and at another."""

from __future__ import annotations

from dataclasses import dataclass

from hookwright.model.delivery import WireChange


@dataclass(frozen=True, slots=True)
class WebhookWire:
    """A webhook of one environment whose deliveries changed.

    Attributes:
        name: name of the webhook; where it is gone, the name it had.
        environment: name of the environment.
        changes: what differs, event by event; at least one.
        renamed_from: the name it had before, where that was another; an empty string otherwise.
    """

    name: str
    environment: str
    changes: tuple[WireChange, ...]
    renamed_from: str = ""


@dataclass(frozen=True, slots=True)
class WireDifference:
    """Everything that differs on the wire between a revision of a project and its files as they are now.

    Attributes:
        project: name of the project.
        against: the revision, as it was asked for.
        webhooks: the webhooks whose deliveries changed, in order of environment and name.
        unchanged: how many requests (of a webhook, in an environment, for an event) are the same.
    """

    project: str
    against: str
    webhooks: tuple[WebhookWire, ...]
    unchanged: int

    @property
    def changed(self) -> int:
        """How many requests differ: changed, new and gone ones."""
        return sum(len(webhook.changes) for webhook in self.webhooks)
