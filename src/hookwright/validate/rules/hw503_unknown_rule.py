"""HW503: a rule that does not exist, or that cannot be changed, under ``rules:`` or in a silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate import registry
from hookwright.validate.rule import ORDERS, Rule

if TYPE_CHECKING:
    from hookwright.model.source import Span
    from hookwright.validate.silence import Silence


def finding(name: str, span: Span, rule: Rule | None) -> Finding:
    """The finding about a name that stands for no rule, or for one that is fixed."""
    if rule is not None:
        message = f"{rule.id} ({rule.name}) is always an error: nothing behind it can be trusted"
        return RULE.at(span, message, hint="Put right what it reports.")
    near = registry.nearest(name)
    return RULE.at(span, f"there is no rule '{name}'", hint=f"Did you mean '{near}'?" if near else None)


def in_silences(silences: Iterable[Silence]) -> Iterator[Finding]:
    """A finding for each wrong name in a silence. The engine calls it."""
    from hookwright.validate.levels import is_locked

    for silence in silences:
        for name in silence.rules if silence.reason else ():  # HW502: what is taken for a name may be the reason
            rule = registry.find(name)
            if rule is None or is_locked(rule):
                yield finding(name, silence.span, rule)


RULE = Rule(
    id="HW503",
    name="unknown-rule",
    title="There is no such rule, or it cannot be changed",
    severity=Severity.WARNING,
    why="The line has no effect: what it was meant to turn off or silence is still reported.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
rules:
  HW999: info
"""
    + ORDERS,
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
rules:
  HW505: info
--- webhooks/orders.yaml ---
webhooks:
  orders: {url: https://hooks.acme.example/orders, events: [Workflow Completed], description: Books orders}
""",
    hint="'hookwright explain' lists the rules.",
)
