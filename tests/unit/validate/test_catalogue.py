"""Every rule: its file, its page, its examples."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from hookwright.model.finding import Severity
from hookwright.model.rulepage import files_of
from hookwright.report.rules_markdown import to_markdown
from hookwright.validate import registry, rules
from hookwright.validate.pages import page_of
from hookwright.validate.rule import Rule
from tests.examples import projects

ROOT = Path(__file__).parents[3]
RULES = list(registry.catalogue().values())
DESCRIBED = {"HW000", "HW001", "HW014", "HW017", "HW599"}
"""Rules whose failing example no text can show: their page describes it."""


def _id(rule: Rule) -> str:
    return rule.id


def test_one_rule_one_file() -> None:
    files = sorted(Path(rules.__path__[0]).glob("hw*.py"))
    assert [path.stem for path in files] == [f"{rule.id.lower()}_{rule.name.replace('-', '_')}" for rule in RULES]
    for path in files:
        rule = importlib.import_module(f"hookwright.validate.rules.{path.stem}").RULE
        assert path.read_text("utf-8").startswith(f'"""{rule.id}: ')


def test_only_what_can_check_is_loaded_to_validate() -> None:
    checked = {rule.id for rule in registry.checked()}
    assert {rule.id for rule in RULES if rule.per_project or rule.per_environment} <= checked
    assert not any(rule.startswith(("HW0", "HW1")) for rule in checked)


def test_what_gives_no_errors_is_known_without_loading_it() -> None:
    errors = [rule for rule in registry.checked() if rule.severity is Severity.ERROR]
    assert {rule.id for rule in registry.checked()} - {rule.id for rule in errors} == rules.WITHOUT_ERRORS
    assert list(registry.checked(rules.WITHOUT_ERRORS)) == errors


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_a_page_says_everything(rule: Rule) -> None:
    assert re.fullmatch(r"HW[0-5]\d\d", rule.id)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name)
    assert rule.title[0].isupper() or rule.title.startswith(("'", "hookwright", "workflow_response", "ignore"))
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert len(rule.why) > 30
    assert rule.hint.endswith((".", "'."))
    page = to_markdown(page_of(rule))
    assert page.startswith(f"# {rule.id}: {rule.title}\n")
    for text in (rule.why, rule.hint, f"`{rule.name}`"):
        assert text in page


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_its_failing_example_gives_it(rule: Rule, tmp_path: Path) -> None:
    if rule.id in DESCRIBED:
        assert all(line.startswith("#") for line in rule.failing.splitlines())
        return
    found = projects.findings(projects.write(tmp_path, files_of(rule.failing)))
    assert rule.id in {finding.rule for finding in found}


@pytest.mark.parametrize("rule", RULES, ids=_id)
def test_its_passing_example_gives_nothing(rule: Rule, tmp_path: Path) -> None:
    files = files_of(rule.passing)
    if all(line.startswith("#") for line in rule.passing.splitlines()):
        return
    assert projects.findings(projects.write(tmp_path, files)) == []


def test_finding_a_rule() -> None:
    assert registry.find(" hw201 ") is registry.catalogue()["HW201"]
    assert registry.find("Unknown-Key") is registry.catalogue()["HW201"]
    assert registry.find("HW999") is None
    assert registry.nearest("Unknown-Kye") == "unknown-key"
    assert registry.nearest("%%%%") == ""


def test_examples_of_several_files() -> None:
    assert files_of("a: 1\n") == {"webhooks/example.yaml": "a: 1\n"}
    assert files_of("--- a\nb ---\n") == {"webhooks/example.yaml": "--- a\nb ---\n"}
    example = "--- hookwright.yaml ---\nversion: 1\n--- a/b.json ---\n{}\n---\n"
    assert files_of(example) == {"hookwright.yaml": "version: 1\n", "a/b.json": "{}\n---\n"}


def test_a_finding_takes_what_it_does_not_say_from_its_rule() -> None:
    rule = registry.catalogue()["HW301"]
    finding = rule.at(None, "text")
    assert (finding.rule, finding.severity, finding.hint) == ("HW301", Severity.ERROR, rule.hint)
    assert rule.at(None, "text", hint="", severity=Severity.INFO).hint == ""


def test_the_signature_is_a_reserved_header() -> None:
    """Written out in the rule, as importing it would cost every run the import of the hash functions."""
    from hookwright.signing import SIGNATURE_HEADER
    from hookwright.validate.rules.hw421_reserved_header import RESERVED

    assert SIGNATURE_HEADER in RESERVED
