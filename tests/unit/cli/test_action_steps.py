"""What the Action's step does for plan, apply, drift and test: one environment or several, with GitHub and without."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hookwright.cli.action import steps
from hookwright.cli.action.runner import Called as Kept
from tests.ci.platform import Platform
from tests.ci.runner import outputs_in
from tests.unit.cli.calling import Call, Called, make_call
from tests.unit.cli.platforms import VARIABLES, Estate

NAME = "webhooks-plan"


@pytest.fixture
def github() -> Iterator[Platform]:
    with Platform().serve() as served:
        yield served
        assert served.complaints == []


class Ran:
    """A step that was run."""

    def __init__(self, done: Called, folder: Path) -> None:
        self.code, self.out, self.err = done.code, done.out, done.err
        self.outputs = outputs_in((folder / "output").read_text())
        self.summary = (folder / "summary").read_text()

    @property
    def counts(self) -> Any:
        return json.loads(self.outputs["summary-json"])


Step = Callable[..., Ran]


@pytest.fixture
def step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], acme: Estate, github: Platform,
    tmp_path_factory: pytest.TempPathFactory,
) -> Step:  # fmt: skip
    """Runs a step in a project with two environments: ``step("plan", environment="test")``."""
    call: Call = make_call(monkeypatch, capsys, acme.root)

    def run(command: str, expect: int = 0, pull: int | None = None, **given: str) -> Ran:
        folder = tmp_path_factory.mktemp("step")
        for name in ("output", "summary"):
            (folder / name).touch()
        (folder / "event.json").write_text(json.dumps({"pull_request": {"number": pull}} if pull else {}))
        environ = {f"INPUT_{name.upper()}": value for name, value in given.items() if name.islower()} | {
            "INPUT_COMMAND": command, "GITHUB_OUTPUT": str(folder / "output"), "RUNNER_TEMP": str(folder),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"), "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_EVENT_NAME": "pull_request" if pull else "push", "GITHUB_RUN_ID": "1", "GITHUB_SHA": "b" * 40,
            "GITHUB_WORKSPACE": str(acme.root), "CI": "true",
        }  # fmt: skip
        ran = Ran(call("github", "run", **(github.environ() | VARIABLES | environ)), folder)
        assert ran.code == expect, ran.out + ran.err
        for secret in VARIABLES.values():
            assert secret not in ran.out + ran.err + ran.summary + str(ran.outputs)
        return ran

    return run


def bodies(github: Platform, number: int) -> list[str]:
    return [one["body"].splitlines()[0] for one in github.on(number)]


# --- plan


def test_a_plan_of_one_environment(step: Step, github: Platform) -> None:
    number = github.open()
    ran = step("plan", environment="test", comment="true", pull=number)
    assert (ran.outputs["exit-code"], ran.outputs["changes"]) == ("2", "2")
    assert ran.counts["create"] == 2
    assert json.loads(Path(ran.outputs["plan-file"]).read_text())["environment"] == "test"
    assert bodies(github, number) == ["<!-- hookwright:plan/acme/test -->"]
    assert step("plan", 2, environment="test", fail_on="changes").outputs["exit-code"] == "2"


def test_a_plan_of_all_and_of_a_shard(step: Step, github: Platform) -> None:
    number = github.open()
    ran = step("plan", comment="true", pull=number)
    assert set(ran.counts) == {"test", "production"}
    assert "plan-file" not in ran.outputs
    ran = step("plan", shard="2/2", comment="true", pull=number)
    assert json.loads(Path(ran.outputs["plan-file"]).read_text())["environment"] == "production"
    assert bodies(github, number) == ["<!-- hookwright:plan/acme/all -->", "<!-- hookwright:plan/acme/production -->"]
    assert "has no environment" in step("plan", 64, shard="3/3").err
    ran = step("plan", 64, plan_artifact=NAME)
    assert "a plan file holds the plan of one environment" in ran.err


def test_a_plan_that_fails_takes_the_place_of_the_one_before(step: Step, github: Platform, acme: Estate) -> None:
    number = github.open()
    step("plan", environment="test", comment="true", pull=number)
    acme.platforms["test"].webhooks["x"] = {"_id": 5}
    ran = step("plan", 1, environment="test", comment="true", pull=number)
    assert ran.outputs["exit-code"] == "1"
    assert "plan-file" not in ran.outputs
    (comment,) = github.on(number)
    assert "No plan could be made" in comment["body"]
    assert "No plan could be made" in ran.summary


@pytest.mark.parametrize("fail_on", ["error", "never"])
def test_a_comment_that_cannot_be_made_is_no_success(step: Step, github: Platform, fail_on: str) -> None:
    github.denied = {"comments"}
    ran = step("plan", 1, environment="test", comment="true", pull=github.open(), fail_on=fail_on)
    assert ran.outputs["exit-code"] == "1"
    assert "pull-requests: write" in ran.err


def test_a_comment_where_there_is_no_pull_request(step: Step) -> None:
    ran = step("plan", 64, environment="test", comment="true")
    assert "the event push is for no pull request" in ran.err
    assert "'comment: true' in runs of pull requests only" in ran.err


# --- drift


def test_one_issue_for_several_environments(step: Step, github: Platform, acme: Estate) -> None:
    ran = step("drift", comment="true")
    assert (ran.outputs["exit-code"], ran.outputs["changes"]) == ("2", "4")
    (issue,) = github.issues.values()
    assert issue["title"] == "Webhooks of acme have drifted: test, production"
    assert issue["body"].startswith("<!-- hookwright:drift/acme/all -->")
    step("apply", environment="test")
    step("drift", comment="true")
    assert issue["title"] == "Webhooks of acme have drifted: production"
    step("apply")
    assert step("drift", comment="true").outputs["exit-code"] == "0"
    assert issue["state"] == "closed"
    assert len(github.issues) == 1


def test_steps_for_other_environments_leave_the_issue_alone(step: Step, github: Platform, acme: Estate) -> None:
    main = acme.root / "hookwright.yaml"
    test = main.read_text().partition("  test:\n")[2].partition("  production:\n")[0]
    main.write_text(main.read_text().replace("environments:\n", f"environments:\n  again:\n{test}"))
    step("apply", environment="test")
    step("drift", environment="test, production", comment="true")
    assert step("drift", environment="test, again", comment="true").outputs["exit-code"] == "0"
    (issue,) = github.issues.values()
    assert issue["state"] == "open"
    step("apply", environment="production")
    step("drift", environment="production, test", comment="true")
    assert issue["state"] == "closed"
    assert len(github.issues) == 1


@pytest.mark.parametrize("name", ["acme-", "acme--hooks", "a" * 63])
def test_any_name_of_a_project_makes_a_key(step: Step, github: Platform, acme: Estate, name: str) -> None:
    main, environment = acme.root / "hookwright.yaml", "t" * 63
    main.write_text(main.read_text().replace("acme\n", f"{name}\n").replace("  test:", f"  {environment}:"))
    step("drift", environment=environment, comment="true")
    step("apply", environment=environment)
    step("drift", environment=environment, comment="true")
    (issue,) = github.issues.values()
    assert issue["state"] == "closed"


def test_many_environments_have_an_issue_too(step: Step, github: Platform, acme: Estate) -> None:
    main = acme.root / "hookwright.yaml"
    test = main.read_text().partition("  test:\n")[2].partition("  production:\n")[0]
    more = "".join(f"  customer-{number:03}:\n{test}" for number in range(40))
    main.write_text(main.read_text().replace("environments:\n", f"environments:\n{more}"))
    step("drift", comment="true")
    (issue,) = github.issues.values()
    assert issue["title"] == "Webhooks of acme have drifted: customer-000 and 41 more"


def test_what_could_not_be_found_out_closes_no_issue(step: Step, github: Platform, acme: Estate) -> None:
    step("drift", environment="test", comment="true")
    acme.platforms["test"].webhooks["x"] = {"_id": 5}
    assert step("drift", 1, environment="test", comment="true").outputs["exit-code"] == "1"
    (issue,) = github.issues.values()
    assert issue["state"] == "open"


# --- apply


def test_an_apply_without_a_plan_file(step: Step, acme: Estate) -> None:
    ran = step("apply")
    assert (ran.outputs["exit-code"], ran.outputs["changes"]) == ("0", "4")
    assert ran.counts["test"] == {"applied": 2, "failed": 0, "withheld": 0, "unknown": 0}
    assert "test: 2 applied" in ran.out
    assert ran.summary.count("### ✅ Applied to") == 2
    assert "nothing to do" in step("apply", environment="test").summary


def test_an_apply_that_fails(step: Step, acme: Estate) -> None:
    acme.platforms["test"].webhooks["x"] = {"_id": 5}
    ran = step("apply", 1, environment="test")
    assert "::error title=Apply to test::" in ran.out
    assert "### ❌ Apply to `test` failed" in ran.summary
    assert step("apply", environment="test", fail_on="never").outputs["exit-code"] == "1"


def test_the_reviewed_plan_is_applied_and_told_where_it_was_reviewed(
    step: Step, github: Platform, acme: Estate
) -> None:
    planned = step("plan", environment="test")
    number = github.open()
    github.keep(NAME, 9, "a" * 40, {"plan.json": Path(planned.outputs["plan-file"]).read_bytes()})
    github.merged(number, "a" * 40, "b" * 40)
    ran = step("apply", environment="test", plan_artifact=NAME, comment="true")
    assert ran.outputs["exit-code"] == "0"
    assert bodies(github, number) == ["<!-- hookwright:apply/acme/test -->"]
    assert acme.writes() == {"test": ["POST", "POST"], "production": []}
    # Once more: that plan is done, and there is nothing else to do.
    ran = step("apply", environment="test", plan_artifact=NAME, comment="true")
    assert (ran.outputs["exit-code"], ran.outputs["changes"]) == ("0", "0")
    # The plan of one environment is not applied to another.
    ran = step("apply", 1, environment="production", plan_artifact=NAME, comment="true")
    assert "the environment is 'production', the plan was made for 'test'" in ran.summary
    assert (ran.outputs["exit-code"], ran.outputs["changes"]) == ("1", "2")
    assert acme.writes()["production"] == []
    assert "::error title=Not applied to production::" in ran.out


def test_github_that_cannot_be_asked_applies_nothing(step: Step, github: Platform, acme: Estate) -> None:
    github.denied = {"pulls"}
    ran = step("apply", 1, environment="test", plan_artifact=NAME)
    assert "pull-requests: read" in ran.err
    assert ran.outputs == {"exit-code": "1"}
    assert acme.writes()["test"] == []


# --- test


CHECKS = {
    "format": "hookwright.checks/1",
    "summary": {"passed": 1, "failed": 1, "skipped": 0, "info": 0},
    "checks": [
        {"id": "R01", "title": "Answers in time", "status": "passed", "observed": "at once"},
        {"id": "R08", "title": "Refuses a wrong `signature` | <b>", "status": "failed", "observed": "taken with <200>"},
    ],
}


@pytest.mark.parametrize(
    ("receiver", "arguments"),
    [("", ("delivery",)), ("https://hooks.acme.example", ("receiver", "https://hooks.acme.example"))],
)
def test_checks_are_told(
    step: Step, monkeypatch: pytest.MonkeyPatch, receiver: str, arguments: tuple[str, ...]
) -> None:
    called: list[tuple[str, ...]] = []

    def call(*given: str, keep: bool = False) -> Kept:
        called.append(given)
        return Kept(1, json.dumps(CHECKS), "")

    monkeypatch.setattr(steps, "call", call)
    ran = step("test", 1, receiver=receiver, environment="test")
    what, *target = arguments
    assert called == [("test", what, "-C", ".", *target, "-e", "test", "--format", "json")]
    assert ran.counts == CHECKS["summary"]
    assert "  passed: R01 Answers in time\n" in ran.out
    assert "  failed: R08 Refuses a wrong `signature` | <b>: taken with <200>\n" in ran.out
    assert "| taken with `<200>` |\n" in ran.summary
    assert "at once" not in ran.summary
    assert ran.summary.startswith("### ❌ 1 passed, 1 failed\n")
    assert "<b>" not in ran.summary.replace("`<b>`", "")


def test_deliveries_are_tested(step: Step) -> None:
    ran = step("test", environment="test")
    assert ran.counts["failed"] == 0
    assert ran.counts["passed"] > 10
    assert ran.summary.startswith("### ✅ ")


def test_a_test_that_cannot_be_made_says_why(step: Step) -> None:
    ran = step("test", 64, receiver="http://127.0.0.1:9/hooks", environment="staging")
    assert ran.outputs == {"exit-code": "64"}
    assert "the project has no environment 'staging'" in ran.summary
