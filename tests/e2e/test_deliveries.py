"""The installed command's own checks of deliveries, and what others make of the bytes that the emulator sends."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Installed
from tests.e2e.test_send_listen import NODE_SAMPLE, PYTHON_SAMPLE

pytestmark = pytest.mark.e2e

KEY = "tk_test_key_of_deliveries"
NAME = 'Say "hi" \\ to <b>jané</b>\r\nX-Injected: yes\u2028 😀'
TEMPLATE = {"run": "{{event.instance_id}}", "text": "{{event.workflow_name}} failed", "all": "{{event}}"}
KINDS = ("default", "slack", "custom")
SAMPLES = {"python": ["python3", "-c", PYTHON_SAMPLE], "node": ["node", "-e", NODE_SAMPLE]}


def call(url: str, method: str = "GET", body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"x-api-key": KEY, "content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def until(holds: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def sent(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str]]:
    """By type of the webhook, body and signature of a delivery that failed once: those of both its attempts."""
    folder = tmp_path_factory.mktemp("sent")
    with (
        installed.serve("emulator", "--retry-base", "0.05", cwd=folder) as emulator,
        installed.serve("listen", "--fail", "1", "--format", "json", cwd=folder) as listener,
    ):
        for kind in KINDS:
            hook = {"webhook_url": f"{listener.url}/{kind}", "webhook_events": ["Workflow Errored"]}
            more = {"webhook_body": TEMPLATE} if kind == "custom" else {}
            call(f"{emulator.url}/api/v2/public/webhook", "POST", hook | {"webhook_type": kind} | more)
        event = {"event": "Workflow Errored", "payload": {"workflow_name": NAME}}
        call(f"{emulator.url}/_emulator/emit", "POST", event)
        attempts = [json.loads(listener.line()) for _ in range(2 * len(KINDS))]
    found = {}
    for kind in KINDS:
        own = [attempt for attempt in attempts if attempt["path"] == f"/{kind}"]
        assert [attempt["answered"] for attempt in own] == [500, 200]
        ((body, signature),) = {(each["body_base64"], each["headers"]["x-cobalt-signature"]) for each in own}
        found[kind] = (base64.b64decode(body), signature)
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", SAMPLES)
def test_the_platforms_own_samples_accept_the_bytes_of_the_emulator(
    sent: dict[str, tuple[bytes, str]], language: str, kind: str
) -> None:
    if not shutil.which(SAMPLES[language][0]):
        pytest.skip(f"{language} is not installed")
    body, signature = sent[kind]

    def verdict(raw: bytes) -> str:
        command = [*SAMPLES[language], KEY, signature]
        done = subprocess.run(command, input=raw, capture_output=True, timeout=30, check=True)
        return done.stdout.decode().strip().lower()

    assert verdict(body) == "true"
    assert verdict(body + b"\n") == "false"


def test_all_checks_of_the_installed_command_hold(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("test", "delivery", "--format", "json", cwd=tmp_path)
    assert done.code == 0, done.out
    statuses = {check["id"]: check["status"] for check in done.json["checks"]}
    assert len(statuses) == 22
    assert {key for key, status in statuses.items() if status != "passed"} == {"S16"}
    assert statuses["S16"] == "info"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_live_run_deletes_what_it_made(
    installed: Installed, tmp_path: Path, number: signal.Signals
) -> None:
    with installed.serve("emulator", "--retry-base", "60", "--no-rate-limit", cwd=tmp_path) as emulator:
        (tmp_path / "hookwright.yaml").write_text(
            "version: 1\nproject: acme\n"
            f"environments: {{test: {{api_url: '{emulator.url}', api_key: '${{env.KEY}}'}}}}\n"
        )
        webhooks = f"{emulator.url}/api/v2/public/webhook"
        with installed.start("test", "delivery", "--live", "-e", "test", "--yes", cwd=tmp_path, KEY=KEY) as process:
            until(lambda: call(f"{emulator.url}/_emulator/deliveries")["deliveries"])
            assert len(call(webhooks)) > 20
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 1, out + err
        assert "what was made is being deleted" in err
        assert "interrupted" in out
        assert call(webhooks) == []
