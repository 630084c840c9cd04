"""What commands cost, by counts that are the same on every machine: modules, calls of functions, calls of the API.

The bounds are a tenth above what was counted. A count that rises above its bound is to be looked at, not waved through:
``docs/performance.md`` tells what the time goes into.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from benchmarks import projects

HEAVY = ("aiohttp", "asyncio", "deepdiff", "difflib", "jinja2", "jsonschema", "pygments", "rich", "sqlite3", "vcr")
"""What takes long to load and is not needed where nothing is wrong and nothing differs."""
NETWORK = ("httpx", "httpcore", "ssl", "socket")
FILES = ("yaml", "jsonschema_rs", "json")

ROOM = 1.0 if sys.version_info[:2] == (3, 11) else 1.3
"""The bounds are those of Python 3.11; other versions have other modules in their library, and count other calls."""

PROGRAM = """
import sys, threading
calls = 0
def tick(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")
import atexit
def tell():
    sys.setprofile(None)
    print(calls, *sorted(sys.modules), file=sys.stderr)
atexit.register(tell)
threading.setprofile(tick)
sys.setprofile(tick)
from hookwright.cli.main import run
run(sys.argv[1:])
"""


class Cost:
    """What a run cost: the modules that it loaded beyond those of a bare interpreter, and its calls of functions."""

    def __init__(self, *arguments: str, folder: Path | None = None) -> None:
        environ = {**os.environ, "REFOLD_TEST_API_KEY": projects.KEY}
        for name in [name for name in environ if name.startswith(("COV_", "COVERAGE"))]:
            del environ[name]  # measuring coverage would count too
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        calls, *modules = done.stderr.splitlines()[-1].split()
        self.calls = int(calls)
        self.modules = set(modules)

    def loaded(self, names: tuple[str, ...]) -> list[str]:
        """Which of these it loaded."""
        return sorted(self.modules.intersection(names))

    @property
    def ours(self) -> int:
        """How many modules of hookwright it loaded."""
        return sum(name.partition(".")[0] == "hookwright" for name in self.modules)


class Answers:
    """A platform that has all that is declared, and keeps the calls that it got."""

    def __init__(self, size: int) -> None:
        self.calls: list[str] = []
        body = projects.live(size)
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                calls.append(f"GET {self.path}")
                answer = body if self.path.endswith("/webhook") else b"[]"
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[object]:
    """Plans a project of so many webhooks, all of them live; gives what that cost and the calls of the API."""
    started: list[Answers] = []

    def plan(size: int, more: str = "") -> tuple[Cost, list[str]]:
        answers = Answers(size)
        started.append(answers)
        threading.Thread(target=answers.server.serve_forever, daemon=True).start()
        root = tmp_path / f"p{len(started)}"
        projects.write(root, size, url=answers.url)
        (root / "webhooks" / "more.yaml").write_text(more or "webhooks: {}\n")
        return Cost("plan", folder=root), answers.calls

    yield plan
    for answers in started:
        answers.server.shutdown()
        answers.server.server_close()


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_loads_click_and_next_to_nothing_else(argument: str) -> None:
    cost = Cost(argument)
    assert cost.loaded((*HEAVY, *NETWORK, *FILES, "concurrent.futures", "hmac", "logging")) == []
    assert cost.ours <= 9
    assert len(cost.modules) <= 130 * ROOM


def test_validate_loads_nothing_of_the_network_and_nothing_that_explains(tmp_path: Path) -> None:
    projects.write(tmp_path / "p", 10)
    cost = Cost("validate", folder=tmp_path / "p")
    assert cost.loaded((*HEAVY, "httpx", "httpcore", "ssl", "http.client", "hookwright.api.client")) == []
    assert cost.ours <= 115
    assert len(cost.modules) <= 288 * ROOM
    assert cost.calls <= 132_000 * ROOM


def test_a_plan_with_nothing_to_do_makes_one_call_and_loads_nothing_that_compares(planned: object) -> None:
    assert callable(planned)
    cost, calls = planned(10)
    assert calls == ["GET /api/v2/public/webhook"]
    assert cost.loaded((*HEAVY, "httpx._main", "hookwright.reconcile.apply")) == []
    assert cost.ours <= 124
    assert len(cost.modules) <= 403 * ROOM
    assert cost.calls <= 240_000 * ROOM


def test_a_plan_with_events_makes_two_calls(planned: object) -> None:
    assert callable(planned)
    _, calls = planned(10, "events:\n  candidate_created:\n    sample: {a: 1}\n")
    assert sorted(calls) == ["GET /api/v2/public/application/event", "GET /api/v2/public/webhook"]


def test_each_webhook_costs_as_much_as_the_one_before(planned: object) -> None:
    assert callable(planned)
    few, some, many = (planned(size)[0].calls for size in (100, 200, 400))
    first, then = (some - few) / 100, (many - some) / 200
    assert then <= first * 1.05
    assert then <= 445 * ROOM


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not there")
def test_instructions_of_the_interpreter() -> None:
    def instructions(*arguments: str) -> int:
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, *arguments]
        environ = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        (line,) = (line for line in done.stderr.splitlines() if "Collected" in line)
        return int(line.split()[-1])

    # Counted once before: what is compiled first would count otherwise.
    subprocess.run([sys.executable, "-m", "hookwright", "--help"], capture_output=True, check=True)
    assert instructions("-m", "hookwright", "--help") <= 6.5 * instructions("-c", "pass")
