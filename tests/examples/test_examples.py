"""Every project under ``invalid`` and ``valid`` is discovered, and must give exactly what it says.

An invalid example is a folder, ``invalid/<rule>/<case>``, with an ``expect.txt``: one line for each finding, in the
order in which they are reported: ``webhooks/orders.yaml:4:10 HW301 production``. Or it is a single YAML file,
``invalid/<rule>/<case>.yaml``, that stands as ``webhooks/example.yaml`` in the default project; its first lines are
``# expect 4:10 HW301 production``. Valid ones are the same without expectations: nothing may be found. What findings
say in words is held against ``tests/golden/findings``; ``GOLDEN=write pytest …`` writes that anew: read the diff.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.examples import projects

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden" / "findings"
EXPECT = "# expect "
SINGLE = "webhooks/example.yaml"


def _cases(folder: Path) -> list[Path]:
    """The examples in a folder: YAML files, and folders with a project in them."""
    files = {path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")}
    whole = {path.parent for path in files if path.name in ("expect.txt", "hookwright.yaml")}
    single = {path for path in files if path.suffix == ".yaml" and not any(path.is_relative_to(each) for each in whole)}
    return sorted(whole | single)


INVALID = _cases(HERE / "invalid")
VALID = _cases(HERE / "valid")


def _lay_out(case: Path, root: Path) -> Path:
    if case.is_dir():
        projects.write(root, {})
        return Path(shutil.copytree(case, root, dirs_exist_ok=True))
    projects.write(root, {})
    (root / "webhooks").mkdir()
    shutil.copyfile(case, root / SINGLE)
    return root


def _expected(case: Path) -> list[str]:
    if case.is_dir():
        return (case / "expect.txt").read_text("utf-8").splitlines()
    lines = case.read_text("utf-8", "replace").splitlines()
    return [f"{SINGLE}:{line.removeprefix(EXPECT)}" for line in lines if line.startswith(EXPECT)]


def _name(case: Path) -> str:
    return case.relative_to(HERE).as_posix()


@pytest.mark.parametrize("case", INVALID, ids=_name)
def test_an_invalid_example_gives_exactly_what_it_says(case: Path, tmp_path: Path) -> None:
    root = _lay_out(case, tmp_path)
    findings = projects.findings(root)
    found = [projects.shown(finding, root) for finding in findings]
    assert found == _expected(case)
    assert any(f" {_rule(case)}" in line for line in found)
    told = "\n".join(projects.told(finding, root) for finding in findings) + "\n"
    golden = GOLDEN / f"{_name(case).removeprefix('invalid/').replace('/', '_').removesuffix('.yaml')}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(told, "utf-8")
    assert told == golden.read_text("utf-8")


def _rule(case: Path) -> str:
    """The rule that an example is filed under."""
    return case.relative_to(HERE / "invalid").parts[0]


@pytest.mark.parametrize("case", VALID, ids=_name)
def test_a_valid_example_gives_nothing(case: Path, tmp_path: Path) -> None:
    root = _lay_out(case, tmp_path)
    assert [projects.shown(finding, root) for finding in projects.findings(root)] == []


def test_there_are_enough_of_them() -> None:
    assert len(INVALID) >= 80
    assert len(VALID) >= 25


def test_every_rule_that_can_have_an_example_has_one() -> None:
    from hookwright.validate.registry import catalogue

    shown = {_rule(case) for case in INVALID}
    # No project makes a rule break, and without a project there is none to show.
    assert {rule for rule in catalogue() if rule not in shown} == {"HW000", "HW599"}


def test_no_golden_file_is_left_over() -> None:
    names = {_name(case).removeprefix("invalid/").replace("/", "_").removesuffix(".yaml") for case in INVALID}
    assert {path.stem for path in GOLDEN.glob("*.txt")} == names
