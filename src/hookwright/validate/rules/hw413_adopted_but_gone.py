"""HW413: an adoption where the webhook is turned off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Hold ``adopt`` against ``environments``."""
    for entry in subject.project.webhooks.values():
        if not isinstance(entry.value, dict):
            continue
        adopt, overrides = entry.value.get("adopt"), entry.value.get("environments")
        if isinstance(adopt, dict) and isinstance(overrides, dict):
            for name in adopt:
                if overrides.get(name) is False:
                    pointer = escape(str(name))
                    related = [Related("it is turned off here", entry.span(f"/environments/{pointer}"))]
                    message = f"'{entry.name}' is adopted in '{name}', but shall not be there"
                    yield RULE.at(entry.span(f"/adopt/{pointer}", key=True), message, related=related)


RULE = Rule(
    id="HW413",
    name="adopted-but-gone",
    title="A webhook is adopted where it shall not be",
    severity=Severity.ERROR,
    why="Adopting takes a live webhook over; 'false' says that there shall be none. The adoption has no effect.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    adopt: {test: 66e31564c0287b4136f77ef8}
    environments: {test: false}
  refunds:
    url: https://hooks.acme.example/refunds
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    adopt: {production: 66e31564c0287b4136f77ef8}
    environments: {test: false}
  refunds:
    url: https://hooks.acme.example/refunds
    events: [Workflow Completed]
""",
    hint="Delete one of the two.",
    per_project=check,
)
