"""Signed deliveries per second: ``send`` and the emulator beside plain aiohttp on both ends.

All three send bodies of about 600 bytes to the same server, in a process of its own, from a process of their own. The
rate is taken at the server, from the first request to the last, so that nobody's start counts. ``send`` renders and
signs every body; the emulator also keeps every delivery and every attempt on disk. Plain aiohttp does neither.

The emulator is told of one event after the other over one connection, and each goes to 50 webhooks: its calls count, as
the deliveries of an event begin only with its call, but not a connection for each of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import projects
from benchmarks.measure import environment, serving

AT_ONCE = 32
WEBHOOKS = 50
EVENT = "Workflow Errored"
NAMES = ("aiohttp client and server", "send", "emulator")


def call(url: str, body: object = None, method: str | None = None) -> Any:
    """One call of an API; the answer's JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "x-api-key": projects.KEY}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
        return json.load(answer)


class Deliveries:
    """The three senders and the server that they send to.

    Args:
        root: a folder for the project.
        command: the ``hookwright`` command.
        count: deliveries of each round.
    """

    def __init__(self, root: Path, command: list[str], count: int) -> None:
        self.rates: dict[str, list[float]] = {name: [] for name in NAMES}
        self._root = root
        self._command = command
        self._count = count

    def measure(self, rounds: int) -> dict[str, list[float]]:
        """Deliveries per second of each, round by round, the three in turn."""
        with serving([sys.executable, "-m", "benchmarks.receiver"]) as server:
            self._project(server)
            with serving([*self._command, "emulator", "--no-rate-limit", "--db", str(self._root / "db")]) as api:
                self._subscribe(api, server)
                for number in range(rounds + 1):
                    for name, run in zip(NAMES, (self._plain, self._send, self._emit), strict=True):
                        told = self._one(server, lambda run=run: run(server, api))
                        if number:  # the first round warms up
                            self.rates[name].append(told)
        return self.rates

    def _one(self, server: str, run: Callable[[], None]) -> float:
        call(server, method="DELETE")
        run()
        deadline = time.monotonic() + 60
        while (told := call(server))["number"] < self._count:
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        return self._count / told["seconds"]

    def _plain(self, server: str, _api: str) -> None:
        self._run([sys.executable, "-m", "benchmarks.poster", server + "/hook", str(self._count), str(AT_ONCE)])

    def _send(self, server: str, _api: str) -> None:
        options = [
            "--event",
            EVENT,
            "--count",
            str(self._count),
            "--concurrency",
            str(AT_ONCE),
            "--to",
            f"{server}/hook",
        ]
        self._run(
            [
                *self._command,
                "-C",
                str(self._root / "project"),
                "send",
                "hook-00000",
                *options,
                "--to",
                server + "/hook",
            ]
        )

    def _emit(self, _server: str, api: str) -> None:
        body, headers = json.dumps({"event": EVENT}), {"content-type": "application/json", "x-api-key": projects.KEY}
        with closing(HTTPConnection(urlsplit(api).netloc, timeout=60)) as connection:
            for _ in range(self._count // WEBHOOKS):
                connection.request("POST", "/_emulator/emit", body, headers)
                answer = json.load(connection.getresponse())
                assert len(answer["deliveries"]) == WEBHOOKS, answer

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment())

    def _project(self, server: str) -> None:
        projects.write(self._root / "project", 1, url=server)

    def _subscribe(self, api: str, server: str) -> None:
        for number in range(WEBHOOKS):
            body = {"run": "{{event.instance_id}}", "text": "x" * 560, "number": number}
            call(
                f"{api}/api/v2/public/webhook",
                {
                    "webhook_url": f"{server}/hook/{number}",
                    "webhook_events": [EVENT],
                    "webhook_type": "custom",
                    "webhook_body": body,
                },
            )
