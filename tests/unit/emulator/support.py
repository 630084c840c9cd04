"""What the emulator's tests share: a caller, a receiver, and ways to run the emulator."""

from __future__ import annotations

import http.client
import http.server
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Clock, Options, Served, VirtualClock, serve_in_thread

KEY = "tk_test_0123456789abcdef"
API = "/api/v2/public"
START = 1_780_000_000.0
START_TEXT = "2026-05-28T20:26:40.000Z"

_keys = itertools.count()


def new_key(prefix: str = "tk") -> str:
    """A key that no other test uses: an organization of its own."""
    return f"{prefix}_test_{next(_keys):016d}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Caller:
    """Calls an emulator with one key."""

    url: str
    key: str | None = KEY

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str | bytes] | None = None
    ) -> Answer:
        """One request on a connection of its own, exactly as given but for the key."""
        place = urlsplit(self.url)
        assert place.hostname
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
        try:
            sent: dict[str, str | bytes] = {**({} if self.key is None else {"x-api-key": self.key}), **(headers or {})}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One call to the API, with a JSON body unless it is None."""
        if not path.startswith("/_emulator"):
            path = API + path
        if body is None:
            return self.send(method, path, None, headers)
        return self.send(
            method, path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
        )

    def ok(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of a call that must be answered with 200."""
        answer = self.call(method, path, body, headers)
        assert answer.status == 200, answer.raw
        return answer.json

    def refused(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of a call that must fail, its request id checked and taken out."""
        answer = self.call(method, path, body, headers)
        envelope = answer.json
        assert answer.status == envelope["status_code"] >= 400
        assert len(envelope.pop("request_id")) == 32
        return envelope

    def webhook(self, url: str = "http://127.0.0.1:9/x", *events: str, **more: Any) -> Any:
        """A new webhook."""
        return self.ok(
            "POST", "/webhook", {"webhook_url": url, "webhook_events": list(events or ("Workflow Errored",)), **more}
        )

    def emit(self, event: str = "Workflow Errored", **more: Any) -> list[str]:
        """Ids of the deliveries that a platform event makes."""
        made: list[str] = self.ok("POST", "/_emulator/emit", {"event": event, **more})["deliveries"]
        return made

    def delivery(self, key: str) -> Any:
        """One delivery in full."""
        return self.ok("GET", f"/_emulator/deliveries/{key}")


def bad_request(message: str, code: str = "BAD_REQUEST", *, field_name: str = "error") -> dict[str, Any]:
    """The envelope of a 400, without its request id."""
    return {"status_code": 400, "http_error_type": "BAD_REQUEST", field_name: code, "message": message}


@contextmanager
def running(clock: Clock | None = None, *, key: str | None = KEY, **options: Any) -> Iterator[tuple[Served, Caller]]:
    """An emulator without a rate limit, on a virtual clock unless another is given."""
    options.setdefault("rate_limit", None)
    with serve_in_thread(Options(**options), TemplateRenderer(), clock or VirtualClock(START)) as served:
        yield served, Caller(served.url, key)


@dataclass(frozen=True)
class Received:
    """A request as a receiver saw it."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header that came once; None where it did not come."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        assert len(values) <= 1
        return values[0] if values else None


@dataclass
class Receiver:
    """A receiver that answers as it is told.

    Attributes:
        url: its address.
        received: what came, in order.
        answers: chooses the answer to the n-th request (from 0): a status, or a status with headers.
    """

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: Callable[[int, Received], int | tuple[int, Mapping[str, str]]] = lambda number, request: 200


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    """A receiver that answers these statuses, then 200."""
    receiver = Receiver()
    if statuses:
        receiver.answers = lambda number, request: statuses[number] if number < len(statuses) else 200
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Received(self.command, self.path, list(self.headers.items()), body)
            with lock:
                number = len(receiver.received)
                receiver.received.append(request)
            chosen = receiver.answers(number, request)
            status, headers = chosen if isinstance(chosen, tuple) else (chosen, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_POST = do_PUT = do_PATCH = do_GET = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 512

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def raw_receiver(handle: Callable[[socket.socket, int], None]) -> Iterator[str]:
    """A receiver that does what it likes with every connection, the n-th from 0; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket, number: int) -> None:
        with connection:
            try:
                handle(connection, number)
            except OSError:
                return

    def accept() -> None:
        for number in itertools.count():
            while True:
                try:
                    connection, _ = listener.accept()
                    break
                except TimeoutError:
                    if ended.is_set():
                        return
            connection.settimeout(5)
            threads.append(threading.Thread(target=serve, args=(connection, number)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        accepting.join()
        for thread in threads:
            thread.join()
        listener.close()
