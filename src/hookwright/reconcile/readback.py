"""What is there after the writes, held against what was to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hookwright.model.plan import Action, Change, Plan, Step, StepStatus
from hookwright.model.resources import LiveEvent, LiveWebhook
from hookwright.reconcile import diff
from hookwright.reconcile.mask import Masker
from hookwright.reconcile.normalize import normalize, same, same_event
from hookwright.reconcile.twins import Settled, by_name
from hookwright.reconcile.writes import Writer


class Readback:
    """One reading of everything after the writes.

    Args:
        writer: made the writes.
        settled: all webhooks of the environment, twins settled.
        events: all custom events; None where the plan has none.

    Attributes:
        webhooks: all webhooks of the environment.
        events: all custom events; None where the plan has none.
    """

    def __init__(self, writer: Writer, settled: Settled, events: Sequence[LiveEvent] | None) -> None:
        self.webhooks = settled.webhooks
        self.events = events
        self._writer = writer
        self._settled = settled
        self._by_name = by_name(settled.webhooks, writer.declared.project)
        self._by_event = {event.event.name: event for event in events or ()}

    def judge(self, change: Change, step: Step) -> Step:
        """A step with the end that the read-back shows: what is as declared was applied, whatever its answer."""
        if change.kind == "event":
            event = self._by_event.get(change.name)
            if change.action is Action.CREATE and event:
                step = replace(step, id=event.id)
            return self._judged(change, step, self._event_wrong(change, event))
        if change.name in self._settled.lost:
            stays = self._settled.stays.get(change.name, step.id)
            return replace(step, status=StepStatus.FAILED, error=self._settled.lost[change.name], id=stays)
        found = self._by_name.get(change.name, [])
        if change.action is Action.CREATE and found:
            step = replace(step, id=found[0].id)
        return self._judged(change, step, self._webhook_wrong(change, step, found))

    def _judged(self, change: Change, step: Step, wrong: str) -> Step:
        if not wrong:
            return replace(step, status=StepStatus.APPLIED, error=None)
        if step.status is StepStatus.APPLIED:
            return replace(step, status=StepStatus.FAILED, error=wrong)
        late = change.action is Action.CREATE or (change.kind, change.name) in self._writer.late
        if step.status is StepStatus.UNKNOWN and not late:
            # An update that was not answered and is not there has failed; a create, or what timed out, may yet come.
            return replace(step, status=StepStatus.FAILED)
        return step

    def _event_wrong(self, change: Change, live: LiveEvent | None) -> str:
        if live is None:
            return "the platform accepted it, but does not list it"
        same_values = same_event(self._writer.wanted_event(change), live.event)
        return "" if same_values else "the platform accepted it, but kept other values"

    def _webhook_wrong(self, change: Change, step: Step, found: Sequence[LiveWebhook]) -> str:
        mine = next((live for live in found if live.id == step.id), None)
        if mine is None:
            if step.id and any(live.id == step.id for live in self.webhooks):
                return f"the platform accepted it, but {step.id} does not carry its marker"
            return "the platform accepted it, but does not list it"
        wanted, live = self._writer.wanted(change), normalize(mine.webhook)
        if same(wanted, live):
            return ""
        changes = diff.changed(diff.as_fields(live), diff.as_fields(wanted), Masker())
        return f"the platform accepted it, but kept other values of {', '.join(field.path for field in changes)}"

    def surprises(self, plan: Plan, before: Sequence[LiveWebhook]) -> Iterator[str]:
        """What others did while the apply ran, as far as it keeps the project from being as declared.

        Args:
            plan: the plan.
            before: the webhooks as they were listed just before the first write.
        """
        for name, why in self._settled.lost.items():
            yield f"'{name}': {why}"
        declared = {hook.name for hook in self._writer.declared.webhooks}
        then = by_name(before, self._writer.declared.project)
        for name in sorted(self._by_name.keys() - then.keys() - declared):
            yield f"'{name}', which is not declared, was created while this apply was running; plan again"
        touched = {change.id for change in plan.changes}
        names = declared - self._settled.lost.keys()
        left = {name: live for name, live in then.items() if name in names and live[0].id not in touched}
        yield from meanwhile(left, self.webhooks)


def meanwhile(before: Mapping[str, Sequence[LiveWebhook]], now: Iterable[LiveWebhook]) -> Iterator[str]:
    """What became of webhooks that nothing was to happen to, where it is not nothing.

    Args:
        before: the webhooks, by name.
        now: all webhooks of the environment.
    """
    there = {live.id: live for live in now}
    for name, (live, *_) in before.items():
        if live.id not in there:
            yield f"'{name}' was deleted while this apply was running; plan again"
        elif there[live.id].webhook != live.webhook:
            yield f"'{name}' was changed while this apply was running; plan again"
