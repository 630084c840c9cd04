"""``hookwright doctor`` against the emulator: its checks, and the probe with all that keeps it harmless."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hookwright.api.client import Client
from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, Retries, serve_in_thread
from hookwright.model.resources import Event, Webhook
from hookwright.reconcile.probe.assumptions import ALL
from hookwright.validate.schemas import schema_text
from tests.unit.cli.calling import Call, Called

TEST = "tk_test_0123456789abcdef"
LIVE = "pk_live_0123456789abcdef"
KEYS = {"TEST_KEY": TEST, "LIVE_KEY": LIVE}
TOKEN = "s3cr3t-token"
SCHEMA = jsonschema_rs.validator_for(json.loads(schema_text("output/doctor")))
LEFTOVER = "https://probe.invalid/hookwright-probe/20200131T121000Z-0123abcd/a5"
BYSTANDER = Webhook("https://joe:pw@hooks.acme.example/private", ("Workflow Errored",), headers={"X-Token": TOKEN})

PROJECT = """\
version: 1
project: acme
environments:
  test: {{api_key: "${{env.TEST_KEY}}", api_url: "{url}"}}
  production: {{api_key: "${{env.LIVE_KEY}}", api_url: "{url}"}}
"""
WEBHOOKS = """\
webhooks:
  alerts:
    url: https://hooks.acme.example/alerts
    events: [Workflow Errored]
    description: Tells us
    headers: {Authorization: "Bearer ${env.ALERTS_TOKEN}"}
"""


@pytest.fixture
def url() -> Iterator[str]:
    with serve_in_thread(Options(retries=Retries(base=0.2)), TemplateRenderer()) as server:
        yield server.url


@pytest.fixture
def project(tmp_path: Path, url: str) -> Path:
    (tmp_path / "hookwright.yaml").write_text(PROJECT.format(url=url))
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "alerts.yaml").write_text(WEBHOOKS)
    return tmp_path


@pytest.fixture
def live(url: str) -> Iterator[Client]:
    with Client(url, TEST) as client:
        client.create_webhook(BYSTANDER)
        yield client


def report(done: Called) -> Any:
    """The JSON report, which is as its schema says and agrees with the exit code."""
    value = done.json
    SCHEMA.validate(value)
    assert value["ok"] is (done.code == 0)
    return value


def statuses(checks: Any) -> dict[str, str]:
    return {check["id"]: check["status"] for check in checks}


def test_all_environments_are_looked_at(call: Call, live: Client) -> None:
    done = call("doctor", "--format", "json", ALERTS_TOKEN=TOKEN, **KEYS)
    value = report(done)
    assert (done.code, value["project"], value["probe"]) == (0, "acme", None)
    assert [check["environment"] for check in value["checks"]] == [None] * 7 + ["test"] * 9 + ["production"] * 9
    assert value["summary"]["failed"] == 0
    for secret in (TEST, LIVE, TOKEN):
        assert secret not in done.out + done.err


def test_one_environment_as_text(call: Call, live: Client, url: str) -> None:
    done = call("doctor", "-e", "test", ALERTS_TOKEN=TOKEN, **KEYS)
    assert (done.code, done.err) == (0, "")
    assert "Environment test\n" in done.out
    assert "Environment production" not in done.out
    assert f"D14  Address of the API  {url}\n" in done.out


def test_what_is_missing_fails_only_its_environment(call: Call, live: Client) -> None:
    value = report(call("doctor", "--format", "json", ALERTS_TOKEN=TOKEN, TEST_KEY=TEST))
    failed = [(check["id"], check["environment"]) for check in value["checks"] if check["status"] == "failed"]
    assert failed == [("D12", "production")]
    assert statuses(check for check in value["checks"] if check["environment"] == "test")["D15"] == "ok"


def test_who_interrupts_does_not_wait_for_a_platform_that_hangs(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        (project / "hookwright.yaml").write_text(PROJECT.format(url=url))
        command, environ = [sys.executable, "-m", "hookwright", "doctor"], os.environ | KEYS | {"ALERTS_TOKEN": TOKEN}
        with subprocess.Popen(command, cwd=project, env=environ, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                assert process.communicate(timeout=10)[1].endswith("interrupted, nothing more was done\n")


def test_no_project_is_a_check_that_failed(call: Call, project: Path) -> None:
    (project / "hookwright.yaml").unlink()
    value = report(call("doctor", "--format", "json"))
    assert (value["project"], statuses(value["checks"])["D06"]) == (None, "failed")


def test_what_is_wrong_in_the_project_is_counted(call: Call, project: Path) -> None:
    (project / "webhooks" / "alerts.yaml").write_text("webhooks: {alerts: {url: x, events: [Nonsense]}}")
    checks = report(call("doctor", "-e", "test", "--format", "json", **KEYS))["checks"]
    declaration = next(check for check in checks if check["id"] == "D07")
    assert declaration["status"] == "failed"
    assert declaration["found"].startswith("1 webhook, 0 events: ")


# --- the probe


def test_the_probe_of_the_emulator_with_deliveries(call: Call, live: Client) -> None:
    before = live.list_webhooks()
    done = call(
        "doctor", "--probe", "-e", "test", "--yes", "--count", "1", "--receiver", "127.0.0.1:0", "--wait", "60",
        "--format", "json", "--verbose", **KEYS,
    )  # fmt: skip
    probe = report(done)["probe"]
    assert statuses(probe["checks"]) == {one.id: "ok" for one in ALL}
    assert (done.code, probe["leftovers"], probe["ended"], probe["environment"]) == (0, [], "", "test")
    assert live.list_webhooks() == before
    assert live.list_events() == []
    assert TEST not in done.out + done.err
    assert done.err.splitlines()[:2] == ["A5: ok", "A6: ok"]


@pytest.mark.parametrize("mode", ["--probe", "--sweep"])
@pytest.mark.parametrize("environ", [KEYS, {}, {"LIVE_KEY": TEST}])
def test_production_is_refused_whatever_is_said(call: Call, live: Client, mode: str, environ: dict[str, str]) -> None:
    done = call("doctor", mode, "-e", "production", "--yes", "--format", "json", **environ)
    assert done.code == 1
    assert done.json["error"]["category"] == "refused"
    assert "only test environments are probed" in done.json["error"]["message"]
    assert len(live.list_webhooks()) == 1


def test_a_production_key_in_a_test_environment_is_never_used(call: Call, url: str) -> None:
    value = report(call("doctor", "--probe", "-e", "test", "--yes", "--format", "json", TEST_KEY=LIVE))
    assert (statuses(value["checks"])["D13"], value["probe"]["made"]) == ("failed", 0)
    assert value["probe"]["ended"] == "a check of the environment failed; nothing was written"
    with Client(url, LIVE) as client:
        assert client.list_webhooks() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--probe"], "which environment?"),
        (["--probe", "-e", "test", "-e", "production"], "takes one environment"),
        (["--probe", "-e", "test"], "nobody can be asked here"),
        (["--sweep", "-e", "test"], "nobody can be asked here"),
        (["--probe", "--sweep", "-e", "test"], "exclude each other"),
        (["--receiver", "127.0.0.1:0"], "--receiver is for --probe"),
        (["--sweep", "--record", "x"], "--record is for --probe"),
        (["--probe", "-e", "test", "--public-url", "https://t.acme.example"], "--public-url is for --receiver"),
        (["--probe", "-e", "test", "--receiver", "here"], "no address to listen on"),
    ],
)
def test_wrong_usage(call: Call, live: Client, arguments: list[str], message: str) -> None:
    done = call("doctor", *arguments, **KEYS)
    assert (done.code, done.out) == (64, "")
    assert message in done.err
    assert len(live.list_webhooks()) == 1


def test_leftovers_are_swept(call: Call, live: Client) -> None:
    left = live.create_webhook(Webhook(LEFTOVER, ("Workflow Errored",)))
    live.create_event(Event("hookwright_probe_20200131T121000Z_0123abcd", {}))
    value = report(call("doctor", "--sweep", "-e", "test", "--yes", "--format", "json", **KEYS))
    probe = value["probe"]
    assert [(thing["kind"], thing["id"]) for thing in probe["swept"]][:1] == [("webhook", left.id)]
    assert [thing["kind"] for thing in probe["swept"]] == ["webhook", "event"]
    assert (probe["checks"], probe["made"]) == ([], 0)
    assert [one.webhook.url for one in live.list_webhooks()] == [BYSTANDER.url]
    assert live.list_events() == []


def test_a_recording_holds_no_secret(call: Call, live: Client, project: Path) -> None:
    organization = live.list_webhooks()[0].org_id
    done = call(
        "doctor", "--probe", "-e", "test", "--yes", "--count", "3", "--record", "cassette.yaml", "--format", "json",
        ALERTS_TOKEN=TOKEN, **KEYS,
    )  # fmt: skip
    assert statuses(report(done)["checks"])["D20"] == "ok"
    file = project / "cassette.yaml"
    text = file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    for secret in (TEST, LIVE, TOKEN, organization, "joe:pw", "private", "127.0.0.1"):
        assert secret not in text
    assert "https://probe.invalid/hookwright-probe/" in text


def test_recording_needs_vcrpy(call: Call, live: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookwright.api.cassette.find_spec", lambda name: None)
    done = call("doctor", "--probe", "-e", "test", "--yes", "--record", "x.yaml", **KEYS)
    assert (done.code, done.out) == (1, "")
    assert done.err == "error: recording needs vcrpy\nhint: pip install 'hookwright[record]'\n"
    assert len(live.list_webhooks()) == 1


def test_a_recording_that_has_no_folder_is_refused_before_anything(call: Call, live: Client) -> None:
    done = call("doctor", "--probe", "-e", "test", "--yes", "--record", "none/x.yaml", **KEYS)
    assert (done.code, "there is no such folder" in done.err) == (1, True)
