"""``test delivery`` as a command: on its own emulator, on a running one, and in a live environment."""

from __future__ import annotations

import base64
import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hookwright.api.probing import ProbeClient
from hookwright.cli.testing import proving
from hookwright.emulator import Options, Retries
from hookwright.model.examination import Leftover
from hookwright.reconcile.probe.cleaning import Cleaned
from hookwright.validate.schemas import schema_text
from tests.mutants.senders import MUTANTS, serving
from tests.unit.cli.calling import Call, Called, make_call

KEY = "tk_test_key_of_the_live_checks"
SCHEMA = jsonschema_rs.validator_for(json.loads(schema_text("output/checks")))
RIGHT = "the-emulator"
QUICK = ("--retry-base", "0.1", "--timeout", "2")
"""For a sender that hurries, in real time and on a machine that may be busy: its waits are not measured."""
SECRETS = {"PAGER_TOKEN": "s3cr3t-token", "BODY_SECRET": "s3cr3t-body", "SLACK_PATH": "T0/B0/s3cr3t"}
LIVE = {"S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S14", "S16", "S22"}


def checked(done: Called) -> dict[str, str]:
    """By id how each check ended, of a run as JSON."""
    assert SCHEMA.is_valid(done.json), done.out
    assert done.json["subject"] == "delivery"
    return {check["id"]: check["status"] for check in done.json["checks"]}


@contextmanager
def sender(name: str) -> Iterator[str]:
    """A running sender, right or wrong; gives its URL."""
    mutant = next((each for each in MUTANTS if each.name == name), None)
    options = Options(retries=Retries(0.1), timeout=2, rate_limit=None)
    with serving(mutant, options) as url:
        yield url


def webhooks(url: str) -> Any:
    request = urllib.request.Request(f"{url}/api/v2/public/webhook", headers={"x-api-key": KEY})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with sender(RIGHT) as url:
        yield url


@pytest.fixture
def live(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, emulator: str
) -> Iterator[Call]:
    """Calls the command in a project with two environments on the emulator; nothing is left there at the end."""
    environments = {"test": "KEY", "production": "LIVE_KEY"}
    lines = ["version: 1", "project: acme", "environments:"]
    for name, variable in environments.items():
        lines += [f"  {name}: {{api_url: '{emulator}', api_key: '${{env.{variable}}}'}}"]
    (tmp_path / "hookwright.yaml").write_text("\n".join(lines) + "\n")
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "a.yaml").write_text(
        "webhooks:\n  pager: {url: 'https://acme.example/x', events: [Workflow Errored], headers: {X-Team: a}}\n"
    )
    call = make_call(monkeypatch, capsys, tmp_path)

    def called(*arguments: str, **environ: str) -> Called:
        return call("test", "delivery", *arguments, **({"KEY": KEY, "LIVE_KEY": "pk_live_key"} | environ))

    yield called
    assert webhooks(emulator) == []


def test_a_sender_that_is_not_there_is_told_once(call: Call) -> None:
    with socket.socket() as bound:  # Bound, but nobody listens: connections are refused.
        bound.bind(("127.0.0.1", 0))
        free_port = bound.getsockname()[1]
        done = call("test", "delivery", "--emulator-url", f"http://127.0.0.1:{free_port}", "--format", "json")
    assert (done.code, done.json["error"]["message"]) == (
        1,
        f"there is no sender at 127.0.0.1:{free_port}: connection refused",
    )
    assert "Start it first" in done.json["error"]["hint"]


def test_its_own_emulator_needs_no_project(call: Call, project: Path) -> None:
    (project / "hookwright.yaml").unlink()
    done = call("test", "delivery", "--only", "s02 S04", "--only", "S06", "--skip", "S06", "--format", "json")
    assert done.code == 0
    assert checked(done) == {"S02": "passed", "S04": "passed"}
    assert done.json["target"] == "emulator"
    facts = done.json["checks"][1]["facts"]
    assert facts["base_s"] == pytest.approx(60, abs=3)
    assert facts["factor"] == pytest.approx(2, abs=0.1)
    requests = [base64.b64decode(each["request_base64"]) for each in done.json["checks"][0]["exchanges"]]
    assert len(requests) == 4
    assert all(request.startswith(b"POST /hookwright-probe/") for request in requests)


def test_webhooks_are_made_like_the_declared_one_without_its_secrets(call: Call) -> None:
    done = call("test", "delivery", "pager", "-e", "test", "--only", "S07", "--format", "json", **SECRETS)
    assert checked(done) == {"S07": "passed"}
    assert done.json["webhook"] == "pager"
    exchanges = done.json["checks"][0]["exchanges"]
    first = base64.b64decode(exchanges[0]["request_base64"]).decode()
    head, _, body = first.partition("\r\n\r\n")
    assert head.startswith("PUT /")
    run = json.loads(body)["run"]
    assert f"\r\nX-Run: {run}\r\n" in head
    assert "\r\nAuthorization: (secret)\r\n" in head
    raw = b"".join(base64.b64decode(each["request_base64"]) for each in exchanges)
    assert b"s3cr3t" not in raw
    assert "s3cr3t" not in done.out + done.err


def test_the_key_can_be_chosen(call: Call) -> None:
    done = call("test", "delivery", "--only", "S06", "--key-env", "MINE", "--format", "json", MINE=KEY)
    assert checked(done) == {"S06": "passed"}
    assert KEY not in done.out


def test_people_are_told_of_every_check(call: Call) -> None:
    done = call("test", "delivery", "--only", "S02,S16")
    assert done.code == 0
    assert re.search(r"^  passed   S02  A delivery that fails is tried four times$", done.out, re.MULTILINE)
    assert "info[S16]: Retry-After" in done.out
    assert re.search(r"^delivery emulator: 1 passed, 1 info in \d", done.out, re.MULTILINE)
    strict = call("test", "delivery", "--only", "S16", "--strict")
    assert strict.code == 1
    assert "failed[S16]: Retry-After" in strict.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--only", "S99"), 64, "there is no check 'S99'"),
        (("--only", "S2"), 64, "Did you mean S02?"),
        (("--only", "S01", "--skip", "S01"), 64, "no check is left"),
        (("nobody", "-e", "test"), 64, "has no webhook 'nobody'"),
        (("--public-url", "https://t.acme.example"), 64, "--public-url is for --live"),
        (("--port", "8080"), 64, "--port is for --live"),
        (("--live", "--emulator-url", "http://127.0.0.1:1"), 64, "exclude each other"),
        (("--live", "-e", "test", "--yes"), 64, "the platform cannot reach a receiver on this machine"),
        (("--live", "-e", "test", "--public-url", "https://t.acme.example?a"), 64, "more than an address and a path"),
        (("--emulator-url", "https://app.refold.ai"), 64, "--emulator-url is not of this machine"),
        (("--emulator-url", "ftp://127.0.0.1:1"), 64, "not one of http or https"),
        (("--retry-base", "0.5"), 64, "--retry-base and --timeout are at least 1"),
        (("--key-env", "UNSET"), 1, "the process variable UNSET is unset or empty"),
        (("--live", "--key-env", "MINE"), 64, "--key-env is for the emulator"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Call, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = call("test", "delivery", *arguments, TEST_KEY=KEY, MINE=KEY, **SECRETS)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_a_running_sender_is_checked_in_real_time(call: Call, emulator: str) -> None:
    done = call("test", "delivery", "--emulator-url", f"{emulator}/", *QUICK, "--skip", "S04,S17", "--format", "json")
    ended = checked(done)
    assert done.code == 0, done.out
    assert {key for key, status in ended.items() if status != "passed"} == {"S16", "S18"}
    assert (ended["S16"], ended["S18"]) == ("info", "skipped")
    assert done.json["target"] == emulator


@pytest.mark.parametrize(("name", "failed"), [("unsigned-retries", {"S06"}), ("any-2xx", {"S08"})])
def test_a_wrong_sender_ends_the_command_with_1(call: Call, name: str, failed: set[str]) -> None:
    with sender(name) as url:
        done = call("test", "delivery", "--emulator-url", url, *QUICK, "--only", "S02,S05,S06,S08", "--format", "json")
    assert {key for key, status in checked(done).items() if status == "failed"} == failed
    assert done.code == 1


def test_one_event_serves_all_checks_of_a_live_environment(live: Call) -> None:
    done = live("pager", "-e", "test", "--live", "--yes", *QUICK, "--skip", "S04", "--format", "json")
    ended = checked(done)
    assert done.code == 0, done.out
    assert {key for key, status in ended.items() if status != "skipped"} == LIVE - {"S04"}
    assert {key for key, status in ended.items() if status not in ("passed", "skipped")} == {"S16"}
    assert done.json["target"] == "test"
    reasons = {check["id"]: check["observed"] for check in done.json["checks"] if check["status"] == "skipped"}
    assert "a tunnel may stand between" in reasons["S12"]
    assert reasons["S18"] == "nobody can restart the platform"


def test_where_no_event_happens_nothing_has_been_proved(live: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProbeClient, "emit", lambda *_: False)
    done = live("pager", "-e", "test", "--live", "--yes", "--wait", "1", "--only", "S01,S02,S12", "--format", "json")
    assert done.code == 1
    assert checked(done) == {"S01": "failed", "S02": "failed", "S12": "skipped"}
    assert done.json["checks"][0]["observed"] == "no delivery arrived within 1 s"
    assert "Now let one of these happen in 'test', once: Workflow Errored." in done.err


def test_what_could_not_be_deleted_is_named(live: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = proving.cleaning.clean

    def partly(*arguments: Any) -> Cleaned:
        clean(*arguments)
        return Cleaned(left=[Leftover("webhook", "66e31564c0287b4136f77ef8")])

    monkeypatch.setattr(proving.cleaning, "clean", partly)
    done = live("-e", "test", "--live", "--yes", *QUICK, "--only", "S01")
    assert done.code == 1
    assert "left behind: webhook 66e31564c0287b4136f77ef8" in done.err
    assert "'hookwright doctor --sweep -e test' deletes them." in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("-e", "production", "--yes"), 1, "only test environments are probed"),
        (("-e", "test"), 64, "nobody can be asked here"),
        (("--yes",), 64, "which environment?"),
    ],
)
def test_a_live_environment_is_taken_on_purpose_only(
    live: Call, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = live("--live", *arguments)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
