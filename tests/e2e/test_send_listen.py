"""send, listen, verify and render as installed commands: bytes on real sockets, signals, other programs' verdicts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import Installed, Server
from tests.unit.harness.wire import exchange, served, status
from tests.unit.harness.wire import post as raw_post

pytestmark = pytest.mark.e2e

KEY = "tk_test_0123456789abcdef"
SECRETS = {"KEY": KEY, "PAGER_TOKEN": "s3cr3t-pager-token"}

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.KEY}
    vars: {base_url: https://staging.acme.example}
webhooks:
  plain:
    url: ${var.base_url}/plain
    events: [Connection Created]
  pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored]
    method: PUT
    headers: {Authorization: "Bearer ${env.PAGER_TOKEN}", X-Run: "{{event.instance_id}}"}
    body: {run: "{{event.instance_id}}", text: "“{{event.workflow_name}}” failed \\u2028 é😀"}
"""

# The two samples of the platform's own guide, with their payload left out: what receivers copy.
PYTHON_SAMPLE = """\
import hashlib, hmac, sys
payload = sys.stdin.buffer.read().decode()
expected = hmac.new(key=sys.argv[1].encode(), msg=payload.encode(), digestmod=hashlib.sha256).hexdigest()
print(hmac.compare_digest(sys.argv[2], expected))
"""
NODE_SAMPLE = """\
const crypto = require('crypto');
const pieces = [];
process.stdin.on('data', piece => pieces.push(piece));
process.stdin.on('end', () => {
  const payload = Buffer.concat(pieces).toString('utf8');
  const expected = crypto.createHmac('sha256', process.argv[1]).update(payload).digest('hex');
  console.log(crypto.timingSafeEqual(Buffer.from(process.argv[2], 'hex'), Buffer.from(expected, 'hex')));
});
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    main, _, webhooks = PROJECT.partition("webhooks:\n")
    (tmp_path / "hookwright.yaml").write_text(main)
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "all.yaml").write_text(f"webhooks:\n{webhooks}")
    return tmp_path


def post(url: str, body: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, parts.path or "/", body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def line(server: Server) -> dict[str, object]:
    found = json.loads(server.line())
    assert list(found) == [
        "id", "received_at", "method", "path", "headers", "body_base64", "signature", "answered",
    ]  # fmt: skip
    return found


def test_what_is_sent_is_received_and_verified_by_everybody(installed: Installed, project: Path) -> None:
    with installed.serve("listen", "-e", "test", "--format", "json", cwd=project, **SECRETS) as listener:
        assert json.loads(listener.first_line) == {"url": listener.url}
        sent = installed.run(
            "send", "-e", "test", "--to", f"{listener.url}/hook?x=1", "--format", "json", cwd=project, **SECRETS
        )
        received = [line(listener), line(listener)]
        assert listener.end() == 0
    assert (sent.code, sent.json["format"]) == (0, "hookwright.deliveries/1")
    assert {one["method"]: one["signature"] for one in received} == {"POST": "valid", "PUT": "valid"}
    for one in received:
        body = base64.b64decode(str(one["body_base64"]))
        headers = one["headers"]
        assert isinstance(headers, dict)
        signature = headers["x-cobalt-signature"]
        assert signature == hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        assert signature in {delivery["signature"] for delivery in sent.json["deliveries"]}
        assert (one["path"], one["answered"]) == ("/hook?x=1", 200)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(one["received_at"]))
        assert accepted([shutil.which("python3") or "python3", "-c", PYTHON_SAMPLE, KEY, signature], body) == "True"
        if shutil.which("node"):
            assert accepted(["node", "-e", NODE_SAMPLE, KEY, signature], body) == "true"
        assert headers.get("Authorization") in {None, "(secret)"}


def accepted(command: list[str], body: bytes) -> str:
    done = subprocess.run(command, input=body, capture_output=True, timeout=60, check=True)
    return done.stdout.decode().strip()


def test_render_shows_the_bytes_that_send_sends(installed: Installed, project: Path) -> None:
    rendered = installed.run("render", "--all", "--reveal", "--format", "json", cwd=project, **SECRETS)
    with installed.serve("listen", "--format", "json", "--reveal", cwd=project) as listener:
        installed.run("send", "-e", "test", "--to", listener.url, "--concurrency", "1", cwd=project, **SECRETS)
        received = {str(one["method"]): one for one in (line(listener), line(listener))}
    assert rendered.code == 0
    for request in rendered.json["requests"]:
        one = received[request["method"]]
        assert request["body_base64"] == one["body_base64"]
        assert request["headers"].items() <= one["headers"].items()  # type: ignore[attr-defined]


def test_a_failing_receiver_is_retried(installed: Installed, project: Path) -> None:
    with installed.serve(
        "listen", "--fail", "2", "--key-env", "KEY", "--format", "json", "--max", "3", cwd=project, **SECRETS
    ) as listener:
        sent = installed.run(
            "send", "pager", "-e", "test", "--to", listener.url, "--retry", "--retry-base", "0.01",
            "--format", "json", cwd=project, **SECRETS,
        )  # fmt: skip
        received = [line(listener) for _ in range(3)]
        assert listener.process.wait(timeout=15) == 0
    assert sent.code == 0
    assert sent.json["deliveries"][0]["attempts"] == 3
    assert [one["answered"] for one in received] == [500, 500, 200]
    assert len({(str(one["headers"]), str(one["body_base64"])) for one in received}) == 1
    assert [one["id"] for one in received] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (("--reset",), "the connection was reset"),
        (("--drop",), "the connection was closed without an answer"),
        (("--delay", "5"), "no answer within 0.5 s"),
        (("--status", "204"), None),
    ],
)
def test_faults(installed: Installed, project: Path, fault: tuple[str, ...], error: str | None) -> None:
    with installed.serve("listen", *fault, "--format", "json", cwd=project) as listener:
        sent = installed.run(
            "send", "pager", "-e", "test", "--to", listener.url, "--timeout", "0.5", "--format", "json",
            cwd=project, **SECRETS,
        )  # fmt: skip
        assert listener.end() == 0
    (delivery,) = sent.json["deliveries"]
    assert (sent.code, delivery["error"], delivery["status"]) == (1, error, None if error else 204)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly_even_while_an_answer_waits(installed: Installed, number: int, tmp_path: Path) -> None:
    with installed.serve("listen", "--delay", "60", cwd=tmp_path) as listener:
        parts = urlsplit(listener.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request("POST", "/", b"{}")
        begun = time.monotonic()
        assert listener.end(number) == 0
        assert time.monotonic() - begun < 10
        connection.close()
        assert listener.process.stderr is not None
        assert "Traceback" not in listener.process.stderr.read()


def test_deliveries_are_kept_with_their_numbers(installed: Installed, tmp_path: Path) -> None:
    for expected in ("1", "2"):
        with installed.serve("listen", "--db", "d.db", "--format", "json", cwd=tmp_path) as listener:
            post(listener.url, b"\xff\x00", {"Authorization": "Bearer s3cr3t"})
            found = line(listener)
            assert (found["id"], found["signature"]) == (expected, "missing")
            assert base64.b64decode(str(found["body_base64"])) == b"\xff\x00"
    with sqlite3.connect(tmp_path / "d.db") as connection:
        assert [body for (body,) in connection.execute("SELECT body FROM delivery")] == [b"\xff\x00"] * 2
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_delivery_is_forwarded_byte_for_byte(installed: Installed, project: Path) -> None:
    with (
        installed.serve("listen", "--status", "202", "-e", "test", "--format", "json", cwd=project, **SECRETS) as inner,
        installed.serve("listen", "--forward", inner.url, "--format", "json", cwd=project) as outer,
    ):
        body = b'{"a" : 1}\r\n\xff'
        signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        assert post(f"{outer.url}/x", body, {"X-Cobalt-Signature": signature})[0] == 202
        got, passed = line(inner), line(outer)
    assert (got["signature"], got["path"], passed["answered"]) == ("valid", "/x", 202)
    assert base64.b64decode(str(got["body_base64"])) == body


def test_a_delivery_is_forwarded_byte_for_byte_on_the_wire(installed: Installed, tmp_path: Path) -> None:
    lines = b"X-B: 2\r\nx-cobalt-SIGNATURE: abc\r\nX-A: \xc3\xa9\r\nX-B: 1\r\nAccept: */*\r\nCONTENT-type: text/x\r\n"
    with (
        served(b"HTTP/1.1 202 OK\r\nContent-Length: 0\r\nX-Answer: a\r\n\r\n") as server,
        installed.serve("listen", "--forward", server.url, "--db", "d.db", cwd=tmp_path) as listener,
    ):
        answer = exchange(listener.url, raw_post(b"/a%2F?x=%20&y", b'{"a" : 1}\r\n\xff', lines, b"PATCH"))
        assert (status(answer), b"\r\nX-Answer: a\r\n" in answer) == (202, True)
        done = installed.run("replay", "1", "--db", "d.db", "--format", "json", cwd=tmp_path)
        assert (done.code, done.json["replays"][0]["status"]) == (1, 202)
    host = server.url.removeprefix("http://").encode()
    expected = b"PATCH /a%%2F?x=%%20&y HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 12\r\n\r\n" % (host, lines)
    assert server.requests == [expected + b'{"a" : 1}\r\n\xff'] * 2


def test_forwarding_leaves_the_machine_only_when_told_to(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("listen", "--forward", "http://8.8.8.8/", "--format", "json", cwd=tmp_path)
    assert (done.code, done.json["error"]["category"]) == (1, "refused")
    done = installed.run("listen", "--forward", "http://169.254.169.254/", "--yes", "--format", "json", cwd=tmp_path)
    assert (done.code, done.json["error"]["category"]) == (1, "refused")


def test_text_for_people(installed: Installed, project: Path) -> None:
    with installed.serve("listen", "-e", "test", cwd=project, **SECRETS) as listener:
        assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", listener.first_line)
        post(listener.url, b'{"event":"Workflow Errored\\u001b[2J"}', {"x-cobalt-signature": "0" * 64})
        listener.end()
        assert listener.process.stdout is not None
        text = listener.process.stdout.read()
    assert "\x1b" not in text
    assert "Workflow Errored\\x1b[2J" in text
    assert "signature invalid · answered 200" in text
    assert KEY not in text


def test_a_captured_delivery_is_verified_and_explained(installed: Installed, tmp_path: Path) -> None:
    body = b'{"event":"Workflow Errored"}'
    signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    arguments = ("verify", "--signature", signature, "--key-env", "KEY", "--format", "json")
    good = installed.run(*arguments, cwd=tmp_path, stdin=body, KEY=KEY)
    bad = installed.run(*arguments, cwd=tmp_path, stdin=json.dumps(json.loads(body), indent=2).encode(), KEY=KEY)
    assert (good.code, good.json["valid"]) == (0, True)
    assert (bad.code, bad.json["reason"]) == (1, "reserialised")


def test_a_reader_that_goes_ends_the_listener(installed: Installed, tmp_path: Path) -> None:
    with installed.start("listen", "--format", "json", cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = json.loads(process.stdout.readline())["url"]
        process.stdout.close()
        assert post(url, b"{}")[0] == 200
        assert process.wait(timeout=15) == 1
        assert "Traceback" not in process.stderr.read()


def test_a_port_that_is_taken(installed: Installed, tmp_path: Path) -> None:
    with installed.serve("listen", cwd=tmp_path) as listener:
        port = listener.url.rpartition(":")[2]
        done = installed.run("listen", "--port", port, "--format", "json", cwd=tmp_path)
    assert (done.code, "address already in use" in done.json["error"]["message"]) == (1, True)


@pytest.mark.parametrize(
    "line",
    [
        "listen", "send plain -e test", "emulator", "demo", "deliveries --db x.db", "replay 1 --db x.db",
        "test delivery", "test receiver http://127.0.0.1:8000 --key-env REFOLD_TEST_API_KEY",
        "doctor -e test --probe --yes --receiver http://127.0.0.1:8000",
    ],
)  # fmt: skip
def test_without_aiohttp_it_says_so(installed: Installed, project: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['aiohttp'] = None\n")
    done = installed.run(*line.split(), cwd=project, PYTHONPATH=str(tmp_path), **SECRETS)
    assert done.code == 1
    assert "pip install 'hookwright[harness]'" in done.err
