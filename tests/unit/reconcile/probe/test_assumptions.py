"""Each assumption is named once, checked, and on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hookwright.reconcile.probe.assumptions import ALL, ASSUMPTIONS, QUIRKS, Assumption

ROOT = Path(__file__).parents[4]


def test_they_are_numbered() -> None:
    assert [one.id for one in ASSUMPTIONS] == [f"A{number}" for number in range(1, 9)]
    assert [one.id for one in QUIRKS] == [f"Q{number}" for number in range(1, 12)]


@pytest.mark.parametrize("assumption", ALL, ids=lambda one: one.id)
def test_the_page_shows_it_as_the_code_has_it(assumption: Assumption) -> None:
    row = f"| {assumption.id} | {assumption.text} | {assumption.how} | {assumption.depends} |"
    assert row in (ROOT / "docs" / "doctor.md").read_text("utf-8").splitlines()


@pytest.mark.parametrize("assumption", ALL, ids=lambda one: one.id)
def test_what_leans_on_it_is_there(assumption: Assumption) -> None:
    for file in re.findall(r"[a-z]+/[a-z_]+\.py", assumption.depends):
        assert (ROOT / "src" / "hookwright" / file).is_file()
