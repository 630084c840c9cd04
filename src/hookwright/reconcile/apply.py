"""Run a plan against the platform: create, update, read back, delete.

It computes no difference: the plan says what happens to which object, the declaration holds the values. The read-back
judges every write: what an answer said, or that none came, matters only where nothing could be read back. Deletes are
a barrier: they wait for everything else, and are withheld when anything failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final

from hookwright.errors import AnsweredError, ApiError, AuthError, Effect, RateLimitedError, ServerFailedError
from hookwright.model.plan import Action, Change, Outcome, Plan, Step, StepStatus
from hookwright.model.resources import Declared, LiveEvent, LiveWebhook
from hookwright.reconcile.deletes import Deleter
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.readback import Readback, meanwhile
from hookwright.reconcile.twins import Settler, by_name, doubled, twins
from hookwright.reconcile.writes import Writer

WORKERS: Final = 8
"""Calls under way at once: enough for 20 calls a second at 400 ms each."""
TROUBLE: Final = 20
"""So many writes in a row that the platform did not take for reasons of its own, and no more are sent."""

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
        pause: waits a number of seconds; passed in so that tests need not wait.
        progress: called with each step as it ends, from any thread.
        stop: set from outside (Ctrl-C): running calls end, nothing new is begun.
        workers: calls under way at once.
        events: the custom events as they were listed just before the first write; None where they were not.
    """

    gateway: Gateway
    live: Sequence[LiveWebhook]
    pause: Callable[[float], None]
    progress: Progress = _silent
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = WORKERS
    events: Sequence[LiveEvent] | None = None


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
        self.run = run
        self.writer = Writer(declared, run.gateway, run.live, run.pause, run.stop)
        self.notes: list[str] = []
        self._failures = 0
        self._trouble = ""

    def outcome(self) -> Outcome:
        """Run all stages and sum them up."""
        deletes = [change for change in self.plan.changes if change.action is Action.DELETE]
        writes = [change for change in self.plan.changes if change.action is not Action.DELETE]
        steps = self._write_all(writes)
        readback = None
        if any(step.status is not StepStatus.WITHHELD for step in steps):
            readback = self._read_back()
            steps = self._judge(readback, steps)
        seen = readback is not None or not steps
        why = self._why_withheld(steps, seen=seen)
        steps += self._delete_all(deletes, readback, why)
        done = all(step.status is StepStatus.APPLIED for step in steps)
        landed = self.writer.landed or any(step.status in (StepStatus.APPLIED, StepStatus.UNKNOWN) for step in steps)
        return Outcome(self.plan.environment, tuple(steps), done and seen and not self.notes, tuple(self.notes), landed)

    def _why_withheld(self, steps: Sequence[Step], *, seen: bool) -> str:
        """Why nothing may be deleted; empty where it may."""
        if self.run.stop.is_set():
            return "interrupted"
        failed = next((step for step in steps if step.status is not StepStatus.APPLIED), None)
        if failed:
            return f"withheld because {failed.kind} '{failed.name}' was not applied"
        return "" if seen else "withheld because the read-back failed"

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
        withheld = "interrupted" if self.run.stop.is_set() else self._trouble
        if withheld:
            return _step(change, StepStatus.WITHHELD, withheld)
        try:
            identity = self.writer.write(change)
        except ApiError as error:
            self._note_trouble(error)
            self.writer.note_failure(change, error)
            return _step(change, _status(error), error.message)
        self._failures = 0
        return _step(change, StepStatus.APPLIED, None, identity)

    def _note_trouble(self, error: ApiError) -> None:
        """Count failures that say something of the platform or the key, not of the one object. Exactness is no need."""
        if isinstance(error, AnsweredError) and not isinstance(error, AuthError | RateLimitedError | ServerFailedError):
            return
        self._failures += 1
        if self._failures >= TROUBLE:
            self._trouble = f"withheld because {TROUBLE} writes in a row had failed; the last: {error.message}"

    def _groups(self, changes: Sequence[Change], steps: list[Step]) -> list[Step]:
        """One call per group, for all webhooks that move to it."""
        by_group: dict[str, list[int]] = {}
        for index, (change, step) in enumerate(zip(changes, steps, strict=True)):
            if step.status is StepStatus.APPLIED and self.writer.regroups(change):
                by_group.setdefault(self.writer.wanted(change).group, []).append(index)
        for group, indexes in sorted(by_group.items()):
            status, error = StepStatus.APPLIED, None
            try:
                if self.run.stop.is_set():
                    status, error = StepStatus.FAILED, "interrupted before its group was set"
                else:
                    self.writer.set_group([changes[index] for index in indexes], group)
            except ApiError as failure:
                status, error = _status(failure), failure.message
                for index in indexes:
                    self.writer.note_failure(changes[index], failure)
            for index in indexes:
                steps[index] = replace(steps[index], status=status, error=error)
                self.run.progress(steps[index])
        return steps

    def _read_back(self) -> Readback | None:
        """List everything once more and settle twins; None, and a note, where the listing failed."""
        try:
            webhooks = self.run.gateway.list_webhooks()
            events: list[LiveEvent] | None = None
            if any(change.kind == "event" for change in self.plan.changes):
                events = self.run.gateway.list_events()
        except ApiError as error:
            self.notes.append(f"what was written could not be read back: {error.message}")
            return None
        creates = {
            change.name: change
            for change in self.plan.changes
            if change.kind == "webhook" and change.action is Action.CREATE
        }
        return Readback(self.writer, Settler(self.writer, creates).settle(webhooks), events)

    def _judge(self, readback: Readback | None, steps: list[Step]) -> list[Step]:
        """Hold every step against what was read back; against its own answer where nothing could be."""
        if readback is None:
            doubts = self.writer.doubts
            return [
                replace(step, status=StepStatus.FAILED, error=doubts[step.kind, step.name])
                if step.status is StepStatus.APPLIED and (step.kind, step.name) in doubts
                else step
                for step in steps
            ]
        self.notes += readback.surprises(self.plan, self.run.live)
        changes = {(change.kind, change.name): change for change in self.plan.changes}
        return [
            step if step.status is StepStatus.WITHHELD else readback.judge(changes[step.kind, step.name], step)
            for step in steps
        ]

    def _delete_all(self, changes: Sequence[Change], readback: Readback | None, why: str) -> list[Step]:
        """Delete one by one; the first that fails withholds the rest."""
        if readback:
            deleter = Deleter(self.writer, readback.webhooks, readback.events)
        else:
            deleter = Deleter(self.writer, self.run.live, self.run.events)
        steps: list[Step] = []
        for change in changes:
            if not why and self.run.stop.is_set():
                why = "interrupted"
            status, error = (StepStatus.WITHHELD, why) if why else deleter.delete(change)
            if not why and status is not StepStatus.APPLIED:
                why = f"withheld because {change.kind} '{change.name}' was not deleted"
            steps.append(_step(change, status, error))
            self.run.progress(steps[-1])
        self._watch(readback.webhooks if readback else self.run.live, deleter)
        return steps

    def _watch(self, before: Sequence[LiveWebhook], deleter: Deleter) -> None:
        """Note what else happened during the deletes. An answer that hints at something is worth a list."""
        declared = {hook.name for hook in self.writer.declared.webhooks}
        named = by_name(before, self.plan.project)
        left = {name: live for name, live in named.items() if name in declared}
        known = twins(before, self.plan.project).keys()

        def happened(webhooks: Sequence[LiveWebhook]) -> Iterator[str]:
            yield from meanwhile(left, webhooks)
            for name, ids in twins(webhooks, self.plan.project).items():
                if name not in known:
                    yield f"'{name}': {doubled(ids)}"

        if not any(happened(deleter.webhooks)):
            return
        try:
            self.notes += happened(self.run.gateway.list_webhooks())
        except ApiError as error:
            self.notes.append(f"what is left after the deletes could not be read back: {error.message}")


def _step(change: Change, status: StepStatus, error: str | None, identity: str | None = None) -> Step:
    return Step(change.kind, change.name, change.action, identity or change.id, status, error)


def _status(error: ApiError) -> StepStatus:
    return StepStatus.UNKNOWN if error.effect is Effect.UNKNOWN else StepStatus.FAILED
