"""``hookwright github run``: the inputs of the Action, and what it tells the runner."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hookwright.cli.action.inputs import Do, FailOn, inputs_of
from hookwright.cli.action.runner import Runner
from hookwright.cli.settings import Settings
from tests.ci.runner import outputs_in
from tests.unit.cli.calling import Call, Called
from tests.unit.report.rendering import STRUCTURE, columns, flat, kind, words

KEYS = {"TEST_KEY": "tk_test_0123456789abcdef", "LIVE_KEY": "pk_live_0123456789abcdef"}
SECRETS = {"PAGER_TOKEN": "s3cr3t-pager", "BODY_SECRET": "s3cr3t-body", "SLACK_PATH": "T0/B0/s3cr3t"}


class Ran:
    """A step that was run."""

    def __init__(self, done: Called, folder: Path) -> None:
        self.code, self.out, self.err = done.code, done.out, done.err
        self.outputs = outputs_in((folder / "output").read_text())
        self.summary = (folder / "summary").read_text()


Step = Callable[..., Ran]


@pytest.fixture
def step(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Step:
    """Runs a step: ``step(command="validate", FORMAT="…")``."""

    def run(expect: int = 0, environ: dict[str, str] | None = None, **inputs: str) -> Ran:
        folder = tmp_path_factory.mktemp("step")
        (folder / "output").touch()
        (folder / "summary").touch()
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        files = {
            "GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "RUNNER_TEMP": str(folder), "CI": "true",
        }  # fmt: skip
        ran = Ran(call("github", "run", **files, **given, **(KEYS | SECRETS if environ is None else environ)), folder)
        assert ran.code == expect, ran.err
        for secret in SECRETS.values():
            assert secret not in ran.out + ran.err + ran.summary + str(ran.outputs)
        return ran

    return run


# --- inputs


def test_what_the_action_passes_when_nothing_is_said() -> None:
    inputs = inputs_of(
        {"INPUT_COMMAND": "plan", "INPUT_COMMENT": "false", "INPUT_FAIL_ON": "error", "INPUT_PROJECT": "."}
    )
    assert (inputs.command, inputs.environments, inputs.comment, inputs.fail_on) == (Do.PLAN, (), False, FailOn.ERROR)


@pytest.mark.parametrize(
    ("given", "names"), [("test", ("test",)), (" a, b\n c,a ", ("a", "b", "c")), (",, ", ()), ("x-1.y_z", ("x-1.y_z",))]
)
def test_names_of_environments(given: str, names: tuple[str, ...]) -> None:
    assert inputs_of({"INPUT_COMMAND": "drift", "INPUT_ENVIRONMENT": given}).environments == names


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "COMMAND",
            "destroy",
            "input command: 'destroy' is not one of validate, plan, apply, drift, test, environments",
        ),
        ("COMMAND", "", "input command: '' is not one of"),
        ("FAIL_ON", "warnings", "input fail-on: 'warnings' is not one of error, warning, changes, never"),
        ("COMMENT", "perhaps", "input comment: 'perhaps' is neither true nor false"),
        ("ENVIRONMENT", "--out=/etc/x", "input environment: '--out=/etc/x' cannot name an environment"),
        ("ENVIRONMENT", "../../x", "input environment: '../../x' cannot name an environment"),
        ("PLAN_ARTIFACT", "a/b", "input plan-artifact: 'a/b' cannot name an artifact"),
        ("RECEIVER", "--effects=touch x", "input receiver: '--effects=touch x' is no address"),
        ("SHARD", "1/2", "inputs shard and environment exclude each other"),
    ],
)
def test_wrong_inputs_are_named(step: Step, name: str, value: str, said: str) -> None:
    ran = step(64, **({"command": "plan", "environment": "test"} | {name.lower(): value}))
    assert said in ran.err
    assert ran.outputs == {"exit-code": "64"}


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("error", {1, 3, 64}), ("warning", {1, 3, 64}), ("changes", {1, 2, 3, 64}), ("never", set())],
)
def test_what_fails_a_step(fail_on: str, failing: set[int]) -> None:
    inputs = inputs_of({"INPUT_COMMAND": "plan", "INPUT_FAIL_ON": fail_on})
    assert {code for code in (0, 1, 2, 3, 64) if inputs.fails(code)} == failing


# --- environments


def test_the_matrix_is_an_output(step: Step) -> None:
    ran = step(command="environments")
    assert json.loads(ran.outputs["matrix"])["include"][0] == {"environment": "test", "kind": "test"}
    part = step(command="environments", shard="2/2")
    assert [one["environment"] for one in json.loads(part.outputs["matrix"])["include"]] == ["production"]
    assert step(64, command="environments", shard="3/2").outputs == {"exit-code": "64"}


def test_no_project(step: Step, project: Path) -> None:
    (project / "hookwright.yaml").unlink()
    for command in ("environments", "validate", "plan", "apply", "drift"):
        ran = step(1, command=command)
        assert ran.outputs["exit-code"] == "1"
        assert "there is no hookwright.yaml" in ran.out + ran.err


# --- validate


def test_a_valid_project(step: Step) -> None:
    ran = step(command="validate")
    assert ran.outputs["exit-code"] == "0"
    assert json.loads(ran.outputs["summary-json"]) == {"error": 0, "warning": 0, "info": 0}
    assert json.loads(Path(ran.outputs["sarif-file"]).read_text())["version"] == "2.1.0"
    assert ran.summary.strip() == "### ✅ The webhooks are valid"


def test_an_environment_that_is_not_there_is_not_valid(step: Step) -> None:
    ran = step(64, command="validate", environment="staging")
    assert ran.err.count("the project has no environment 'staging'") == 1
    assert ran.outputs == {"exit-code": "64"}
    assert ran.summary == ""


def test_whoever_has_no_secrets_can_validate(step: Step) -> None:
    ran = step(command="validate", environ={})
    assert ran.outputs["exit-code"] == "0"
    assert "HW021" in ran.summary
    assert step(1, command="validate", fail_on="warning", environ={}).outputs["exit-code"] == "1"


HOSTILE = "x`$(touch pwned)`|<img src=x>\\n::add-mask::x\\n::error::y\\n%0A::stop-commands::z"


def test_hostile_values_stay_values(step: Step, project: Path) -> None:
    (project / "webhooks" / "hostile.yaml").write_text(
        f'webhooks:\n  bad:\n    url: "https://acme.example/x"\n    events: ["{HOSTILE}"]\n'
    )
    ran = step(1, command="validate")
    assert list(ran.outputs) == ["sarif-file", "changes", "summary-json", "exit-code"]
    commands = [line for line in ran.out.splitlines() if line.startswith("::")]
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in commands)
    # As a parser of Markdown sees it: one table of four columns, in which what is not a plain word is code.
    assert set(columns(ran.summary)) == {4}
    assert {kind(token) for token in flat(ran.summary)} <= STRUCTURE | {"text", "code_inline"}
    assert "img" not in words(ran.summary)
    assert "pwned" not in words(ran.summary)
    assert not (project / "pwned").exists()


def test_a_shard_is_validated(step: Step, project: Path) -> None:
    (project / "webhooks" / "one.yaml").write_text(
        "webhooks:\n  one:\n    url: https://acme.example/x\n    events: [Workflow Errored]\n"
        "    environments: {production: {events: [Nothing]}}\n"
    )
    assert step(command="validate", shard="1/2").outputs["exit-code"] == "0"
    assert step(1, command="validate", shard="2/2").outputs["exit-code"] == "1"
    assert step(command="validate", environment="production", fail_on="never").outputs["exit-code"] == "1"


# --- what the runner is told


@pytest.mark.parametrize("value", ["a\nb", "x\nexit-code=0\n", "", "hookwright-0\nmatrix<<hookwright-0", "ä\u2028b"])
def test_an_output_stays_one_value(tmp_path: Path, value: str) -> None:
    file = tmp_path / "output"
    runner = Runner(Settings(tmp_path, environ={"GITHUB_OUTPUT": str(file)}))
    runner.output("before", 1)
    runner.output("name", value)
    runner.output("after", 2)
    assert outputs_in(file.read_text("utf-8")) == {"before": "1", "name": value, "after": "2"}


def test_a_summary_is_no_longer_than_github_takes(tmp_path: Path) -> None:
    environ = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    Runner(Settings(tmp_path, environ=environ)).summarize("ä" * 1024 * 1024)
    size = (tmp_path / "summary").stat().st_size
    assert 1_000_000 < size < 1024 * 1024
    Runner(Settings(tmp_path)).summarize("goes nowhere")


def test_a_file_of_the_runner_that_cannot_be_written(call: Call, tmp_path: Path) -> None:
    done = call("github", "run", INPUT_COMMAND="environments", GITHUB_OUTPUT=str(tmp_path), RUNNER_TEMP=str(tmp_path))
    assert done.code == 1
    assert "the file that GITHUB_OUTPUT names cannot be written" in done.err
