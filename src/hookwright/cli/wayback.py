"""The way back from an apply: which declaration was there before it, and a session with that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from hookwright.cli.fleet import Fleet
from hookwright.cli.project import load_declared
from hookwright.cli.reconciling import Session, open_session
from hookwright.cli.records import find
from hookwright.cli.revision import at_revision, project_at
from hookwright.config import resolve
from hookwright.config.interpolate import UNSET_VARIABLE
from hookwright.errors import ConfigError, LocalError, RefusedError, UsageError
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.undoing import adopted, departed, spare, untouched
from hookwright.reconcile.workflows import resolve_workflows

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.history import Record
    from hookwright.model.plan import Plan
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared
    from hookwright.reconcile.planner import Request

SHORT: Final = 12
"""Characters of a commit that are shown."""

_BY_HAND: Final = "Put the declaration right by hand, then apply it."


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a rollback leads.

    Attributes:
        record: the apply to go back from.
        before: the apply before it that changed something, or None where none is recorded.
        commit: the commit whose declaration was there before: that of ``before``, else the parent of the record's own.
        undone: the plans of all applies since, oldest first.
        known: the plans of all applies that are recorded.
    """

    record: Record
    before: Record | None
    commit: str
    undone: tuple[Plan, ...] = ()
    known: tuple[Plan, ...] = ()


def way_back(records: Sequence[Record], wanted: str | None, parent: Callable[[str], str]) -> WayBack:
    """Find the declaration that was there before an apply.

    Args:
        records: those of the project in one environment, oldest first; at least one.
        wanted: the id of the apply, or as much of it as it takes; None for the last.
        parent: gives the parent of a commit.

    Raises:
        UsageError: there is no such record.
        LocalError: the apply changed nothing, or its commit is not known.
    """
    record = find(records, wanted) if wanted else records[-1]
    if not record.outcome.landed:
        hint = "Name the apply to go back from; 'hookwright history' lists them."
        raise LocalError(f"the apply {record.id} changed nothing: there is no way back from it", hint=hint)
    landed = [one for one in records if one.outcome.landed]
    before = next((one for one in reversed(landed) if one.id < record.id), None)
    undone = tuple(one.plan for one in landed if one.id >= record.id)
    source = before or record
    if source.plan.git_commit is None:
        raise LocalError(
            f"the apply {source.id} was made outside of a git repository, or in one without a commit: "
            "what was declared then is not known",
            hint=_BY_HAND,
        )
    commit = source.plan.git_commit if before else parent(source.plan.git_commit)
    return WayBack(record, before, commit, undone, tuple(one.plan for one in landed))


@dataclass(frozen=True, slots=True)
class Past:
    """A fleet of one environment, with its declaration as it was at a commit.

    Attributes:
        fleet: the fleet; its guards are those of now.
        declared: the declaration as it was, its policy too.
    """

    fleet: Fleet
    declared: Declared


def open_past(settings: Settings, project: Project, environment: str, commit: str) -> Past:
    """Connect to an environment with its declaration as it was at a commit. Reads nothing live yet.

    Args:
        settings: the process.
        project: the project as it is checked out, which may be broken; its guards count.
        environment: name of the environment.
        commit: the commit.

    Raises:
        ConfigError: the declaration of then has errors, by the rules of now, or does not have the environment.
        LocalError: git or the commit is not there.
        RefusedError: it was another project, or the key does not fit the environment's kind.
    """
    declared = _declared_at(settings, project, environment, commit)
    if declared.project != project.name:
        raise RefusedError(
            f"at commit {commit[:SHORT]} the project was called '{declared.project}', now it is '{project.name}'",
            hint="What the one manages, the other does not: bring it back by hand.",
        )
    policy = resolve(project, environment, settings.environ)[0].policy
    session = open_session(replace(declared, policy=policy))
    return Past(Fleet(project, commit, [session]), declared)


def _declared_at(settings: Settings, project: Project, environment: str, commit: str) -> Declared:
    try:
        with project_at(project.root, commit, settings.environ) as folder:
            try:
                return load_declared(replace(settings, directory=folder), environment=environment)[1]
            except ConfigError as error:
                findings = [at_revision(finding, folder, commit[:SHORT]) for finding in error.findings]
                message = f"at commit {commit[:SHORT]}: {error.message}"
                # Of an unset variable the finding says what to do; no other can be put right at a commit.
                unset = all(finding.rule == UNSET_VARIABLE for finding in findings)
                raise ConfigError(message, hint="" if unset else _BY_HAND, findings=findings) from None
    except UsageError as error:
        # Nobody has named this commit on the command line, nor the environment for the project of then.
        raise LocalError(f"at commit {commit[:SHORT]}: {error.message}", hint=error.hint) from None


def plan_back(session: Session, past: Past, way: WayBack, wish: Request) -> Plan:
    """The plan of the way back, with warnings where it may not lead to what was there.

    Raises:
        RefusedError: the live records are of another organization than those of the apply.
        HookwrightError: as for any plan.
    """
    plan = session.plan(wish)
    then = way.record.plan.org_id
    if then is not None and plan.org_id is not None and then != plan.org_id:
        raise RefusedError(
            f"the apply {way.record.id} was made to the organization {then}, the API key is of {plan.org_id}",
            hint="Set the key of the organization to go back in.",
        )
    declared = resolve_workflows(past.declared, session.live.workflows)
    doubts = [
        *_doubts(way, Digester(session.api_key).config(declared), departed(way.undone, declared)),
        *(
            f"no apply since changed {kind} '{name}': it was changed by hand, left out of an apply, "
            "or a record is missing"
            for kind, name in untouched(plan, way.undone)
        ),
    ]
    # What an earlier way back left out, with --exclude, is managed yet, and was there before all the same.
    return spare(replace(plan, warnings=(*plan.warnings, *doubts)), adopted(way.known))


def _doubts(way: WayBack, digest: str, departed: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Why the declaration of the commit may not be what was live before."""
    short = way.commit[:SHORT]
    if way.before is None:
        yield f"no apply before {way.record.id} is recorded: this is the parent of its commit, {short}"
    elif digest != way.before.plan.config_digest:
        yield (
            f"the declaration at commit {short} is not what the apply {way.before.id} made live: there were "
            "uncommitted changes then, or process variables (the API key among them) have other values now"
        )
    for kind, name in departed:
        yield (
            f"{kind} '{name}' was not what commit {short} declares when it was changed: an apply before had left it "
            "out or had failed, or it was changed by hand; what it was then does not come back"
        )
