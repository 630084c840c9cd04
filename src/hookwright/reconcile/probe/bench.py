"""The bench: where a probe makes its webhooks, and keeps account of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from hookwright.errors import RefusedError
from hookwright.model.examination import CheckStatus
from hookwright.model.resources import Kind, LiveWebhook, Webhook
from hookwright.reconcile.probe.marks import DESCRIPTION, INVALID_HOST, Run
from hookwright.reconcile.probe.platform import Platform


class StoppedError(Exception):
    """Somebody asked the probe to end."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw: its verdict, and the observation in one sentence."""

    status: CheckStatus
    found: str
    advice: str = ""


def holds(found: str) -> Seen:
    """It holds."""
    return Seen(CheckStatus.OK, found)


def broken(found: str) -> Seen:
    """It does not hold."""
    return Seen(CheckStatus.FAILED, found)


def unknown(found: str, advice: str = "") -> Seen:
    """It could not be seen."""
    return Seen(CheckStatus.SKIPPED, found, advice)


@dataclass(slots=True)
class Bench:
    """Makes the webhooks and events of one run.

    Attributes:
        run: the run, whose mark everything carries.
        stop: set from outside to end the probe; no call is made afterwards.
        ids: ids of the webhooks that were answered to be created, and not yet to be deleted.
        event_ids: likewise of custom events.
        made: how many creates were begun, answered or not.
    """

    _platform: Platform
    run: Run
    stop: threading.Event
    ids: set[str] = field(default_factory=set)
    event_ids: set[str] = field(default_factory=set)
    made: int = 0

    @property
    def platform(self) -> Platform:
        """The platform, for one more call.

        Raises:
            StoppedError: the probe is to end.
        """
        if self.stop.is_set():
            raise StoppedError
        return self._platform

    def blank(self, name: str, base: str = INVALID_HOST) -> Webhook:
        """A disabled webhook that no event reaches, with the run's mark; ``name`` is of ``[a-z0-9-]``."""
        return Webhook(
            self.run.url(name, base), ("Workflow Completed",), description=f"{DESCRIPTION} ({name})", enabled=False
        )

    def create(self, webhook: Webhook) -> LiveWebhook:
        """Create a webhook.

        Raises:
            RefusedError: the platform says that it is in an environment other than test.
        """
        platform = self.platform
        self.made += 1
        live = platform.create_webhook(webhook)
        self.ids.add(live.id)
        if live.environment not in ("", Kind.TEST):
            raise RefusedError(f"the platform created a webhook in '{live.environment}'; the probe ended at once")
        return live

    def update(self, live: LiveWebhook, wanted: Webhook, *fields: str) -> LiveWebhook:
        """Send the named fields of ``wanted``, and no others; gives what was answered."""
        return self.platform.update_webhook(live.id, wanted, fields)

    def delete(self, live: LiveWebhook) -> list[LiveWebhook]:
        """Delete a webhook; gives what was answered."""
        remaining = self.platform.delete_webhook(live.id)
        self.ids.discard(live.id)
        return remaining

    def listed(self, live: LiveWebhook) -> LiveWebhook | None:
        """The webhook as the list has it now; None where it is not listed."""
        return next((each for each in self.platform.list_webhooks() if each.id == live.id), None)
