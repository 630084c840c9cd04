"""Run a plan against the platform: create, update, read back, delete.

It computes no difference: the plan says what happens to which object, the declaration holds the values. The read-back
judges every write: what an answer said, or that none came, matters only where nothing could be read back. Deletes are
a barrier: they wait for everything else, and are withheld when anything failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from hookwright.errors import ApiError, Effect
from hookwright.model.plan import Action, Change, Outcome, Plan, Step, StepStatus
from hookwright.model.resources import Declared, LiveEvent, LiveWebhook
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.live import needs_events
from hookwright.reconcile.readback import Readback
from hookwright.reconcile.writes import Writer

WORKERS = 8
"""Calls under way at once: enough for 20 calls a second at 400 ms each."""

Progress = Callable[[Step], None]


def _silent(step: Step) -> None:
    """Nobody is told of a step."""
    del step


@dataclass(slots=True)
class Run:
    """What an apply needs beside its plan.

    Attributes:
        gateway: the platform.
        live: the webhooks as they were listed just before the first write.
        progress: called with each step as it ends, from any thread.
        stop: set from outside (Ctrl-C): running calls end, nothing new is begun.
        workers: calls under way at once.
        pause: waits a number of seconds; passed in so that tests need not wait.
    """

    gateway: Gateway
    live: Sequence[LiveWebhook]
    pause: Callable[[float], None]
    progress: Progress = _silent
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = WORKERS


def apply(plan: Plan, declared: Declared, run: Run) -> Outcome:
    """Do what the plan says.

    Args:
        plan: the plan; its guards have been heeded, and it was held against ``run.live``.
        declared: what it was made from, workflows resolved.
        run: the rest.

    Returns:
        How every step ended. Never raises for a call that failed; ``converged`` is true only where reading back showed
        it.
    """
    return _Apply(plan, declared, run).outcome()


class _Apply:
    def __init__(self, plan: Plan, declared: Declared, run: Run) -> None:
        self.plan = plan
        self.declared = declared
        self.run = run
        self.writer = Writer(declared, run.gateway, run.live, run.pause)
        self.notes: list[str] = []

    def outcome(self) -> Outcome:
        """Run all stages and sum them up."""
        deletes = [change for change in self.plan.changes if change.action is Action.DELETE]
        writes = [change for change in self.plan.changes if change.action is not Action.DELETE]
        steps = self._write_all(writes)
        readback = None
        if any(step.status is not StepStatus.WITHHELD for step in steps):
            readback = self._read_back()
            if readback is not None:
                steps = self._judge(readback, steps)
        landed = all(step.status is StepStatus.APPLIED for step in steps)
        seen = readback is not None or not steps
        why = "" if landed and seen else self._why_withheld(steps)
        current = readback.webhooks if readback else list(self.run.live)
        steps += self._delete_all(deletes, current, why)
        done = all(step.status is StepStatus.APPLIED for step in steps)
        return Outcome(self.plan.environment, tuple(steps), done and seen and not self.notes, tuple(self.notes))

    def _why_withheld(self, steps: Sequence[Step]) -> str:
        if self.run.stop.is_set():
            return "interrupted"
        failed = next((step for step in steps if step.status is not StepStatus.APPLIED), None)
        return f"withheld because {failed.kind} '{failed.name}' was not applied" if failed else "the read-back failed"

    def _write_all(self, changes: Sequence[Change]) -> list[Step]:
        """All creates at once under the gateway's rate, then all updates, then the groups."""
        steps: list[Step] = []
        with ThreadPoolExecutor(self.run.workers, thread_name_prefix="apply") as pool:
            creates = [change for change in changes if change.action is Action.CREATE]
            steps += pool.map(self._one, creates)
            updates = [change for change in changes if change.action is not Action.CREATE]
            steps += pool.map(self._one, updates)
        return self._groups([*creates, *updates], steps)

    def _one(self, change: Change) -> Step:
        step = self._attempt(change)
        # A group is a call of its own that comes later; the step is not over before it.
        if step.status is not StepStatus.APPLIED or not self.writer.regroups(change):
            self.run.progress(step)
        return step

    def _attempt(self, change: Change) -> Step:
        if self.run.stop.is_set():
            return self._step(change, StepStatus.WITHHELD, "interrupted")
        try:
            return self._step(change, StepStatus.APPLIED, None, self.writer.write(change))
        except ApiError as error:
            return self._step(change, _status(error), error.message)

    def _groups(self, changes: Sequence[Change], steps: list[Step]) -> list[Step]:
        """One call per group, for all webhooks that move to it."""
        by_group: dict[str, list[int]] = {}
        for index, (change, step) in enumerate(zip(changes, steps, strict=True)):
            if step.status is StepStatus.APPLIED and self.writer.regroups(change):
                by_group.setdefault(self.writer.group(change), []).append(index)
        for group, indexes in sorted(by_group.items()):
            status, error = StepStatus.APPLIED, None
            try:
                if self.run.stop.is_set():
                    status, error = StepStatus.WITHHELD, "interrupted before its group was set"
                else:
                    self.run.gateway.set_group([steps[index].id or "" for index in indexes], group)
            except ApiError as failure:
                status, error = _status(failure), failure.message
            for index in indexes:
                steps[index] = replace(steps[index], status=status, error=error)
                self.run.progress(steps[index])
        return steps

    def _read_back(self) -> Readback | None:
        """List everything once more; None, and a note, where that failed."""
        try:
            webhooks = self.run.gateway.list_webhooks()
            events: list[LiveEvent] = []
            if any(change.kind == "event" for change in self.plan.changes) and needs_events(self.declared):
                events = self.run.gateway.list_events()
        except ApiError as error:
            self.notes.append(f"what was written could not be read back: {error.message}")
            return None
        return Readback(self.declared, self.writer, webhooks, events)

    def _judge(self, readback: Readback, steps: list[Step]) -> list[Step]:
        """Hold every step against what was read back."""
        changes = {(change.kind, change.name): change for change in self.plan.changes}
        judged = [
            step if step.status is StepStatus.WITHHELD else readback.judge(changes[step.kind, step.name], step)
            for step in steps
        ]
        return self.writer.settle_twins(readback, judged, self.notes)

    def _delete_all(self, changes: Sequence[Change], current: Sequence[LiveWebhook], why: str) -> list[Step]:
        """Delete one by one; the first that fails withholds the rest."""
        there = {live.id: live for live in current}
        steps: list[Step] = []
        for change in changes:
            if not why and self.run.stop.is_set():
                why = "interrupted"
            if why:
                step = self._step(change, StepStatus.WITHHELD, why)
            else:
                step = self._delete(change, there)
                if step.status is not StepStatus.APPLIED:
                    why = f"withheld because {change.kind} '{change.name}' was not deleted"
            steps.append(step)
            self.run.progress(step)
        return steps

    def _delete(self, change: Change, there: dict[str, LiveWebhook]) -> Step:
        identity = change.id or ""
        if change.kind == "webhook" and identity in there and not self.writer.untouched(change, there[identity]):
            return self._step(change, StepStatus.WITHHELD, "it changed while this apply was running")
        try:
            if change.kind == "webhook":
                left = {live.id for live in self.run.gateway.delete_webhook(identity)}
            else:
                left = {event.id for event in self.run.gateway.delete_event(identity)}
        except ApiError as error:
            return self._step(change, _status(error), error.message)
        if identity in left:
            return self._step(change, StepStatus.FAILED, "the platform still lists it after the delete")
        return self._step(change, StepStatus.APPLIED, None)

    @staticmethod
    def _step(change: Change, status: StepStatus, error: str | None, identity: str | None = None) -> Step:
        return Step(change.kind, change.name, change.action, identity or change.id, status, error)


def _status(error: ApiError) -> StepStatus:
    return StepStatus.UNKNOWN if error.effect is Effect.UNKNOWN else StepStatus.FAILED
