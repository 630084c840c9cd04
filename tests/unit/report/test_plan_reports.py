"""What people read of a plan, held against golden files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hookwright.model.plan import (
    Action,
    Blocked,
    Change,
    Coverage,
    FieldChange,
    Outcome,
    Plan,
    Step,
    StepStatus,
    Unmanaged,
)
from hookwright.model.serial import outcome_to_dict
from hookwright.report import drift_text, outcome_text, plan_json, plan_text
from tests.unit.report.golden import check

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

PLAN = Plan(
    project="acme",
    environment="production",
    org_id="645270e37917442c4307297a",
    api_url="https://app.refold.ai",
    config_digest="sha256:" + "0" * 64,
    git_commit="f" * 40,
    created_at=NOW,
    expires_at=NOW + timedelta(hours=24),
    changes=(
        Change("webhook", "taken", Action.CONFLICT, note="the unmanaged webhook 1 already delivers to its URL"),
        Change(
            "webhook", "incident-pager", Action.CREATE, None, None,
            (
                FieldChange("/url", None, "https://hooks.acme.example/pager"),
                FieldChange("/events", None, ["Workflow Errored"]),
                FieldChange("/headers/Authorization", None, "(secret)", secret=True),
                FieldChange("/body", None, {"run": "{{event.instance_id}}", "text": "x" * 200}),
            ),
        ),
        Change("event", "candidate_created", Action.CREATE, fields=(FieldChange("/sample", None, {"jobid": "1"}),)),
        Change("webhook", "by-hand", Action.ADOPT, "7" * 24, "sha256:7",
               (FieldChange("/description", "made by hand", "[hookwright:acme/by-hand]"),)),
        Change(
            "webhook", "renamed", Action.UPDATE, "8" * 24, "sha256:8",
            (
                FieldChange("/body/a~1b/0", "old \x1b[31m\n", "new \u202e"),
                FieldChange("/headers/X-Key", "(secret)", "(secret)", secret=True),
                FieldChange("/headers/X-Run", None, "{{event.instance_id}}"),
                FieldChange("/slug", "hubspot", ""),
            ),
            "renamed from old-name",
        ),
        Change("webhook", "gone", Action.DELETE, "9" * 24, "sha256:9",
               (FieldChange("/url", "https://hooks.acme.example/gone", None),
                FieldChange("/events", ["Workflow Stopped"], None))),
    ),
    unchanged=4,
    coverage=(
        Coverage("Connection Created", 2, 2), Coverage("Workflow Errored", 0, 1), Coverage("Workflow Stopped", 1, 0),
    ),
    unmanaged=(Unmanaged("webhook", "1" * 24, "https://elsewhere.example/hook"),),
    blocked=(
        Blocked("conflict", "webhook 'taken': adopt it"),
        Blocked("max_deletes", "1 delete, policy.max_deletes allows 0"),
    ),
    warnings=("Workflow Stopped will have no subscriber",),
)  # fmt: skip
EMPTY = replace(PLAN, changes=(), coverage=(), blocked=(), warnings=(), org_id=None)
OUTCOME = Outcome(
    "production",
    (
        Step("webhook", "incident-pager", Action.CREATE, "a" * 24, StepStatus.APPLIED),
        Step("webhook", "renamed", Action.UPDATE, "8" * 24, StepStatus.FAILED, "PUT /webhook answered 500\x1b[2J"),
        Step("webhook", "lost", Action.CREATE, None, StepStatus.UNKNOWN, "timed out"),
        Step("webhook", "gone", Action.DELETE, "9" * 24, StepStatus.WITHHELD, "withheld because …"),
    ),
    converged=False,
    notes=("a note",),
    landed=True,
)
APPLIED = Outcome("production", OUTCOME.steps[:1], converged=True, landed=True)
FAILED = Outcome("production", OUTCOME.steps[1:2], converged=False)

REPORTS = {
    "plan.txt": lambda: plan_text.to_text(PLAN),
    "plan-colour.txt": lambda: plan_text.to_text(PLAN, color=True),
    "plan-empty.txt": lambda: plan_text.to_text(EMPTY),
    "plan.json": lambda: plan_json.to_json(PLAN),
    "drift.txt": lambda: "\n".join(drift_text.to_lines(PLAN)),
    "drift-none.txt": lambda: "\n".join(drift_text.to_lines(EMPTY)),
    "drift.json": lambda: plan_json.dump(plan_json.drift_to_dict(PLAN)),
    "apply.txt": lambda: outcome_text.to_text(OUTCOME),
    "apply-done.txt": lambda: outcome_text.to_text(APPLIED),
    "apply-failed.txt": lambda: outcome_text.to_text(FAILED),
    "apply.json": lambda: plan_json.dump(outcome_to_dict(OUTCOME)),
}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_golden(name: str) -> None:
    check(name, REPORTS[name]())


def test_nothing_in_a_text_report_drives_the_terminal() -> None:
    for report in (plan_text.to_text(PLAN), "\n".join(drift_text.to_lines(PLAN)), outcome_text.to_text(OUTCOME)):
        assert "\x1b" not in report
        assert "\u202e" not in report


def test_the_plan_has_the_fields_of_the_contract() -> None:
    record = json.loads(plan_json.to_json(PLAN))
    assert list(record) == [
        "format", "project", "environment", "org_id", "api_url", "config_digest", "git_commit", "created_at",
        "expires_at", "summary", "changes", "coverage", "unmanaged", "blocked", "warnings",
    ]  # fmt: skip
    assert record["summary"] == {
        "create": 2, "update": 1, "replace": 0, "adopt": 1, "delete": 1, "unchanged": 4, "unmanaged": 1, "conflict": 1,
    }  # fmt: skip
    assert record["created_at"] == "2026-01-31T12:00:00Z"
    drift = plan_json.drift_to_dict(PLAN)
    assert [change["drift"] for change in drift["changes"]] == [
        "conflict", "missing", "missing", "changed", "changed", "unexpected",
    ]  # fmt: skip
    assert drift["drifted"] is True


def test_the_outcome_has_the_fields_of_the_contract() -> None:
    record = outcome_to_dict(OUTCOME)
    assert record["summary"] == {"applied": 1, "failed": 1, "withheld": 1, "unknown": 1}
    assert list(record["steps"][0]) == ["kind", "name", "action", "id", "status", "error"]
    assert record["converged"] is False
