"""HW599: a rule that broke."""

from __future__ import annotations

from pathlib import Path

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule


def finding(rule: Rule, error: Exception) -> Finding:
    """The finding about a rule that raised. The error's own message is left out: it may hold a secret."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    return RULE.at(None, f"the rule {rule.id} ({rule.name}) broke with {type(error).__name__}{place}")


RULE = Rule(
    id="HW599",
    name="rule-crashed",
    title="A rule broke",
    severity=Severity.ERROR,
    why="This is a bug in hookwright, not in the project. What the rule would have found is not known, so the "
    "project counts as not valid; all other rules ran.",
    failing="# No project should do this: please report the one that does.\n",
    passing="# Turned off with 'rules: {HWxxx: \"off\"}', the broken rule is not run.\n",
    hint="Please report it. Until then, 'rules: {HWxxx: \"off\"}' in hookwright.yaml turns the broken rule off.",
)
