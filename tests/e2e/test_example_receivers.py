"""The receivers that people copy, started as their READMEs say, and put to the proof by the installed command."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hookwright.harness.checks.registry import catalogue
from tests.e2e.conftest import ROOT, Installed

pytestmark = pytest.mark.e2e

EXAMPLES = ROOT / "examples" / "receivers"
KEYS = {"REFOLD_API_KEY": "tk_test_0123456789abcdef", "REFOLD_API_KEY_BEFORE": "tk_test_the_key_before"}
SECONDS = 15.0
WAITRESS = ["-m", "waitress", "--listen=127.0.0.1:{port}", "--max-request-body-size=2097152"]
COMMANDS = {
    "flask": [sys.executable, *WAITRESS, "app:app"],
    "fastapi": [sys.executable, "-m", "uvicorn", "app:app", "--port={port}", "--log-level=warning"],
    "django": [sys.executable, *WAITRESS, "project:application"],
    "node": ["node", "server.mjs"],
}


@contextmanager
def started(name: str, folder: Path) -> Iterator[str]:
    """The example on a free port; gives its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keep = {variable: os.environ[variable] for variable in ("PATH", "HOME", "LANG") if variable in os.environ}
    environ = keep | KEYS | {"SHOW_EFFECTS": "1", "INBOX": str(folder / "inbox.db"), "PORT": str(port)}
    command = [part.format(port=port) for part in COMMANDS[name]]
    log = folder / "log"
    with log.open("wb") as output, subprocess.Popen(
        command, cwd=EXAMPLES / name, env=environ | {"PYTHONDONTWRITEBYTECODE": "1"}, stdout=output, stderr=output
    ) as process:  # fmt: skip
        try:
            wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=15)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("name", COMMANDS)
def test_it_passes_all_checks_in_time(name: str, installed: Installed, tmp_path: Path) -> None:
    if name == "node" and shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    with started(name, tmp_path) as url:
        arguments = (
            "--key-env",
            "REFOLD_API_KEY",
            "--also-key",
            "REFOLD_API_KEY_BEFORE",
            "--effects",
            f"{url}/effects",
        )
        done = installed.run("test", "receiver", f"{url}/refold", *arguments, "--format", "json", cwd=tmp_path, **KEYS)
    found = {check["id"]: check for check in done.json["checks"]}
    wrong = [f"{check['id']}: {check['observed']}" for check in found.values() if check["status"] == "failed"]
    assert (done.code, wrong) == (0, []), (tmp_path / "log").read_text()
    assert list(found) == list(catalogue())
    assert {check for check in found if found[check]["status"] == "skipped"} == {"R36"}, "it is http"
    assert {check for check in found if found[check]["status"] == "info"} == {"R18", "R19", "R37"}
    assert sum(check["duration_ms"] for check in found.values() if check["id"] != "R39") < SECONDS * 1000


def test_the_inboxes_are_one() -> None:
    texts = {(EXAMPLES / name / "inbox.py").read_text() for name in ("flask", "fastapi", "django")}
    assert len(texts) == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_the_way_to_start_it_is_told(name: str) -> None:
    told = (EXAMPLES / name / "README.md").read_text()
    assert COMMANDS[name][-1] in told or "uvicorn app:app" in told
    assert "SHOW_EFFECTS=1" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_it_does_not_start_without_a_key(name: str) -> None:
    if name == "node" and shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    environ = {"PATH": os.environ["PATH"], "REFOLD_API_KEY": "", "INBOX": ":memory:", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [part.format(port=0) for part in COMMANDS[name]]
    done = subprocess.run(command, cwd=EXAMPLES / name, env=environ, capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert b"REFOLD_API_KEY" in done.stdout + done.stderr
