"""The end of the process: quick, but nothing that is written or registered is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_output_that_cannot_be_written_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "import sys\n" + RUN + "run()", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode != 0
    assert b"Traceback" not in done.stderr
