from __future__ import annotations

import pytest

from hookwright.model.rulepage import files_of
from hookwright.report import rules_text
from hookwright.validate.pages import page_of
from hookwright.validate.registry import catalogue
from tests.unit.report import golden


@pytest.mark.parametrize(("rule", "color", "name"), [
    ("HW204", False, "rule.txt"),
    ("HW206", True, "rule-files-colour.txt"),
])  # fmt: skip
def test_a_page(rule: str, color: bool, name: str) -> None:
    golden.check(name, rules_text.to_text(page_of(catalogue()[rule]), color=color))


@pytest.mark.parametrize("rule", catalogue())
def test_every_page_fits_a_terminal_and_leaves_the_examples_as_they_are(rule: str) -> None:
    page = page_of(catalogue()[rule])
    text = rules_text.to_text(page)
    prose = [line for line in text.splitlines()[2:] if not line.startswith("    ")]
    assert all(len(line) <= 80 for line in prose)
    assert "```" not in text
    for example in (*files_of(page.failing).values(), *files_of(page.passing).values()):
        for line in example.splitlines():
            assert not line.strip() or f"    {line}" in text.splitlines()
