"""What the rules are given to look at, where the files say something else than they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.validate.subject import ProjectSubject, Scope
from tests.examples import projects

WEBHOOK = "webhooks:\n  a: {url: 'https://${var.host}/${var.path}', events: [Workflow Errored]}\n"


def scope_of(root: Path, variables: str) -> Scope:
    environment = f"  test: {{api_key: '${{env.REFOLD_TEST_API_KEY}}', vars: {variables}}}\n"
    files = {
        "hookwright.yaml": f"version: 1\nproject: acme\nenvironments:\n{environment}",
        "webhooks/a.yaml": WEBHOOK,
    }
    project, declared, _ = projects.loaded(projects.write(root, files))
    return ProjectSubject(project, declared, whole=False).scopes[0]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ("{path: x, other: y, host: z}", ["'path' is set here", "'host' is set here"]),
        ("{}", []),
        ("[host, path]", []),
        ("5", []),
    ],
)
def test_the_variables_in_a_field(variables: str, expected: list[str], tmp_path: Path) -> None:
    scope = scope_of(tmp_path, variables)
    assert [related.message for related in scope.variables_in(scope.declared.webhooks[0], "url")] == expected


@pytest.mark.parametrize("field", ["events", "body"])
def test_no_variables_are_in_what_is_no_text(field: str, tmp_path: Path) -> None:
    scope = scope_of(tmp_path, "{host: z}")
    assert scope.variables_in(scope.declared.webhooks[0], field) == []
