"""The wheel, built and installed into an environment of its own, and its servers as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
KEY = "tk_test_0123456789abcdef"


@dataclass
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Installed:
    """The installed command. ``run`` runs it to its end; ``serve`` keeps a server of it up."""

    executable: Path
    environ: dict[str, str] = field(default_factory=dict)

    def _environ(self, extra: dict[str, str]) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return keep | {"PYTHONUNBUFFERED": "1"} | self.environ | extra

    def run(
        self, *arguments: str, cwd: Path | None = None, stdin: bytes = b"", timeout: float = 60, **environ: str
    ) -> Done:
        done = subprocess.run(
            [str(self.executable), *arguments],
            cwd=cwd, env=self._environ(environ), input=stdin, capture_output=True, timeout=timeout, check=False,
        )  # fmt: skip
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err + result.out, result.err
        return result

    def start(self, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.executable), *arguments],
            cwd=cwd, env=self._environ(environ), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    @contextmanager
    def serve(self, *arguments: str, cwd: Path | None = None, **environ: str) -> Iterator[Server]:
        with self.start(*arguments, cwd=cwd, **environ) as process:  # closes its pipes at the end
            assert process.stdout is not None
            assert process.stderr is not None
            first = process.stdout.readline()
            assert "http://127.0.0.1:" in first, first + process.stderr.read()
            server = Server(process, first)
            try:
                yield server
            finally:
                server.end()


@dataclass
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    first_line: str

    @property
    def url(self) -> str:
        line = self.first_line.strip()
        return json.loads(line)["url"] if line.startswith("{") else line.rpartition(" ")[2]

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=15)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The command of the wheel, in an environment that has its dependencies and not this checkout."""
    # The workers of a parallel run share one environment: whoever comes first makes it.
    home = tmp_path_factory.getbasetemp()
    home = (home.parent if os.environ.get("PYTEST_XDIST_WORKER") else home) / "installed"
    try:
        home.mkdir()
    except FileExistsError:
        _wait(lambda: (home / "ready").exists())
    else:
        _install(home)
        (home / "ready").touch()
    return Installed(home / "venv" / "bin" / "hookwright")


def _install(home: Path) -> None:
    python = sys.executable
    build = [python, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(home), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    subprocess.run([python, "-m", "venv", "--without-pip", str(home / "venv")], check=True, timeout=120)
    (wheel,) = home.glob("*.whl")
    target = home / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--python", str(target)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True, timeout=120)
    (packages,) = (home / "venv" / "lib").glob("python*/site-packages")
    # The dependencies come from the environment of the tests; its own .pth files, this checkout's among them, do not.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")


def _wait(ready: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)
