"""Declared and live → plan. Pure: the same input gives the same plan, to the byte."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final

from hookwright.errors import RefusedError, UsageError
from hookwright.model.frozen import dataclass
from hookwright.model.plan import Action, Change, Coverage, Plan, Unmanaged
from hookwright.model.resources import Declared
from hookwright.reconcile import diff
from hookwright.reconcile.coverage import coverage
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.guard import Permits, verdicts
from hookwright.reconcile.live import Live, Owned, check_key, check_records, needs_events, sort_by_owner
from hookwright.reconcile.mask import Masker
from hookwright.reconcile.normalize import same_event
from hookwright.reconcile.pairing import Comparison

ORDER: Final = (Action.CONFLICT, Action.CREATE, Action.ADOPT, Action.UPDATE, Action.REPLACE, Action.DELETE)
LIFETIME: Final = timedelta(hours=24)
"""How long a plan may be applied."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a plan is made for, beside the declared and the live.

    Attributes:
        now: the time (UTC).
        git_commit: commit of the declaration, or None.
        lifetime: how long the plan may be applied.
        permits: what the user allowed.
        targets: only these names; empty for all.
        excludes: not these names.
        past: whether the declaration is that of the commit, whatever is checked out.
        renamed: by declared name the name of the live webhook that it is, where only the history of applies tells.
        elsewhere: names that other environments of the same run declare: a target need not be in all of them.
    """

    now: datetime
    git_commit: str | None = None
    lifetime: timedelta = LIFETIME
    permits: Permits = field(default_factory=Permits)
    targets: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    past: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Collection[str] = ()


def make_plan(declared: Declared, live: Live, request: Request) -> Plan:
    """Compare the declared with the live.

    Args:
        declared: the declaration, its workflows resolved, no process variable missing.
        live: all that was read.
        request: what the plan is made for.

    Returns:
        The plan, with the verdict of the guards in ``blocked``.

    Raises:
        RefusedError: an interlock, or doubt about whose a webhook is.
        UsageError: a target that is neither declared nor live.
    """
    digester = Digester(check_key(declared.environment))
    org_id = check_records(declared.environment, live.webhooks)
    owned = sort_by_owner(declared.project, live.webhooks)
    comparison = Comparison(_named(declared, request.renamed), owned, digester, request.permits, past=request.past)
    found = [*comparison.webhooks(), *_events(declared, live, digester)]
    chosen = _select(found, declared, request)
    changes = sorted(chosen, key=lambda change: (ORDER.index(change.action), change.kind, change.name))
    covered = coverage(live.webhooks, declared, changes)
    taken = {change.id for change in changes if change.action is Action.ADOPT}
    unmanaged = _unmanaged(declared, live, owned, taken)
    return Plan(
        project=declared.project,
        environment=declared.environment.name,
        org_id=org_id,
        api_url=declared.environment.shown_url,
        config_digest=digester.config(declared),
        git_commit=request.git_commit,
        created_at=request.now,
        expires_at=request.now + request.lifetime,
        changes=tuple(changes),
        unchanged=comparison.unchanged + _unchanged_events(declared, found),
        coverage=covered,
        unmanaged=tuple(unmanaged),
        blocked=tuple(
            verdicts(
                declared, changes, managed=len(owned.managed), permits=request.permits, targeted=bool(request.targets)
            )
        ),
        warnings=(*owned.warnings, *_warnings(covered), *comparison.warnings, *comparison.renames(changes)),
    )


def _named(declared: Declared, renamed: Mapping[str, str]) -> Declared:
    """The declaration with these names as former ones, where it does not say any itself."""
    if not renamed:
        return declared
    hooks = (replace(hook, renamed_from=hook.renamed_from or renamed.get(hook.name, "")) for hook in declared.webhooks)
    return replace(declared, webhooks=tuple(hooks))


def _events(declared: Declared, live: Live, digester: Digester) -> Iterator[Change]:
    """The changes of custom events. They are matched by name, and deleted only by a tombstone."""
    there = {event.event.name: event for event in live.events}
    if len(there) < len(live.events):
        _check_once(declared, live)
    for item in declared.events:
        name, found = item.event.name, there.get(item.event.name)
        masker = Masker(item.secrets, declared.secret_values)
        if found is None:
            yield Change("event", name, Action.CREATE, fields=diff.created_event(item.event, masker))
        elif not same_event(item.event, found.event):
            fields = diff.changed(diff.event_fields(found.event), diff.event_fields(item.event), masker)
            yield Change("event", name, Action.UPDATE, found.id, digester.event(found), fields)
    for name in sorted(declared.removed_events & there.keys()):
        found = there[name]
        yield Change("event", name, Action.DELETE, found.id, digester.event(found), (), "tombstone in removed.events")


def _check_once(declared: Declared, live: Live) -> None:
    """Refuse a name that is the project's and that two live events have: who would say which of them is meant?"""
    names = {item.event.name for item in declared.events} | declared.removed_events
    ids: dict[str, str] = {}
    for event in live.events:
        other = ids.setdefault(event.event.name, event.id)
        if other != event.id and event.event.name in names:
            raise RefusedError(
                f"the events {other} and {event.id} are both named '{event.event.name}'",
                hint="Delete one of them, or give it another name; then plan again.",
            )


def _unchanged_events(declared: Declared, changes: Iterable[Change]) -> int:
    touched = sum(change.kind == "event" and change.action is not Action.DELETE for change in changes)
    return len(declared.events) - touched


def _select(changes: list[Change], declared: Declared, request: Request) -> list[Change]:
    """The changes of the names that were asked for."""
    if not request.targets and not request.excludes:
        return changes
    known = {change.name for change in changes}
    known |= {hook.name for hook in declared.webhooks} | {event.event.name for event in declared.events}
    for name in sorted((request.targets | request.excludes) - known - set(request.elsewhere)):
        raise UsageError(
            f"there is no webhook or event '{name}' in the environment '{declared.environment.name}'",
            hint="Targets are names as the project declares them.",
        )
    return [
        change
        for change in changes
        if (not request.targets or change.name in request.targets) and change.name not in request.excludes
    ]


def _unmanaged(declared: Declared, live: Live, owned: Owned, taken: set[str | None]) -> Iterator[Unmanaged]:
    masker = Masker(values=declared.secret_values)
    for webhook in owned.others:
        if webhook.id not in taken:
            yield Unmanaged("webhook", webhook.id, masker.url(webhook.webhook))
    if needs_events(declared):
        known = {event.event.name for event in declared.events} | declared.removed_events
        for event in live.events:
            if event.event.name not in known:
                yield Unmanaged("event", event.id, "")


def _warnings(covered: Sequence[Coverage]) -> Iterator[str]:
    for line in covered:
        if line.before and not line.after:
            yield f"{line.event} will have no subscriber"
