"""The probe of the platform against the emulator: all that is assumed holds there, and what is broken is found.

These are the same checks that ``hookwright doctor --probe`` makes of the real platform.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr

from hookwright.api.bucket import TokenBucket
from hookwright.api.client import Client
from hookwright.api.probing import ProbeClient
from hookwright.cli.doctoring.receiving import Place, receive
from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, Retries, serve_in_thread
from hookwright.model.examination import CheckStatus, Probed
from hookwright.model.resources import Environment, Kind
from hookwright.model.source import Json
from hookwright.reconcile.probe.assumptions import ALL, ASSUMPTIONS
from hookwright.reconcile.probe.deliveries import Patience
from hookwright.reconcile.probe.marks import Run
from hookwright.reconcile.probe.run import Probe, Wishes

KEY = "tk_test_0123456789abcdef"
REFOLD = "https://app.refold.ai"
FAST = Options(rate_limit=None, retries=Retries(base=0.2))
PATIENCE = 30.0

Change = Callable[[httpx.Request, Json], Json]


class Altered(httpx.BaseTransport):
    """The way to a platform that differs in what it takes or answers."""

    def __init__(self, *, sent: Change = lambda _, body: body, answered: Change = lambda _, body: body) -> None:
        self._inner = httpx.HTTPTransport()
        self._sent = sent
        self._answered = answered

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        if content:
            content = json.dumps(self._sent(request, json.loads(content))).encode()
        headers = [(name, value) for name, value in request.headers.items() if name != "content-length"]
        passed = httpx.Request(request.method, request.url, headers=headers, content=content)
        response = self._inner.handle_request(passed)
        body = self._answered(request, json.loads(response.read()))
        response.close()
        return httpx.Response(response.status_code, json=body)

    def close(self) -> None:
        self._inner.close()


def probe(
    url: str, *, deliveries: bool = False, transport: httpx.BaseTransport | None = None, key: str = KEY
) -> Probed:
    """Probe an emulator; ``key`` is what deliveries are verified with."""
    now, asked = datetime.now(UTC), list[str]()
    run = Run(now + timedelta(minutes=10), "0123abcd")
    environment = Environment("test", Kind.TEST, url, KEY)
    receiving = Environment("test", Kind.TEST, url, key)
    wishes = {"run": run, "pause": time.sleep, "stop": threading.Event(), "now": now}
    with ProbeClient(url, KEY, transport=transport, bucket=TokenBucket(10_000.0, 100)) as client:
        if not deliveries:
            return Probe(client, environment, Wishes(**wishes)).run()
        with receive(Place("127.0.0.1", 0, ""), receiving, run, client, asked.append, PATIENCE) as post:
            patience = Patience(PATIENCE, time.monotonic, time.sleep)
            probed = Probe(client, environment, Wishes(**wishes, post=post, patience=patience)).run()
    assert asked == []
    return probed


def by_status(probed: Probed, status: CheckStatus) -> list[str]:
    return [check.id for check in probed.checks if check.status is status]


def test_everything_holds_of_the_emulator() -> None:
    with serve_in_thread(FAST, TemplateRenderer()) as server:
        probed = probe(server.url, deliveries=True)
        assert {check.id: (check.status, check.found) for check in probed.checks if check.status != "ok"} == {}
        assert [check.id for check in probed.checks] == [one.id for one in ALL]
        with Client(server.url, KEY) as client:
            assert (client.list_webhooks(), client.list_events()) == ([], [])
    assert not probed.failed


# --- platforms that differ


def shorter(request: httpx.Request, body: Json) -> Json:
    if isinstance(body, dict) and isinstance(body.get("description"), str):
        body["description"] = body["description"][:100]
    return body


def never_default(request: httpx.Request, body: Json) -> Json:
    if request.method == "PUT" and body.get("webhook_type") == "default":
        del body["webhook_type"]
    return body


def always_grouped(request: httpx.Request, body: Json) -> Json:
    return body | {"group": "kept"} if request.url.path.endswith("/group/edit") else body


def keep_slug(request: httpx.Request, body: Json) -> Json:
    return {name: value for name, value in body.items() if not (name == "slug" and value == "")}


def keep_workflows(request: httpx.Request, body: Json) -> Json:
    return {name: value for name, value in body.items() if not (name == "workflow_ids" and value == [])}


def custom_implied(request: httpx.Request, body: Json) -> Json:
    return body | {"webhook_type": "custom"} if set(body) == {"webhook_body"} else body


def page_of_ten(request: httpx.Request, body: Json) -> Json:
    return body[:10] if request.method == "GET" and request.url.path.endswith("/webhook") else body


def only_the_deleted(request: httpx.Request, body: Json) -> Json:
    return [] if request.method == "DELETE" and "/webhook/" in request.url.path else body


def other_code(request: httpx.Request, body: Json) -> Json:
    renamed = isinstance(body, dict) and body.get("error") == "RESOURCE_NOT_FOUND"
    return body | {"error": "GONE"} if renamed else body


def lost_samples(request: httpx.Request, body: Json) -> Json:
    def without(event: Json) -> Json:
        return {name: value for name, value in event.items() if name not in ("response", "raw_response")}

    if "/application/event" not in request.url.path:
        return body
    return [without(event) for event in body] if isinstance(body, list) else without(body)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"sent": shorter}, ["A5"]),
        ({"sent": never_default}, ["A8"]),
        ({"sent": always_grouped}, ["Q2"]),
        ({"sent": keep_slug}, ["Q5"]),
        ({"sent": keep_workflows}, ["Q6"]),
        ({"sent": custom_implied}, ["Q8"]),
        ({"answered": only_the_deleted}, ["Q3"]),
        ({"answered": other_code}, ["Q4"]),
        ({"answered": lost_samples}, ["Q7"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else next(iter(value.values())).__name__,
)
def test_a_platform_that_differs_is_found_out(change: dict[str, Change], broken: list[str]) -> None:
    with serve_in_thread(FAST, TemplateRenderer()) as server:
        probed = probe(server.url, transport=Altered(**change))
        assert by_status(probed, CheckStatus.FAILED) == broken
        with Client(server.url, KEY) as client:
            assert (client.list_webhooks(), client.list_events()) == ([], [])


def test_a_platform_that_lists_ten_at_a_time_is_found_out_and_cleaned() -> None:
    with serve_in_thread(FAST, TemplateRenderer()) as server:
        probed = probe(server.url, transport=Altered(answered=page_of_ten))
        assert "A6" in by_status(probed, CheckStatus.FAILED)
        with Client(server.url, KEY) as client:
            assert len(client.list_webhooks()) == len(probed.leftovers) == 0


class Blanks(TemplateRenderer):
    """Renders unknown keys as ``null``."""

    def body(self, template: Json, event: Any, workflow_response: Any) -> bytes:
        return super().body(template, event, workflow_response).replace(b'"unknown":""', b'"unknown":null')


def test_deliveries_that_differ_are_found_out() -> None:
    options = Options(rate_limit=None, retries=Retries(base=0.3, factor=1.0))
    with serve_in_thread(options, Blanks()) as server:
        probed = probe(server.url, deliveries=True, key="tk_test_another_key")
    assert by_status(probed, CheckStatus.FAILED) == ["A2", "A3", "A4"]


# --- as a command, interrupted and killed


@contextmanager
def command(folder: Path, url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    (folder / "hookwright.yaml").write_text(
        f"version: 1\nproject: acme\nenvironments:\n  test: {{api_key: '${{env.KEY}}', api_url: '{url}'}}\n"
    )
    environ = {"PATH": os.environ["PATH"], "KEY": KEY, "CI": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "hookwright", "doctor", "-e", "test", "--yes", *arguments],
        cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process
        process.kill()


def wait_for_webhooks(client: Client, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(client.list_webhooks()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_probe_deletes_what_it_made(tmp_path: Path, number: signal.Signals) -> None:
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as server, Client(server.url, KEY) as client:
        with command(tmp_path, server.url, "--probe", "--format", "json") as process:
            wait_for_webhooks(client, 5)
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, client.list_webhooks()) == (1, [])
    assert json.loads(out)["probe"]["ended"] == "interrupted"
    assert err.startswith(f"{number.name}: what was made is being deleted.")


def test_a_killed_probe_is_swept_by_another(tmp_path: Path) -> None:
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as server, Client(server.url, KEY) as client:
        with command(tmp_path, server.url, "--probe") as process:
            wait_for_webhooks(client, 5)
            process.kill()
        left = {live.id for live in client.list_webhooks()}
        assert len(left) >= 5
        with command(tmp_path, server.url, "--sweep", "--format", "json") as process:
            out, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, client.list_webhooks()) == (0, [])
    assert {thing["id"] for thing in json.loads(out)["probe"]["swept"]} == left


def test_what_was_recorded_plays_as_it_went(tmp_path: Path) -> None:
    """The probe of a cassette of the probe: the scrubbed exchanges are still those of a platform that behaves."""
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as server:
        arguments = ("--probe", "--count", "2", "--record", "cassette.yaml", "--format", "json")
        with command(tmp_path, server.url, *arguments) as process:
            out, _ = process.communicate(timeout=PATIENCE)
    mark = json.loads(out)["probe"]["run"]
    until = datetime.strptime(mark.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    wishes = Wishes(
        Run(until, mark.partition("-")[2]), time.sleep, threading.Event(), until - timedelta(minutes=10), webhooks=2
    )
    recorder = vcr.VCR(record_mode=vcr.mode.NONE, match_on=["method", "scheme", "host", "path", "query"])
    environment = Environment("test", Kind.TEST, REFOLD, KEY)
    with (
        recorder.use_cassette(str(tmp_path / "cassette.yaml")) as played,
        ProbeClient(REFOLD, KEY, bucket=TokenBucket(10_000.0, 100)) as client,
    ):
        probed = Probe(client, environment, wishes).run()
        assert played.all_played
    needing = [one.id for one in ASSUMPTIONS if one.deliveries]
    assert by_status(probed, CheckStatus.SKIPPED) == needing
    # Header values are placeholders: the one check that sends values and holds them against what came back.
    assert by_status(probed, CheckStatus.FAILED) == ["A8"]
