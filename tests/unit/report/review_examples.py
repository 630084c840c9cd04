"""Reviews of the plan that other reports are held against, too."""

from __future__ import annotations

from dataclasses import replace

from hookwright.model.plan import Action
from hookwright.report.review import Result
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
ONE = [Result("production", PLAN, WIRE)]
SEVERAL = [*ONE, Result("test", CALM), Result("eu", replace(EMPTY, environment="eu")), FAILED]
