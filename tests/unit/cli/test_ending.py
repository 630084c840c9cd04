"""The end of the process: quick, but nothing that is written or registered is lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = "from hookwright.__main__ import run\n"


def run(code: str, *args: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]


def test_the_exit_code_and_all_that_was_written_arrive() -> None:
    done = run(RUN + "run()", "explain", "HW201")
    assert done.returncode == 0
    assert done.stdout.startswith("HW201: ")
    assert done.stdout.endswith("\n")
    assert run(RUN + "run()", "no-such-command").returncode == 64


def test_what_others_registered_is_called_and_threads_are_joined() -> None:
    code = (
        "import atexit, sys, threading, time\n"
        "sys.argv = ['hookwright', '--version']\n" + RUN + "import hookwright.cli.main as main\n"
        "command = main.run\n"
        "def patched():\n"
        "    atexit.register(print, 'registered')\n"
        "    threading.Thread(target=lambda: (time.sleep(0.2), print('thread'))).start()\n"
        "    command()\n"
        "main.run = patched\n"
        "run()\n"
    )
    done = run(code)
    assert done.stdout.splitlines()[1:] == ["thread", "registered"]
    assert done.returncode == 0


def to_full(arguments: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    """A run whose stdout takes nothing."""
    with Path("/dev/full").open("w") as full:
        return subprocess.run(
            [sys.executable, "-m", "hookwright", *arguments],
            env={"PATH": os.defpath} | environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )


NO_SPACE = (
    f"error: the output cannot be written: {os.strerror(errno.ENOSPC)}\n"
    "hint: See where stdout leads to: a disk that is full, or nothing at all.\n"
)
COMPLETING = {"_HOOKWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": "hookwright ", "COMP_CWORD": "1"}
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], [], ["plan", "-h"], ["explain"]])
def test_output_that_cannot_be_written_is_an_error_of_this_machine(arguments: list[str], unbuffered: str) -> None:
    done = to_full(arguments, PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (1, NO_SPACE)


@needs_full
def test_completions_and_errors_that_cannot_be_written() -> None:
    done = to_full([], **COMPLETING)
    assert (done.returncode, done.stderr) == (1, NO_SPACE)
    done = to_full(["vaildate", "--format", "json"])
    assert done.returncode == 64
    assert "error: No such command 'vaildate'." in done.stderr
    assert done.stderr.endswith(NO_SPACE)


@pytest.mark.parametrize("command", ["--version", "explain"])
def test_streams_that_were_closed(command: str) -> None:
    def closed(redirections: str) -> tuple[int, str]:
        line = f'exec "$0" -m hookwright {command} {redirections}'
        done = subprocess.run(["sh", "-c", line, sys.executable], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    bad = NO_SPACE.replace(os.strerror(errno.ENOSPC), os.strerror(errno.EBADF))
    assert closed(">&-") == (1, bad)
    assert closed(">&- <&-") == (1, bad)
    assert closed(">&- <&- 2>&-") == (1, "")
    assert closed("<&- 2>&-") == closed("")


def test_an_error_whose_reader_has_gone_is_told_all_the_same() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-m", "hookwright", "vaildate", "--format", "json"]
    done = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 64
    assert "error: No such command 'vaildate'." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no ulimit")
def test_output_that_is_cut_short_is_an_error_too(tmp_path: Path) -> None:
    line = 'ulimit -f 4; exec "$0" -m hookwright schema project >"$1"'
    arguments = ["sh", "-c", line, sys.executable, str(tmp_path / "schema.json")]
    environ = {"PATH": os.defpath, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(arguments, env=environ, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, NO_SPACE.replace(os.strerror(errno.ENOSPC), os.strerror(errno.EFBIG)))


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_messages_that_cannot_be_written_change_nothing_else(unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hookwright", "vaildate", "--format", "json"],
            env={"PATH": os.defpath, "PYTHONUNBUFFERED": unbuffered},
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
        )
    assert done.returncode == 64
    assert json.loads(done.stdout)["error"]["category"] == "usage"
