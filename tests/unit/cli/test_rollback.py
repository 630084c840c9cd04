"""``hookwright rollback`` with a real git repository."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.calling import make_call
from tests.unit.cli.platforms import WEBHOOKS, Estate, Run, estate, runner
from tests.unit.cli.repository import committed, git

LATER = (
    WEBHOOKS.replace("[Connection Created]", "[Connection Created, Connection Expired]")
    + """\
  extra:
    url: ${var.base_url}/extra
    events: [Workflow Stopped]
"""
)
BACK = ("rollback", "-e", "test")


@pytest.fixture(params=["", "deploy/hooks"], ids=["root", "subfolder"])
def acme(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Estate]:
    """A project in a repository, perhaps below its root; ``commit`` commits."""
    root = tmp_path / request.param
    root.mkdir(parents=True, exist_ok=True)
    (tmp_path / "README.md").write_text("Not of the project.\n")
    with estate(root, "test", "production", more="history: history.jsonl") as made:
        yield made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], acme: Estate) -> Run:
    call, path = runner(make_call(monkeypatch, capsys, acme.root)), os.environ["PATH"]

    def run(*arguments: str, expect: int = 0, **environ: str) -> object:
        return call(*arguments, expect=expect, **({"PATH": path} | environ))

    return run


@pytest.fixture
def repository(acme: Estate, tmp_path: Path) -> Path:
    return tmp_path


def methods(acme: Estate) -> list[str]:
    return [method for method, _, _ in acme.platforms["test"].requests if method != "GET"]


def two_applies(acme: Estate, run: Run, repository: Path) -> tuple[str, str]:
    """Apply one commit, then another; the ids of the records."""
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    newest, oldest = (record["id"] for record in run("history", "--format", "json").json["records"])
    acme.platforms["test"].requests.clear()
    return oldest, newest


def state(repository: Path) -> tuple[str, str, str]:
    return (
        git(repository, "status", "--porcelain"),
        git(repository, "rev-parse", "HEAD"),
        git(repository, "ls-files", "--stage"),
    )


def test_there_and_back_and_there_again(acme: Estate, run: Run, repository: Path) -> None:
    oldest, newest = two_applies(acme, run, repository)
    before = state(repository)
    plan = run(*BACK, "--format", "json")
    assert plan.err.startswith(f"Back from the apply {newest} (")
    assert f") to the apply {oldest}, commit " in plan.err
    assert (plan.json["format"], plan.json["warnings"]) == (
        "hookwright.plan/1", ["Connection Expired will have no subscriber", "Workflow Stopped will have no subscriber"],
    )  # fmt: skip
    assert {change["name"]: change["action"] for change in plan.json["changes"]} == {
        "plain": "update", "extra": "delete",
    }  # fmt: skip
    assert methods(acme) == []
    assert (acme.root / "webhooks" / "all.yaml").read_text() == LATER

    done = run(*BACK, "--apply", "--yes", "--format", "json").json
    assert (done["format"], done["converged"], done["summary"]["applied"]) == ("hookwright.apply/1", True, 2)
    assert methods(acme) == ["PUT", "DELETE"]
    assert acme.live("test", "plain")["webhook_events"] == ["Connection Created"]
    assert (git(repository, "rev-parse", "HEAD"), git(repository, "ls-files", "--stage")) == before[1:]
    record = run("history", "--format", "json").json["records"][0]
    assert record["git_commit"] == git(repository, "rev-parse", "HEAD^")

    again = run(*BACK, "--apply", "--yes", "--format", "json").json
    assert again["summary"]["applied"] == 2
    run("plan", "-e", "test", "--detailed-exitcode")


def test_an_apply_by_its_id(acme: Estate, run: Run, repository: Path) -> None:
    oldest, newest = two_applies(acme, run, repository)
    first = git(repository, "rev-parse", "HEAD^")
    acme.declare(LATER.replace("Workflow Stopped", "Workflow Timed Out"))
    committed(repository, "third")
    run("apply", "-e", "test", "--yes")
    assert run(*BACK, newest[-6:], "--format", "json").json["git_commit"] == first
    error = run(*BACK, oldest, "--format", "json", expect=1).json["error"]
    assert error["message"] == f"commit {first[:12]} has no parent here"
    assert error["hint"] == "It is the first commit: nothing was declared before it."


def test_before_the_first_record_is_the_parent_of_its_commit(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes", "--history", "elsewhere.jsonl")
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    plan = run(*BACK, "--format", "json").json
    assert plan["git_commit"] == git(repository, "rev-parse", "HEAD^")
    assert any("this is the parent of its commit" in warning for warning in plan["warnings"])
    assert {change["action"] for change in plan["changes"]} == {"update", "delete"}


def test_a_declaration_that_is_not_what_was_applied_is_told(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    acme.declare(WEBHOOKS.replace("/plain", "/uncommitted"))
    run("apply", "-e", "test", "--yes")
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    told = "is not what the apply"
    assert any(told in warning for warning in run(*BACK, "--format", "json").json["warnings"])


def test_other_process_variables_are_told(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    plan = run(*BACK, "--format", "json", TOKEN="s3cr3t-rotated").json
    assert [warning for warning in plan["warnings"] if "process variables" in warning]
    assert "pager" in {change["name"] for change in plan["changes"]}


def test_the_guards_are_those_of_now(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    file = acme.root / "hookwright.yaml"
    file.write_text(file.read_text().replace("max_deletes: 2", "max_deletes: 0"))
    plan = run(*BACK, "--format", "json").json
    assert [item["guard"] for item in plan["blocked"]] == ["max_deletes"]
    assert not [warning for warning in plan["warnings"] if "is not what" in warning]
    error = run(*BACK, "--apply", "--yes", "--format", "json", expect=1).json["error"]
    assert error["category"] == "refused"
    assert methods(acme) == []
    run(*BACK, "--apply", "--yes", "--allow-deletes", "1")
    assert methods(acme) == ["PUT", "DELETE"]


def test_only_one_webhook(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    run(*BACK, "--apply", "--yes", "--target", "extra")
    assert methods(acme) == ["DELETE"]


def test_a_plan_file_of_it_is_applied_as_any_other(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    shown = run(*BACK, "--out", "back.json")
    assert "'hookwright apply back.json' goes that way." in shown.err
    before = json.loads((acme.root / "back.json").read_text())
    edited = {**before, "git_commit": git(repository, "rev-parse", "HEAD")}
    (acme.root / "edited.json").write_text(json.dumps(edited))
    assert "the plan file does not fit any more" in run("apply", "edited.json", expect=1).err
    (acme.root / "edited.json").write_text(json.dumps({**before, "git_commit": "--upload-pack=x"}))
    run("apply", "edited.json", "-e", "test", expect=1)
    acme.declare("webhooks: [\n")  # what is checked out may be anything
    assert methods(acme) == []
    run("apply", "back.json")
    assert methods(acme) == ["PUT", "DELETE"]
    again = run("apply", "back.json", expect=1).err
    assert "nothing to do any more" in again
    assert "it seems to have been applied already" in again


def test_a_rename_goes_back_as_a_rename(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    acme.declare(WEBHOOKS.replace("  plain:\n", "  simple:\n    renamed_from: plain\n"))
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    acme.platforms["test"].requests.clear()
    run(*BACK, "--out", "back.json")
    run("apply", "back.json")
    assert methods(acme) == ["PUT"]
    assert acme.live("test", "plain")["webhook_url"] == "https://test.acme.example/plain"


def adopt(acme: Estate) -> str:
    """Make a webhook by hand, declare its adoption, and give its id."""
    by_hand = acme.platforms["test"].add(webhook_url="https://hand.acme.example/", description="by hand")
    text = "webhooks:\n  hand:\n    url: https://hand.acme.example/\n    events: [Workflow Errored]\n"
    acme.declare(f"{text}    adopt: {{test: '{by_hand}'}}\n", "hand")
    return by_hand


def test_what_was_adopted_is_not_deleted(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    by_hand = adopt(acme)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    acme.platforms["test"].requests.clear()
    (blocked,) = run(*BACK, "--out", "back.json", "--format", "json").json["blocked"]
    assert blocked["guard"] == "adopted"
    error = run("apply", "back.json", "--format", "json", expect=1).json["error"]
    assert (error["message"], error["reasons"]) == ("the plan in the file is blocked", [blocked["message"]])
    assert "was there before it was adopted" in run(*BACK, "--apply", "--yes", "--allow-deletes", "9", expect=1).err
    assert methods(acme) == []
    run(*BACK, "--exclude", "hand", "--apply", "--yes")
    assert by_hand in acme.platforms["test"].webhooks


def test_what_a_way_back_had_left_out_is_not_deleted_by_the_next(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    by_hand = adopt(acme)
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    run(*BACK, "--exclude", "hand", "--apply", "--yes")
    run("apply", "-e", "test", "--yes")
    # Back to the declaration of that rollback, which does not have it; and no apply since then has adopted it.
    assert "was there before it was adopted" in run(*BACK, "--apply", "--yes", "--allow-deletes", "9", expect=1).err
    assert by_hand in acme.platforms["test"].webhooks


def test_what_is_protected_and_was_not_there_is_gone_round(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    acme.declare(f"{LATER}    protect: true\n")
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    acme.platforms["test"].requests.clear()
    # What is checked out says nothing about the declaration of then.
    acme.declare("removed: {webhooks: [extra]}\n", "removed")
    plan = run(*BACK)
    assert "blocked: webhook 'extra': it is protected and was not declared then; pass --exclude extra to" in plan.out
    assert plan.err.endswith("An apply of this would be refused, for what is blocked above.\n")
    run(*BACK, "--apply", "--yes", expect=1)
    assert methods(acme) == []
    run(*BACK, "--exclude", "extra", "--apply", "--yes")
    assert methods(acme) == ["PUT"]


def test_a_broken_work_tree_does_not_keep_anybody_from_going_back(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    acme.declare("webhooks:\n\tbroken")
    run("plan", "-e", "test", expect=1)
    run(*BACK, "--apply", "--yes")
    assert methods(acme) == ["PUT", "DELETE"]


def test_what_was_wrong_then_is_told_at_its_commit(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    acme.declare("webhooks: {broken: {url: 1}}\n", "broken")
    committed(repository, "broken")
    (acme.root / "webhooks" / "broken.yaml").unlink()
    run("apply", "-e", "test", "--yes")
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    error = run(*BACK, "--format", "json", expect=1).json["error"]
    commit = git(repository, "rev-parse", "HEAD^")
    assert error["message"] == f"at commit {commit[:12]}: the project has errors"
    assert {finding["file"] for finding in error["findings"]} == {f"{commit[:12]}:webhooks/broken.yaml"}
    assert error["hint"] == "Put the declaration right by hand, then apply it."


def test_a_process_variable_that_is_unset_is_all_there_is_to_do(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    error = run(*BACK, "--format", "json", TOKEN="", expect=1).json["error"]
    assert [finding["hint"] for finding in error["findings"]] == ["Set TOKEN before you run this."]
    assert error["hint"] == ""


def test_an_environment_that_was_not_there_yet(acme: Estate, run: Run, repository: Path) -> None:
    file = acme.root / "hookwright.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("  test:", "  staging:", 1))
    committed(repository, "first")
    file.write_text(whole)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    assert "the project has no environment 'test'" in run(*BACK, expect=1).err


def test_another_organization_is_refused(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    for hook in acme.platforms["test"].webhooks.values():
        hook["org_id"] = "7" * 24
    assert "was made to the organization" in run(*BACK, expect=1).err


def test_another_project_name_is_refused(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    file = acme.root / "hookwright.yaml"
    file.write_text(file.read_text().replace("project: acme", "project: other"))
    lines = [json.loads(line) for line in (acme.root / "history.jsonl").read_text().splitlines()]
    for line in lines:
        line["project"] = line["plan"]["project"] = "other"
    (acme.root / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "the project was called 'acme', now it is 'other'" in run(*BACK, expect=1).err


def test_a_commit_that_is_not_here(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    text = (acme.root / "history.jsonl").read_text()
    (acme.root / "history.jsonl").write_text(text.replace(git(repository, "rev-parse", "HEAD^"), "d" * 40))
    error = run(*BACK, "--format", "json", expect=1).json["error"]
    assert error["category"] == "local"
    assert "the repository has no revision" in error["message"]


def test_a_record_of_a_time_to_come_may_not_be_the_last(acme: Estate, run: Run, repository: Path) -> None:
    oldest, newest = two_applies(acme, run, repository)
    assert "a time to come" not in run(*BACK).err
    first, second = (acme.root / "history.jsonl").read_text().splitlines()
    later, at = f"2999{oldest[4:]}", json.loads(first)["at"]
    first = first.replace(oldest, later).replace(f'"at": "{at}"', f'"at": "2999{at[4:]}"')
    (acme.root / "history.jsonl").write_text(f"{first}\n{second}\n")
    told = run(*BACK).err
    assert f"warning: the apply {later} is of a time to come: a clock was wrong, another may be the last\n" in told
    assert f"Back from the apply {later} (" in told
    assert f") to the apply {newest}, commit " in told


def test_without_a_repository(acme: Estate, run: Run, repository: Path) -> None:
    run("apply", "-e", "test", "--yes")
    assert "was made outside of a git repository" in run(*BACK, expect=1).err


def test_where_the_repository_is_gone(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    shutil.rmtree(repository / ".git")
    assert "is in no git repository" in run(*BACK, expect=1).err


def test_without_git(acme: Estate, run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_applies(acme, run, repository)
    assert "git is not installed" in run(*BACK, expect=1, PATH="").err


def test_a_hook_of_git_may_call_it(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    run(*BACK, GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index", GIT_WORK_TREE="/nowhere")


def test_files_come_out_as_a_checkout_writes_them(acme: Estate, run: Run, repository: Path) -> None:
    (acme.root / "templates").mkdir()
    (acme.root / "templates" / "body.json").write_bytes(b'{"a":\r\n1}\r\n')
    (repository / ".gitattributes").write_text("*.json text eol=crlf\n*.yaml export-ignore\n")
    acme.declare(
        "webhooks: {b: {url: https://x.acme.example/, events: [Workflow Errored], body_file: ../templates/body.json}}\n"
    )
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    (acme.root / "templates" / "body.json").write_bytes(b'{"a": 2}')
    committed(repository, "second")
    run("apply", "-e", "test", "--yes")
    plan = run(*BACK, "--format", "json").json
    assert [field["path"] for change in plan["changes"] for field in change["fields"]] == ["/body/a"]
    assert plan["warnings"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((*BACK, "nope"), 64, "there is no record 'nope'"),
        ((*BACK, "--apply", "--out", "x.json"), 64, "Leave one of them out"),
        (("rollback",), 64, "Name one with -e: test, production."),
        (("rollback", "-e", "production"), 1, "nothing was applied to production yet"),
        ((*BACK, "--apply"), 64, "nobody can be asked here"),
    ],
)
def test_what_makes_no_sense(
    acme: Estate, run: Run, repository: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    two_applies(acme, run, repository)
    assert message in run(*arguments, expect=code).err
    assert methods(acme) == []


def test_back_to_what_is_live_is_nothing_to_do(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    run(*BACK, "--apply", "--yes")
    newest, second, _ = (record["id"] for record in run("history", "--format", "json").json["records"])
    done = run(*BACK, second)
    assert done.err.endswith("The live state is that already.\n")
    assert newest not in done.err


def test_what_an_apply_of_a_part_had_left_out_is_told(acme: Estate, run: Run, repository: Path) -> None:
    committed(repository, "first")
    run("apply", "-e", "test", "--yes")
    acme.declare(LATER)
    committed(repository, "second")
    run("apply", "-e", "test", "--yes", "--target", "extra")
    run("apply", "-e", "test", "--yes")
    back = run(*BACK, "--format", "json").json
    assert back["changes"] == []
    (warning,) = (one for one in back["warnings"] if "was not what commit" in one)
    assert warning.startswith("webhook 'plain' was not what commit ")
    # Back from both is back to what was there before both.
    part = run("history", "--format", "json").json["records"][1]["id"]
    both = run("rollback", part, "-e", "test", "--format", "json").json
    assert {change["name"]: change["action"] for change in both["changes"]} == {"plain": "update", "extra": "delete"}
    assert not any("was not what commit" in one for one in both["warnings"])


def test_what_no_apply_since_has_changed_is_told(acme: Estate, run: Run, repository: Path) -> None:
    two_applies(acme, run, repository)
    acme.declare(LATER.replace("/pager", "/pagers"))
    committed(repository, "third")
    run("apply", "-e", "test", "--yes")
    records = acme.root / "history.jsonl"
    first, _, third = records.read_text().splitlines()
    records.write_text(f"{first}\n{third}\n")
    plan = run(*BACK, "--format", "json").json
    assert {change["name"] for change in plan["changes"]} == {"plain", "pager", "extra"}
    assert [one for one in plan["warnings"] if "no apply since changed" in one] == [
        f"no apply since changed webhook '{name}': it was changed by hand, left out of an apply, or a record is missing"
        for name in ("plain", "extra")
    ]
