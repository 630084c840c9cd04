"""HW502: a silence that does not say why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.silence import Silence


def findings(silences: Iterable[Silence]) -> Iterator[Finding]:
    """A finding for each silence without rule or reason. The engine calls it."""
    for silence in silences:
        if not silence.rules:
            yield RULE.at(silence.span, "this silences nothing: it names no rule")
        elif not silence.reason:
            yield RULE.at(silence.span, "this silences nothing: there is no ' - ' with the reason behind it")


RULE = Rule(
    id="HW502",
    name="silence-without-reason",
    title="A silence gives no reason",
    severity=Severity.WARNING,
    why="A silence is a decision. Without its reason, nobody can tell later whether it still holds; so it is not "
    "heeded.",
    failing="""\
webhooks:
  orders:
    url: http://hooks.acme.example/orders  # hookwright: ignore HW301
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: http://hooks.acme.example/orders  # hookwright: ignore HW301 - behind the VPN until the new proxy
    events: [Workflow Completed]
""",
    hint="Write '# hookwright: ignore RULE - the reason'.",
)
