"""The client on real sockets of this machine: what a mock transport cannot show."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from hookwright.api.client import Client
from hookwright.api.clock import REAL
from hookwright.api.retry import Retry
from hookwright.errors import AnsweredError, Effect, NotSentError, OutcomeUnknownError
from hookwright.model.resources import Webhook
from tests.unit.api.support import KEY, FakeClock, webhook

HOOK = Webhook("https://hooks.acme.example", ("Workflow Errored",))
Handler = BaseHTTPRequestHandler


class Server(ThreadingHTTPServer):
    """A server on this machine that answers as it is told."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Handler], None]) -> None:
        self.seen: list[str] = []
        self.connections: set[Any] = set()

        def take(handler: Handler) -> None:
            self.seen.append(f"{handler.command} {handler.path}")
            self.connections.add(handler.client_address)
            handler.rfile.read(int(handler.headers.get("content-length", 0)))
            answer(handler)

        told = {f"do_{method}": take for method in ("GET", "POST", "PUT", "DELETE")}
        quiet = {"protocol_version": "HTTP/1.1", "log_message": lambda *_: None}
        super().__init__(("127.0.0.1", 0), type("Told", (Handler,), told | quiet))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(answer: Callable[[Handler], None]) -> Iterator[Server]:
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def give(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def give_list(handler: Handler) -> None:
    give(handler, json.dumps([webhook()]).encode())


def reset(handler: Handler) -> None:
    """Close the connection with a reset."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def made(url: str, **options: Any) -> Client:
    return Client(url, KEY, clock=FakeClock(), **options)


def test_connections_are_used_again() -> None:
    with serving(give_list) as server, made(server.url) as client:
        for _ in range(5):
            assert [found.id for found in client.list_webhooks()] == ["a1"]
    assert len(server.connections) == 1


def test_compressed_answers_are_read() -> None:
    packed = gzip.compress(json.dumps([webhook()]).encode())
    with serving(lambda handler: give(handler, packed, content_encoding="gzip")) as server, made(server.url) as client:
        assert [found.id for found in client.list_webhooks()] == ["a1"]


def test_a_redirect_is_not_followed() -> None:
    with (
        serving(give_list) as other,
        serving(lambda handler: give(handler, b"", 307, location=other.url + "/api")) as server,
        made(server.url) as client,
        pytest.raises(AnsweredError, match="was answered 307"),
    ):
        client.create_webhook(HOOK)
    assert other.seen == []
    assert len(server.seen) == 1


def test_a_reset_leaves_a_create_unknown_and_a_read_is_tried_again() -> None:
    with serving(reset) as server, made(server.url) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.create_webhook(HOOK)
        assert len(server.seen) == 1
        with pytest.raises(OutcomeUnknownError):
            client.list_webhooks()
        assert len(server.seen) == 1 + Retry().attempts
    assert caught.value.effect is Effect.UNKNOWN
    assert caught.value.__context__ is None


def test_a_platform_that_does_not_answer_times_out() -> None:
    waiting = threading.Event()
    with serving(lambda handler: bool(waiting.wait(5)) and give_list(handler)) as server:
        with made(server.url, read_timeout=0.05) as client, pytest.raises(OutcomeUnknownError) as caught:
            client.create_webhook(HOOK)
        waiting.set()
    assert caught.value.may_still_run


def test_a_port_that_nobody_listens_on_was_never_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        # What stands behind the host may be a secret of a gateway's.
        with (
            made(f"{url}/hush") as client,
            pytest.raises(NotSentError, match=f"did not reach {url}: Connection refused"),
        ):
            client.create_webhook(HOOK)


def test_plain_http_where_tls_is_expected_was_never_reached() -> None:
    with (
        serving(give_list) as server,
        made(server.url.replace("http:", "https:")) as client,
        pytest.raises(NotSentError),
    ):
        client.list_webhooks()
    assert server.seen == []


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_proxies_are_not_asked_for_this_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(give_list) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with made(url) as client:
                assert [found.id for found in client.list_webhooks()] == ["a1"]


def test_proxies_are_asked_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(give_list) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with made("http://refold.acme.example") as client:
            assert [found.id for found in client.list_webhooks()] == ["a1"]
    assert proxy.seen == ["GET http://refold.acme.example/api/v2/public/webhook"]


def test_the_clock_of_this_machine() -> None:
    before, date = REAL.monotonic(), REAL.time()
    REAL.sleep(0.001)
    assert REAL.monotonic() >= before + 0.001
    assert abs(REAL.time() - date) < 60
