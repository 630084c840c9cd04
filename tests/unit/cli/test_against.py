"""``hookwright render --against``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.acme import PROJECT, SECRETS, WEBHOOKS
from tests.unit.cli.calling import Call, Called
from tests.unit.cli.repository import ENVIRON, committed, git

ALL = 6
"""Requests of the project: plain has two events in two environments, pager one; channel is disabled or not there."""


@pytest.fixture
def repository(project: Path) -> Path:
    """The project, committed on main."""
    committed(project)
    return project


@pytest.fixture
def compare(call: Call, repository: Path) -> Call:
    """``render --against main``, with git and all secrets in the environment."""

    def compare(*arguments: str, **environ: str) -> Called:
        return call("render", "--against", "main", *arguments, **(ENVIRON | SECRETS | environ))

    return compare


def change(project: Path, old: str, new: str) -> None:
    file = project / "webhooks" / "all.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_nothing_differs(compare: Call) -> None:
    done = compare()
    assert (done.code, done.out, done.err) == (0, f"No request differs from main; {ALL} are the same.\n", "")
    assert compare("--detailed-exitcode").code == 0
    assert compare("--format", "json").json == {
        "format": "hookwright.wire/1",
        "project": "acme",
        "against": "main",
        "summary": {"changed": 0, "unchanged": ALL},
        "changes": [],
    }


def test_one_that_differs(compare: Call, repository: Path) -> None:
    change(repository, 'X-Run: "{{event.instance_id}}"', 'X-Run: "run {{event.instance_id}}"')
    done = compare("-e", "test")
    assert done.code == 0
    assert done.out == (
        "── pager · test\n"
        "    wire: Workflow Errored\n"
        "        Authorization: (secret)\n"
        "      - X-Run: 656f308b9144bb8f183bfc7b\n"
        "      + X-Run: run 656f308b9144bb8f183bfc7b\n"
        "\n"
        "\n"
        "1 request differs from main; 2 are the same.\n"
    )
    assert compare("--detailed-exitcode").code == 2
    assert "s3cr3t" not in done.out


def test_as_json(compare: Call, repository: Path) -> None:
    change(repository, "    method: PUT\n", "")
    (one,) = compare("pager", "-e", "test", "--format", "json").json["changes"]
    assert (one["before"].pop("method"), one["after"].pop("method")) == ("PUT", "POST")
    assert one["before"] == one["after"]
    assert one == {
        "webhook": "pager",
        "renamed_from": None,
        "environment": "test",
        "event": "Workflow Errored",
        "masked": True,
        "before": one["before"],
        "after": {
            "url": "http://127.0.0.1:9/pager",
            "headers": {
                "Content-Type": "application/json",
                "Authorization": "(secret)",
                "X-Run": "656f308b9144bb8f183bfc7b",
            },
            "body": '{"run":"656f308b9144bb8f183bfc7b","nested":{"value":"(secret)","list":["ERRORED",""]}}',
        },
    }


def test_what_is_written_another_way_sends_the_same(compare: Call, repository: Path) -> None:
    change(
        repository, "events: [Connection Created, Workflow Errored]", "events: [Workflow Errored, Connection Created]"
    )
    change(repository, "${var.base_url}/plain", "${env.BASE}/plain")
    assert compare("-e", "test", BASE="http://127.0.0.1:9").out == "No request differs from main; 3 are the same.\n"


def test_new_gone_and_renamed(compare: Call, repository: Path) -> None:
    change(repository, "  plain:\n", "  simple:\n    renamed_from: plain\n")
    change(repository, "${var.base_url}/plain", "${var.base_url}/simple")
    change(repository, "  pager:\n", "  beeper:\n")
    done = compare("-e", "test", "--format", "json").json
    assert [(one["webhook"], one["renamed_from"], one["event"]) for one in done["changes"]] == [
        ("beeper", None, "Workflow Errored"),
        ("pager", None, "Workflow Errored"),
        ("simple", "plain", "Connection Created"),
        ("simple", "plain", "Workflow Errored"),
    ]
    beeper, pager, simple, _ = done["changes"]
    assert (beeper["before"], pager["after"]) == (None, None)
    assert simple["before"]["url"] == "http://127.0.0.1:9/plain"
    text = compare("-e", "test").out
    assert "── simple (was plain) · test\n" in text
    assert "nothing is delivered any more" in text
    assert compare("plain", "-e", "test").out == compare("simple", "-e", "test").out


def test_enabling_is_a_change_and_disabled_ones_send_nothing(compare: Call, repository: Path) -> None:
    change(repository, "type: slack", "type: slack\n    method: PUT")
    assert compare("-e", "test").out == "No request differs from main; 3 are the same.\n"
    change(repository, "{enabled: false}", "{enabled: true}")
    (one,) = compare("-e", "test", "--format", "json").json["changes"]
    assert (one["webhook"], one["before"], one["after"]["url"]) == ("channel", None, "(secret)")
    assert compare("-e", "test", "--reveal").out.count("s3cr3t") == 1


def test_a_secret_on_one_side_is_masked_on_both(compare: Call, repository: Path) -> None:
    change(repository, "X-Run: ", "X-Plain: literal\n      X-Run: ")
    committed(repository)
    change(repository, "X-Plain: literal", "X-Plain: ${env.PLAIN}")
    change(repository, "Bearer ${env.PAGER_TOKEN}", "Basic ${env.PAGER_TOKEN}")
    done = compare("pager", "-e", "test", PLAIN="hidden")
    assert done.out == (
        "── pager · test\n    wire: Workflow Errored\n      only secrets differ\n"
        "\n"
        "1 request differs from main; 0 are the same.\n"
    )
    done = compare("pager", "-e", "test", "--reveal", PLAIN="hidden")
    assert "- X-Plain: literal\n" in done.out
    assert "+ X-Plain: hidden\n" in done.out
    # The same value from elsewhere is no change on the wire.
    change(repository, "Basic", "Bearer")
    assert "No request differs" in compare("pager", "-e", "test", PLAIN="literal").out


def test_without_secrets(call: Call, repository: Path) -> None:
    change(repository, "${env.BODY_SECRET}", "${env.OTHER_SECRET}")
    done = call("render", "--against", "main", "-e", "test", **ENVIRON)
    assert done.err == "test: unset: OTHER_SECRET, PAGER_TOKEN, SLACK_PATH, TEST_KEY\n"
    assert "only secrets differ" in done.out


def test_environments_of_either_side(compare: Call, repository: Path) -> None:
    text = PROJECT.replace("  test:\n", "  staging:\n    kind: test\n")
    (repository / "hookwright.yaml").write_text(text)
    webhooks = repository / "webhooks" / "all.yaml"
    webhooks.write_text(WEBHOOKS.replace("      test: {enabled", "      staging: {enabled"))
    done = compare("--format", "json").json
    assert {(one["environment"], bool(one["before"]), bool(one["after"])) for one in done["changes"]} == {
        ("staging", False, True),
        ("test", True, False),
    }
    assert {one["environment"] for one in compare("-e", "test", "--format", "json").json["changes"]} == {"test"}
    assert compare("-e", "stagin").err.endswith("hint: Did you mean 'staging'?\n")


def test_payload_and_event(compare: Call, repository: Path) -> None:
    change(repository, '"{{event.status}}"', '"{{event.workflow_name}}"')
    same = '{"status": "x", "workflow_name": "x"}'
    assert "No request differs" in compare("--payload", same).out
    assert compare("--event", "Connection Created").out == "No request differs from main; 2 are the same.\n"
    done = compare("pager", "--event", "Connection Created")
    assert done.code == 64
    assert done.err == (
        "error: webhook pager does not subscribe to 'Connection Created' on either side\n"
        "hint: It subscribes to: Workflow Errored.\n"
    )
    done = compare("pagr")
    assert done.code == 64
    assert done.err == "error: there is no webhook 'pagr' on either side\nhint: Did you mean 'pager'?\n"


def test_what_was_wrong_may_have_been_put_right(compare: Call, repository: Path) -> None:
    change(repository, "{{event.status}}", "{{event.statsu}}")
    committed(repository)
    change(repository, "{{event.statsu}}", "{{event.status}}")
    assert "1 request differs from main" in compare("-e", "test").out
    change(repository, "{{event.status}}", "{{event.statsu}}")
    done = compare("-e", "test")
    assert (done.code, done.err.splitlines()[-2]) == (1, "error: the project has errors")


def test_what_could_not_be_read_then(compare: Call, repository: Path) -> None:
    good = (repository / "webhooks" / "all.yaml").read_text()
    change(repository, "method: PUT", "methd: PUT")
    committed(repository)
    (repository / "webhooks" / "all.yaml").write_text(good)
    done = compare("--format", "json")
    assert done.code == 1
    error = done.json["error"]
    assert error["message"] == "the project cannot be read at main"
    assert [(one["rule"], one["file"], one["line"]) for one in error["findings"]] == [
        ("HW101", "main:webhooks/all.yaml", 8)
    ]
    assert "main:webhooks/all.yaml:8:5" in done.err


def test_body_files_are_those_of_the_revision(compare: Call, repository: Path) -> None:
    change(repository, "  plain:\n", "  plain:\n    body_file: body.json\n")
    body = repository / "webhooks" / "body.json"
    body.write_text('{"n": 1}')
    committed(repository)
    body.write_text('{"n": 2}')
    done = compare("plain", "-e", "test", "--format", "json").json
    assert [(one["before"]["body"], one["after"]["body"]) for one in done["changes"]] == [('{"n":1}', '{"n":2}')] * 2


def test_a_project_in_a_folder_of_a_repository(call: Call, project: Path) -> None:
    below = project / "projects" / "acme"
    below.mkdir(parents=True)
    for name in ("hookwright.yaml", "webhooks"):
        (project / name).rename(below / name)
    committed(project)
    change(below, "method: PUT", "method: PATCH")
    done = call("-C", "projects/acme", "render", "--against", "HEAD", "-e", "test", **ENVIRON, **SECRETS)
    assert "      - PUT http://127.0.0.1:9/pager\n      + PATCH http://127.0.0.1:9/pager\n" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--against", "nowhere"], 64, "error: the repository has no revision 'nowhere'"),
        (["--against", "main", "--all", "pager"], 64, "error: a name and --all exclude each other"),
        (["pager", "--detailed-exitcode"], 64, "error: --detailed-exitcode says whether something differs"),
    ],
)
def test_what_makes_no_sense(call: Call, repository: Path, arguments: list[str], code: int, message: str) -> None:
    done = call("render", *arguments, **ENVIRON)
    assert (done.code, done.err.startswith(message), done.out) == (code, True, "")


def test_no_repository_and_no_project_then(call: Call, project: Path) -> None:
    bounded = ENVIRON | {"GIT_CEILING_DIRECTORIES": str(project.parent)}
    done = call("render", "--against", "main", "--format", "json", **bounded)
    assert (done.code, done.json["error"]["category"]) == (1, "local")
    assert "is in no git repository" in done.err
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "commit", "--allow-empty", "--quiet", "--message", "Nothing")
    done = call("render", "--against", "main", "--format", "json", **ENVIRON)
    assert (done.code, done.json["error"]["category"]) == (1, "config")
    assert done.json["error"]["message"].startswith("there is no hookwright.yaml at main (")


def test_it_is_coloured_as_asked(compare: Call, repository: Path) -> None:
    change(repository, "method: PUT", "method: PATCH")
    coloured = compare("-e", "test", FORCE_COLOR="1").out
    assert "\x1b[31m- PUT http://127.0.0.1:9/pager\x1b[0m\n" in coloured
    assert "\x1b" not in compare("-e", "test").out


def test_the_schema_of_the_json(compare: Call, repository: Path) -> None:
    from jsonschema import Draft202012Validator

    from hookwright.validate.schemas import schema_text

    schema = Draft202012Validator(json.loads(schema_text("output/wire")))
    change(repository, "  pager:\n", "  beeper:\n")
    schema.validate(compare("--format", "json").json)
