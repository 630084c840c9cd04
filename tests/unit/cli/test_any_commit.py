"""``apply PLANFILE --any-commit``: a reviewed plan after a merge."""

from __future__ import annotations

import pytest

from tests.unit.cli.platforms import WEBHOOKS, Estate, Run
from tests.unit.cli.repository import committed


def test_a_merge_that_declares_the_same(acme: Estate, run: Run) -> None:
    committed(acme.root)
    run("plan", "-e", "test", "--out", "plan.json")
    committed(acme.root, "Merge")
    refused = run("apply", "plan.json", expect=1)
    assert "the commit is" in refused.err
    assert acme.writes()["test"] == []
    run("apply", "plan.json", "--any-commit")
    assert acme.writes()["test"] == ["POST", "POST"]


def test_a_merge_that_declares_something_else(acme: Estate, run: Run) -> None:
    committed(acme.root)
    run("plan", "-e", "test", "--out", "plan.json")
    acme.declare(WEBHOOKS.replace("[Workflow Errored]", "[Workflow Stopped]"))
    committed(acme.root, "Merge")
    refused = run("apply", "plan.json", "--any-commit", expect=1)
    assert "the declaration, a process variable or the API key has changed since" in refused.err
    assert "the commit is" not in refused.err
    assert acme.writes()["test"] == []


@pytest.mark.parametrize("text", ["{}", '{"format": "hookwright.plan/1"}', '{"environment": "test"}'])
def test_what_is_no_plan_file_is_told_before_an_environment_is_asked_for(acme: Estate, run: Run, text: str) -> None:
    (acme.root / "plan.json").write_text(text)
    assert "plan.json is not a plan file" in run("apply", "plan.json", expect=1).err


def test_a_plan_file_of_another_version_is_told_as_one(acme: Estate, run: Run) -> None:
    (acme.root / "plan.json").write_text('{"format": "hookwright.plan/2", "asked": {}, "environment": "test"}')
    told = run("apply", "plan.json", expect=1).err
    assert "of the format 'hookwright.plan/2', this version of hookwright reads 'hookwright.plan/1'" in told
    assert "hint: Apply it with the version that wrote it, or plan again.\n" in told


def test_it_is_about_a_plan_file(acme: Estate, run: Run) -> None:
    done = run("apply", "-e", "test", "--yes", "--any-commit", expect=64)
    assert "--any-commit is about a plan file" in done.err
    assert acme.writes()["test"] == []
