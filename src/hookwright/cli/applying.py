"""From plans to outcomes, for one environment or several: show, refuse, ask, run, report."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

import click

from hookwright.cli.fleet import AT_ONCE, Done, Failed
from hookwright.cli.interrupts import stop_on_signals
from hookwright.cli.options import EXIT_FAILED, EXIT_PARTIAL, Settings, error_record, exit_code
from hookwright.cli.progress import Progress, progress_for
from hookwright.cli.reconciling import Session
from hookwright.cli.records import Records, make_record
from hookwright.cli.results import told, worst
from hookwright.errors import LocalError, RefusedError, UsageError
from hookwright.model.plan import Outcome, Plan
from hookwright.model.serial import outcome_to_dict
from hookwright.reconcile.apply import Run, apply
from hookwright.reconcile.live import needs_events
from hookwright.report import outcome_text, plan_text
from hookwright.report.plan_json import dump

if TYPE_CHECKING:
    from hookwright.cli.fleet import Fleet

Planned = Done[Plan]

_GLANCE: Final = 0.2
"""Seconds after which a signal is noticed at the latest."""


def outcome_code(outcomes: Sequence[Outcome]) -> int:
    """The exit code of a run: 0 where all is as declared, else 3 where anything landed anywhere, else 1."""
    if all(outcome.converged for outcome in outcomes):
        return 0
    return EXIT_PARTIAL if any(outcome.landed for outcome in outcomes) else EXIT_FAILED


class Apply:
    """One run of ``apply``.

    Args:
        settings: what was asked for, and who is there to be asked.
        fleet: the environments.
        make_plan: plans one of them.
        records: where it is recorded; None for nowhere.
    """

    def __init__(
        self, settings: Settings, fleet: Fleet, make_plan: Callable[[Session], Plan], records: Records | None
    ) -> None:
        self._settings = settings
        self._fleet = fleet
        self._make_plan = make_plan
        self._records = records
        self._unrecorded: list[str] = []

    def run(self, *, ask: bool) -> int:
        """Plan all, refuse or ask, apply, report.

        Args:
            ask: whether a person must agree.

        Returns:
            The exit code.

        Raises:
            HookwrightError: the only environment there is cannot be planned, or is blocked.
            RefusedError: the live state changed while the person was asked, or two environments are the same.
            UsageError: nobody can be asked.
        """
        self._check_distinct()
        ended = self._plan_all()
        planned = [one for one in ended if isinstance(one, Done)]
        if len(planned) < len(ended):
            return self._nothing(ended)
        if ask and not all(one.value.empty for one in planned):
            self._ask(planned)
            ended = list(self._fleet.each(self._make_plan))
            fresh = [one for one in ended if isinstance(one, Done)]
            if len(fresh) < len(ended):
                return self._nothing(ended)
            _check_same(planned, fresh)
            planned = fresh
        return self._report(self._apply_all(planned))

    def _check_distinct(self) -> None:
        """Refuse to apply two declarations to one place: each would undo the other."""
        seen: dict[tuple[str, str], str] = {}
        for session in self._fleet.sessions:
            place = (session.declared.environment.api_url, session.api_key)
            other = seen.setdefault(place, session.environment)
            if other != session.environment:
                raise RefusedError(
                    f"the environments '{other}' and '{session.environment}' have the same API key",
                    hint="Apply one after the other, or correct api_key in hookwright.yaml.",
                )

    def _plan_all(self) -> list[Planned | Failed]:
        """Plan every environment and show it; one that is blocked counts as failed."""
        ended: list[Planned | Failed] = []
        for one in self._fleet.each(self._make_plan):
            if isinstance(one, Done) and self._settings.format == "text":
                lines = plan_text.to_lines(one.value, color=self._settings.color)
                self._settings.emit_lines(lines, apart=bool(ended))
            if isinstance(one, Done) and one.value.blocked:
                reasons = [item.message for item in one.value.blocked]
                one = Failed(one.environment, RefusedError("the apply is refused", reasons=reasons))
                if self._fleet.alone:
                    raise one.error
            ended.append(one)
        return ended

    def _nothing(self, ended: Sequence[Planned | Failed]) -> int:
        """Say that nothing was written anywhere, and why; the exit code."""
        failed = [one for one in ended if isinstance(one, Failed)]
        names = ", ".join(f"'{one.environment}'" for one in failed)
        spared = RefusedError(f"nothing was written, because {names} cannot be applied")
        if self._settings.format == "json":
            errors = [error_record(one.error if isinstance(one, Failed) else spared, one.environment) for one in ended]
            self._settings.emit(_several(errors))
        for one in failed:
            sys.stderr.write(told(one, color=self._settings.color))
        sys.stderr.write(f"Nothing was written to any environment, because {names} cannot be applied.\n")
        return worst(exit_code(one.error.category) for one in failed)

    def _ask(self, planned: Sequence[Planned]) -> None:
        if not self._settings.interactive:
            raise UsageError("nobody can be asked here", hint="Pass --yes to apply without asking.")
        names = " and ".join(f"'{one.environment}'" for one in planned if not one.value.empty)
        if not click.confirm(f"Apply this to {names}?", err=True):
            raise RefusedError("nothing was applied: the answer was no")

    def _apply_all(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Apply the plans; the first Ctrl-C or SIGTERM lets running calls end, the second ends it all."""
        stop = threading.Event()
        total = sum(len(one.value.changes) for one in planned)
        progress = progress_for(self._settings, total, alone=self._fleet.alone)
        try:
            with (
                stop_on_signals(stop, progress.say),
                ThreadPoolExecutor(min(AT_ONCE, len(planned)), thread_name_prefix="environment") as pool,
            ):
                running = [pool.submit(self._apply, one, stop, progress) for one in planned]
                # A signal's handler runs in this thread, and not while it waits for a lock: never wait for long.
                while wait(running, timeout=_GLANCE).not_done:
                    pass
                return [one.result() for one in running]
        finally:
            progress.end()

    def _apply(self, one: Planned, stop: threading.Event, progress: Progress) -> Outcome:
        """Apply one plan, and record it where anything was to be done."""
        session = one.session
        events = session.live.events if needs_events(session.declared) else None
        run = Run(session.client, session.live.webhooks, time.sleep, stop=stop, events=events)
        run.progress = lambda step: progress.step(one.environment, step)
        outcome = apply(one.value, session.declared, run)
        if self._records and not one.value.empty:
            try:
                self._records.keep(make_record(self._settings, one.value, outcome))
            except LocalError as error:
                self._unrecorded.append(f"{one.environment}: {error.message}")
        return outcome

    def _report(self, outcomes: Sequence[Outcome]) -> int:
        if self._settings.format == "json":
            records = [outcome_to_dict(outcome) for outcome in outcomes]
            self._settings.emit(dump(records[0]) if self._fleet.alone else _several(records))
        else:
            for outcome in outcomes:
                text = outcome_text.to_text(outcome, color=self._settings.color, named=not self._fleet.alone)
                self._settings.emit(text)
        for message in self._unrecorded:
            sys.stderr.write(f"warning: {message}\n")
        return outcome_code(outcomes)


def _several(records: Iterable[dict[str, object]]) -> str:
    return dump({"format": "hookwright.applies/1", "applies": list(records)})


def _check_same(planned: Sequence[Planned], fresh: Sequence[Planned]) -> None:
    """Refuse plans that are not those which were shown: a person may take long, and the world does not wait."""
    for shown, one in zip(planned, fresh, strict=True):
        if one.value.changes != shown.value.changes or one.value.blocked:
            raise RefusedError(
                f"the live state of '{one.environment}' has changed since the plan was shown",
                hint="Apply again to see it anew.",
            )
