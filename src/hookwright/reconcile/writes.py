"""One change of a plan → the calls that make it, and the recovery of a create whose answer was lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookwright.errors import ApiError, Effect, OutcomeUnknownError
from hookwright.model.plan import Action, Change, Step, StepStatus
from hookwright.model.resources import Declared, LiveWebhook, Webhook
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.normalize import desired, normalize

if TYPE_CHECKING:
    from hookwright.reconcile.readback import Readback

CREATE_TRIES: Final = 3
"""How often a create is sent whose answer was lost and that is certain not to have landed."""
SETTLE: Final = (1.0, 2.0)
"""Seconds before each look-up of a create whose answer was lost: a broken connection may outrun its own request."""
TWIN_PATIENCE: Final = 3.0
"""Seconds the other of two applies at once is given to take back its webhook."""


class Writer:
    """Makes the calls of one apply. Thread-safe."""

    def __init__(
        self, declared: Declared, gateway: Gateway, live: Sequence[LiveWebhook], pause: Callable[[float], None]
    ) -> None:
        self.declared = declared
        self.gateway = gateway
        self.pause = pause
        self.created: dict[str, str] = {}
        self._digester = Digester(declared.environment.api_key or "")
        self._hooks = {hook.name: hook for hook in declared.webhooks}
        self._events = {event.event.name: event.event for event in declared.events}
        self._live = {item.id: normalize(item.webhook) for item in live}
        self._lock = threading.Lock()

    def wanted(self, change: Change) -> Webhook:
        """What a webhook shall be after its change."""
        return desired(self._hooks[change.name], self.declared.project, self._live.get(change.id or ""))

    def write(self, change: Change) -> str | None:
        """Make the calls of a create, an adoption or an update, the group's aside.

        Returns:
            The webhook's id; None for an event.

        Raises:
            ApiError: a call failed.
        """
        if change.kind == "event":
            event = self._events[change.name]
            if change.action is Action.CREATE:
                self.gateway.create_event(event)
            else:
                self.gateway.update_event(change.id or "", event)
            return change.id
        if change.action is Action.CREATE:
            return self._create(change)
        fields = touched(change) - {"group"}
        if fields:
            self.gateway.update_webhook(change.id or "", self.wanted(change), sorted(fields))
        return change.id

    def regroups(self, change: Change) -> bool:
        """Whether a change moves an existing webhook to another group: that is a call of its own."""
        return change.kind == "webhook" and change.action is not Action.CREATE and "group" in touched(change)

    def group(self, change: Change) -> str:
        """The group that a webhook moves to."""
        return self.wanted(change).group

    def untouched(self, change: Change, live: LiveWebhook) -> bool:
        """Whether a live webhook is still what the plan saw."""
        return self._digester.webhook(live) == change.live_digest

    def _create(self, change: Change) -> str:
        wanted = self.wanted(change)
        for attempt in range(CREATE_TRIES):
            try:
                created = self.gateway.create_webhook(wanted).id
            except ApiError as error:
                if error.effect is Effect.NONE:
                    raise
                found = self._look_up(wanted, error)
                if found:
                    return found
                may_still_run = isinstance(error, OutcomeUnknownError) and error.may_still_run
                if may_still_run or attempt == CREATE_TRIES - 1:
                    # Sending it again could make a second one; the next apply will see what became of this.
                    raise
            else:
                with self._lock:
                    self.created[change.name] = created
                return created
        raise AssertionError(change.name)

    def _look_up(self, wanted: Webhook, error: ApiError) -> str | None:
        """The id of the webhook whose create was not answered, by its marker; None where it is not there.

        Raises:
            ApiError: the look-up failed: the create's own error, for its outcome is what is unknown.
        """
        marker = read_marker(wanted.description)
        for seconds in SETTLE:
            self.pause(seconds)
            try:
                listed = self.gateway.list_webhooks()
            except ApiError:
                raise error from None
            for live in listed:
                if read_marker(live.webhook.description) == marker:
                    return live.id
        return None

    def settle_twins(self, readback: Readback, steps: list[Step], notes: list[str]) -> list[Step]:
        """Take back what another apply created at the same time.

        Of two webhooks with one marker the smaller id stays. Each apply deletes only what it created itself (and was
        told so): at once if its own id is the larger; if it is the smaller, only when the other is still there after a
        while, for then the other apply had ended before it could see this one's.
        """
        for index, step in enumerate(steps):
            ids = readback.marked(step.name) if step.kind == "webhook" else []
            if len(ids) < 2 or step.action is not Action.CREATE:
                continue
            try:
                message = self._settle(step.name, ids)
            except ApiError as error:
                message = f"the webhooks {' and '.join(sorted(ids))} both carry its marker: {error.message}"
            if message:
                notes.append(f"'{step.name}': {message}")
                steps[index] = replace(step, status=StepStatus.FAILED, error=message)
        return steps

    def _settle(self, name: str, ids: list[str]) -> str:
        """Settle one pair of twins; what there is to say of it, or an empty string where this apply's stays."""
        mine = self.created.get(name)
        if mine is None:
            return f"the webhooks {' and '.join(sorted(ids))} both carry its marker; delete one of them"
        if mine == min(ids):
            self.pause(TWIN_PATIENCE)
            ids = marked(self.gateway.list_webhooks(), self.declared.project, name)
            if len(ids) < 2:
                return ""
        other = min(found for found in ids if found != mine)
        self.gateway.delete_webhook(mine)
        return f"another apply created it at the same time: {other} stays, {mine}, made here, was deleted again"


def marked(webhooks: Sequence[LiveWebhook], project: str, name: str) -> list[str]:
    """The ids of the webhooks that carry the marker of a name."""
    found: list[str] = []
    for live in webhooks:
        marker = read_marker(live.webhook.description)
        if marker and (marker.project, marker.name) == (project, name):
            found.append(live.id)
    return found


def touched(change: Change) -> set[str]:
    """The top-level fields that a change touches; ``type`` and ``body`` only go together."""
    fields = {field.path.split("/")[1] for field in change.fields}
    return fields | {"type", "body"} if fields & {"type", "body"} else fields
