from __future__ import annotations

import json
from pathlib import Path

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Position, Span
from hookwright.model.takeover import Imported, Taken, Takeover, Variable
from hookwright.report import takeover_json, takeover_text
from hookwright.validate.schema import is_valid

SPAN = Span(Path("webhooks/imported.yaml"), Position(3, 5), Position(3, 9))
TAKEOVER = Takeover(
    webhooks=(Taken("pager", {"test": "1", "production": "2"}, {"url": "x"}), Taken("b", {"test": "3"}, {})),
    events=(Taken("created\x1b", {"test": "4"}, {}),),
    variables=(
        Variable("PAGER_TOKEN", "s3cret", ("webhooks/b/url", "webhooks/pager/headers/Authorization")),
        Variable("SET", "s3cret", ("events/created/sample/token",)),
    ),
    vars={"test": {"base_url": "https://a.example"}},
    notes=("a note\x1b",),
)
IMPORTED = Imported(
    TAKEOVER,
    ("test", "production"),
    files=("webhooks/imported.yaml",),
    already_set=frozenset({"SET"}),
    findings=(Finding("HW302", Severity.ERROR, "bad", SPAN), Finding("HW1", Severity.ERROR, "worse")),
)


def test_text() -> None:
    assert (
        takeover_text.to_text(IMPORTED)
        == """\
2 webhooks and 1 event of test and production imported
  + pager        test, production
  + b            test
  + created\\x1b  test
Set these process variables; --env-file FILE writes their values
  PAGER_TOKEN  b/url and 1 more
Vars added to hookwright.yaml
  environments.test.vars.base_url: https://a.example
note: a note\\x1b
error: imported.yaml:3: HW302: bad
error: HW1: worse
Next: correct these errors, then 'hookwright plan -e test'."""
    )


def test_text_of_a_dry_run_and_of_vars_to_add() -> None:
    dry = takeover_text.to_text(Imported(TAKEOVER, ("test",), dry_run=True))
    assert dry.startswith("2 webhooks and 1 event of test would be imported\n")
    assert "\nVars would be added to hookwright.yaml\n" in dry
    assert dry.endswith("\nNothing was written.")
    by_hand = takeover_text.to_text(Imported(TAKEOVER, ("test",), inserted=False))
    assert "\nAdd these to hookwright.yaml\n  environments.test.vars.base_url: https://a.example\n" in by_hand


def test_text_says_where_the_values_of_secrets_are() -> None:
    written = takeover_text.to_text(IMPORTED, values_in="s.env\x1b")
    line = (
        "Set these process variables; their values are in s.env\\x1b: put them into your secret store, then delete it"
    )
    assert line in written.splitlines()
    dry = takeover_text.to_text(Imported(TAKEOVER, ("test",), dry_run=True), values_in="s.env")
    assert "Set these process variables; their values would be in s.env" in dry.splitlines()


def test_text_of_many_and_of_none() -> None:
    many = Takeover(webhooks=tuple(Taken(f"w{number}", {"test": str(number)}, {}) for number in range(25)))
    lines = takeover_text.to_text(Imported(many, ("test",)), color=True).split("\n")
    assert len(lines) == 23
    assert lines[0] == "\x1b[1m25 webhooks of test imported\x1b[0m"
    assert lines[21] == "    and 5 more"
    assert takeover_text.to_text(Imported(Takeover(notes=("n",)), ("test",))) == (
        "note: n\nNothing to import: all of test is declared."
    )


def test_json() -> None:
    text = takeover_json.to_json(IMPORTED)
    assert "s3cret" not in text
    record = json.loads(text)
    assert is_valid(record, "output/import")
    assert [finding["rule"] for finding in record.pop("findings")] == ["HW302", "HW1"]
    assert record == {
        "format": "hookwright.import/1",
        "dry_run": False,
        "environments": ["test", "production"],
        "webhooks": [
            {"name": "pager", "environments": {"test": "1", "production": "2"}},
            {"name": "b", "environments": {"test": "3"}},
        ],
        "events": [{"name": "created\x1b", "environments": {"test": "4"}}],
        "variables": [
            {
                "name": "PAGER_TOKEN",
                "used_in": ["webhooks/b/url", "webhooks/pager/headers/Authorization"],
                "set": False,
            },
            {"name": "SET", "used_in": ["events/created/sample/token"], "set": True},
        ],
        "vars": [{"environment": "test", "name": "base_url", "value": "https://a.example"}],
        "vars_inserted": True,
        "files": ["webhooks/imported.yaml"],
        "notes": ["a note\x1b"],
    }
