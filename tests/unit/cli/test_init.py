"""``hookwright init``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hookwright.cli.init import contents, project_name
from hookwright.cli.workflows import ACTION, NAMES, template
from hookwright.config import load, resolve
from hookwright.config.include import DEFAULT_INCLUDE
from hookwright.errors import UsageError
from hookwright.model.finding import Severity
from hookwright.validate.engine import validate
from hookwright.validate.schemas import schema_names, schema_text
from tests.ci.expressions import Context, fill
from tests.unit.cli.calling import Call, make_call
from tests.unit.cli.repository import git

FILES = ["hookwright.yaml", "webhooks/incidents.yaml", ".github/workflows/webhooks.yml", ".vscode/settings.json"]
KEYS = {
    "REFOLD_TEST_API_KEY": "tk_test_0123456789abcdef",
    "REFOLD_PRODUCTION_API_KEY": "pk_live_0123456789abcdef",
}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls a command in an empty folder."""
    return make_call(monkeypatch, capsys, tmp_path)


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_what_it_writes(call: Call, tmp_path: Path) -> None:
    done = call("init", "acme")
    assert (done.code, done.out) == (0, "".join(f"  acme/{name}\n" for name in FILES))
    assert done.err == (
        "Next: 'hookwright validate' in acme, then set REFOLD_TEST_API_KEY and 'hookwright plan -e test'.\n"
    )
    assert written(tmp_path / "acme") == sorted(FILES)
    assert "project: acme " in (tmp_path / "acme" / "hookwright.yaml").read_text()


def test_it_validates_without_a_finding(call: Call, tmp_path: Path) -> None:
    call("init", "acme")
    done = call("-C", "acme", "validate", "--strict", "--format", "json", **KEYS)
    assert (done.code, done.json["findings"]) == (0, [])
    unset = call("-C", "acme", "validate", "--format", "json").json["findings"]
    assert {one["rule"] for one in unset} == {"HW021"}
    assert call("-C", "acme", "render", "--all", "--quiet").code == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(name=st.from_regex(r"[a-z0-9-]{1,63}", fullmatch=True))
@example(name="2024")
@example(name="1e3")
@example(name="0x1f")
@example(name="null")
@example(name="on")
@example(name="-")
@example(name="---")
@example(name="2024-01-01")
def test_every_name_gives_a_project_of_that_name(tmp_path: Path, name: str) -> None:
    for file, text in contents(name).items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    project = load(tmp_path / "hookwright.yaml")
    resolved = [resolve(project, one, KEYS) for one in project.environments]
    found = validate(project, [one for one, _ in resolved], [each for _, some in resolved for each in some])
    assert project.name == name
    assert [one for one in found if one.severity is not Severity.INFO] == []


@given(st.text(max_size=100))
def test_every_folder_has_a_name_for_a_project(folder: str) -> None:
    name = project_name(Path("/") / re.sub(r"[/\0\ud800-\udfff]", "_", folder))
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name)


@pytest.mark.parametrize("name", ["", "Acme", "a b", "a_b", "a/b", "a\n", "ä", "a" * 64, "..", "a: b"])
def test_names_that_no_project_has(call: Call, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        contents(name)
    if name:
        done = call("init", "--project", name)
        shown = name.replace("\n", "\\n")
        assert (done.code, done.err) == (
            64,
            f"error: '{shown}' cannot name a project\nhint: Lower-case letters, digits and dashes: --project acme.\n",
        )
    assert written(tmp_path) == []


def test_in_this_folder_and_below_another(call: Call, tmp_path: Path) -> None:
    done = call("init", "--project", "here", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {"format": "hookwright.init/1", "root": str(tmp_path), "files": FILES, "kept": []}
    (tmp_path / "sub").mkdir()
    assert call("-C", "sub", "init", "deep/er", "--quiet").err == ""
    assert written(tmp_path / "sub" / "deep" / "er") == sorted(FILES)
    assert call("-C", "nowhere", "init").code == 64


@pytest.mark.parametrize("name", FILES[:2])
def test_a_project_is_never_overwritten(call: Call, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    done = call("init")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: {name} already there in {tmp_path}\nhint: Nothing was written.\n"
    assert (written(tmp_path), file.read_text()) == ([name], "mine")


def test_not_through_a_link_either(call: Call, tmp_path: Path) -> None:
    (tmp_path / "hookwright.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert call("init").code == 1
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_a_workflow_above_a_folder_that_is_not_there_yet_stays(call: Call, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / ".github" / "workflows" / "webhooks.yml"
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    done = call("init", "hooks/acme")
    assert (done.code, done.err.splitlines()[0]) == (0, "left as it is: .github/workflows/webhooks.yml")
    assert file.read_text() == "mine"
    assert (tmp_path / "hooks" / "acme" / "hookwright.yaml").is_file()


@pytest.mark.parametrize("name", FILES[2:])
def test_editor_settings_and_workflows_of_others_stay(call: Call, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    done = call("init", "--project", "acme")
    assert (done.code, done.err.splitlines()[0]) == (0, f"left as it is: {name}")
    assert name not in done.out
    assert (written(tmp_path), file.read_text()) == (sorted(FILES), "mine")


def test_all_or_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("no folder")
    done = call("init")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: {tmp_path}/.github")
    assert "cannot be written: " in done.err
    assert [path.name for path in tmp_path.iterdir()] == [".github"]


def test_a_folder_that_cannot_be_written(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = call("init", "acme", "--format", "json")
    assert (done.code, done.json["error"]["category"]) == (1, "local")
    assert done.json["error"]["message"] == f"{tmp_path}/acme/hookwright.yaml cannot be written: Permission denied"
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert call("init", "file").code == 64


def the_workflow() -> Any:
    return yaml.safe_load(contents("acme")[".github/workflows/webhooks.yml"])


def test_the_workflow_may_only_read_and_show_findings(call: Call) -> None:
    workflow = the_workflow()
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    # 'on', as YAML 1.1 reads it; not pull_request_target
    assert workflow[True] == {"pull_request": None, "push": {"branches": ["main"]}}
    assert "secrets." not in json.dumps(workflow)


def test_the_workflow_pins_what_it_uses() -> None:
    (job,) = the_workflow()["jobs"].values()
    assert job["timeout-minutes"] <= 10
    used = [step["uses"] for step in job["steps"]]
    others = [name for name in used if not name.startswith(f"{ACTION}@")]
    assert len(used) - len(others) == 1
    assert all(re.fullmatch(r"(actions|github)/[\w/-]+@[0-9a-f]{40}", name) for name in others)
    assert job["steps"][0]["with"] == {"persist-credentials": False}


WORKFLOWS = [".github/workflows/webhooks.yml"] + [
    f".github/workflows/webhooks-{name}.yml" for name in ("apply", "drift", "plan")
]


def test_github_writes_all_workflows_at_the_root_of_the_repository(call: Call, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    done = call("init", "hooks", "--github")
    assert (done.code, done.err.splitlines()[0]) == (
        0,
        "Next: set the secrets REFOLD_TEST_API_KEY, REFOLD_PRODUCTION_API_KEY in the repository, and commit.",
    )
    files = [name for name in written(tmp_path) if not name.startswith(".git/")]
    assert files == sorted([*WORKFLOWS, *(f"hooks/{name}" for name in FILES if name not in WORKFLOWS)])
    plan = (tmp_path / WORKFLOWS[3]).read_text()
    assert plan.count("project: hooks\n") == 2
    assert call("-C", "hooks", "validate", "--strict", **KEYS).code == 0
    # Without a change of the project, the workflows are those that are shipped.
    call("init", "alone", "--github", "--project", "alone")
    assert plan.replace("project: hooks\n", "project: .\n") == template("webhooks-plan.yml")


def test_a_workflow_is_written_where_github_reads_it(call: Call, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert call("init", "hooks").code == 0
    files = [name for name in written(tmp_path) if not name.startswith(".git/")]
    assert files == sorted([WORKFLOWS[0], *(f"hooks/{name}" for name in FILES if name not in WORKFLOWS)])
    assert "project: hooks\n" in (tmp_path / WORKFLOWS[0]).read_text()


def test_github_gives_a_project_that_is_there_the_secrets_it_needs(call: Call, project: Path, tmp_path: Path) -> None:
    before = (tmp_path / "hookwright.yaml").read_bytes()
    done = call("init", "--github", "--action-ref", "f" * 40, "--format", "json")
    assert (done.code, done.json["files"], done.json["kept"]) == (0, sorted_as_shipped(WORKFLOWS), [])
    assert (tmp_path / "hookwright.yaml").read_bytes() == before
    for name in WORKFLOWS:
        workflow = yaml.safe_load((tmp_path / name).read_text())
        steps = [step for job in workflow["jobs"].values() for step in job["steps"] if step.get("id") == "hookwright"]
        assert {step["uses"] for step in steps} == {f"{ACTION}@{'f' * 40}"}
        for step in steps:
            assert ("env" in step) == (step["with"]["command"] in ("plan", "apply", "drift"))
            assert step.get("env") in (
                None,
                {
                    "BODY_SECRET": "${{ secrets.BODY_SECRET }}",
                    "LIVE_KEY": "${{ matrix.environment == 'production' && secrets.LIVE_KEY || '' }}",
                    "PAGER_TOKEN": "${{ secrets.PAGER_TOKEN }}",
                    "SLACK_PATH": "${{ matrix.environment == 'test' && secrets.SLACK_PATH || '' }}",
                    "TEST_KEY": "${{ matrix.environment == 'test' && secrets.TEST_KEY || '' }}",
                },
            )
    nothing = call("init", "--github", "--format", "json").json
    assert (nothing["files"], len(nothing["kept"])) == ([], 4)
    assert jsonschema_rs.validator_for(json.loads(schema_text("output/init"))).is_valid(nothing)
    again = call("init", "--github")
    assert (again.code, again.out.strip()) == (0, "")
    assert again.err.count("left as it is: ") == 4


def test_the_job_of_an_environment_gets_its_own_secrets() -> None:
    """As GitHub evaluates the expressions."""
    secrets = {"REFOLD_TEST_API_KEY": "one", "REFOLD_PRODUCTION_API_KEY": "two"}
    for name in NAMES[1:]:
        for job in yaml.safe_load(template(name))["jobs"].values():
            for environ in [step["env"] for step in job["steps"] if "env" in step]:
                for environment, got in (("test", ("one", "")), ("production", ("", "two")), ("other", ("", ""))):
                    context = Context({"matrix": {"environment": environment}, "secrets": secrets})
                    assert tuple(fill(environ, context).values()) == got


def sorted_as_shipped(names: list[str]) -> list[str]:
    return [f".github/workflows/{name}" for name in NAMES if f".github/workflows/{name}" in names]


@pytest.mark.parametrize("ref", ["v1 # x", "", "-x", "a\nb: c", "${{ x }}"])
def test_no_other_text_than_a_ref_stands_behind_the_action(call: Call, tmp_path: Path, ref: str) -> None:
    assert call("init", "--github", "--action-ref", ref).code == 64
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "code"), [("a: b # 'c'", 0), ("1e3", 0), ("x ${{ secrets.X }}", 1)])
def test_a_folder_of_any_name_is_named_or_refused(call: Call, project: Path, name: str, code: int) -> None:
    folder = project / name
    folder.mkdir()
    for part in ("hookwright.yaml", "webhooks"):
        (project / part).rename(folder / part)
    git(project, "init", "--quiet")
    done = call("init", name, "--github")
    assert done.code == code
    assert (project / ".github").exists() == (code == 0)
    if code == 0:
        workflow = yaml.safe_load((project / WORKFLOWS[0]).read_text())
        assert workflow["jobs"]["validate"]["steps"][1]["with"]["project"] == name


def test_the_editor_finds_the_schemas(call: Call, tmp_path: Path) -> None:
    call("init")
    mapped = json.loads((tmp_path / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    firsts = [(tmp_path / name).read_text().splitlines()[0] for name in FILES[:2]]
    assert [f"# yaml-language-server: $schema={address}" for address in mapped] == firsts
    names = [address.rpartition("/")[2].removesuffix(".schema.json") for address in mapped]
    assert set(names) <= set(schema_names())
    assert list(mapped.values()) == ["hookwright.yaml", list(DEFAULT_INCLUDE)]
