"""The deletes of an apply: one by one, each held against what is there, and judged by what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hookwright.errors import ApiError, Effect
from hookwright.model.plan import Change, StepStatus
from hookwright.model.resources import LiveEvent, LiveWebhook
from hookwright.reconcile.writes import Writer

Verdict = tuple[StepStatus, str | None]
_APPLIED: Verdict = (StepStatus.APPLIED, None)

_Live = LiveWebhook | LiveEvent


@dataclass(slots=True)
class _Kind:
    """The objects of one kind.

    Attributes:
        delete: deletes one; gives those that remain.
        list_all: lists them.
        there: those that there are, by id; None where they were not listed.
    """

    delete: Callable[[str], Sequence[_Live]]
    list_all: Callable[[], Sequence[_Live]]
    there: dict[str, _Live] | None

    def left(self, listed: Iterable[_Live]) -> None:
        """Take note of what is left."""
        self.there = {live.id: live for live in listed}


class Deleter:
    """Makes the deletes of one apply. What each answer lists is what the next one is held against.

    Args:
        writer: knows what the plan saw.
        webhooks: all webhooks, as they were listed last.
        events: all custom events, as they were listed last; None where they were not.
    """

    def __init__(self, writer: Writer, webhooks: Iterable[LiveWebhook], events: Iterable[LiveEvent] | None) -> None:
        gateway = writer.gateway
        self._writer = writer
        known: dict[str, LiveWebhook | LiveEvent] | None = None
        if events is not None:
            known = {live.id: live for live in events}
        self._kinds = {
            "webhook": _Kind(gateway.delete_webhook, gateway.list_webhooks, {live.id: live for live in webhooks}),
            "event": _Kind(gateway.delete_event, gateway.list_events, known),
        }

    def delete(self, change: Change) -> Verdict:
        """Delete one object; gives how that ended, and why it did not end well."""
        identity, kind = change.id or "", self._kinds[change.kind]
        if kind.there is not None:
            if identity not in kind.there:
                return _APPLIED  # Somebody else was quicker.
            if not self._writer.untouched(change, kind.there[identity]):
                return StepStatus.WITHHELD, "it changed while this apply was running"
        try:
            kind.left(kind.delete(identity))
        except ApiError as error:
            return self._failed(identity, kind, error)
        self._writer.landed = True
        if kind.there and identity in kind.there:
            return StepStatus.FAILED, "the platform still lists it after the delete"
        return _APPLIED

    def _failed(self, identity: str, kind: _Kind, error: ApiError) -> Verdict:
        """A failed delete, judged by what is there where its answer does not tell."""
        if error.effect is Effect.NONE:
            return StepStatus.FAILED, error.message
        try:
            kind.left(kind.list_all())
        except ApiError:
            return StepStatus.UNKNOWN, error.message
        if kind.there and identity in kind.there:
            return StepStatus.UNKNOWN, error.message
        self._writer.landed = True
        return _APPLIED
