from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hookwright.model.source import Position, Span
from hookwright.report.findings_github import to_github
from hookwright.validate.pages import every_page
from tests.unit.report import findings_examples as examples

RULES = every_page()


def test_one_command_for_each_finding() -> None:
    assert to_github(examples.ALL, RULES).splitlines() == [
        (
            "::warning file=webhooks/orders.yaml,line=3,endLine=3,col=10,endColumn=40,title=HW301 http-url::"
            "deliveries to this URL are not encrypted (test, staging)%0AWrite https://."
        ),
        (
            "::error file=webhooks/orders.yaml,line=4,endLine=4,col=14,endColumn=30,title=HW401 unknown-event::"
            "there is no event 'Workflow Complete'%0ADid you mean 'Workflow Completed'?"
            "%0Athe webhook begins here: webhooks/orders.yaml:2"
        ),
        "::notice title=HW000 no-project::there is no project",
        "1 error, 1 warning, 1 note",
    ]


def test_everything_is_escaped() -> None:
    span = Span(Path("a,b:c%d.yaml"), Position(1, 1), Position(2, 4))
    finding = replace(examples.HTTP, message="100% of\r\nlines ::error::", span=span, hint="", environments=())
    assert to_github([finding], {}).splitlines()[0] == (
        "::warning file=a%2Cb%3Ac%25d.yaml,line=1,endLine=2,title=HW301::100%25 of%0D%0Alines ::error::"
    )


def test_controls_do_not_reach_the_log() -> None:
    finding = replace(examples.HTTP, message="a\x1b[31m\u202e ##[error]b\nc", hint="", environments=())
    shown = to_github([finding], {}).splitlines()[0]
    assert shown.endswith(r"::a\x1b[31m\u202e #\x23[error]b%0Ac")


def test_nothing_to_say() -> None:
    assert to_github([], RULES) == "no findings"
