"""The pages in ``docs`` that are made of the commands' own help, and of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hookwright.cli import pages
from hookwright.cli.main import COMMANDS
from hookwright.validate.pages import FAMILIES
from hookwright.validate.registry import catalogue
from tests.unit.cli.calling import HELP

BELOW = {
    "contracts": ["infer"],
    "github": ["comment", "issue", "run"],
    "test": ["receiver", "delivery"],
}
"""The commands below those that are groups."""


def test_they_are_up_to_date() -> None:
    assert pages.main(["--check"]) == 0


def test_every_command_has_a_part_and_those_below_it() -> None:
    text = pages.commands()
    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == [
        heading for name in HELP for heading in [name, *(f"{name} {below}" for below in BELOW.get(name, ()))]
    ]
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(COMMANDS)
    assert "Usage: hookwright contracts infer [OPTIONS] [FILE]..." in text
    assert max(len(line) for line in text.split("```text")[1].splitlines()) <= pages.WIDTH


def test_the_page_of_every_rule_and_their_index() -> None:
    made = pages.pages()
    assert {file.stem for file in made if file.parent == pages.RULES} == {"README", *catalogue()}
    index = made[pages.RULES / "README.md"]
    assert [line[3:6] for line in index.splitlines() if line.startswith("## ")] == list(FAMILIES)
    assert re.findall(r"^\| \[(HW\d+)\]\(\1\.md\)", index, re.MULTILINE) == list(catalogue())


def test_stale_pages_are_told_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, other, gone = (tmp_path / "rules" / f"{name}.md" for name in ("HW201", "README", "HW999"))
    page.parent.mkdir()
    for file in (page, gone):
        file.write_text("old")
    wanted = {page: "new", other: "index"}
    assert pages.keep(wanted, ["--check"], folder=page.parent) == 1
    stale = ["rules/HW201.md", "rules/README.md", "rules/HW999.md"]
    assert capsys.readouterr().err == "".join(f"{name} is stale: run 'make docs'\n" for name in stale)
    assert (page.read_text(), other.exists(), gone.exists()) == ("old", False, True)
    assert pages.keep(wanted, [], folder=page.parent) == 0
    assert (page.read_text(), other.read_text(), gone.exists()) == ("new", "index", False)
    assert pages.keep(wanted, ["--check"], folder=page.parent) == 0
    gone.write_text("of no folder that is ours alone")
    assert pages.keep(wanted, ["--check"]) == 0
