"""What the rules are given to look at, where the files say something else than they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.validate.subject import ProjectSubject, Scope
from hookwright.validate.urls import Address
from tests.examples import projects

URL = "https://${var.host}/${var.path}"


def scope_of(root: Path, variables: str, *urls: str) -> Scope:
    webhooks = [f"  w{index}: {{url: '{url}', events: [Workflow Errored]}}\n" for index, url in enumerate(urls)]
    environment = f"  test: {{api_key: '${{env.REFOLD_TEST_API_KEY}}', vars: {variables}}}\n"
    files = {
        "hookwright.yaml": f"version: 1\nproject: acme\nenvironments:\n{environment}",
        "webhooks/a.yaml": "webhooks:\n" + "".join(webhooks),
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
    scope = scope_of(tmp_path, variables, URL)
    assert [related.message for related in scope.variables_in(scope.declared.webhooks[0], "url")] == expected


@pytest.mark.parametrize("field", ["events", "body"])
def test_no_variables_are_in_what_is_no_text(field: str, tmp_path: Path) -> None:
    scope = scope_of(tmp_path, "{host: z}", URL)
    assert scope.variables_in(scope.declared.webhooks[0], field) == []


def test_the_addresses_of_urls_with_and_without_a_path(tmp_path: Path) -> None:
    urls = ["https://a.example", "https://a.example/x", "https://b.example/x/y", "https:///x", "http://c", "http://c/"]
    scope = scope_of(tmp_path, "{}", *urls)
    found = {address: [webhook.webhook.url for webhook in some] for address, some in scope.addresses.items()}
    assert found == {
        Address("https", "a.example"): urls[:2],
        Address("https", "b.example"): urls[2:3],
        Address("http", "c"): urls[4:],
    }
