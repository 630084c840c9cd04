"""Deleting what probes made: this run's at its end, whatever happened, and what earlier runs left behind.

The platform's own list says what is there, not the account of this run: a create whose answer was lost is found too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from hookwright.errors import ApiError, NotSentError
from hookwright.model.examination import Leftover
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.probe.marks import Run, run_of_event, run_of_webhook

ROUNDS: Final = 4
"""Rounds that bring nothing forward, beyond the retries of each call, after which the rest is left."""

_STILL: Final = "its delete was answered, but it is listed still"

_WEBHOOK: Final = "webhook"
_EVENT: Final = "event"

Chosen = Callable[[Run], bool]
"""Whether what a run made is to go."""


@dataclass(slots=True)
class Cleaned:
    """What a cleaning did.

    Attributes:
        deleted: what is gone.
        left: what is there still, each with why; its id is ``unknown`` where in the end nothing could be listed.
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
        known: things known to be there, for the case that they cannot be listed.
        pause: waits a number of seconds between the rounds.

    Returns:
        What is gone, and what is not. It is over only when a list was read that shows nothing any more.
    """
    webhooks, events = partial(_webhooks, gateway, chosen), partial(_events, gateway, chosen)
    sweepers = (
        _Sweeper(_WEBHOOK, webhooks, gateway.delete_webhook, pause),
        _Sweeper(_EVENT, events, gateway.delete_event, pause),
    )
    for sweeper in sweepers:
        sweeper.sweep([thing for thing in known if thing.kind == sweeper.kind])
    return Cleaned(
        [thing for sweeper in sweepers for thing in sweeper.deleted()],
        [thing for sweeper in sweepers for thing in sweeper.left()],
    )


@dataclass(slots=True)
class _Sweeper:
    """Deletes things of one kind.

    Attributes:
        kind: of the things.
        listed: lists them.
        delete: deletes one by its id.
        pause: waits.
        there: what is there as far as is known, by id.
        gone: ids whose delete was answered.
        unread: why the last list could not be read; empty where it could.
        unreached: why a call of this round could not even be sent; empty where all could.
    """

    kind: str
    listed: Callable[[], list[Leftover]]
    delete: Callable[[str], object]
    pause: Callable[[float], None]
    there: dict[str, Leftover] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unread: str = ""
    unreached: str = ""

    def sweep(self, known: Collection[Leftover]) -> None:
        """Delete until nothing is there, or until a number of rounds brought nothing forward."""
        self.there = {thing.id: thing for thing in known}
        idle = 0
        while True:
            self._look()
            if idle == ROUNDS or not (self.there or self.unread):
                return
            # A list may show only a part: as long as something goes, another round may find more.
            moved = [self._try(thing) for thing in list(self.there.values())]
            idle = 0 if any(moved) else idle + 1
            if not all(moved) or self.unread:
                self.pause(float(idle + 1))

    def deleted(self) -> list[Leftover]:
        """What was deleted, and is not listed any more."""
        return [Leftover(self.kind, key) for key in sorted(self.gone - self.there.keys())]

    def left(self) -> list[Leftover]:
        """What is there still."""
        if self.unread and not self.there:
            return [Leftover(self.kind, "unknown", self.unread)]
        return list(self.there.values())

    def _look(self) -> None:
        """Bring what is known up to date; what is not listed counts as there until its delete was answered."""
        open_still = {key: thing for key, thing in self.there.items() if key not in self.gone}
        try:
            listed = {thing.id: thing for thing in self.listed()}
        except ApiError as error:
            self.unread, self.there = error.message, open_still
            self.unreached = error.message if isinstance(error, NotSentError) else ""
        else:
            self.unread = self.unreached = ""
            again = {key: replace(thing, why=_STILL) for key, thing in listed.items() if key in self.gone}
            self.there = listed | open_still | again

    def _try(self, thing: Leftover) -> bool:
        """Delete one thing; gives whether that brought it forward."""
        if self.unreached:  # each call would wait as long again for a platform that is not there
            self.there[thing.id] = replace(thing, why=self.unreached)
            return False
        try:
            self.delete(thing.id)
        except ApiError as error:
            self.there[thing.id] = replace(thing, why=error.message)
            self.unreached = error.message if isinstance(error, NotSentError) else ""
            return False
        if thing.id in self.gone:
            return False
        self.gone.add(thing.id)
        return True


def _webhooks(gateway: Gateway, chosen: Chosen) -> list[Leftover]:
    runs = ((live.id, run_of_webhook(live)) for live in gateway.list_webhooks())
    return [Leftover(_WEBHOOK, key) for key, run in runs if run and chosen(run)]


def _events(gateway: Gateway, chosen: Chosen) -> list[Leftover]:
    runs = ((live.id, run_of_event(live)) for live in gateway.list_events())
    return [Leftover(_EVENT, key) for key, run in runs if run and chosen(run)]
