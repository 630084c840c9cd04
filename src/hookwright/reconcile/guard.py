"""What an apply refuses to do, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hookwright.model.frozen import dataclass
from hookwright.model.plan import Action, Blocked, Change
from hookwright.model.resources import Declared


@dataclass(frozen=True, slots=True)
class Permits:
    """What the user allowed on the command line.

    Attributes:
        deletes: ``--allow-deletes N``: so many deletes, whatever the policy says; None: the policy decides.
        empty: ``--allow-empty``: an empty declaration is meant.
        duplicate_url: ``--allow-duplicate-url``: a webhook may be created beside an unmanaged one with its URL.
    """

    deletes: int | None = None
    empty: bool = False
    duplicate_url: bool = False


def verdicts(
    declared: Declared, changes: Sequence[Change], *, managed: int, permits: Permits, targeted: bool = False
) -> Iterator[Blocked]:
    """Why an apply of these changes would refuse.

    Args:
        declared: what is declared.
        changes: all changes of the plan.
        managed: how many live webhooks are the project's.
        permits: what the user allowed.
        targeted: whether the plan is limited to names that were given: then an empty declaration deletes nothing else.
    """
    if (
        not permits.empty
        and not targeted
        and not declared.webhooks
        and (not declared.events or _unnamed(declared, changes))
    ):
        what = "no file matched 'include'" if declared.files == 0 else "nothing is declared"
        what = "no webhook is declared any more" if declared.events else what
        yield Blocked(
            "empty",
            f"{what} for the environment '{declared.environment.name}'; pass --allow-empty if that is meant",
        )
    for change in changes:
        if change.action is Action.CONFLICT:
            yield Blocked("conflict", f"{change.kind} '{change.name}': {change.note}")
    yield from _deletes(declared, changes, managed, permits)


def _unnamed(declared: Declared, changes: Sequence[Change]) -> bool:
    """Whether a webhook would go that no tombstone names."""
    return any(
        change.kind == "webhook" and change.action is Action.DELETE and change.name not in declared.removed_webhooks
        for change in changes
    )


def _deletes(declared: Declared, changes: Sequence[Change], managed: int, permits: Permits) -> Iterator[Blocked]:
    gone = [change for change in changes if change.action is Action.DELETE or change.action is Action.REPLACE]
    count = len(gone)
    if permits.deletes is not None:
        if count > permits.deletes:
            yield Blocked("max_deletes", f"{_deletes_text(count)}, --allow-deletes allows {permits.deletes}")
        return
    policy = declared.policy
    pass_it = f"pass --allow-deletes {count} if that is meant"
    if count > policy.max_deletes:
        yield Blocked(
            "max_deletes", f"{_deletes_text(count)}, policy.max_deletes allows {policy.max_deletes}; {pass_it}"
        )
    webhooks = sum(change.kind == "webhook" for change in gone)
    if policy.max_delete_percent is not None and webhooks and managed:
        percent = 100 * webhooks / managed
        if percent > policy.max_delete_percent:
            yield Blocked(
                "max_delete_percent",
                f"{webhooks} of {managed} managed webhooks deleted are {percent:.0f} %, "
                f"policy.max_delete_percent allows {policy.max_delete_percent:g} %; {pass_it}",
            )


def _deletes_text(count: int) -> str:
    return f"{count} delete{'' if count == 1 else 's'}"
