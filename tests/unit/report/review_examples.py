"""Reviews of the plan that other reports are held against, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hookwright.model.plan import Action
from hookwright.model.source import Position, Span
from hookwright.report.review import Problem, Result
from tests.unit.report.test_plan_details import WIRE
from tests.unit.report.test_plan_reports import EMPTY, PLAN

CALM = replace(
    PLAN,
    environment="test",
    changes=tuple(one for one in PLAN.changes if one.action in {Action.CREATE, Action.UPDATE}),
    blocked=(),
    warnings=(),
)
FAILED = Result("us", None, error="GET /api/v2/public/webhook was answered 401: Invalid Credentials @mona")
INVALID = Result(
    "test",
    None,
    error="the project has errors",
    problems=(
        Problem("HW401", "there is no event 'Workflow Erored' | @mona", "webhooks/all.yaml:7",
                Span(Path("webhooks/all.yaml"), Position(7, 14), Position(7, 29))),
        Problem("HW015", "no file matched 'include'"),
    ),
)  # fmt: skip
ONE = [Result("production", PLAN, WIRE)]
SEVERAL = [*ONE, Result("test", CALM), Result("eu", replace(EMPTY, environment="eu")), FAILED]
