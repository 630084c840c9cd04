"""The command ``hookwright emulator``, as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

KEY = "tk_test_0123456789abcdef"


@contextmanager
def start(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "hookwright", "emulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def run(*arguments: str) -> tuple[int, str, str]:
    with start(*arguments) as child:
        out, err = child.communicate(timeout=20)
        return child.returncode, out, err


def get(url: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"x-api-key": KEY})) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("output_format", ["text", "json"])
def test_it_prints_one_line_and_ends_cleanly(ending: signal.Signals, output_format: str) -> None:
    with start("--format", output_format) as child:
        assert child.stdout
        line = child.stdout.readline()
        url = json.loads(line)["url"] if output_format == "json" else line.removeprefix("listening on ").strip()
        assert url.startswith("http://127.0.0.1:")
        assert get(f"{url}/api/v2/public/webhook") == 200
        child.send_signal(ending)
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err) == (0, "", "")


def test_the_rate_limit_can_be_set_and_faults_loaded(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"match": {"nth": 2}, "fault": "500"}]), "utf-8")
    with start("--rate-limit", "0.001", "--burst", "2", "--faults", str(faults), "--retry-after") as child:
        assert child.stdout
        url = child.stdout.readline().removeprefix("listening on ").strip()
        assert [get(f"{url}/api/v2/public/webhook") for _ in range(4)] == [200, 500, 200, 429]
        child.terminate()
        child.communicate(timeout=20)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read {file}: No such file or directory"),
        ("{", "{file} is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"fault": "no"}', "{file}: fault must be one of refuse, "),
        ("\xff", "{file} is not JSON: "),
    ],
)
def test_a_file_of_faults_that_cannot_be_used(tmp_path: Path, content: str | None, message: str) -> None:
    file = tmp_path / "faults.json"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    code, out, err = run("--faults", str(file), "--format", "json")
    assert code == 1
    assert json.loads(out)["error"]["message"].startswith(message.format(file=file))
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--timeout", "nan"),
        ("--timeout", "0"),
        ("--retry-base", "-1"),
        ("--retry-factor", "0.5"),
        ("--rate-limit", "inf"),
        ("--rate-limit", "0"),
        ("--burst", "0"),
        ("--port", "70000"),
        ("--host", ""),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: tuple[str, str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (64, "")
    assert f"Invalid value for '{arguments[0]}'" in err


def test_what_is_taken_or_cannot_be_written_is_told(tmp_path: Path) -> None:
    def message(*arguments: str) -> Any:
        code, out, err = run(*arguments, "--format", "json")
        assert (code, "Traceback" in err) == (1, False)
        return json.loads(out)["error"]["message"]

    with start() as child:
        assert child.stdout
        port = child.stdout.readline().strip().rpartition(":")[2]
        assert message("--port", port) == f"cannot listen on 127.0.0.1 port {port}: address already in use"
        assert "0 takes one that is" in run("--port", port)[2]
        child.terminate()
        child.communicate(timeout=20)
    db = tmp_path / "no" / "x.db"
    assert message("--db", str(db)) == f"cannot open the database {db}: No such file or directory"


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "cannot be read: No such file or directory"), ("no PEM\n", "holds no certificate")]
)
def test_authorities_that_cannot_be_used_are_told(tmp_path: Path, content: str | None, reason: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    code, out, err = run("--ca-file", str(file))
    assert (code, out) == (1, "")
    assert f"{file} {reason}" in err
    assert "Traceback" not in err
