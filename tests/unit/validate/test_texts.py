"""The texts that rules look through for secrets and single braces: which, under what name, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.validate.texts import texts_of
from tests.examples import projects

LONG = "Zt4Qm81LxVb7RkP0sWn3Yc6E"
PROJECT = f"""\
version: 1
project: acme
environments:
  nothing: 5
  test:
    api_key: ${{env.REFOLD_TEST_API_KEY}}
    vars: {{long: {LONG}, plain: short, token: x}}
  odd:
    vars: {LONG}
"""
WEBHOOKS = f"""\
webhooks:
  nothing: 5
  a:
    url: https://hooks.acme.example/{LONG}
    events: [Workflow Errored]
    headers: {{X-Long: {LONG}, X-Plain: short}}
    body: [{{k: [{LONG}]}}, {{k: short}}, "a {{event.x}}"]
    environments:
      nothing: 5
      test: {{url: "https://a.example/{LONG}"}}
  b:
    url: https://b.example/
    events: [Workflow Errored]
    body_file: b.txt
"""


def test_the_texts_that_are_worth_a_look(tmp_path: Path) -> None:
    files = {"hookwright.yaml": PROJECT, "webhooks/a.yaml": WEBHOOKS, "webhooks/b.txt": f"text {LONG}"}
    project, declared, _ = projects.loaded(projects.write(tmp_path, files))
    found = []
    for text in texts_of(project, declared):
        span, within = text.span, text.within(1, 2)
        assert span is not None
        assert within is not None
        found.append((text.part, text.name, span.file.name, span.start.line, span.start.column, within.start.column))
    assert found == [
        ("url", "url", "a.yaml", 4, 10, 11),
        ("headers", "X-Long", "a.yaml", 6, 23, 24),
        ("body", "k", "a.yaml", 7, 17, 18),
        ("body", "body", "a.yaml", 7, 57, 59),
        ("url", "url", "a.yaml", 10, 19, 21),
        ("vars", "long", "hookwright.yaml", 7, 18, 19),
        ("vars", "token", "hookwright.yaml", 7, 65, 66),
        ("vars", "vars", "hookwright.yaml", 9, 11, 12),
        ("body", "body", "b.txt", 1, 1, 2),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0123456789abcde", False),
        ("0123456789abcdef", True),
        ("-----BEGIN NOTE", False),
        ("-----BEGIN NOTES", True),
        ("{event.status}", True),
        ("{{event.status}}", False),
        ("${var.name}", False),
        ("{{event.status}} of ${var.name}", False),
        ("{{event.status}} of {event.status}", True),
    ],
)
def test_what_makes_a_text_worth_a_look(text: str, expected: bool, tmp_path: Path) -> None:
    webhook = f"webhooks:\n  a: {{url: 'https://a.example', events: [Workflow Errored], headers: {{X-A: '{text}'}}}}\n"
    project, declared, _ = projects.loaded(projects.write(tmp_path, {"webhooks/a.yaml": webhook}))
    assert [each.text for each in texts_of(project, declared) if each.part == "headers"] == [text] * expected
