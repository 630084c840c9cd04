"""plan, apply and drift with several environments."""

from __future__ import annotations

import pytest

from hookwright.cli.results import worst
from tests.e2e.strict_platform import RefusedError
from tests.unit.cli.platforms import VARIABLES, Estate, Run

BOTH = ("-e", "test", "-e", "production")


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 2], 2), ([2, 1, 0], 1), ([1, 3], 3), ([64, 0], 64), ([64, 1, 2], 1)],
)
def test_the_worst_exit_code_wins(codes: list[int], code: int) -> None:
    assert worst(codes) == code


def test_none_named_and_several_declared_is_a_usage_error(run: Run) -> None:
    for command in ("plan", "apply", "drift"):
        assert "Name one with -e: test, production." in run(command, expect=64).err


def test_plans_come_in_the_order_given_with_one_exit_code(acme: Estate, run: Run) -> None:
    text = run("plan", *BOTH, "--detailed-exitcode", expect=2).out
    assert text.index("acme · test") < text.index("acme · production")
    assert text.count("Plan: 2 to create;") == 2
    listed = run("plan", "-e", "production", "-e", "test", "--format", "json").json
    assert listed["format"] == "hookwright.plans/1"
    assert list(listed) == ["format", "plans"]
    assert [(plan["format"], plan["environment"]) for plan in listed["plans"]] == [
        ("hookwright.plan/1", "production"), ("hookwright.plan/1", "test"),
    ]  # fmt: skip
    alone = run("plan", "-e", "test", "--format", "json").json
    assert (alone["format"], alone["environment"]) == ("hookwright.plan/1", "test")


def test_each_is_applied_and_drift_is_found_in_the_one_that_has_it(acme: Estate, run: Run) -> None:
    done = run("apply", *BOTH, "--yes")
    assert acme.writes() == {"test": ["POST", "POST"], "production": ["POST", "POST"]}
    assert sorted(line for line in done.err.splitlines() if "pager" in line) == [
        "production: ✓ create webhook pager applied", "test: ✓ create webhook pager applied",
    ]  # fmt: skip
    assert done.out.endswith(
        "test\nApplied: 2 applied; the live state is what is declared.\n"
        "production\nApplied: 2 applied; the live state is what is declared.\n"
    )
    assert (acme.live("test", "pager")["method"], acme.live("production", "pager")["method"]) == ("POST", "PUT")
    run("drift", *BOTH)
    acme.live("production", "plain")["method"] = "PATCH"
    found = run("drift", *BOTH, "--format", "json", expect=2).json
    assert found["format"] == "hookwright.drifts/1"
    assert [(one["environment"], one["drifted"]) for one in found["drifts"]] == [("test", False), ("production", True)]
    applied = run("apply", *BOTH, "--yes", "--format", "json").json
    assert applied["format"] == "hookwright.applies/1"
    assert [(one["environment"], one["summary"]["applied"]) for one in applied["applies"]] == [
        ("test", 0), ("production", 1),
    ]  # fmt: skip


def test_one_that_cannot_be_read_does_not_hide_the_other(acme: Estate, run: Run) -> None:
    wrong = {"PRODUCTION_KEY": "pk_wrong_0123456789abcdef"}
    done = run("plan", "-e", "production", "-e", "test", expect=1, **wrong)
    assert "acme · test" in done.out
    assert done.err.startswith("production:\nerror: ")
    assert done.err.endswith("1 of 2 environments failed: production\n")
    broken, plan = run("plan", "-e", "production", "-e", "test", "--format", "json", expect=1, **wrong).json["plans"]
    assert (broken["format"], broken["environment"]) == ("hookwright.error/1", "production")
    assert (broken["error"]["category"], broken["error"]["exit_code"]) == ("api", 1)
    assert plan["summary"]["create"] == 2


def test_a_variable_that_one_lacks_is_its_error_alone(acme: Estate, run: Run) -> None:
    plan, broken = run("plan", *BOTH, "--format", "json", expect=1, PRODUCTION_KEY="").json["plans"]
    assert plan["environment"] == "test"
    assert [finding["rule"] for finding in broken["error"]["findings"]] == ["HW021"]
    assert [finding["environment"] for finding in broken["error"]["findings"]] == ["production"]


def test_an_error_of_the_project_is_the_error_of_the_run(acme: Estate, run: Run) -> None:
    acme.declare("webhooks: {broken: {url: 1}}\n", "broken")
    error = run("plan", *BOTH, "--format", "json", expect=1).json
    assert error["format"] == "hookwright.error/1"
    assert run("plan", *BOTH, "--format", "json", expect=1, TEST_KEY="", PRODUCTION_KEY="").json["format"] == (
        "hookwright.error/1"
    )


@pytest.mark.parametrize("environ", [{"PRODUCTION_KEY": "pk_wrong_0123456789abcdef"}, {"PRODUCTION_KEY": "nonsense"}])
def test_nothing_is_written_anywhere_when_one_cannot_be_planned(
    acme: Estate, run: Run, environ: dict[str, str]
) -> None:
    done = run("apply", *BOTH, "--yes", expect=1, **environ)
    assert done.err.endswith("Nothing was written to any environment, because 'production' cannot be applied.\n")
    listed = run("apply", *BOTH, "--yes", "--format", "json", expect=1, **environ).json
    assert listed["format"] == "hookwright.applies/1"
    assert [(one["environment"], one["format"]) for one in listed["applies"]] == [
        ("test", "hookwright.error/1"), ("production", "hookwright.error/1"),
    ]  # fmt: skip
    assert listed["applies"][0]["error"]["category"] == "refused"
    assert "'production' cannot be applied" in listed["applies"][0]["error"]["message"]
    assert acme.writes() == {"test": [], "production": []}


def test_nothing_is_written_anywhere_when_one_is_blocked(acme: Estate, run: Run) -> None:
    acme.platforms["production"].add(webhook_url="https://production.acme.example/plain")
    done = run("apply", *BOTH, "--yes", expect=1)
    assert "acme · test" in done.out
    assert "blocked: webhook 'plain'" in done.out
    assert "production:\nerror: the apply is refused\n  - webhook 'plain'" in done.err
    assert acme.writes() == {"test": [], "production": []}
    run("apply", *BOTH, "--yes", "--allow-duplicate-url")


def test_one_that_fails_makes_the_run_partial(acme: Estate, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(body: object, known: object, needed: object) -> None:
        raise RefusedError(400, "BAD_REQUEST", "not today")

    monkeypatch.setattr(acme.platforms["production"], "_check", refuse)
    listed = run("apply", *BOTH, "--yes", "--format", "json", expect=3).json["applies"]
    assert [one["summary"]["applied"] for one in listed] == [2, 0]
    assert [one["converged"] for one in listed] == [True, False]
    assert run("apply", *BOTH, "--yes", expect=1).out.count("Failed: 2 failed; nothing was changed.") == 1


def test_what_takes_one_environment_takes_no_two(acme: Estate, run: Run) -> None:
    assert "a plan file holds the plan of one" in run("plan", *BOTH, "--out", "plan.json", expect=64).err
    run("plan", "-e", "test", "--out", "plan.json")
    assert "a plan file holds the plan of one" in run("apply", "plan.json", *BOTH, expect=64).err
    run("apply", "plan.json")  # it says itself whose it is
    assert acme.writes() == {"test": ["POST", "POST"], "production": []}


def test_a_target_need_not_be_everywhere(acme: Estate, run: Run) -> None:
    acme.declare(
        "webhooks: {here: {url: 'https://x.acme.example/', events: [Workflow Errored], environments: {test: false}}}\n",
        "here",
    )
    plans = run("plan", *BOTH, "--target", "here", "--format", "json").json["plans"]
    assert [[change["name"] for change in plan["changes"]] for plan in plans] == [[], ["here"]]
    assert "there is no webhook or event 'here'" in run("plan", "-e", "test", "--target", "here", expect=64).err
    assert "there is no webhook or event 'nope'" in run("plan", *BOTH, "--target", "nope", expect=64).err
    run("apply", *BOTH, "--target", "here", "--yes")
    assert acme.writes() == {"test": [], "production": ["POST"]}


def test_two_names_for_one_place_are_not_applied_together(acme: Estate, run: Run) -> None:
    file = acme.root / "hookwright.yaml"
    text = file.read_text()
    entry = text[text.index("  test:\n") : text.index("  production:\n")]
    file.write_text(text.replace(entry, entry + entry.replace("  test:", "  again:")))
    run("plan", "-e", "test", "-e", "again")
    done = run("apply", "-e", "test", "-e", "again", "--yes", expect=1)
    assert "the environments 'test' and 'again' have the same API key" in done.err
    assert acme.writes() == {"test": [], "production": []}


def test_nobody_to_ask(acme: Estate, run: Run) -> None:
    assert "--yes" in run("apply", *BOTH, expect=64).err
    assert acme.writes() == {"test": [], "production": []}


def test_a_secret_that_is_not_declared_any_more_is_not_shown(acme: Estate, run: Run) -> None:
    acme.declare(
        "webhooks:\n  pager:\n    url: '${var.base_url}/${env.TOKEN}'\n    events: [Workflow Errored]\n"
        "    headers: {X-Run: '${env.TOKEN}'}\n    body: 'run ${env.TOKEN}'\n"
    )
    run("apply", "-e", "test", "--yes")
    assert acme.live("test", "pager")["webhook_headers"] == {"X-Run": VARIABLES["TOKEN"]}
    acme.declare(
        "webhooks:\n  pager:\n    url: '${var.base_url}/pager'\n    events: [Workflow Errored]\n    body: {run: '1'}\n"
    )
    # The process still has the variable. That no secret is in what it says is seen to by ``run``.
    for output_format in ("text", "json", "markdown", "html", "github"):
        plan = run("plan", "-e", "test", "--wire", "--format", output_format)
        drift = run("drift", "-e", "test", "--format", output_format, expect=2)
        assert "(secret)" in plan.out
        assert "(secret)" in drift.out
