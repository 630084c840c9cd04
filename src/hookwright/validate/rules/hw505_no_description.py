"""HW505: a webhook without a description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for webhooks whose declaration says nothing about them."""
    for entry in subject.project.webhooks.values():
        if isinstance(entry.value, dict) and not entry.value.get("description"):
            yield RULE.at(entry.span(key=True), f"'{entry.name}' has no description")


RULE = Rule(
    id="HW505",
    name="no-description",
    title="A webhook has no description",
    severity=Severity.INFO,
    why="In the dashboard, where there is no YAML, it is all that tells people what a webhook is for. Off unless "
    "asked for.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
rules: {HW505: info}
--- webhooks/example.yaml ---
webhooks:
  orders: {url: "https://hooks.acme.example/orders", events: [Workflow Completed]}
""",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
rules: {HW505: info}
--- webhooks/example.yaml ---
webhooks:
  orders: {url: "https://hooks.acme.example/orders", events: [Workflow Completed], description: Books orders}
""",
    hint="Say in a few words who gets what.",
    per_project=check,
    enabled=False,
)
