"""What holds for every workflow here, those that are handed out and those of this repository, and for the Action."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HANDED_OUT = sorted((ROOT / "examples" / "ci" / "github").glob("*.yml"))
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml")) + HANDED_OUT
ACTION = ROOT / ".github" / "actions" / "hookwright" / "action.yml"
OURS = ("./.github/actions/hookwright", "hookwright/hookwright/.github/actions/hookwright@v1")


def steps(content: dict[str, Any]) -> list[dict[str, Any]]:
    if "runs" in content:
        return list(content["runs"]["steps"])
    return [step for job in content["jobs"].values() for step in job["steps"]]


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    return content


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_workflow_may_little_and_not_for_long(file: Path) -> None:
    content = read(file)
    assert "pull_request_target" not in content[True]
    assert content["permissions"] in ({}, {"contents": "read"})
    for name, job in content["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        assert "write-all" not in str(job.get("permissions", ""))
        assert job["runs-on"] == "ubuntu-24.04"
        if "${{ matrix.environment }}" in str(job):
            assert "${{ matrix.environment }}" in job["concurrency"]["group"], f"{name}: once for each environment"
    for step in steps(content):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", [*FILES, ACTION], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_expression_stands_in_a_script_and_all_is_pinned(file: Path) -> None:
    for step in steps(read(file)):
        assert "${{" not in step.get("run", "")
        uses = step.get("uses", OURS[0])
        assert uses in OURS or re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", uses)


def test_no_module_of_the_checkout_is_run_in_place_of_our_own() -> None:
    """``python -m`` looks into the working directory first, where a pull request may put a ``pip.py``."""
    for file in (ACTION, ROOT / "examples" / "ci" / "gitlab-ci.yml", *HANDED_OUT):
        calls = re.findall(r"""(?:python[\d.]*|\$PYTHON)["']? (.*?)-m (pip|venv|hookwright)""", file.read_text())
        assert file != ACTION or len(calls) == 3
        assert [call for call in calls if call[0] != "-I "] == []


def test_an_action_is_the_same_everywhere() -> None:
    found: dict[str, set[tuple[str, str]]] = {}
    for file in [*FILES, ACTION]:
        for name, commit, version in re.findall(
            r"uses: ([\w/-]+)@([0-9a-f]{40}) # (v[\d.]+)$", file.read_text(), re.MULTILINE
        ):
            found.setdefault(name, set()).add((commit, version))
    assert len(found) >= 7
    assert {name: len(pins) for name, pins in found.items() if len(pins) > 1} == {}


def test_the_action_passes_every_input_that_is_read() -> None:
    content = read(ACTION)
    (step,) = [step for step in steps(content) if "run" in step]
    passed = {name for name in step["env"] if name.startswith("INPUT_")}
    assert passed == {f"INPUT_{name.upper().replace('-', '_')}" for name in content["inputs"]}
    for name in passed:
        key = name.removeprefix("INPUT_").lower().replace("_", "-")
        assert step["env"][name] == f"${{{{ inputs.{key} }}}}"


def test_the_action_has_the_outputs_that_are_set() -> None:
    source = "".join(file.read_text() for file in (ROOT / "src" / "hookwright" / "cli" / "action").glob("*.py"))
    for name, output in read(ACTION)["outputs"].items():
        assert output["value"] == f"${{{{ steps.run.outputs.{name} }}}}"
        assert f'"{name}"' in source


def test_the_page_tells_of_every_input_and_output() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    content = read(ACTION)
    for name in (*content["inputs"], *content["outputs"]):
        assert f"`{name}`" in page


@pytest.mark.parametrize("file", HANDED_OUT, ids=lambda file: file.name)
def test_only_jobs_of_an_environment_are_given_secrets(file: Path) -> None:
    for job in read(file)["jobs"].values():
        assert ("secrets." in str(job)) == ("matrix.environment" in str(job))
