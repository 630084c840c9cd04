"""What was applied, held against golden files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hookwright.model.history import Record
from hookwright.report import history_json, history_text
from tests.unit.report.golden import check
from tests.unit.report.test_plan_reports import APPLIED, EMPTY, FAILED, OUTCOME, PLAN

PARTIAL = Record(
    "20260131T120107.042Z-a1b2c3", datetime(2026, 1, 31, 12, 1, 7, tzinfo=UTC), "octocat\x1b", PLAN,
    replace(OUTCOME, landed=True),
)  # fmt: skip
DONE = replace(
    PARTIAL, id="20260130T080000.000Z-0f0f0f", who=None, plan=replace(EMPTY, git_commit=None), outcome=APPLIED
)
NOT = replace(DONE, id="20260129T080000.000Z-0f0f0e", who="ci", outcome=FAILED)
RECORDS = [PARTIAL, DONE, NOT]


def test_golden() -> None:
    check("history.txt", history_text.list_to_text(RECORDS))
    check("history-colour.txt", history_text.list_to_text(RECORDS, color=True))
    check("history-one.txt", history_text.to_text(PARTIAL))
    check("history.json", history_json.list_to_json(RECORDS))
    check("history-one.json", history_json.to_json(PARTIAL))


def test_nothing_in_it_drives_the_terminal() -> None:
    foreign = replace(PARTIAL, plan=replace(PLAN, git_commit="\x1b[2J\n::error::"))
    for text in (history_text.list_to_text([*RECORDS, foreign]), history_text.to_text(foreign)):
        assert "\x1b" not in text
        assert "\n::" not in text
