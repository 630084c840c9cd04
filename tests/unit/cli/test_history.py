"""``hookwright history``, and what apply records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.strict_platform import RefusedError
from tests.unit.cli.platforms import VARIABLES, Estate, Run, estate


@pytest.fixture(params=["history", "log/history.jsonl"])
def acme(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Estate]:
    with estate(tmp_path, "test", "production", more=f"history: {request.param}") as made:
        yield made


def test_each_apply_leaves_a_record(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "-e", "production", "--yes", GITHUB_ACTOR="octocat")
    run("apply", "-e", "test", "--yes")  # nothing to do: nothing to record
    acme.live("test", "plain")["method"] = "PUT"
    run("apply", "-e", "test", "--yes", USER="ann")
    listed = run("history", "--format", "json").json
    assert listed["format"] == "hookwright.histories/1"
    records = listed["records"]
    assert [(one["environment"], one["who"]) for one in records[:1]] == [("test", "ann")]
    assert sorted((one["environment"], one["who"]) for one in records[1:]) == [
        ("production", "octocat"), ("test", "octocat"),
    ]  # fmt: skip
    assert [change["action"] for change in records[0]["plan"]["changes"]] == ["update"]
    assert (records[0]["outcome"]["converged"], records[0]["landed"]) == (True, True)
    assert [one["id"] for one in records] == sorted((one["id"] for one in records), reverse=True)
    only = run("history", "-e", "production", "--format", "json").json["records"]
    assert [one["environment"] for one in only] == ["production"]


def test_no_secret_is_in_it(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "--yes")
    acme.live("test", "pager")["webhook_headers"] = {"Authorization": "Bearer s3cr3t-by-hand"}
    run("apply", "-e", "test", "--yes")
    for file in [path for path in acme.root.rglob("*") if path.suffix in {".json", ".jsonl"}]:
        for value in (*VARIABLES.values(), "s3cr3t-by-hand"):
            assert value not in file.read_text()


def test_a_failure_is_recorded_and_one_can_be_looked_at(
    acme: Estate, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(body: object, known: object, needed: object) -> None:
        raise RefusedError(400, "BAD_REQUEST", "not today")

    with monkeypatch.context() as patch:
        patch.setattr(acme.platforms["test"], "_check", refuse)
        run("apply", "-e", "test", "--yes", "--format", "json", expect=1)
    (record,) = run("history", "--format", "json").json["records"]
    assert (record["outcome"]["converged"], record["landed"]) == (False, False)
    shown = run("history", record["id"])
    assert shown.out.startswith(f"{record['id']}\napplied at  ")
    assert "+ create webhook pager" in shown.out
    assert "not today" in shown.out
    assert shown.out.endswith("Failed: 2 failed; nothing was changed.\n")
    assert run("history", record["id"][-6:], "--format", "json").json == record
    assert run("history").out == f"{record['id']}  test  -  -  failed: 2 failed\n"


def test_a_plan_that_is_refused_leaves_none(acme: Estate, run: Run) -> None:
    acme.platforms["test"].add(webhook_url="https://test.acme.example/plain")
    run("apply", "-e", "test", "--yes", expect=1)
    run("plan", "-e", "test", "--out", "plan.json")
    assert run("history").out.startswith("Nothing was recorded yet: ")


def test_another_place_by_option(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "--yes", "--history", "elsewhere.jsonl")
    assert (acme.root / "elsewhere.jsonl").read_text().count("\n") == 1
    assert run("history").out.startswith("Nothing was recorded yet: ")
    assert len(run("history", "--history", "elsewhere.jsonl", "--format", "json").json["records"]) == 1


def test_a_history_that_cannot_be_written_hides_nothing(acme: Estate, run: Run) -> None:
    (acme.root / "in-the-way").write_text("")
    done = run("apply", "-e", "test", "--yes", "--quiet", "--format", "json", "--history", "in-the-way/history")
    assert done.json["converged"] is True
    assert done.err == ("warning: test: the history in in-the-way/history cannot be written: File exists\n")


def test_what_is_no_record_is_told_and_left_out(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "--yes", "--history", "x.jsonl")
    with (acme.root / "x.jsonl").open("a") as file:
        file.write("nonsense\n")
    done = run("history", "--history", "x.jsonl")
    assert done.err == "warning: x.jsonl:2 is no record of an apply; it is left out\n"
    assert done.out.count("\n") == 1


def test_another_project_in_the_same_place_is_not_shown(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "--yes", "--history", "shared.jsonl")
    record = json.loads((acme.root / "shared.jsonl").read_text())
    record["plan"]["project"] = "other"
    (acme.root / "shared.jsonl").write_text(json.dumps(record) + "\n")
    shown = run("history", "--history", "shared.jsonl").out
    assert shown == "Nothing that shared.jsonl holds is of what was asked for.\n"


def test_a_place_without_records_is_named(acme: Estate, run: Run) -> None:
    (acme.root / "empty").mkdir()
    (acme.root / "empty.jsonl").write_text("")
    for place, said in (
        ("wrong", ": wrong does not exist"),
        ("wrong.jsonl", ": wrong.jsonl does not exist"),
        ("empty", " in empty"),
        ("empty.jsonl", " in empty.jsonl"),
    ):
        shown = run("history", "--history", place)
        assert (shown.out, shown.err) == (f"Nothing was recorded yet{said}.\n", "")
        told = run("history", "--history", place, "--format", "json")
        assert (told.json["records"], told.err) == ([], f"Nothing was recorded yet{said}.\n")
        assert f"It is looked for in {place}; " in run("rollback", "-e", "test", "--history", place, expect=1).err


def test_what_is_no_history_is_told_as_that(acme: Estate, run: Run) -> None:
    (acme.root / "folder.jsonl").mkdir()
    for place, reason in (("hookwright.yaml", "Not a directory"), ("folder.jsonl", "Is a directory")):
        assert run("history", "--history", place, expect=1).err == (
            f"error: the history in {place} cannot be read: {reason}\n"
            "hint: A history is a folder, or a file that ends in .jsonl.\n"
        )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nope",), 64, "there is no record 'nope'"),
        (("-e", "tset"), 64, "Did you mean 'test'?"),
        (("-C", "webhooks", "-e", "test"), 0, ""),
    ],
)
def test_what_makes_no_sense(acme: Estate, run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    assert message in run("history", *arguments, expect=code).err


def test_without_a_place_there_is_no_history(acme: Estate, run: Run) -> None:
    file = acme.root / "hookwright.yaml"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("history")))
    error = run("history", "--format", "json", expect=1).json["error"]
    assert (error["category"], error["message"]) == ("config", "no history is kept for this project")
    file.write_text("a: [")
    assert "the project cannot be read" in run("history", expect=1).err
