"""One change of a plan → the calls that make it, and the recovery of a create whose answer was lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from hookwright.errors import ApiError, Effect, OutcomeUnknownError
from hookwright.model.plan import Action, Change
from hookwright.model.resources import Declared, Event, LiveEvent, LiveWebhook, Webhook
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.normalize import desired, normalize, same_event

T = TypeVar("T")

CREATE_TRIES: Final = 3
"""How often a create is sent whose answer was lost and that is certain not to have landed."""
SETTLE: Final = (1.0, 2.0)
"""Seconds before each look-up of a create whose answer was lost: a broken connection may outrun its own request."""

LONGEST_WAIT: Final = 60.0
"""Seconds that the platform may ask to wait (``Retry-After``) before a create is sent again; it is not, beyond that."""


class Writer:
    """Makes the calls of one apply. Thread-safe.

    Args:
        declared: what the plan was made from, workflows resolved.
        gateway: the platform.
        live: the webhooks as they were listed just before the first write.
        pause: waits a number of seconds.
        stop: once it is set, no create is sent again.

    Attributes:
        created: name → id of the webhooks that this apply created and was told so.
        landed: whether any write was answered with success.
        doubts: (kind, name) → what is wrong with the answer to its write. A read-back counts for more.
        late: (kind, name) of the writes that may land yet: they timed out.
    """

    def __init__(
        self,
        declared: Declared,
        gateway: Gateway,
        live: Sequence[LiveWebhook],
        pause: Callable[[float], None],
        stop: threading.Event,
    ) -> None:
        self.declared = declared
        self.gateway = gateway
        self.pause = pause
        self.created: dict[str, str] = {}
        self.landed = False
        self.doubts: dict[tuple[str, str], str] = {}
        self.late: set[tuple[str, str]] = set()
        self._stop = stop
        self._digester = Digester(declared.environment.api_key or "")
        self._hooks = {hook.name: hook for hook in declared.webhooks}
        self._events = {event.event.name: event.event for event in declared.events}
        self._live = {item.id: normalize(item.webhook) for item in live}
        self._lock = threading.Lock()

    def wanted(self, change: Change) -> Webhook:
        """What a webhook shall be after its change."""
        return desired(self._hooks[change.name], self.declared.project, self._live.get(change.id or ""))

    def wanted_event(self, change: Change) -> Event:
        """What a custom event shall be after its change."""
        return self._events[change.name]

    def untouched(self, change: Change, live: LiveWebhook | LiveEvent) -> bool:
        """Whether a live object is still what the plan saw."""
        digest = self._digester.webhook(live) if isinstance(live, LiveWebhook) else self._digester.event(live)
        return digest == change.live_digest

    def write(self, change: Change) -> str | None:
        """Make the calls of a create, an adoption or an update, the group's aside.

        Returns:
            The webhook's id; None for an event, and where no answer told the id of what was created.

        Raises:
            ApiError: a call failed.
        """
        if change.kind == "event":
            self._write_event(change)
            return change.id
        wanted = self.wanted(change)
        if change.action is Action.CREATE:
            return self._create(change, wanted)
        fields = sorted(touched(change) - {"group"})
        if fields:
            answer = self.gateway.update_webhook(change.id or "", wanted, fields)
            self.landed = True
            self._check(change, wanted, answer, fields)
        return change.id

    def regroups(self, change: Change) -> bool:
        """Whether a change moves an existing webhook to another group: that is a call of its own."""
        return change.kind == "webhook" and change.action is not Action.CREATE and "group" in touched(change)

    def set_group(self, changes: Sequence[Change], group: str) -> None:
        """Move webhooks to one group, or out of theirs where it is empty. One call.

        Raises:
            ApiError: the call failed.
        """
        answer = self.gateway.set_group([change.id or "" for change in changes], group)
        self.landed = True
        groups = {live.id: live.webhook.group for live in answer}
        for change in changes:
            if groups.get(change.id or "", group) != group:
                self._doubt(change, "/group")

    def create_again(self, change: Change) -> str | None:
        """Create a webhook anew that two applies at once both took back.

        Raises:
            ApiError: a call failed.
        """
        return self._create(change, self.wanted(change))

    def _write_event(self, change: Change) -> None:
        event = self.wanted_event(change)
        if change.action is Action.CREATE:
            answer = self._surely(
                lambda: self.gateway.create_event(event),
                lambda: [live for live in self.gateway.list_events() if live.event.name == event.name],
            )
        else:
            answer = self.gateway.update_event(change.id or "", event)
        self.landed = True
        if not any(live.event.name == event.name and same_event(event, live.event) for live in answer):
            self._doubt(change, "sample or schema")

    def _create(self, change: Change, wanted: Webhook) -> str | None:
        marker = read_marker(wanted.description)

        def send() -> LiveWebhook | None:
            created = self.gateway.create_webhook(wanted)
            if created.id in self._live:
                # That one was there before: whatever this is the answer to, it is not this create.
                self._doubt(change, "webhook")
                return None
            with self._lock:
                self.created[change.name] = created.id
            self._check(change, wanted, created, ("url", "events", "type", "body", "description"))
            return created

        def find() -> LiveWebhook | None:
            return next((w for w in self.gateway.list_webhooks() if read_marker(w.webhook.description) == marker), None)

        found = self._surely(send, find)
        self.landed = True
        return found.id if found else None

    def _surely(self, send: Callable[[], T], find: Callable[[], T]) -> T:
        """Send a create; where its answer is lost, look for what it made before it is sent again.

        Args:
            send: sends it.
            find: gives what it made; something false where that is not there.

        Raises:
            ApiError: it failed. Its outcome is unknown where ``effect`` says so: sending it again could make a second
                one, and the next apply will see what became of it.
        """
        for attempt in range(CREATE_TRIES):
            try:
                return send()
            except ApiError as error:
                if error.effect is Effect.NONE:
                    raise
                found = self._look_up(find, error)
                if found:
                    return found
                may_still_run = isinstance(error, OutcomeUnknownError) and error.may_still_run
                too_long = (error.retry_after or 0) > LONGEST_WAIT
                if may_still_run or too_long or self._stop.is_set() or attempt == CREATE_TRIES - 1:
                    raise
        raise AssertionError("every turn of the loop returns or raises, the last one too")

    def _look_up(self, find: Callable[[], T], error: ApiError) -> T | None:
        """What an unanswered create made; None where it is not there.

        Raises:
            ApiError: the look-up failed: the create's own error, for its outcome is what is unknown.
        """
        if error.retry_after:
            self.pause(min(error.retry_after, LONGEST_WAIT))
        for seconds in SETTLE:
            self.pause(seconds)
            try:
                found = find()
            except ApiError:
                raise error from None
            if found:
                return found
        return None

    def _check(self, change: Change, wanted: Webhook, answer: LiveWebhook, fields: Sequence[str]) -> None:
        """Hold the answer to a write against what was sent."""
        kept = normalize(answer.webhook)
        wrong = [f"/{name}" for name in fields if getattr(kept, name) != getattr(wanted, name)]
        if wrong:
            self._doubt(change, ", ".join(wrong))

    def note_failure(self, change: Change, error: ApiError) -> None:
        """Take note of why a write failed."""
        if isinstance(error, OutcomeUnknownError) and error.may_still_run:
            with self._lock:
                self.late.add((change.kind, change.name))

    def _doubt(self, change: Change, what: str) -> None:
        with self._lock:
            self.doubts[change.kind, change.name] = f"the platform accepted it, but answered with another {what}"


def touched(change: Change) -> set[str]:
    """The top-level fields that a change touches; ``type`` and ``body`` only go together."""
    fields = {field.path.split("/")[1] for field in change.fields}
    return fields | {"type", "body"} if fields & {"type", "body"} else fields
