"""HW504: a variable that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.texts import with_body_file

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for every variable in the text of every file, and of the bodies that stand in files of their own."""
    project = subject.project
    if not subject.whole:
        return
    declared = (scope.declared for scope in subject.scopes)
    bodies = [str(webhook.raw["body"]) for webhook in with_body_file(declared)]
    said = "\n".join([project.file.text, *(document.text for document in project.documents), *bodies])
    for entry in project.environments.values():
        variables = entry.value.get("vars") if isinstance(entry.value, dict) else None
        for name in variables if isinstance(variables, dict) else ():
            if f"${{var.{name}}}" not in said:
                span = entry.span(f"/vars/{escape(str(name))}", key=True)
                yield RULE.at(span, f"nothing uses the variable '{name}'")


_PROJECT: Final = """\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}", vars: {base_url: "https://hooks.acme.example"}}
rules: {HW504: info}
--- webhooks/example.yaml ---
webhooks:
"""

RULE = Rule(
    id="HW504",
    name="unused-variable",
    title="Nothing uses a variable",
    severity=Severity.INFO,
    why="It was forgotten when its last use went, or its name is misspelt where it is used. Off unless asked for.",
    failing=_PROJECT
    + """\
  orders: {url: "https://hooks.acme.example/orders", events: [Workflow Completed]}
""",
    passing=_PROJECT
    + """\
  orders: {url: "${var.base_url}/orders", events: [Workflow Completed]}
""",
    hint="Delete it, or use it.",
    per_project=check,
    enabled=False,
)
