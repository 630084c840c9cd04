"""A plan or a drift as a reviewer reads it: the verdict first, then what goes, then the rest.

The one model behind the Markdown and the HTML of both, so that they tell the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from hookwright.model.delivery import WireChange
from hookwright.model.plan import Action, Blocked, Change, Coverage, FieldChange, Plan
from hookwright.model.serial import plan_summary
from hookwright.model.source import Span
from hookwright.report.plan_json import drift_name

Wire = Mapping[str, Sequence[WireChange]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the project's files.

    Attributes:
        rule: id of the rule.
        message: what is wrong.
        where: its file and line, as people read it; empty where no file is to blame.
        span: the same for annotations, or None.
    """

    rule: str
    message: str
    where: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one environment.

    Attributes:
        environment: its name; empty where the run failed before there was any.
        plan: its plan, or None where it could not be made.
        wire: by name of a webhook what its deliveries send before and after.
        error: why there is no plan; an empty string where there is one.
        problems: what is wrong with the project's files, where that is why.
    """

    environment: str
    plan: Plan | None
    wire: Wire = field(default_factory=dict)
    error: str = ""
    problems: tuple[Problem, ...] = ()


class Level(StrEnum):
    """How much a reviewer has to look."""

    FINE = "fine"
    LOOK = "look"
    DANGER = "danger"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one sort.

    Attributes:
        title: what happens to them: ``Delete``.
        word: the same behind a number: ``to delete``.
        sign: one character for it.
        style: a name for its colour: ``gone``, ``new``, ``changed``, ``conflict``.
        changes: the changes, in the order of the plan.
        sides: heads of the columns of values: one or two.
    """

    title: str
    word: str
    sign: str
    style: str
    changes: tuple[Change, ...]
    sides: tuple[str, ...]

    def values(self, change: FieldChange) -> tuple[object, ...]:
        """The values under :attr:`sides`."""
        if len(self.sides) == 2:
            return change.old, change.new
        return (change.old,) if self.style == "gone" else (change.new,)


@dataclass(frozen=True, slots=True)
class Review:
    """What is shown of one environment.

    Attributes:
        what: ``plan`` or ``drift``.
        project: name of the project; empty where it is not known.
        environment: name of the environment.
        level: how much there is to look at.
        verdict: what an apply would do, or whether there is drift, in a few words.
        counts: how many there are of each sort that there is, in order of the groups.
        groups: the changes, what goes first.
        coverage: events whose number of subscribers changes.
        blocked: the guards that would refuse an apply.
        guarded: whether the verdict of the guards is told: a drift is not held against them.
        warnings: what a reviewer should know.
        unchanged: how many objects are as declared.
        unmanaged: how many live objects are not the project's.
        wire: by name of a webhook what its deliveries send before and after.
        commit: the commit of the declaration; empty where there is none.
        place: URL of the API, and the organization where it is known.
        error: why there is nothing else; an empty string where there is.
        problems: what is wrong with the project's files, where that is why.
    """

    what: str
    project: str
    environment: str
    level: Level
    verdict: str
    counts: tuple[tuple[str, int], ...] = ()
    groups: tuple[Group, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    guarded: bool = True
    warnings: tuple[str, ...] = ()
    unchanged: int = 0
    unmanaged: int = 0
    wire: Wire = field(default_factory=dict)
    commit: str = ""
    place: str = ""
    error: str = ""
    problems: tuple[Problem, ...] = ()


_BOTH: Final = ("live", "declared")
_PLAN: Final = (
    (Action.DELETE, "Delete", "to delete", "-", "gone", ("live until then",)),
    (Action.REPLACE, "Replace", "to replace", "±", "gone", ("old", "new")),
    (Action.CONFLICT, "In conflict", "in conflict", "!", "conflict", ("declared",)),
    (Action.UPDATE, "Update", "to update", "~", "changed", ("old", "new")),
    (Action.ADOPT, "Adopt", "to adopt", "@", "changed", ("old", "new")),
    (Action.CREATE, "Create", "to create", "+", "new", ("new",)),
)
_DRIFT: Final = (
    ("missing", "Declared, but not live", "missing", "-", "new", ("declared",)),
    ("changed", "Not as declared", "changed", "~", "changed", _BOTH),
    ("unexpected", "Live, but not declared", "unexpected", "+", "gone", ("live",)),
    ("conflict", "In conflict", "in conflict", "!", "conflict", ("declared",)),
)


def of_plan(result: Result) -> Review:
    """What a plan's reviewer is shown."""
    plan = result.plan
    if plan is None:
        return _failed("plan", result)
    groups = [
        Group(title, word, sign, style, tuple(one for one in plan.changes if one.action is action), sides)
        for action, title, word, sign, style, sides in _PLAN
    ]
    groups = [group for group in groups if group.changes]
    loses = any(group.style in {"gone", "conflict"} for group in groups)
    if plan.blocked:
        level, verdict = Level.DANGER, "Blocked: an apply would be refused"
    elif plan.empty:
        level, verdict = Level.FINE, "Nothing to do"
    else:
        level, verdict = Level.DANGER if loses else Level.LOOK, f"An apply would make {_number(plan, 'change')}"
    return _review("plan", result, plan, level, verdict, groups)


def of_drift(result: Result) -> Review:
    """What somebody is shown who looks after what is live."""
    plan = result.plan
    if plan is None:
        return _failed("drift", result)
    groups = [
        Group(title, word, sign, style, tuple(one for one in plan.changes if drift_name(one.action) == name), sides)
        for name, title, word, sign, style, sides in _DRIFT
    ]
    groups = [group for group in groups if group.changes]
    if plan.empty:
        return _review("drift", result, plan, Level.FINE, "No drift", groups)
    return _review("drift", result, plan, Level.DANGER, f"Drift: {_number(plan, 'object')} not as declared", groups)


def _review(what: str, result: Result, plan: Plan, level: Level, verdict: str, groups: Sequence[Group]) -> Review:
    summary = plan_summary(plan)
    return Review(
        what=what,
        project=plan.project,
        environment=plan.environment,
        level=level,
        verdict=verdict,
        counts=tuple((group.word, len(group.changes)) for group in groups),
        groups=tuple(groups),
        coverage=tuple(line for line in plan.coverage if line.before != line.after) if what == "plan" else (),
        blocked=plan.blocked if what == "plan" else (),
        guarded=what == "plan",
        warnings=plan.warnings,
        unchanged=summary["unchanged"],
        unmanaged=summary["unmanaged"],
        wire=result.wire,
        commit=plan.git_commit or "",
        place=f"{plan.api_url}, organization {plan.org_id}" if plan.org_id else plan.api_url,
    )


def _failed(what: str, result: Result) -> Review:
    verdict = "No plan could be made" if what == "plan" else "Whether there is drift could not be found out"
    return Review(what, "", result.environment, Level.FAILED, verdict, error=result.error, problems=result.problems)


def _number(plan: Plan, word: str) -> str:
    count = len(plan.changes)
    return f"{count:,} {word}{'' if count == 1 else 's'}"
