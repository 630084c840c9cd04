"""What plan and drift leave behind for reviewers: formats, files, and a workflow run's summary and outputs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hookwright.cli.settings import Settings
from hookwright.cli.workflow import set_outputs
from tests.unit.cli.platforms import WEBHOOKS, Estate, Run
from tests.unit.cli.test_outputs import fits

TEST = ("-e", "test")
BOTH = ("-e", "test", "-e", "production")


def outputs(file: Path) -> dict[str, str]:
    """The outputs in a file as the runner reads them: the last of a name wins."""
    found: dict[str, str] = {}
    lines = iter(file.read_text("utf-8").splitlines())
    for line in lines:
        name, delimiter = line.split("<<", 1)
        value: list[str] = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            raise AssertionError(f"{name} has no end")
        found[name] = "\n".join(value)
    return found


@pytest.fixture
def workflow(tmp_path: Path) -> dict[str, str]:
    """The files and the workspace of a step."""
    return {
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_WORKSPACE": str(tmp_path),
    }


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_markdown_and_html_go_to_stdout(command: str, run: Run) -> None:
    code = 2 if command == "drift" else 0
    text = run(command, *TEST, "--format", "markdown", expect=code).out
    assert text.startswith(f"## {'🔴' if code else '🟡'} hookwright {command} · `acme` · `test`\n")
    assert "webhook `pager`" in text
    assert "`(secret)`" in text
    page = run(command, *BOTH, "--format", "html", expect=code).out
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")


def test_the_verdict_of_the_guards_stands_in_the_markdown(run: Run, acme: Estate) -> None:
    run("apply", *TEST, "--yes")
    acme.declare(WEBHOOKS.partition("  pager:")[0])
    (acme.root / "hookwright.yaml").write_text(
        (acme.root / "hookwright.yaml").read_text().replace("max_deletes: 2", "max_deletes: 0")
    )
    text = run("plan", *TEST, "--format", "markdown").out
    assert "**Blocked: an apply would be refused.** 1 to delete; 1 unchanged, 0 unmanaged." in text
    assert "- ⛔ `max_deletes`: 1 delete, `policy.max_deletes` allows 0; pass `--allow-deletes` 1 if" in text
    assert "nothing is delivered any more" in text, "what deliveries send is there, folded"
    assert text.index("⛔") < text.index("#### Delete (1)")
    allowed = run("plan", *TEST, "--format", "markdown", "--allow-deletes", "1").out
    assert "No guard objects." in allowed


def test_one_run_makes_all_reports(run: Run, acme: Estate) -> None:
    files = [str(acme.root / name) for name in ("plan.md", "plan.html", "plan.json")]
    done = run("plan", *TEST, *(part for file in files for part in ("--report", file)))
    assert "Plan: 2 to create" in done.out, "stdout stays what it is"
    assert [method for method, _, _ in acme.platforms["test"].requests] == ["GET"]
    markdown, page, record = (Path(file).read_text("utf-8") for file in files)
    assert markdown.startswith("## 🟡 hookwright plan")
    assert page.startswith("<!DOCTYPE html>")
    fits(json.loads(record), "plan")
    assert "wire" not in json.loads(record)["changes"][0], "only where it is asked for"
    assert not list(acme.root.glob(".*.part"))


def test_reports_of_several_environments(run: Run, acme: Estate) -> None:
    file = acme.root / "drift.json"
    done = run("drift", *BOTH, "--format", "json", "--report", str(file), expect=2)
    assert json.loads(file.read_text("utf-8")) == done.json
    text = run("plan", *BOTH, "--format", "markdown", expect=1, PRODUCTION_KEY="pk_wrong_9876543210").out
    assert "| `test` | 🟡 An apply would make 2 changes | 2 to create | 0 | 0 |" in text
    assert "| `production` | ❌ No plan could be made: GET" in text


@pytest.mark.parametrize("name", ["plan.txt", "plan", "md"])
def test_a_report_is_known_by_its_ending(name: str, run: Run, acme: Estate) -> None:
    assert "a report is named .md, .html or .json" in run("plan", *TEST, "--report", name, expect=64).err
    assert acme.platforms["test"].requests == []


def test_a_report_that_cannot_be_written_is_told(run: Run) -> None:
    done = run("plan", *TEST, "--report", "no/such/folder/plan.md", "--format", "json", expect=1)
    assert "no/such/folder/plan.md cannot be written: No such file" in done.err


def test_a_failure_is_reported_too(run: Run, acme: Estate) -> None:
    files = ("--report", str(acme.root / "x.md"), "--report", str(acme.root / "x.json"))
    done = run("drift", *TEST, *files, "--format", "markdown", expect=1, TEST_KEY="tk_wrong_9876543210")
    assert done.out == (acme.root / "x.md").read_text("utf-8")
    assert done.out.startswith("## ❌ hookwright drift · `test`\n\n**Whether there is drift could not be found out:** ")
    assert "tk_wrong" not in done.out + done.err
    fits(json.loads((acme.root / "x.json").read_text("utf-8")), "error")


def test_what_is_wrong_with_the_files_is_reported_at_its_place(run: Run, acme: Estate) -> None:
    acme.declare(WEBHOOKS.replace("Workflow Errored", "Workflow Erored"))
    done = run("plan", *TEST, "--format", "github", "--report", str(acme.root / "x.md"), expect=1)
    first, second, *_ = done.out.splitlines()
    assert first.startswith("::error title=hookwright plan · test::No plan could be made: ")
    assert second.startswith("::error file=webhooks/all.yaml,line=7,endLine=7,col=14,endColumn=28,title=")
    assert "title=hookwright plan · test%3A HW401::" in second
    assert "- ⛔ `webhooks/all.yaml:7` `HW401`: " in (acme.root / "x.md").read_text("utf-8")


# --- a workflow run


def test_annotations_summary_and_outputs(run: Run, acme: Estate, workflow: dict[str, str]) -> None:
    acme.declare(WEBHOOKS, name="a:b,c%")
    (acme.root / "webhooks" / "all.yaml").unlink()
    done = run("plan", *TEST, "--detailed-exitcode", "--format", "github", expect=2, **workflow)
    first, second, last = done.out.splitlines()
    assert first.startswith("::notice file=webhooks/a%3Ab%2Cc%25.yaml,line=5,endLine=5,col=3,endColumn=7,title=")
    assert second.startswith("::notice file=webhooks/a%3Ab%2Cc%25.yaml,line=2,")
    assert last == "hookwright plan · test: An apply would make 2 changes: 2 to create"
    assert (
        Path(workflow["GITHUB_STEP_SUMMARY"]).read_text("utf-8").startswith("## 🟡 hookwright plan · `acme` · `test`")
    )
    found = outputs(Path(workflow["GITHUB_OUTPUT"]))
    assert (found["exit-code"], found["changes"]) == ("2", "2")
    summary = json.loads(found["summary-json"])
    assert summary["create"] == 2
    assert "\n" not in found["summary-json"]


def test_files_are_named_from_the_root_of_the_repository(
    run: Run, acme: Estate, workflow: dict[str, str], tmp_path: Path
) -> None:
    outer = {"GITHUB_WORKSPACE": str(tmp_path.parent)}
    done = run("drift", *TEST, "--format", "github", expect=2, **workflow | outer)
    assert f"::warning file={tmp_path.name}/webhooks/all.yaml,line=5," in done.out
    acme.declare(WEBHOOKS.replace("Workflow Errored", "Workflow Erored"))
    done = run("validate", "--format", "github", expect=1, **outer)
    assert f"::error file={tmp_path.name}/webhooks/all.yaml,line=7," in done.out


def test_several_environments_have_their_sums_by_name(run: Run, workflow: dict[str, str]) -> None:
    run("drift", *BOTH, "--format", "github", expect=2, **workflow)
    found = outputs(Path(workflow["GITHUB_OUTPUT"]))
    assert (found["exit-code"], found["changes"]) == ("2", "4")
    assert {name: sums["create"] for name, sums in json.loads(found["summary-json"]).items()} == {
        "test": 2, "production": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"), [((*TEST,), 1), (("-e", "nowhere"), 64), (("-e", "test", "--target", "nobody"), 64)]
)
def test_the_outputs_are_there_on_failure_too(
    more: tuple[str, ...], code: int, run: Run, workflow: dict[str, str]
) -> None:
    key = {"TEST_KEY": "tk_wrong_9876543210"} if code == 1 else {}
    done = run("plan", *more, "--format", "github", expect=code, **workflow | key)
    assert done.out.startswith("::error title=hookwright plan · ")
    assert outputs(Path(workflow["GITHUB_OUTPUT"])) == {"exit-code": str(code), "changes": "", "summary-json": ""}
    assert "No plan could be made" in Path(workflow["GITHUB_STEP_SUMMARY"]).read_text("utf-8")


def test_steps_add_to_what_is_there(run: Run, workflow: dict[str, str]) -> None:
    for _ in range(2):
        run("plan", *TEST, "--format", "github", **workflow)
    assert Path(workflow["GITHUB_STEP_SUMMARY"]).read_text("utf-8").count("## 🟡") == 2
    run("plan", *TEST, "--format", "github")  # outside of a workflow run nothing is written


def test_a_file_that_cannot_be_written_is_told(run: Run, workflow: dict[str, str]) -> None:
    environ = workflow | {"GITHUB_OUTPUT": "/no/such/folder/output"}
    done = run("plan", *TEST, "--format", "github", expect=1, **environ)
    assert "the file that GITHUB_OUTPUT names cannot be written" in done.err


def test_no_value_sets_another_output(tmp_path: Path) -> None:
    file = tmp_path / "output"
    settings = Settings(tmp_path, environ={"GITHUB_OUTPUT": str(file)})
    hostile: dict[str, Any] = {"x\nexit-code<<EOF\n0\nEOF\n": "hookwright_\nEOF\n\u2028\r"}
    for _ in range(2):
        set_outputs(settings, {"summary-json": hostile})
    assert outputs(file).keys() == {"summary-json"}
    assert json.loads(outputs(file)["summary-json"]) == hostile
    delimiters = re.findall(r"<<(\S+)$", file.read_text("utf-8"), re.MULTILINE)
    assert len(set(delimiters)) == 2, "made up anew each time"
