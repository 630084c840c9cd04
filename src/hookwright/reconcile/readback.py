"""What is there after the writes, held against what was to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hookwright.model.plan import Action, Change, Step, StepStatus
from hookwright.model.resources import Declared, LiveEvent, LiveWebhook
from hookwright.reconcile import diff
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.mask import Masker
from hookwright.reconcile.normalize import normalize, same, same_event
from hookwright.reconcile.writes import Writer


class Readback:
    """One reading of everything after the writes.

    Attributes:
        webhooks: all webhooks of the environment.
    """

    def __init__(
        self, declared: Declared, writer: Writer, webhooks: Sequence[LiveWebhook], events: Sequence[LiveEvent]
    ) -> None:
        self.webhooks = webhooks
        self._writer = writer
        self._by_name: dict[str, list[LiveWebhook]] = {}
        for live in webhooks:
            marker = read_marker(live.webhook.description)
            if marker and marker.project == declared.project:
                self._by_name.setdefault(marker.name, []).append(live)
        self._events = {event.event.name: event.event for event in events}
        self._declared_events = {event.event.name: event.event for event in declared.events}

    def marked(self, name: str) -> list[str]:
        """The ids of the webhooks that carry the marker of a name."""
        return [live.id for live in self._by_name.get(name, [])]

    def judge(self, change: Change, step: Step) -> Step:
        """A step with the end that the read-back shows: what is as declared was applied, whatever its answer."""
        wrong = self._event_wrong(change) if change.kind == "event" else self._webhook_wrong(change, step)
        if not wrong:
            found = self.marked(change.name) if change.kind == "webhook" else []
            return replace(step, status=StepStatus.APPLIED, error=None, id=step.id or (found[0] if found else None))
        if step.status is StepStatus.APPLIED:
            return replace(step, status=StepStatus.FAILED, error=wrong)
        if step.status is StepStatus.UNKNOWN and change.action is not Action.CREATE:
            # An update that was not answered and is not there has failed; a create may yet come.
            return replace(step, status=StepStatus.FAILED)
        return step

    def _event_wrong(self, change: Change) -> str:
        live = self._events.get(change.name)
        if live is None:
            return "the platform accepted it, but does not list it"
        wanted = self._declared_events[change.name]
        return "" if same_event(wanted, live) else "the platform accepted it, but kept other values"

    def _webhook_wrong(self, change: Change, step: Step) -> str:
        candidates = self._by_name.get(change.name, [])
        mine = [live for live in candidates if step.id is None or live.id == step.id]
        if not mine:
            return "the platform accepted it, but does not list it"
        wanted, live = self._writer.wanted(change), normalize(mine[0].webhook)
        if same(wanted, live):
            return ""
        changes = diff.changed(diff.as_fields(live), diff.as_fields(wanted), Masker())
        return f"the platform accepted it, but kept other values of {', '.join(field.path for field in changes)}"
