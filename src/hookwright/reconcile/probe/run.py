"""One run of the probe, from its first check to the last delete."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from hookwright.errors import ApiError, AuthError, Effect, NotSentError, RateLimitedError, RefusedError
from hookwright.model.examination import Check, CheckStatus, Leftover, Probed
from hookwright.model.resources import Environment, Kind
from hookwright.reconcile.live import check_key, check_records
from hookwright.reconcile.probe import cleaning, events, stored
from hookwright.reconcile.probe.assumptions import ALL, Assumption
from hookwright.reconcile.probe.bench import Bench, Seen, StoppedError, unknown
from hookwright.reconcile.probe.deliveries import Evidence, Patience, Post, gather
from hookwright.reconcile.probe.judging import JUDGES
from hookwright.reconcile.probe.marks import Run
from hookwright.reconcile.probe.platform import Platform

WEBHOOKS: Final = 21
"""Webhooks made to see whether lists are complete: more than two pages of ten."""

_BROKEN: Final = "hookwright leans on this: please report it, with this report attached."
_ORDER: Final = {assumption.id: number for number, assumption in enumerate(ALL)}
_CHECKS: Final[Mapping[str, stored.Check]] = {
    "A5": stored.description_is_kept,
    "A8": stored.default_and_headers_replace,
    "Q1": stored.update_patches,
    "Q2": stored.group_by_its_call,
    "Q3": stored.delete_answers_rest,
    "Q4": stored.unknown_is_400,
    "Q5": stored.slug_is_cleared,
    "Q6": stored.workflows_are_cleared,
    "Q7": events.sample_comes_back,
    "Q8": stored.body_needs_custom,
    "Q9": stored.method_goes_back,
    "Q10": stored.url_may_repeat,
    "Q11": stored.unknown_event_is_refused,
}

Progress = Callable[[Check], None]


def _silent(check: Check) -> None:
    """Nobody is told of a check."""
    del check


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a probe is to be run.

    Attributes:
        run: the run's mark.
        pause: waits a number of seconds.
        stop: set from outside (Ctrl-C): the call under way ends, then everything is deleted.
        now: when the run began (UTC); what runs left that were over by then is swept first.
        webhooks: how many webhooks to look for a page limit with.
        post: a receiver for real deliveries, or None.
        patience: how long to wait for these.
        progress: told of each check as it ends.
    """

    run: Run
    pause: Callable[[float], None]
    stop: threading.Event
    now: datetime
    webhooks: int = WEBHOOKS
    post: Post | None = None
    patience: Patience | None = None
    progress: Progress = _silent


@dataclass(slots=True)
class Probe:
    """A probe of one environment.

    Attributes:
        platform: the platform.
        environment: the environment.
        wishes: how to run.
        cleaned: what the cleaning at the end did; set even where an exception came through.
    """

    platform: Platform
    environment: Environment
    wishes: Wishes
    cleaned: cleaning.Cleaned | None = None
    _checks: list[Check] = field(default_factory=list)

    def run(self) -> Probed:
        """Sweep, check everything, and delete all that was made, whatever happens.

        Raises:
            RefusedError: the environment is not a test environment; nothing was written.
            ApiError: the state before could not be read; nothing was written.
        """
        require_test(self.environment)
        check_records(self.environment, self.platform.list_webhooks())
        swept, recent = self._sweep()
        wishes = self.wishes
        bench = Bench(self.platform, wishes.run, wishes.stop)
        ended = ""
        try:
            ended = self._check_all(bench)
        finally:
            self.cleaned = self._clean(bench)
        return Probed(
            environment=self.environment.name,
            run=str(wishes.run),
            checks=tuple(self._checks),
            made=bench.made,
            swept=tuple(swept.deleted),
            leftovers=(*swept.left, *self.cleaned.left),
            recent=tuple(recent),
            ended=ended,
        )

    def _sweep(self) -> tuple[cleaning.Cleaned, list[Leftover]]:
        """Delete what runs that are over left behind; gives that, and what runs left that may be under way."""
        expired = cleaning.expired(self.wishes.now)
        old = cleaning.find(self.platform, lambda _: True)
        if not old:
            return cleaning.Cleaned(), []
        swept = cleaning.clean(self.platform, expired, (), self.wishes.pause)
        return swept, cleaning.find(self.platform, lambda run: not expired(run))

    def _clean(self, bench: Bench) -> cleaning.Cleaned:
        """Delete all that this run made; where an exception comes through even here, once more before it goes on."""
        known = [Leftover("webhook", key) for key in sorted(bench.ids)]
        known += [Leftover("event", key) for key in sorted(bench.event_ids)]
        clean = partial(cleaning.clean, self.platform, lambda run: run == self.wishes.run, known, self.wishes.pause)
        try:
            return clean()
        except BaseException:
            self.cleaned = clean()
            raise

    def _check_all(self, bench: Bench) -> str:
        """Do every check; gives why they ended before their time, or an empty string."""
        try:
            self._check_stored(bench)
            self._check_deliveries(bench)
        except StoppedError:
            ended = "interrupted"
        except (AuthError, NotSentError, RefusedError) as error:
            # The next check would fail alike, or must not be tried.
            ended = error.message
        else:
            return ""
        noted = {check.id for check in self._checks}
        for assumption in ALL:
            if assumption.id not in noted:
                self._note(assumption, unknown(ended))
        return ended

    def _check_stored(self, bench: Bench) -> None:
        checks = {**_CHECKS, "A6": stored.list_is_complete(self.wishes.webhooks)}
        for assumption in ALL:
            if assumption.deliveries:
                continue
            try:
                seen = checks[assumption.id](bench)
            except (AuthError, NotSentError):
                raise
            except ApiError as error:
                seen = _failed(error)
            self._note(assumption, seen)

    def _check_deliveries(self, bench: Bench) -> None:
        evidence: Evidence | None = None
        without = unknown("needs real deliveries", "Give a receiver that the platform can reach: --receiver.")
        if self.wishes.post and self.wishes.patience:
            try:
                evidence = gather(bench, self.wishes.post, self.wishes.patience)
            except (AuthError, NotSentError):
                raise
            except ApiError as error:
                without = _failed(error)
        for assumption in ALL:
            if assumption.deliveries:
                self._note(assumption, JUDGES[assumption.id](evidence) if evidence else without)

    def _note(self, assumption: Assumption, seen: Seen) -> None:
        check = Check(
            id=assumption.id,
            title=assumption.text,
            status=seen.status,
            found=seen.found,
            advice=seen.advice or ("" if seen.status is not CheckStatus.FAILED else _BROKEN),
            environment=self.environment.name,
            how=assumption.how,
            depends=assumption.depends,
        )
        self._checks.append(check)
        self._checks.sort(key=lambda each: _ORDER[each.id])
        self.wishes.progress(check)


def _failed(error: ApiError) -> Seen:
    """What a call that failed says of the assumption: an answer refutes it, the lack of one says nothing."""
    if isinstance(error, RateLimitedError) or error.effect is Effect.UNKNOWN:
        return Seen(CheckStatus.FAILED, f"could not be checked: {error.message}", error.hint or "Probe again.")
    return Seen(CheckStatus.FAILED, error.message, error.hint)


def sweep(platform: Platform, environment: Environment, wishes: Wishes) -> Probed:
    """Delete what any run left behind, those that may be under way among them.

    Raises:
        RefusedError: the environment is not a test environment; nothing was written.
        ApiError: the state before could not be read; nothing was written.
    """
    require_test(environment)
    check_records(environment, platform.list_webhooks())
    cleaned = cleaning.clean(platform, lambda _: True, (), wishes.pause)
    return Probed(environment.name, str(wishes.run), swept=tuple(cleaned.deleted), leftovers=tuple(cleaned.left))


def require_test(environment: Environment) -> None:
    """Make sure that an environment is one for tests, and its key too.

    Raises:
        RefusedError: it is not. Nothing overrides this.
    """
    require_kind(environment)
    check_key(environment)


def require_kind(environment: Environment) -> None:
    """Make sure that an environment is declared to be one for tests.

    Raises:
        RefusedError: it is not. Nothing overrides this.
    """
    if environment.kind is not Kind.TEST:
        raise RefusedError(
            f"the environment '{environment.name}' is of kind {environment.kind}: only test environments are probed",
            hint="Nothing overrides this. Name an environment of kind test with -e.",
        )
