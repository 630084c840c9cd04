"""HW410: one live webhook adopted by two declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.source import Span
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Collect the ids of all adoptions: an id belongs to one webhook of one organization."""
    first: dict[str, tuple[str, str, Span]] = {}
    for entry in subject.project.webhooks.values():
        adopt = entry.value.get("adopt") if isinstance(entry.value, dict) else None
        for environment, live in adopt.items() if isinstance(adopt, dict) else ():
            if not isinstance(live, str) or not live:
                continue
            span = entry.span(f"/adopt/{escape(str(environment))}")
            if live in first:
                name, where, other = first[live]
                message = f"'{live}' is adopted by '{name}' in '{where}' already"
                yield RULE.at(span, message, related=[Related("it is adopted here", other)])
            else:
                first[live] = (entry.name, str(environment), span)


RULE = Rule(
    id="HW410",
    name="adopted-twice",
    title="A live webhook is adopted twice",
    severity=Severity.ERROR,
    why="A webhook can carry one name. Which of the two declarations would get it is not said, and the other one "
    "would be created beside it.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    adopt: {production: 66e31564c0287b4136f77ef8}
  refunds:
    url: https://hooks.acme.example/refunds
    events: [Workflow Completed]
    adopt: {production: 66e31564c0287b4136f77ef8}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    adopt: {production: 66e31564c0287b4136f77ef8}
  refunds:
    url: https://hooks.acme.example/refunds
    events: [Workflow Completed]
    adopt: {production: 66e31570c0287b4136f78001}
""",
    hint="'hookwright plan' lists the ids of the webhooks that nobody manages.",
    per_project=check,
)
