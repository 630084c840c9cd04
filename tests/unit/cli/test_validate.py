from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from hookwright.validate.schemas import schema_text
from tests.unit.cli.calling import Call, make_call

KEYS = {"TEST_KEY": "tk_test_0123456789abcdef", "LIVE_KEY": "pk_test_0123456789abcdef"}
SECRETS = {"PAGER_TOKEN": "t", "BODY_SECRET": "b", "SLACK_PATH": "s"}
EXTRA = """\
webhooks:
  extra:
    url: http://hooks.acme.example/extra
    events: [Workflow Complete]
"""


SECRETS_EVERYWHERE = """\
webhooks:
  extra:
    url: https://${env.BODY_SECRET}/extra
    events: [Workflow Completed, "${env.BODY_SECRET}"]
    description: of ${env.BODY_SECRET}
    group: ${env.BODY_SECRET}
    slug: ${env.BODY_SECRET}
    workflows: ["${env.BODY_SECRET}", "${env.BODY_SECRET}"]
    method: POST
    headers: {X-Plain: "${env.BODY_SECRET}", X-Run: "{{event.instnce_id}} ${env.BODY_SECRET}"}
    body: {text: "${env.BODY_SECRET} {{event.nope}}"}
  text:
    url: https://hooks.acme.example/text
    events: [Workflow Completed]
    body: '{"a": ${env.BODY_SECRET} {{event.b}}'
events:
  made:
    sample: {a: "${env.BODY_SECRET}"}
    json_schema: {properties: {a: {type: integer}}}
  other:
    sample: {a: "1"}
    json_schema: {properties: {a: {type: "${env.BODY_SECRET}"}}}
"""


@pytest.fixture
def broken(project: Path) -> Path:
    """The project with a file that has two errors."""
    (project / "webhooks" / "extra.yaml").write_text(EXTRA)
    return project


def test_nothing_found(call: Call) -> None:
    done = call("validate", **KEYS, **SECRETS)
    assert (done.code, done.out) == (0, "no findings\n")
    assert done.err == "2 files, 3 webhooks, 0 events; environments: test, production\n"


def test_unset_process_variables_are_warnings(call: Call) -> None:
    done = call("validate", "--format", "json")
    assert done.code == 0
    assert {(each["rule"], each["severity"]) for each in done.json["findings"]} == {("HW021", "warning")}
    assert call("validate", "--strict").code == 1


def test_errors_fail(call: Call, broken: Path) -> None:
    done = call("validate", "--format", "json", **KEYS, **SECRETS)
    assert done.code == 1
    assert done.err == ""
    found = [(each["rule"], each["file"], each["line"], each["column"]) for each in done.json["findings"]]
    assert found == [("HW301", "webhooks/extra.yaml", 3, 10), ("HW401", "webhooks/extra.yaml", 4, 14)]


@pytest.mark.parametrize("folder", [".", "webhooks", ".."])
def test_paths_are_those_of_the_working_directory_where_that_has_to_do_with_the_project(
    folder: str, broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = (broken / folder).resolve()
    done = make_call(monkeypatch, capsys, here)("-C", str(broken), "validate", "--format", "json", **KEYS, **SECRETS)
    assert (here / done.json["findings"][0]["file"]).resolve() == (broken / "webhooks" / "extra.yaml").resolve()


def test_elsewhere_paths_are_those_of_the_project(
    broken: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    call = make_call(monkeypatch, capsys, tmp_path_factory.mktemp("elsewhere"))
    done = call("-C", str(broken), "validate", "--format", "json", **KEYS, **SECRETS)
    assert done.json["findings"][0]["file"] == "webhooks/extra.yaml"


def test_only_some_environments(call: Call, broken: Path) -> None:
    done = call("validate", "-e", "test", "--format", "json", **KEYS, **SECRETS)
    http = done.json["findings"][0]
    assert (http["rule"], http["severity"], http["environment"]) == ("HW301", "warning", "test")
    both = call("validate", "-e", "test", "-e", "production", "--format", "json", **KEYS, **SECRETS)
    assert (both.json["findings"][0]["severity"], both.json["findings"][0]["environment"]) == ("error", None)


def test_an_environment_that_is_not_there(call: Call) -> None:
    done = call("validate", "-e", "tets")
    assert done.code == 64
    assert "Did you mean 'test'?" in done.err


def test_only_the_findings_of_some_files(call: Call, broken: Path) -> None:
    assert call("validate", "webhooks/all.yaml", **KEYS, **SECRETS).code == 0
    assert call("validate", "webhooks/all.yaml", "webhooks/extra.yaml", **KEYS, **SECRETS).code == 1


def test_a_file_has_a_part_in_what_is_found_elsewhere(call: Call, project: Path) -> None:
    (project / "webhooks" / "again.yaml").write_text(EXTRA.replace("extra:", "plain:"))
    done = call("validate", "webhooks/all.yaml", "--format", "json", **KEYS, **SECRETS)
    assert ("HW016", "webhooks/all.yaml") in [(each["rule"], each["file"]) for each in done.json["findings"]]
    only_again = call("validate", "webhooks/again.yaml", "--format", "json", **KEYS, **SECRETS)
    assert "HW016" in [each["rule"] for each in only_again.json["findings"]]


def test_a_file_that_is_not_there_is_told(call: Call, broken: Path) -> None:
    done = call("validate", "nofile.yaml", **KEYS, **SECRETS)
    assert "there is no file 'nofile.yaml'" in done.err


@pytest.mark.parametrize("form", ["json", "sarif", "codequality"])
def test_nothing_in_json_is_a_command_to_a_runner(call: Call, project: Path, form: str) -> None:
    (project / "webhooks" / "hostile.yaml").write_text(
        "webhooks:\n  h: {url: https://h.acme.example, events: ['##[error]a ##[group]b']}\n"
    )
    done = call("validate", "--format", form, **KEYS, **SECRETS)
    assert "##[" not in done.out
    assert "##[error]a ##[group]b" in json.dumps(done.json)


def test_nothing_in_the_json_of_an_error_is_a_command_to_a_runner(call: Call) -> None:
    done = call("validate", "-e", "##[error]x", "--format", "json", **KEYS, **SECRETS)
    assert done.code == 64
    assert "##[" not in done.out + done.err
    assert "##[error]x" in done.json["error"]["message"]


def test_what_is_no_file_of_the_project_is_told(call: Call, broken: Path) -> None:
    (broken / "contracts").mkdir()
    (broken / "contracts" / "workflow-errored.json").write_text("{}")
    (broken / "bodies").mkdir()
    (broken / "bodies" / "n.json").write_text('{"a": 1}')
    (broken / "webhooks" / "named.yaml").write_text(
        "webhooks:\n  n: {url: https://n.acme.example, events: [Workflow Errored], body_file: ../bodies/n.json}\n"
    )
    (broken / "webhooks" / "latin.yaml").write_bytes(b"# \xfc\n")

    def told(*files: str) -> list[str]:
        err = call("validate", *files, **KEYS, **SECRETS).err
        return [line for line in err.splitlines() if line.startswith("warning: ")]

    (broken / "README.md").write_text("")
    assert told("README.md") == ["warning: 'README.md' is no file of the project: nothing in it was looked at"]
    assert told("webhooks") == [
        "warning: 'webhooks' is a folder: nothing in it was looked at. Name files, or the project's folder with -C"
    ]
    own = ("hookwright.yaml", "webhooks/all.yaml", "webhooks/named.yaml", "webhooks/latin.yaml", "bodies/n.json")
    assert told(*own, "contracts/workflow-errored.json", str(broken / "webhooks" / "extra.yaml")) == []


def test_what_depends_on_a_file_is_its_business(call: Call, broken: Path) -> None:
    named = (
        "webhooks:\n  named: {url: https://n.acme.example, events: [Workflow Errored], body_file: ../bodies/n.json}\n"
    )
    (broken / "webhooks" / "named.yaml").write_text(named)
    (broken / "bodies").mkdir()
    (broken / "bodies" / "n.json").write_text('{"a": "{{event.nope}}"}')

    def rules(*files: str) -> list[str]:
        done = call("validate", *files, "--format", "json", **KEYS, **SECRETS)
        return [each["rule"] for each in done.json["findings"]]

    assert rules("webhooks/named.yaml") == ["HW201"]
    assert rules("bodies/n.json") == ["HW201"]
    assert rules("webhooks/all.yaml") == []
    assert rules("README.md") == []
    assert (
        rules("hookwright.yaml") == rules("contracts/workflow-errored.json") == rules() == ["HW201", "HW301", "HW401"]
    )


@pytest.mark.parametrize("content", ["", "version: 1\n  project: x\n", "[]\n", "a: &a *a\n", "\x00"])
def test_json_also_where_the_project_is_broken(content: str, call: Call, project: Path) -> None:
    (project / "hookwright.yaml").write_text(content)
    done = call("validate", "--format", "json")
    assert done.code == 1
    assert done.json["summary"]["error"] >= 1
    assert jsonschema_rs.validator_for(json.loads(schema_text("output/findings"))).is_valid(done.json)


@pytest.mark.parametrize("form", ["json", "text", "sarif", "github", "codequality"])
def test_no_project(form: str, call: Call, project: Path) -> None:
    (project / "hookwright.yaml").unlink()
    done = call("validate", "--format", form)
    assert done.code == 1
    assert "HW000" in done.out
    assert "there is no hookwright.yaml" in done.out


def test_a_file_that_is_no_text(call: Call, project: Path) -> None:
    (project / "webhooks" / "latin.yaml").write_bytes(b"# \xfc\n")
    done = call("validate", **KEYS, **SECRETS)
    assert done.code == 1
    assert "webhooks/latin.yaml:1:3" in done.out


def test_sarif_and_annotations(call: Call, broken: Path) -> None:
    sarif = call("validate", "--format", "sarif", **KEYS, **SECRETS)
    assert sarif.code == 1
    assert [each["ruleId"] for each in sarif.json["runs"][0]["results"]] == ["HW301", "HW401"]
    github = call("validate", "--format", "github", **KEYS, **SECRETS)
    assert github.out.startswith("::error file=webhooks/extra.yaml,line=3,")


def test_the_line_and_a_mark(call: Call, broken: Path) -> None:
    shown = call("validate", **KEYS, **SECRETS).out
    assert "  4 |     events: [Workflow Complete]\n    |              ^^^^^^^^^^^^^^^^^\n" in shown


@pytest.mark.parametrize(
    "secret", ["s3cr3t-{{zz}} \u0142\n", "s3cr3t.internal:99999/{{", "{{s3cr3t.value}}", "s3cr3t", "tk_s3cr3t_012345"]
)
def test_no_secret_is_shown(secret: str, call: Call, project: Path) -> None:
    (project / "webhooks" / "extra.yaml").write_text(SECRETS_EVERYWHERE)
    for form in ("text", "json", "sarif", "github", "codequality"):
        done = call("validate", "--format", form, **{**KEYS, **SECRETS, "LIVE_KEY": secret, "BODY_SECRET": secret})
        assert "s3cr3t" not in done.out + done.err
        assert "zz" not in done.out
        assert "0142" not in done.out
