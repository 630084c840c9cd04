"""Deleting what probes made: this run's at its end, whatever happened, and what earlier runs left behind.

The platform's own list says what is there, not the account of this run: a create whose answer was lost is found too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from hookwright.errors import ApiError
from hookwright.model.examination import Leftover
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.probe.marks import Run, run_of_event, run_of_webhook

ROUNDS: Final = 4
"""How often what could not be deleted is tried again, beyond the retries of each call."""

_WEBHOOK: Final = "webhook"
_EVENT: Final = "event"

Chosen = Callable[[Run], bool]
"""Whether what a run made is to go."""


@dataclass(slots=True)
class Cleaned:
    """What a cleaning did.

    Attributes:
        deleted: what is gone.
        left: what is there still, each with why.
    """

    deleted: list[Leftover] = field(default_factory=list)
    left: list[Leftover] = field(default_factory=list)


def find(gateway: Gateway, chosen: Chosen) -> list[Leftover]:
    """What runs of a choice made and is there now. Two calls.

    Raises:
        ApiError: a list cannot be read.
    """
    return [*_webhooks(gateway, chosen), *_events(gateway, chosen)]


def expired(now: datetime) -> Chosen:
    """The choice of runs that are over by now, whatever became of them."""
    return lambda run: run.until < now


def clean(gateway: Gateway, chosen: Chosen, known: Collection[Leftover], pause: Callable[[float], None]) -> Cleaned:
    """Delete all that runs of a choice made; tries again where a delete or a list fails, and never raises for that.

    Args:
        gateway: the platform.
        chosen: whose things go.
        known: things known to have been made, for the case that nothing can be listed.
        pause: waits a number of seconds between the rounds.

    Returns:
        What is gone, and what is not, each with why. A thing counts as gone once a list without it was read.
    """
    cleaned = Cleaned()
    own = {kind: [thing for thing in known if thing.kind == kind] for kind in (_WEBHOOK, _EVENT)}
    webhooks, events = partial(_webhooks, gateway, chosen), partial(_events, gateway, chosen)
    _clean_kind(cleaned, webhooks, gateway.delete_webhook, own[_WEBHOOK], pause)
    _clean_kind(cleaned, events, gateway.delete_event, own[_EVENT], pause)
    return cleaned


def _clean_kind(
    cleaned: Cleaned,
    listed: Callable[[], list[Leftover]],
    delete: Callable[[str], object],
    known: Collection[Leftover],
    pause: Callable[[float], None],
) -> None:
    seen: dict[str, Leftover] = {}
    left = {thing.id: thing for thing in known}
    for number in range(ROUNDS + 1):
        try:
            left = {thing.id: Leftover(thing.kind, thing.id, _why(left, thing)) for thing in listed()}
            seen |= left
            if not left:
                break
        except ApiError as error:
            left = {key: Leftover(thing.kind, key, error.message) for key, thing in left.items()}
        if number == ROUNDS:
            break
        if number:
            pause(float(number))
        left = {key: _deleted(delete, thing) for key, thing in left.items()}
    cleaned.left += left.values()
    cleaned.deleted += [Leftover(thing.kind, key) for key, thing in seen.items() if key not in left]


def _why(left: dict[str, Leftover], thing: Leftover) -> str:
    return left[thing.id].why if thing.id in left else ""


def _deleted(delete: Callable[[str], object], thing: Leftover) -> Leftover:
    """The thing, with why it could not be deleted where that is so; the next list tells whether it is gone."""
    try:
        delete(thing.id)
    except ApiError as error:
        return Leftover(thing.kind, thing.id, error.message)
    return Leftover(thing.kind, thing.id, "the delete was answered, but it is listed still")


def _webhooks(gateway: Gateway, chosen: Chosen) -> list[Leftover]:
    runs = ((live.id, run_of_webhook(live)) for live in gateway.list_webhooks())
    return [Leftover(_WEBHOOK, key) for key, run in runs if run and chosen(run)]


def _events(gateway: Gateway, chosen: Chosen) -> list[Leftover]:
    runs = ((live.id, run_of_event(live)) for live in gateway.list_events())
    return [Leftover(_EVENT, key) for key, run in runs if run and chosen(run)]
