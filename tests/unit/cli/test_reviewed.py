"""Which plan was reviewed: that of the last run for the pull request whose merge is checked out, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hookwright.cli.action.plans import Found, reviewed
from hookwright.cli.settings import Settings
from hookwright.errors import ApiError, LocalError, UsageError
from hookwright.model.reviewed import PullRequest
from tests.ci.platform import Platform

HEAD, SHA, OTHER = "a" * 40, "b" * 40, "c" * 40
NAME = "webhooks-plan-test"


@pytest.fixture
def github() -> Iterator[Platform]:
    with Platform().serve() as served:
        served.merged(7, HEAD, SHA)
        yield served
        assert served.complaints == []


def find(github: Platform, folder: Path, **environ: str) -> Found:
    run = {"GITHUB_SHA": SHA, "GITHUB_RUN_ID": "100", "GITHUB_EVENT_NAME": "push"}
    return reviewed(Settings(folder, environ=github.environ() | run | environ), NAME, folder / "reviewed.json")


def test_the_last_plan_of_the_pull_request(github: Platform, tmp_path: Path) -> None:
    github.keep(NAME, 1, HEAD, {"plan.json": b"first"})
    github.keep(NAME, 2, HEAD, {"plan.json": b"second"})
    github.keep(NAME, 3, OTHER, {"plan.json": b"of another"})
    github.keep("webhooks-plan-production", 4, HEAD, {"plan.json": b"of another environment"})
    github.keep(NAME, 5, HEAD, {"plan.json": b"of a fork"}, fork=True)
    github.keep(NAME, 6, HEAD, {"plan.json": b"gone"}, expired=True)
    assert find(github, tmp_path) == Found(tmp_path / "reviewed.json", PullRequest(7, HEAD))
    assert (tmp_path / "reviewed.json").read_bytes() == b"second"


def test_by_hand_the_plan_of_the_same_run(github: Platform, tmp_path: Path) -> None:
    github.keep(NAME, 100, SHA, {"plan.json": b"of this run"})
    github.keep(NAME, 101, SHA, {"plan.json": b"of a later one"})
    found = find(github, tmp_path, GITHUB_EVENT_NAME="workflow_dispatch")
    assert (found.pull_request, (tmp_path / "reviewed.json").read_bytes()) == (None, b"of this run")
    found = find(github, tmp_path, GITHUB_EVENT_NAME="workflow_dispatch", GITHUB_RUN_ID="102")
    assert found == Found(None, None, f"this run has kept no plan '{NAME}'")


def test_there_is_none(github: Platform, tmp_path: Path) -> None:
    assert find(github, tmp_path, GITHUB_SHA=OTHER).why == f"the commit {OTHER} was made by no merge of a pull request"
    found = find(github, tmp_path)
    assert (found.pull_request, found.why) == (
        PullRequest(7, HEAD), f"no run has kept a plan '{NAME}' for pull request #7",
    )  # fmt: skip
    github.keep(NAME, 1, HEAD, {"plan.json": b"{}"}, fork=True)
    assert find(github, tmp_path).why.startswith("no run has kept")
    github.keep(NAME, 1, HEAD, {"plan.json": b"{}"}, expired=True)
    assert find(github, tmp_path).why == f"the plan '{NAME}' has expired"
    assert not (tmp_path / "reviewed.json").exists()


def test_no_run_of_a_workflow(github: Platform, tmp_path: Path) -> None:
    for environ in ({"GITHUB_SHA": ""}, {"GITHUB_RUN_ID": ""}, {"GITHUB_RUN_ID": "1/../2"}):
        with pytest.raises(UsageError, match="needs a run of a workflow"):
            find(github, tmp_path, **environ)


def test_what_cannot_be_had(github: Platform, tmp_path: Path) -> None:
    github.keep(NAME, 1, HEAD, {"plan.json": b"{}"})
    (tmp_path / "reviewed.json").mkdir()
    with pytest.raises(LocalError, match="cannot be written"):
        find(github, tmp_path)
    github.denied = {"artifacts"}
    with pytest.raises(ApiError) as denied:
        find(github, tmp_path)
    assert "actions: read" in denied.value.hint
