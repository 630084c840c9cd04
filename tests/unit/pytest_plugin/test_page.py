"""The page about the plugin: its examples run, and it names what there is."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from hookwright.pytest_plugin.conformance import Wishes
from hookwright.pytest_plugin.emulator import RefoldEmulator
from hookwright.pytest_plugin.receiver import RefoldReceiver
from hookwright.pytest_plugin.sender import RefoldSender
from tests.unit.pytest_plugin.conftest import Run

PAGE = (Path(__file__).parents[3] / "docs" / "pytest.md").read_text("utf-8")
EXAMPLES = re.findall(r"^## (.+?)$.*?^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") >= 6


@pytest.mark.parametrize(("title", "source"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_an_example_runs(title: str, source: str, run: Run) -> None:
    result = run(source)
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}, title


def test_the_page_names_everything() -> None:
    for name in [each.name for each in dataclasses.fields(Wishes)]:
        assert f"`{name}`" in PAGE
    for kind in (RefoldSender, RefoldReceiver, RefoldEmulator):
        for name in vars(kind):
            if not name.startswith("_"):
                assert re.search(rf"\b{name}\b", PAGE), name
