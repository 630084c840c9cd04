"""``hookwright test receiver``, against receivers in a thread."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hookwright.harness.answers import Answer, Script
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.sending.certificates import AUTHORITY
from tests.mutants.benches import server_context
from tests.mutants.receivers import KEY, OLD_KEY, Receiver, serving
from tests.unit.cli.acme import SECRETS
from tests.unit.cli.calling import Call
from tests.unit.cli.test_outputs import fits
from tests.unit.harness.wire import served

QUICK = ("--only", "R01,R08,R12")


class Hook:
    """A receiver in a thread."""

    def __init__(self, receiver: Receiver, certificate: str) -> None:
        self.receiver = receiver
        self.url = ""
        self._certificate = certificate
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        tls = server_context(self._certificate) if self._certificate else None
        async with serving(self.receiver, tls=tls) as self.url:
            self._ready.set()
            await self._stop.wait()
            # A connection that is taken while its server closes is never closed itself (asyncio of Python 3.11).
            await asyncio.sleep(0.1)

    def wait(self) -> None:
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@contextmanager
def hook(*mistakes: str, certificate: str = "") -> Iterator[Hook]:
    made = Hook(Receiver(*mistakes), certificate)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    made.wait()
    try:
        yield made
    finally:
        made.stop()
        thread.join(10)


def test_a_right_receiver(call: Call) -> None:
    with hook() as right:
        done = call("test", "receiver", f"{right.url}/hook", "-e", "test", *QUICK, **SECRETS)
    assert (done.code, done.err) == (0, "")
    assert "3 passed" in done.out
    assert [line.split()[1] for line in done.out.splitlines()[:3]] == ["R01", "R08", "R12"]


def test_a_wrong_receiver(call: Call) -> None:
    with hook("verifies-what-is-signed-only") as wrong:
        done = call("test", "receiver", f"{wrong.url}/hook", "-e", "test", *QUICK, "--format", "json", **SECRETS)
    assert done.code == 1
    fits(done.json, "checks")
    assert done.json["summary"] == {"passed": 2, "failed": 1, "skipped": 0, "info": 0}
    (failed,) = (check for check in done.json["checks"] if check["status"] == "failed")
    assert failed["id"] == "R12"
    assert failed["observed"] == "1 of 2 not rejected with 4xx: no signature header: 200"
    request = base64.b64decode(failed["exchanges"][0]["request_base64"])
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"x-cobalt-signature" not in request


def test_deliveries_are_those_of_the_declared_webhook_and_their_secrets_are_not_shown(call: Call) -> None:
    with served(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\ns3cr3t-pager") as server:
        arguments = ("test", "receiver", f"{server.url}/x?a=b&token=abc", "pager", "-e", "test", "--only", "R01")
        done = call(*arguments, "--format", "json", **SECRETS)
    assert done.code == 0
    fits(done.json, "checks")
    head, _, body = server.requests[-1].partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /x?a=b&token=abc HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer s3cr3t-pager\r\n" in head
    assert json.loads(body)["nested"] == {"value": "s3cr3t-body", "list": ["ERRORED", ""]}
    (exchange,) = done.json["checks"][0]["exchanges"]
    shown = base64.b64decode(exchange["request_base64"])
    assert b"x-cobalt-signature: " in shown
    assert b"Authorization: (secret)" in shown
    assert exchange["request_size"] == len(server.requests[-1])
    everything = shown + base64.b64decode(exchange["response_base64"]) + done.out.encode()
    assert [secret for secret in (*SECRETS.values(), "token=abc") if secret.encode() in everything] == []
    assert done.json["webhook"] == "pager"


def test_without_a_project_it_takes_every_event_of_the_platform(
    call: Call, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with hook() as right:
        elsewhere = str(tmp_path_factory.mktemp("empty"))
        arguments = ("test", "receiver", f"{right.url}/hook", "--only", "R01", "--format", "json", "-C", elsewhere)
        done = call(*arguments, "--key-env", "KEY", KEY=KEY)
        assert done.code == 0
        assert len(done.json["checks"][0]["exchanges"]) == 7
        assert done.json["webhook"] is None
        done = call(*arguments)
        assert (done.code, done.json["error"]["message"]) == (64, "which key?")


def test_the_wrong_key_is_suspected(call: Call) -> None:
    with hook() as right:
        done = call("test", "receiver", f"{right.url}/hook", "--only", "R01", "--key-env", "K", K="tk_test_wrong")
    assert done.code == 1
    assert "does the receiver verify with the key of K?" in done.out


def test_the_wrong_path_is_suspected_where_every_answer_is_404(call: Call) -> None:
    with serve_receiver_in_thread(script=Script(then=Answer(404))) as receiver:
        done = call("test", "receiver", f"{receiver.url}/elsewhere", "--only", "R01", "--key-env", "K", K=KEY)
    assert done.code == 1
    assert "is the path of the URL the one that takes deliveries?" in done.out
    assert "does the receiver verify" not in done.out


def test_effects_of_a_url(call: Call) -> None:
    with hook("does-everything-twice") as wrong:
        arguments = ("--only", "R08,R30,R31", "--effects", f"{wrong.url}/effects", "--format", "json")
        done = call("test", "receiver", f"{wrong.url}/hook", "-e", "test", *arguments, **SECRETS)
    found = {check["id"]: check for check in done.json["checks"]}
    assert [found[name]["status"] for name in ("R08", "R30", "R31")] == ["passed", "passed", "failed"]
    assert "2 effects, 1 is right" in found["R31"]["observed"]


def test_effects_of_a_command(call: Call) -> None:
    with hook() as right:
        arguments = ("--only", "R08,R30", "--effects", "echo 7", "--format", "json")
        done = call("test", "receiver", f"{right.url}/hook", "-e", "test", *arguments, **SECRETS)
    assert [check["status"] for check in done.json["checks"]] == ["passed", "skipped"]
    assert "let it give JSON with `connected`" in done.json["checks"][1]["observed"]


def test_without_effects_what_needs_them_is_skipped(call: Call) -> None:
    with hook() as right:
        arguments = ("--only", "R28 R29", "--only", "R30,R31", "--format", "json")
        done = call("test", "receiver", f"{right.url}/hook", "-e", "test", *arguments, **SECRETS)
    assert done.code == 0
    assert {check["observed"] for check in done.json["checks"]} == {
        "a status does not show what was done: it needs the probe that --effects names"
    }


def test_a_second_key_and_strictness(call: Call) -> None:
    with hook() as right:
        arguments = ("test", "receiver", f"{right.url}/hook", "-e", "test", "--format", "json")
        done = call(*arguments, "--only", "R38", "--also-key", "OLD", OLD=OLD_KEY, **SECRETS)
        assert (done.code, done.json["checks"][0]["status"]) == (0, "passed")
        done = call(*arguments, "--only", "R18,R38", **SECRETS)
        assert [check["status"] for check in done.json["checks"]] == ["info", "skipped"]
        done = call(*arguments, "--only", "R18", "--strict", **SECRETS)
        assert (done.code, done.json["checks"][0]["status"]) == (1, "failed")


def test_a_budget_and_a_burst(call: Call) -> None:
    with hook() as right:
        arguments = ("test", "receiver", f"{right.url}/hook", "-e", "test", "--format", "json", "--only", "R32,R39")
        done = call(*arguments, "--budget", "0.001", "--count", "60", "--concurrency", "5", **SECRETS)
    slow, burst = done.json["checks"]
    assert (slow["id"], slow["status"]) == ("R32", "failed")
    assert slow["facts"]["p95_ms"] > slow["facts"]["budget_ms"] == 1
    assert (burst["id"], burst["status"]) == ("R39", "passed")
    assert (burst["facts"]["deliveries"], burst["facts"]["concurrency"], burst["facts"]["lost"]) == (60, 5, 0)
    assert right.receiver.count >= 60


def test_a_receiver_that_is_not_there_is_one_error(call: Call) -> None:
    done = call("test", "receiver", "http://127.0.0.1:1/hook", "-e", "test", "--format", "json", **SECRETS)
    assert done.code == 1
    assert done.json["error"]["message"] == "there is no receiver at 127.0.0.1:1: connection refused"
    fits(done.json, "error")


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        (("--only", "R8"), "there is no check 'R8'", "Did you mean R08?"),
        (("--skip", "S01"), "there is no check 'S01'", "Did you mean R01?"),
        (("--only", "nonsense"), "there is no check 'nonsense'", "There are R01 to R39."),
        (("--only", "R01", "--skip", "R01"), "no check is left to run", "--only names"),
        (("--event", "Workflow Completed"), "webhook pager does not subscribe", "It subscribes to"),
        (("--effects", "'"), "--effects: the command makes no sense", ""),
    ],
)
def test_what_makes_no_sense(given: tuple[str, ...], message: str, hint: str, call: Call) -> None:
    done = call("test", "receiver", "http://127.0.0.1:1/hook", "pager", "-e", "test", *given, **SECRETS)
    assert done.code in (1, 64)
    assert message in done.err
    assert hint in done.err


def test_a_probe_that_gives_no_count(call: Call) -> None:
    with hook() as right:
        for probe, message in (
            (f"{right.url}/hook", "--effects: the URL gives no count: 405"),
            ("/nonexistent/probe", "--effects: /nonexistent/probe cannot be run"),
            (f"{sys.executable} -c 'raise SystemExit(3)'", "ended with 3"),
            (f"{sys.executable} -c 'print([])'", "no count"),
        ):
            arguments = ("test", "receiver", f"{right.url}/hook", "-e", "test", "--only", "R28", "--effects", probe)
            done = call(*arguments, **SECRETS)
            assert done.code == 1
            assert message in done.err


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://169.254.169.254/latest", "is an address of the link"),
        ("http://[fd00:ec2::254]/latest", "is an address of the link"),
        ("http://[::ffff:169.254.169.254]/", "is an address of the link"),
        ("http://192.0.2.1/hook", "is neither this machine nor the host of a webhook that a test environment declares"),
        ("ftp://127.0.0.1/", "not one of http or https"),
    ],
)
def test_where_nothing_is_sent(url: str, message: str, call: Call) -> None:
    done = call("test", "receiver", url, "-e", "test", **SECRETS)
    assert done.code in (1, 64)
    assert message in done.err


def test_a_host_that_production_declares_too_is_not_put_to_the_proof(
    call: Call, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = tmp_path_factory.mktemp("project")
    (project / "hookwright.yaml").write_text(
        "version: 1\nproject: acme\nenvironments:\n"
        "  test: {api_key: '${env.TEST_KEY}', vars: {path: staging}}\n"
        "  production: {api_key: '${env.LIVE_KEY}', vars: {path: live}}\n"
    )
    (project / "webhooks").mkdir()
    (project / "webhooks" / "a.yaml").write_text(
        "webhooks:\n  a: {url: 'http://192.0.2.7/${var.path}', events: [Workflow Errored]}\n"
    )
    done = call("test", "receiver", "http://192.0.2.7/staging", "-e", "test", "-C", str(project), **SECRETS)
    assert done.code == 1
    assert "192.0.2.7 is neither this machine nor the host" in done.err


def test_a_certificate(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook(certificate="valid") as right:
        arguments = ("test", "receiver", f"{right.url}/hook", "-e", "test", "--only", "R08,R36", "--format", "json")
        done = call(*arguments, **SECRETS)
        assert [check["status"] for check in done.json["checks"]] == ["passed", "failed"]
        assert "certificate was refused" in done.json["checks"][1]["observed"]
        monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))  # It is OpenSSL that reads it.
        done = call(*arguments, **SECRETS)
        assert done.code == 0
        assert done.json["checks"][1]["observed"].startswith("TLSv1.")


def test_https_that_is_none(call: Call) -> None:
    with hook() as right:
        url = right.url.replace("http://", "https://")
        done = call("test", "receiver", url, "-e", "test", "--only", "R08,R36", "--format", "json", **SECRETS)
        assert [check["status"] for check in done.json["checks"]] == ["skipped", "failed"]
        done = call("test", "receiver", url, "-e", "test", "--only", "R08", **SECRETS)
    assert done.code == 1
    assert "nothing is sent without TLS that holds" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_found_until_an_interrupt_is_reported(number: signal.Signals, project: Path) -> None:
    command = [sys.executable, "-m", "hookwright", "test", "receiver", "--key-env", "TEST_KEY", "--count", "100000"]
    command += ["--only", "R01,R39", "--report", "report.json"]
    with hook() as right:
        process = subprocess.Popen(
            [*command, f"{right.url}/hook"],
            cwd=project,
            env={**os.environ, **SECRETS, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (1, f"{number.name}: the check under way is ended.\n")
    assert first.split()[:2] == ["passed", "R01"]
    assert "1 passed, 1 skipped" in out
    report = json.loads((project / "report.json").read_text())
    fits(report, "checks")
    (passed, ended) = report["checks"]
    assert (passed["id"], passed["status"]) == ("R01", "passed")
    assert (ended["id"], ended["status"], ended["observed"]) == ("R39", "skipped", "interrupted")
