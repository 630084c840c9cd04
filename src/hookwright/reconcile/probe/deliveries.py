"""Real deliveries: enabled webhooks that point at a receiver of ours, one event, and what arrives because of it.

One event serves all checks, as on the real platform a person has to make it happen. Each webhook is for one thing and
gets an answer of its own; ``judging.py`` reads the arrivals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Protocol

from hookwright.errors import AnsweredError
from hookwright.model.delivery import Received
from hookwright.model.resources import PLATFORM_EVENTS, Webhook, WebhookType
from hookwright.model.source import Json
from hookwright.reconcile.probe.bench import Bench, StoppedError
from hookwright.reconcile.probe.marks import name_in

MOST_ATTEMPTS: Final = 4
"""Attempts of one delivery: the first and three retries (webhooks guide, "Retries")."""

_QUIET: Final = 2.5
"""A further attempt would come after at least twice the last wait: after this many of them there is none."""
_LOOK: Final = 0.1
"""Seconds between two looks at what has arrived."""

DEFAULT, SLACK, CUSTOM = "type-default", "type-slack", "type-custom"
ACCEPTED, EMPTY, FAILING, MOVED, TARGET = "answers-202", "answers-204", "answers-500", "answers-302", "redirected"

ANSWERS: Final[Mapping[str, int]] = MappingProxyType(
    {DEFAULT: 200, SLACK: 200, CUSTOM: 200, ACCEPTED: 202, EMPTY: 204, FAILING: 500, MOVED: 302, TARGET: 200}
)
"""The status that a receiver answers, by the name of the webhook; that of ``MOVED`` names ``TARGET``'s URL."""

TEMPLATE: Final[Mapping[str, Json]] = MappingProxyType(
    {
        "whole": "{{event}}",
        "alone": "{{event.event}}",
        "inside": "at {{event.event}}.",
        "whole_inside": "<{{event}}>",
        "unknown": "{{event.hookwright_has_no_such_key}}",
        "unknown_inside": "<{{event.hookwright_has_no_such_key}}>",
    }
)
"""The body of the webhook ``CUSTOM``; what it must become follows from ``whole``."""

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {"X-Probe-Event": "{{event.event}}", "X-Probe-Unknown": "<{{event.hookwright_has_no_such_key}}>"}
)
"""The headers of the webhook ``CUSTOM``."""


class Post(Protocol):
    """A receiver that the platform can reach.

    Attributes:
        url: its base URL as the platform sees it, without a slash at its end.
    """

    url: str

    def occur(self) -> None:
        """Let a platform event happen, or ask a person for one."""
        ...

    def received(self) -> Sequence[Received]:
        """What has arrived so far, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for deliveries.

    Attributes:
        seconds: for all of them together.
        monotonic: tells the time in seconds.
        pause: waits a number of seconds.
    """

    seconds: float
    monotonic: Callable[[], float]
    pause: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What arrived.

    Attributes:
        arrivals: by name of the webhook, the attempts of its first delivery, in order.
        refused: by name, why a webhook could not be made.
        settled: whether it is certain that nothing more comes; otherwise the patience was over.
        seconds: how long was waited.
    """

    arrivals: Mapping[str, Sequence[Received]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    settled: bool = False
    seconds: float = 0.0

    def attempts(self, name: str) -> int:
        """How many attempts of a webhook's first delivery arrived."""
        return len(self.arrivals.get(name, ()))

    def waits(self) -> list[float]:
        """The seconds between the attempts at the receiver that always fails."""
        times = [each.received_at.timestamp() for each in self.arrivals.get(FAILING, ())]
        return [after - before for before, after in pairwise(times)]


def gather(bench: Bench, post: Post, patience: Patience) -> Evidence:
    """Make the webhooks, let an event happen, and wait for what arrives.

    Raises:
        ApiError: a webhook could not be made, for another reason than that the platform refuses its kind.
        StoppedError: the probe is to end.
    """
    refused: dict[str, str] = {}
    for name in ANSWERS:
        if name != TARGET:
            try:
                bench.create(_webhook(bench, name, post.url))
            except AnsweredError as error:
                if error.status != 400:
                    raise
                refused[name] = error.message
    post.occur()
    return _wait(bench, post, patience, refused)


def _wait(bench: Bench, post: Post, patience: Patience, refused: Mapping[str, str]) -> Evidence:
    begun = changed = patience.monotonic()
    seen = 0
    while True:
        now = patience.monotonic()
        evidence = Evidence(_first_deliveries(bench, post.received()), refused, seconds=now - begun)
        attempts = evidence.attempts(FAILING)
        if attempts != seen:
            seen, changed = attempts, now
        quiet = _QUIET * max(evidence.waits(), default=0.0)
        if attempts > MOST_ATTEMPTS or (attempts == MOST_ATTEMPTS and now - changed >= quiet):
            return replace(evidence, settled=True)
        if evidence.seconds >= patience.seconds:
            return evidence
        if bench.stop.is_set():
            raise StoppedError
        patience.pause(_LOOK)


def _first_deliveries(bench: Bench, received: Sequence[Received]) -> dict[str, list[Received]]:
    """By name of the webhook, the attempts of its first delivery: those that carry the same bytes."""
    arrivals: dict[str, list[Received]] = {}
    for each in received:
        attempts = arrivals.setdefault(name_in(each.path, bench.run), [])
        if not attempts or attempts[0].body == each.body:
            attempts.append(each)
    return arrivals


def _webhook(bench: Bench, name: str, base: str) -> Webhook:
    webhook = replace(bench.blank(name, base), events=PLATFORM_EVENTS, enabled=True)
    if name == CUSTOM:
        return replace(webhook, type=WebhookType.CUSTOM, body=dict(TEMPLATE), headers=dict(HEADERS))
    return replace(webhook, type=WebhookType.SLACK) if name == SLACK else webhook
