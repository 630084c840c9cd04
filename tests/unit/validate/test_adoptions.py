"""Adoptions and a history that are none: other rules report them, and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples import projects

PROJECT = projects.DEFAULT + "history: {history}\n"
WEBHOOK = "webhooks:\n  z: 5\n  a: {{url: 'https://a.example', events: [Workflow Errored], adopt: {{test: {live}}}}}\n"


@pytest.mark.parametrize(
    ("history", "live"),
    [
        ("5", "66e31564c0287b4136f77ef8"),
        ("past", "5"),
        ("past", "66e31564c0287b4136f77ef8"),
        ("a" * 300, "66e31564c0287b4136f77ef8"),
    ],
)
def test_what_is_no_adoption_or_no_history(history: str, live: str, tmp_path: Path) -> None:
    files = {"hookwright.yaml": PROJECT.replace("{history}", history), "webhooks/a.yaml": WEBHOOK.format(live=live)}
    root = projects.write(tmp_path, {**files, "past/1.json": "{}"})
    assert {finding.rule for finding in projects.findings(root)} == {"HW103"}  # of the webhook that is a number
