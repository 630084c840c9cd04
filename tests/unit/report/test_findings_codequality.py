from __future__ import annotations

import json
from pathlib import Path

from hookwright.report.findings_codequality import to_codequality
from hookwright.validate.registry import catalogue
from tests.unit.report import findings_examples as examples


def test_an_issue_for_each_finding() -> None:
    issues = json.loads(to_codequality(examples.ALL, catalogue(), examples.sources))
    assert [(each["check_name"], each["severity"]) for each in issues] == [
        ("HW301 http-url", "minor"),
        ("HW401 unknown-event", "critical"),
        ("HW000 no-project", "info"),
    ]
    assert issues[0]["description"] == ("deliveries to this URL are not encrypted (test, staging). Write https://.")
    assert issues[1]["location"] == {"path": "webhooks/orders.yaml", "lines": {"begin": 4}}
    # GitLab does not show an issue that has no place.
    assert issues[2]["location"] == {"path": "hookwright.yaml", "lines": {"begin": 1}}


def test_no_two_have_one_fingerprint() -> None:
    issues = json.loads(to_codequality([examples.HTTP, examples.HTTP], {}, examples.sources))
    assert len({each["fingerprint"] for each in issues}) == 2
    assert issues[0]["check_name"] == "HW301"


def test_paths_are_named_as_asked() -> None:
    named = to_codequality([examples.HTTP], {}, examples.sources, path=lambda path: f"sub/{Path(path).name}")
    assert json.loads(named)[0]["location"]["path"] == "sub/orders.yaml"


def test_nothing_is_an_empty_list() -> None:
    assert json.loads(to_codequality([], {}, examples.sources)) == []
