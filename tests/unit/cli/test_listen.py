"""``hookwright listen`` in this process; its signals and pipes are tested on the installed command."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hookwright.harness.store import DeliveryStore
from hookwright.signing import sign
from tests.unit.cli.calling import Call

TEST = "tk_test_0123456789abcdef"
LIVE = "pk_live_0123456789abcdef"
BODY = b'{"event":"Workflow Errored"}'


@contextmanager
def poster(*requests: tuple[bytes, dict[str, str]]) -> Iterator[str]:
    """A free port, and a thread that posts these requests to it as soon as somebody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def post() -> None:
        for body, headers in requests:
            for _ in range(500):
                with suppress(OSError):
                    request = urllib.request.Request(f"http://127.0.0.1:{port}/x", body, headers)
                    urllib.request.urlopen(request, timeout=10).close()
                    break
                time.sleep(0.01)

    thread = threading.Thread(target=post)
    thread.start()
    yield str(port)
    thread.join()


def signed(key: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    return BODY, {"X-Cobalt-Signature": sign(BODY, key), "Content-Type": "application/json", **headers}


def test_a_line_of_json_for_each_delivery(call: Call) -> None:
    with poster(signed(TEST, Authorization="Bearer s3cr3t"), signed(LIVE), (b"", {})) as port:
        done = call("listen", "-e", "test", "--port", port, "--max", "3", "--format", "json", TEST_KEY=TEST)
    first, *lines = map(json.loads, done.out.splitlines())
    assert done.code == 0
    assert first == {"url": f"http://127.0.0.1:{port}"}
    assert done.err == "Signatures are verified with the key of environment test.\n"
    assert [line["signature"] for line in lines] == ["valid", "invalid", "missing"]
    assert base64.b64decode(lines[0]["body_base64"]) == BODY
    assert lines[0]["headers"]["Authorization"] == "(secret)"
    assert lines[0]["headers"]["X-Cobalt-Signature"] == sign(BODY, TEST)


def test_secret_headers_can_be_revealed(call: Call) -> None:
    with poster(signed(TEST, Authorization="Bearer s3cr3t")) as port:
        done = call("listen", "--port", port, "--max", "1", "--reveal", "--format", "json")
    assert json.loads(done.out.splitlines()[1])["headers"]["Authorization"] == "Bearer s3cr3t"


def test_text_says_whose_key_it_was(call: Call) -> None:
    with poster(signed(LIVE)) as port:
        done = call("listen", "-e", "test", "--port", port, "--max", "1", TEST_KEY=TEST, LIVE_KEY=LIVE)
    assert done.out.startswith(f"listening on http://127.0.0.1:{port}\n#1 ")
    assert "it was made with the key of environment production" in done.out
    assert TEST not in done.out
    assert LIVE not in done.out


def test_several_keys(call: Call) -> None:
    with poster(signed("tk_old"), signed(TEST)) as port:
        done = call(
            "listen", "-e", "test", "--key-env", "OLD", "--port", port, "--max", "2", TEST_KEY=TEST, OLD="tk_old"
        )
    assert "signature valid (OLD)" in done.out
    assert "signature valid (environment test)" in done.out


def test_without_a_key_it_says_so(call: Call) -> None:
    with poster(signed(TEST)) as port:
        done = call("listen", "--port", port, "--max", "1")
    assert done.err.startswith("No key to verify with")
    assert "signature not verified (no key)" in done.out


def test_deliveries_are_kept(call: Call, project: Path) -> None:
    for number in ("1", "2"):
        with poster(signed(TEST)) as port:
            done = call("listen", "--port", port, "--max", "1", "--db", "d.db", "--format", "json")
        assert json.loads(done.out.splitlines()[1])["id"] == number
    assert (project / "d.db").stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--reset", "--drop"), 64, "--reset and --drop exclude each other"),
        (("--status", "100"), 64, "100 is not in the range"),
        (("--key-env", "UNSET"), 1, "the process variable UNSET is unset or empty"),
        (("-e", "nowhere"), 64, "the project has no environment 'nowhere'"),
        (("--forward", "http://8.8.8.8/"), 1, "8.8.8.8 is neither this machine nor in a private network"),
        (("--forward", "169.254.169.254", "--yes"), 1, "169.254.169.254 is a link-local address"),
        (("--forward", "ftp://x/"), 64, "the URL is not one of http or https"),
        (("--forward", "nourl"), 64, "the URL starts with neither http:// or https:// nor a host"),
        (("--forward", "8000"), 64, "the URL starts with neither http:// or https:// nor a host"),
        (("--forward", ""), 64, "the URL starts with neither http:// or https:// nor a host"),
        (("--forward", "http://"), 64, "the URL is not one of http or https with a host"),
        (("--signature", "wrong"), 64, "'wrong' is not one of"),
        (("--forward", "no-such-host.invalid"), 1, "the host name 'no-such-host.invalid' has no address"),
        (("--db", "no/such/folder.db"), 1, "no/such/folder.db cannot be used"),
        (("--db", "hookwright.yaml"), 1, "hookwright.yaml cannot be used: file is not a database"),
    ],
)
def test_what_makes_no_sense(call: Call, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = call("listen", *arguments)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_filters_choose_what_is_shown_and_not_what_is_kept(call: Call, project: Path) -> None:
    other = (b'{"event":"Connection Created"}', {})
    with poster(signed("tk_other"), other, signed(TEST)) as port:
        done = call(
            "listen", "-e", "test", "--port", port, "--max", "1", "--format", "json", "--db", "d.db",
            "--event", "Workflow *", "--signature", "valid", "--path", "/x", TEST_KEY=TEST,
        )  # fmt: skip
    assert [json.loads(line)["id"] for line in done.out.splitlines()[1:]] == ["3"]
    with DeliveryStore(project / "d.db") as store:
        assert len(store.latest()) == 3
