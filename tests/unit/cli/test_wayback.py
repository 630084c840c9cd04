"""Which declaration leads back from an apply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookwright.cli.wayback import WayBack, way_back
from hookwright.errors import LocalError, UsageError
from hookwright.model.history import Record
from tests.unit.report.test_history_reports import DONE

A, B, C = "a" * 40, "b" * 40, "c" * 40


def record(number: int, commit: str | None, *, landed: bool = True) -> Record:
    plan, outcome = replace(DONE.plan, git_commit=commit), replace(DONE.outcome, landed=landed)
    return replace(DONE, id=f"2026013{number}", plan=plan, outcome=outcome)


def parent(commit: str) -> str:
    return f"parent of {commit[0]}"


def test_the_declaration_of_the_apply_before() -> None:
    one, two, three = record(1, A), record(2, B), record(3, C)
    known = (one.plan, two.plan, three.plan)
    assert way_back([one, two, three], None, parent) == WayBack(three, two, B, (three.plan,), known)
    assert way_back([one, two, three], "20260132", parent) == WayBack(two, one, A, (two.plan, three.plan), known)


def test_without_an_apply_before_it_is_the_parent() -> None:
    one, two = record(1, A), record(2, B)
    assert way_back([one, two], "20260131", parent) == WayBack(
        one, None, "parent of a", (one.plan, two.plan), (one.plan, two.plan)
    )


def test_what_changed_nothing_is_passed_over() -> None:
    one, failed, three = record(1, A), record(2, B, landed=False), record(3, C)
    assert way_back([one, failed, three], None, parent) == WayBack(three, one, A, (three.plan,), (one.plan, three.plan))
    assert way_back([failed, three], None, parent) == WayBack(three, None, "parent of c", (three.plan,), (three.plan,))
    with pytest.raises(LocalError, match="the apply 20260132 changed nothing"):
        way_back([one, failed], None, parent)


@pytest.mark.parametrize("records", [[record(1, None), record(2, B)], [record(2, None)]])
def test_without_a_commit_there_is_no_way_back(records: list[Record]) -> None:
    with pytest.raises(LocalError, match="was made outside of a git repository"):
        way_back(records, None, parent)


def test_nothing_to_go_back_from() -> None:
    with pytest.raises(UsageError, match="there is no record 'x'"):
        way_back([record(1, A)], "x", parent)
