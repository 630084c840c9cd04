"""HW424: a contract of the project that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Report what was wrong when the contracts were read."""
    for problem in subject.contracts.problems:
        yield RULE.at(problem.span, problem.message, hint=problem.hint or None)


RULE = Rule(
    id="HW424",
    name="wrong-contract",
    title="A payload contract of the project cannot be used",
    severity=Severity.ERROR,
    why="The contract is passed over: templates are held against the published one alone, and a key that only "
    "yours knows counts as unknown.",
    failing="""\
--- contracts/workflow-errored.json ---
{"type": "object", "properties": {"error": {"type": "text"}}}
--- webhooks/example.yaml ---
webhooks:
  incidents:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
""",
    passing="""\
--- contracts/workflow-errored.json ---
{"type": "object", "properties": {"error": {"type": "string"}}}
--- webhooks/example.yaml ---
webhooks:
  incidents:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {error: "{{event.error}}"}
""",
    hint="A contract is a JSON Schema, in contracts/<event>.json or under 'contracts:'; 'hookwright schema "
    "workflow-errored' shows one.",
    per_project=check,
)
