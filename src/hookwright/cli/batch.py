"""The deliveries that one call of ``hookwright send`` makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from hookwright.cli.samples import Sample, choose, shown_request
from hookwright.cli.unset import unset_variables
from hookwright.errors import ConfigError, UsageError
from hookwright.harness.payload import vary
from hookwright.harness.reach import read_target
from hookwright.harness.request import SLACK_NOTE, build_request, with_signature
from hookwright.model.delivery import DeliveryRequest, Key, Sent, SentDelivery
from hookwright.model.resources import Declared, DeclaredWebhook, WebhookType
from hookwright.reconcile.mask import safe_url


@dataclass(frozen=True, slots=True)
class Job:
    """The deliveries of one event of one webhook.

    Attributes:
        declared: the webhook.
        event: the event.
        url: where they go.
        shown: the first of the requests, its secrets masked, for reports.
    """

    declared: DeclaredWebhook
    event: str
    url: str
    shown: DeliveryRequest


class Batch:
    """All deliveries of a call. A request is built when it is sent: many of them need no memory.

    Args:
        declared: what the project declares for the environment.
        sample: what their payloads are made of.
        key: the key to sign with.
        to: the URL that they go to instead of the webhooks' own, or None.
        count: how many there are of each event.

    Attributes:
        jobs: what is sent; empty before :meth:`choose`.
    """

    def __init__(self, declared: Declared, sample: Sample, key: Key, to: str | None, count: int) -> None:
        self.jobs: list[Job] = []
        self._declared = declared
        self._sample = sample
        self._key = key
        self._to = to
        self._count = count
        self._signatures: list[str] = []

    @property
    def total(self) -> int:
        """How many deliveries there are."""
        return len(self.jobs) * self._count

    def choose(self, name: str | None, say: Callable[[str], None]) -> None:
        """Choose the webhooks and events.

        Args:
            name: the webhook; None for all that are enabled.
            say: told what is left out, and what is only assumed.

        Raises:
            UsageError: there is no such webhook, or it does not subscribe to the event.
            ConfigError: nothing is left to send, a value is unset, or a webhook's URL is none.
        """
        for declared, event in choose(self._declared, name, self._sample.event):
            if name is None and not declared.webhook.enabled:
                say(f"{declared.name} is disabled: nothing is sent for '{event}'.")
                continue
            self.jobs.append(self._job(declared, event))
        if not self.jobs:
            raise ConfigError("there is nothing to send", hint="No enabled webhook subscribes to what was asked for.")
        if any(job.declared.webhook.type is WebhookType.SLACK for job in self.jobs):
            say(SLACK_NOTE)

    def _job(self, declared: DeclaredWebhook, event: str) -> Job:
        used = declared.webhook if self._to is None else replace(declared.webhook, url=self._to)
        unset = unset_variables(used, self._declared)
        if unset:
            raise ConfigError(f"webhook {declared.name} needs {', '.join(unset)}, which is unset")
        try:
            read_target(used.url)
        except UsageError as error:
            raise ConfigError(f"webhook {declared.name}: {error.message}") from error
        payload = self._sample.payload(event, self._declared.environment.kind)
        shown, _ = shown_request(declared, payload, self._sample.workflow_response, None)
        if self._to is not None:
            shown = replace(shown, url=safe_url(self._to))
        return Job(declared, event, used.url, shown)

    def requests(self) -> Iterator[DeliveryRequest]:
        """The requests, job by job."""
        for job in self.jobs:
            webhook = replace(job.declared.webhook, url=job.url)
            first = self._sample.payload(job.event, self._declared.environment.kind)
            for number in range(self._count):
                payload: dict[str, Any] = vary(first, number, self._sample.overrides)
                request = build_request(webhook, payload, self._sample.workflow_response, self._key.value)
                self._signatures.append(request.headers[-1][1])
                yield request

    def shown(self, place: int, sent: Sent) -> SentDelivery:
        """A delivery fit to be shown: the first request of its job, secrets masked, with its own signature.

        Args:
            place: its place among :meth:`requests`.
            sent: how it went.
        """
        job = self.jobs[place // self._count]
        return SentDelivery(job.declared.name, job.event, with_signature(job.shown, self._signatures[place]), sent)
