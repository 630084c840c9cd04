from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from hookwright.model.finding import Finding
from hookwright.report.findings_sarif import to_sarif
from hookwright.validate.pages import every_page
from hookwright.validate.registry import catalogue
from tests.unit.report import findings_examples as examples

OFFICIAL = Path(__file__).parents[2] / "data" / "sarif-2.1.0-rtm.5.json"


def sarif(findings: list[Finding], text: str = examples.TEXT) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(to_sarif(findings, every_page(), lambda path: text, version="1.2.3"))
    return made


def test_it_is_valid_against_the_official_schema() -> None:
    schema = Draft4Validator(json.loads(OFFICIAL.read_text("utf-8")))
    for findings in (examples.ALL, []):
        assert list(schema.iter_errors(sarif(findings))) == []


def test_every_rule_is_described() -> None:
    (run,) = sarif([])["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(catalogue())
    one = next(rule for rule in rules if rule["id"] == "HW201")
    assert one["name"] == "UnknownKey"
    assert one["help"]["markdown"].startswith("# HW201: ")
    assert one["helpUri"] == "https://github.com/hookwright/hookwright/blob/main/docs/rules/HW201.md"
    assert one["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert next(r for r in rules if r["id"] == "HW505")["defaultConfiguration"] == {"level": "note", "enabled": False}


def test_results_say_where_and_what() -> None:
    (run,) = sarif(examples.ALL)["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    http, unknown, nowhere = run["results"]
    assert http["level"] == "warning"
    assert http["message"] == {"text": "deliveries to this URL are not encrypted. Write https://."}
    assert http["properties"] == {"environments": ["test", "staging"]}
    assert http["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "webhooks/orders.yaml"},
                "region": {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 41},
            }
        }
    ]
    assert run["tool"]["driver"]["rules"][unknown["ruleIndex"]]["id"] == unknown["ruleId"] == "HW401"
    assert unknown["relatedLocations"][0]["message"] == {"text": "the webhook begins here"}
    # GitHub refuses a file in which any result has no place, and with it all others.
    assert nowhere["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "hookwright.yaml"}, "region": {"startLine": 1}}}
    ]
    assert nowhere["level"] == "note"


def test_a_fingerprint_outlives_a_move_of_the_line() -> None:
    def fingerprint(made: dict[str, Any], index: int = 0) -> str:
        return str(made["runs"][0]["results"][index]["partialFingerprints"]["hookwright/v1"])

    before = fingerprint(sarif([examples.HTTP]))
    moved = replace(examples.HTTP, span=examples.at(5, 12, 43))
    assert fingerprint(sarif([moved], "\n\n" + examples.TEXT)) == before
    assert fingerprint(sarif([moved], "# other\n" * 9)) != before
    twice = sarif([examples.HTTP, examples.HTTP])
    assert fingerprint(twice, 0) == before
    assert fingerprint(twice, 1) == before.replace(":1", ":2")


def test_paths_are_uris() -> None:
    finding = replace(examples.HTTP, span=examples.at(1, 1, 2, file=Path("web hooks/ä.yaml")))
    location = sarif([finding])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "web%20hooks/%C3%A4.yaml"
