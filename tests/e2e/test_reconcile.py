"""validate, plan, apply, drift and apply again, as CI calls them, against a platform that is not ours."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Done, Installed
from tests.e2e.strict_platform import StrictPlatform, strict_platform

pytestmark = pytest.mark.e2e

SECRETS = {"PAGER_TOKEN": "s3cr3t-pager-token", "HOOK_PATH": "T000/B000/s3cr3t-path", "CALLBACK": "s3cr3t-callback"}

PROJECT = """\
version: 1
project: acme
environments:
  {name}:
    api_url: {url}
    api_key: ${{env.KEY}}
    vars:
      base_url: https://hooks.acme.example
      callback: ${{env.CALLBACK}}
policy: {{max_deletes: 2}}
"""

WEBHOOKS = """\
webhooks:
  plain:
    url: ${var.base_url}/plain
    events: [Connection Created, Connection Deleted]
    description: Keeps state
  slack:
    url: https://slack.acme.example/${env.HOOK_PATH}
    type: slack
    events: [Workflow Errored]
    group: on-call
  pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored, Workflow Timed Out]
    method: PUT
    headers:
      Authorization: Bearer ${env.PAGER_TOKEN}
      X-Run: "{{event.instance_id}}"
    body:
      run: "{{event.instance_id}}"
      nested: {token: "${var.callback}", list: [1, true, null, "{{event}}"]}
    slug: hubspot
    workflows: [Export contacts, {id: 6495792b9b6ca6d77a17e513}]
    group: on-call
events:
  candidate_created:
    sample: {jobid: "123", email: jane@acme.example}
    json_schema: {type: object}
"""


class Project:
    """A project on disk and the platform that it is for."""

    def __init__(self, root: Path, installed: Installed, platform: StrictPlatform) -> None:
        self.root = root
        self.installed = installed
        self.platform = platform
        self.name = platform.environment
        platform.workflows = [{"_id": "a" * 24, "name": "Export contacts", "published": True, "slug": "hubspot"}]
        (root / "webhooks").mkdir()
        (root / "hookwright.yaml").write_text(PROJECT.format(name=self.name, url=platform.url))
        self.declare(WEBHOOKS)

    def declare(self, text: str) -> None:
        (self.root / "webhooks" / "all.yaml").write_text(text)

    def call(self, *arguments: str, expect: int = 0, **environ: str) -> Done:
        """One command; no secret may be in anything it says."""
        done = self.installed.run(*arguments, cwd=self.root, **({"KEY": self.platform.key} | SECRETS | environ))
        said = done.out + done.err
        for value in (*SECRETS.values(), self.platform.key):
            assert value not in said
        assert done.code == expect, said
        return done

    def writes(self) -> list[str]:
        return [method for method, _, _ in self.platform.requests if method != "GET"]


@pytest.fixture(params=["tk_test_0123456789abcdef", "pk_live_0123456789abcdef"])
def project(request: pytest.FixtureRequest, tmp_path: Path, installed: Installed) -> Iterator[Project]:
    with strict_platform(request.param) as platform:
        yield Project(tmp_path, installed, platform)


def test_from_nothing_to_converged_to_drifted_and_back(project: Project) -> None:
    platform = project.platform
    project.call("validate")
    assert platform.requests == []

    plan = project.call("plan", "--format", "json").json
    assert plan["summary"] == {
        "create": 4, "update": 0, "replace": 0, "adopt": 0, "delete": 0, "unchanged": 0, "unmanaged": 0, "conflict": 0,
    }  # fmt: skip
    assert [method for method, _, _ in platform.requests] == ["GET"] * 3
    assert project.call("plan", "--detailed-exitcode", expect=2).out.startswith("acme ·")

    applied = project.call("apply", "--yes", "--format", "json").json
    assert applied["converged"] is True
    assert applied["summary"] == {"applied": 4, "failed": 0, "withheld": 0, "unknown": 0}
    pager = next(hook for hook in platform.webhooks.values() if "acme/pager" in hook["description"])
    assert pager["webhook_headers"]["Authorization"] == f"Bearer {SECRETS['PAGER_TOKEN']}"
    assert pager["webhook_body"]["nested"] == {"token": SECRETS["CALLBACK"], "list": [1, True, None, "{{event}}"]}
    assert pager["workflow_ids"] == ["6495792b9b6ca6d77a17e513", "a" * 24]

    platform.requests.clear()
    again = project.call("apply", "--yes", "--format", "json").json
    assert again["steps"] == []
    assert project.writes() == []
    project.call("plan", "--detailed-exitcode")
    project.call("drift")

    pager["is_enabled"] = False
    pager["webhook_headers"] = {"Authorization": f"Bearer {SECRETS['PAGER_TOKEN']}x", "X-Added": "by hand"}
    by_hand = platform.add(webhook_url="https://elsewhere.example/hook", description="by hand")
    drift = project.call("drift", "--format", "json", expect=2).json
    (change,) = drift["changes"]
    assert [(field["path"], field["secret"]) for field in change["fields"]] == [
        ("/enabled", False), ("/headers/Authorization", True), ("/headers/X-Added", False), ("/headers/X-Run", False),
    ]  # fmt: skip
    assert drift["unmanaged"] == [{"kind": "webhook", "id": by_hand, "url": "https://elsewhere.example/hook"}]

    project.call("apply", "--yes")
    project.call("drift")
    assert platform.webhooks[by_hand]["description"] == "by hand"


def test_a_reviewed_plan_is_applied_as_it_was_reviewed_or_not_at_all(project: Project) -> None:
    project.call("plan", "--out", "plan.json")
    saved = (project.root / "plan.json").read_text()
    for value in (*SECRETS.values(), project.platform.key):
        assert value not in saved
    assert json.loads(saved)["format"] == "hookwright.plan/1"
    project.call("apply", "plan.json")
    refused = project.call("apply", "plan.json", "--format", "json", expect=1).json["error"]
    assert refused["category"] == "refused"
    assert any("nothing to do any more" in reason for reason in refused["reasons"])

    project.declare(WEBHOOKS.replace("Keeps state", "Keeps the state"))
    project.call("plan", "--out", "plan.json")
    edited = (project.root / "plan.json").read_text()
    project.platform.requests.clear()
    (project.root / "plan.json").write_text(edited.replace("Keeps the state", "Keeps a state"))
    project.call("apply", "plan.json", expect=1)
    content = json.loads(edited) | {"expires_at": "2199-01-01T00:00:00Z"}
    (project.root / "plan.json").write_text(json.dumps(content))
    assert "edited" in project.call("apply", "plan.json", expect=1).err
    (project.root / "plan.json").write_text(edited)
    assert "a process variable" in project.call("apply", "plan.json", expect=1, PAGER_TOKEN="another-token").err
    assert project.writes() == []
    project.call("apply", "plan.json")


def test_deletes_are_guarded_and_come_last(project: Project) -> None:
    project.call("apply", "--yes")
    project.declare("webhooks: {}\n")
    blocked = project.call("plan", "--format", "json").json["blocked"]
    assert [item["guard"] for item in blocked] == ["empty", "max_deletes"]
    project.platform.requests.clear()
    error = project.call("apply", "--yes", "--format", "json", expect=1).json["error"]
    assert error["category"] == "refused"
    assert len(error["reasons"]) == 2
    (project.root / "webhooks" / "all.yaml").unlink()
    project.call("apply", "--yes", expect=1)
    assert project.writes() == []
    assert len(project.platform.webhooks) == 3
    project.call("apply", "--yes", "--allow-empty", "--allow-deletes", "3")
    assert project.platform.webhooks == {}
    assert len(project.platform.events) == 1, "an event is deleted only by a tombstone"
    project.declare("removed: {events: [candidate_created]}\n")
    project.call("apply", "--yes", "--allow-empty")
    assert project.platform.events == {}


def test_nobody_to_ask_is_a_usage_error(project: Project) -> None:
    assert "--yes" in project.call("apply", expect=64).err
    assert project.writes() == []


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"KEY": "tk_wrong_0123456789abcdef"}, "401"),
        ({"KEY": ""}, "KEY"),
        ({"KEY": "nonsense"}, "is no API key"),
    ],
)
def test_a_wrong_key_is_told_without_showing_it(project: Project, environ: dict[str, str], message: str) -> None:
    if project.name == "production" and environ["KEY"].startswith("tk"):
        message = "HW308"
    done = project.call("plan", "--format", "json", expect=1, **environ)
    assert message in done.json["error"]["message"] + json.dumps(done.json["error"])
    assert not environ["KEY"] or environ["KEY"] not in done.out + done.err


def test_a_dead_network_is_told(project: Project) -> None:
    file = project.root / "hookwright.yaml"
    file.write_text(file.read_text().replace(project.platform.url, "http://127.0.0.1:9"))
    done = project.call("plan", "--format", "json", expect=1)
    assert done.json["error"]["category"] == "network"
    assert "127.0.0.1:9" in done.err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("webhooks:\n  a: {url: 1}\n", "all.yaml:2"),
        ("webhooks:\n\ta: 1\n", "all.yaml:2"),
        ("webhooks: [\n", "all.yaml"),
        ("\x00", "all.yaml"),
        ("webhooks:\n  a:\n    url: ${var.nope}/x\n    events: [Workflow Errored]\n", "all.yaml:3"),
    ],
)
def test_bad_input_is_told_at_its_place(project: Project, text: str, place: str) -> None:
    project.declare(text)
    for command in ("validate", "plan", "apply", "drift"):
        done = project.call(command, expect=1)
        assert place in done.out + done.err
        assert json.loads(project.call(command, "--format", "json", expect=1).out)
    assert project.platform.requests == []


def test_an_interrupt_does_not_wait_for_a_platform_that_hangs(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        file = project.root / "hookwright.yaml"
        file.write_text(file.read_text().replace(project.platform.url, f"http://127.0.0.1:{silent.getsockname()[1]}"))
        process = project.installed.start(
            "plan", "--format", "json", cwd=project.root, **({"KEY": project.platform.key} | SECRETS)
        )
        connection, _ = silent.accept()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=25)
        connection.close()
    assert time.monotonic() - began < 10, "the call's own time-out is 30 s"
    assert process.returncode == 1
    assert json.loads(out)["error"]["message"].startswith("interrupted")
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_is_never_another_project(project: Project) -> None:
    for arguments in (["-C", "nodir", "plan"], ["plan", "-C", "hookwright.yaml"]):
        assert "there is no folder" in project.call(*arguments, expect=64).err
    (project.root / "sub").mkdir()
    project.call("-C", "sub", "validate")
    done = project.installed.run("-C", "..", "environments", cwd=project.root)
    assert (done.code, "there is no hookwright.yaml" in done.err) == (1, True)


def test_the_shared_options_may_stand_before_the_command(project: Project) -> None:
    assert project.call("--format", "json", "-e", project.name, "plan").json["environment"] == project.name
