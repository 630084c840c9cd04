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
_STILL_THERE: Verdict = (StepStatus.FAILED, "the platform still lists it after the delete")
_UNSEEN: Verdict = (StepStatus.UNKNOWN, "its answer lacks others too, and nothing could be listed after it")

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

    def lacks_others(self, answer: Iterable[_Live], identity: str) -> bool:
        """Whether the answer to a delete lacks more than what was deleted: then it may not be all that is left."""
        return self.there is not None and not self.there.keys() - {identity} <= {live.id for live in answer}

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

    @property
    def webhooks(self) -> Sequence[LiveWebhook]:
        """All webhooks, as far as the last answer tells."""
        return [live for live in (self._kinds["webhook"].there or {}).values() if isinstance(live, LiveWebhook)]

    def delete(self, change: Change) -> Verdict:
        """Delete one object; gives how that ended, and why it did not end well."""
        identity, kind = change.id or "", self._kinds[change.kind]
        if kind.there is not None:
            if identity not in kind.there:
                return _APPLIED  # Somebody else was quicker.
            if not self._writer.untouched(change, kind.there[identity]):
                return StepStatus.WITHHELD, "it changed while this apply was running"
        try:
            answer = kind.delete(identity)
        except ApiError as error:
            status = StepStatus.UNKNOWN if error.effect is Effect.UNKNOWN else StepStatus.FAILED
            return self._listed(identity, kind, there=(status, error.message), unseen=(status, error.message))
        self._writer.landed = True
        if kind.lacks_others(answer, identity):
            return self._listed(identity, kind, there=_STILL_THERE, unseen=_UNSEEN)
        kind.left(answer)
        return _STILL_THERE if kind.there and identity in kind.there else _APPLIED

    def _listed(self, identity: str, kind: _Kind, *, there: Verdict, unseen: Verdict) -> Verdict:
        """Judge a delete by a list of its own: still there, not to be seen, or gone."""
        try:
            kind.left(kind.list_all())
        except ApiError:
            return unseen
        if kind.there and identity in kind.there:
            return there
        self._writer.landed = True
        return _APPLIED
