"""What others wrote stays on its line, and drives nothing, in every text that people and CI's runners read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookwright.errors import RefusedError
from hookwright.model.finding import Finding, Severity
from hookwright.model.plan import (
    Action,
    Blocked,
    Change,
    Coverage,
    FieldChange,
    Outcome,
    Step,
    StepStatus,
    Subscriber,
)
from hookwright.report import drift_text, errors, findings_text, outcome_text, plan_text
from hookwright.report.style import one_line, printable
from tests.unit.report.test_plan_reports import PLAN

HOSTILE = "a\n::stop-commands::x\n- delete webhook forged\r\x1b[31m\x9b2J\u202e\u200f\u200b"

HOSTILE_PLAN = replace(
    PLAN,
    org_id=HOSTILE,
    changes=(
        Change("webhook", HOSTILE, Action.UPDATE, HOSTILE, "sha256:8",
               (FieldChange(f"/headers/{HOSTILE}", HOSTILE, "x"),), HOSTILE),
    ),
    coverage=(Coverage(HOSTILE, 1, 0),),
    blocked=(Blocked("conflict", HOSTILE),),
    warnings=(HOSTILE,),
)  # fmt: skip
STEP = Step("webhook", HOSTILE, Action.UPDATE, HOSTILE, StepStatus.FAILED, HOSTILE)


@pytest.mark.parametrize(
    "text",
    [
        plan_text.to_text(HOSTILE_PLAN, subscribers=[Subscriber(HOSTILE, HOSTILE, True, (HOSTILE,))]),
        "\n".join(drift_text.to_lines(HOSTILE_PLAN)),
        outcome_text.to_text(Outcome("test", (STEP,), False, notes=(HOSTILE,))),
        errors.to_text(RefusedError(HOSTILE, hint=HOSTILE, reasons=[HOSTILE])),
        findings_text.to_text([Finding("HW201", Severity.ERROR, HOSTILE, hint=HOSTILE)], lambda _: None),
    ],
    ids=["plan", "drift", "outcome", "error", "findings"],
)
def test_foreign_text_makes_no_line_and_no_control(text: str) -> None:
    lines = text.split("\n")
    assert any("stop-commands" in line for line in lines)
    assert not [line for line in lines if line.lstrip().startswith(("::", "- delete"))]
    assert not [character for character in text if character in "\r\x1b\x9b\u202e\u200f\u200b"]


def test_breaks_stay_in_text_of_many_lines_only() -> None:
    assert printable("a\n\tb") == "a\n\tb"
    assert one_line("a\n\tb") == r"a\n\tb"


@pytest.mark.parametrize(
    "command", ["::error::x", "  \u3000::add-mask::x", "a\n\t::Stop-Commands::x", "::error file=a,line=1::x"]
)
def test_a_runner_looks_behind_blanks(command: str) -> None:
    assert "::" not in printable(command).replace("::x", "")
    assert printable(command) == command.replace("::", r"\x3a:", 1)


@pytest.mark.parametrize("text", ["::1", "a ::error::b", "http://[::1]:80", "std::vector", "{::}"])
def test_other_colons_stay(text: str) -> None:
    assert printable(text) == text


def test_letters_that_join_are_no_controls() -> None:
    family = "\U0001f469\u200d\U0001f467"
    assert one_line(family) == family
