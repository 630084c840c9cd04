"""``docs/commands.md``: made of the commands' own help."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.cli import pages
from hookwright.cli.main import COMMANDS, HELP

BELOW = {
    "contracts": ["infer"],
    "github": ["comment", "issue", "run"],
    "test": ["receiver", "delivery"],
}
"""The commands below those that are groups."""


def test_it_is_up_to_date() -> None:
    assert pages.main(["--check"]) == 0


def test_every_command_has_a_part_and_those_below_it() -> None:
    text = pages.page()
    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == [
        heading for name in HELP for heading in [name, *(f"{name} {below}" for below in BELOW.get(name, ()))]
    ]
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(COMMANDS)
    assert "Usage: hookwright contracts infer [OPTIONS] [FILE]..." in text
    assert max(len(line) for line in text.split("```text")[1].splitlines()) <= pages.WIDTH


def test_a_stale_page_is_told_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pages, "PAGE", tmp_path / "commands.md")
    assert pages.main(["--check"]) == 1
    assert capsys.readouterr().err == "commands.md is stale: run 'make docs'\n"
    assert pages.main([]) == 0
    assert pages.main(["--check"]) == 0
