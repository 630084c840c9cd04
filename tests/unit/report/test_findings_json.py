from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs

from hookwright.report.findings import counted, to_json
from hookwright.validate.schemas import schema_text
from tests.unit.report import findings_examples as examples


def test_the_contracts_fields_and_more() -> None:
    made = json.loads(to_json(examples.ALL, path=lambda path: f"acme/{path.as_posix()}"))
    assert made["format"] == "hookwright.findings/1"
    assert made["summary"] == {"error": 1, "warning": 1, "info": 1}
    assert made["findings"][0] == {
        "rule": "HW301",
        "severity": "warning",
        "message": "deliveries to this URL are not encrypted",
        "file": "acme/webhooks/orders.yaml",
        "line": 3,
        "column": 10,
        "end_line": 3,
        "end_column": 41,
        "environment": "test, staging",
        "hint": "Write https://.",
        "help": "https://github.com/hookwright/hookwright/blob/main/docs/rules/HW301.md",
        "related": [],
    }
    assert made["findings"][1]["environment"] is None
    assert made["findings"][1]["related"] == [
        {"message": "the webhook begins here", "file": "acme/webhooks/orders.yaml", "line": 2, "column": 3}
    ]
    assert [made["findings"][2][key] for key in ("file", "line", "column", "end_line", "end_column")] == [None] * 5


def test_it_is_valid_against_its_schema() -> None:
    schema = jsonschema_rs.validator_for(json.loads(schema_text("output/findings")))
    for findings in (examples.ALL, []):
        assert schema.is_valid(json.loads(to_json(findings)))


def test_the_page_that_a_finding_links_to_is_there() -> None:
    made = json.loads(to_json([examples.HTTP]))["findings"][0]["help"]
    assert (Path(__file__).parents[3] / "docs" / "rules" / made.rpartition("/")[2]).is_file()


def test_counting() -> None:
    assert counted(examples.ALL) == "1 error, 1 warning, 1 note"
    assert counted([examples.HTTP, examples.HTTP]) == "2 warnings"
    assert counted([]) == ""
