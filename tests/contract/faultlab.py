"""An emulator, the real client, and something in between that knows which call a fault is to hit."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from hookwright.api.client import Client
from hookwright.api.retry import Retry
from hookwright.emulator import Options, serve_in_thread

API = "/api/v2/public"
GIVE_UP = 0.02
"""Seconds after which the client gives up on a call that is to time out. Others have all the time they need."""
SILENCE = 0.3
"""Seconds for which the emulator then says nothing, and after which it carries out what is to land late."""

FAULTS: dict[str, dict[str, Any] | None] = {
    "connection refused": None,
    "reset before": {"fault": "reset_before"},
    "reset after commit": {"fault": "reset_after"},
    "time-out, not committed": {"fault": "timeout", "commit": False, "delay": SILENCE},
    "time-out, committed": {"fault": "timeout", "commit": True, "delay": SILENCE},
    "time-out, committed late": {"fault": "timeout", "commit": "late", "delay": SILENCE},
    "429 with Retry-After": {"fault": "429", "retry_after": 30},
    "429": {"fault": "429"},
    "500": {"fault": "500"},
    "502 HTML": {"fault": "502_html"},
    "truncated JSON": {"fault": "truncated_json"},
    "wrong shape": {"fault": "wrong_shape"},
    "401": {"fault": "401"},
}
"""What a fault is to the emulator; a refused connection is refused before it gets there."""
COMMITTED = {"reset after commit", "time-out, committed", "truncated JSON", "wrong shape"}
"""The faults that hit a call that was carried out."""
LATE = "time-out, committed late"


@dataclass(frozen=True)
class Hit:
    """What is to go wrong.

    Attributes:
        method: of the call.
        path: regular expression for its path.
        fault: a name of :data:`FAULTS`.
        how: ``once``, ``always`` (that call), or ``down`` (that call and all that come after it).
    """

    method: str
    path: str
    fault: str
    how: str

    def rules(self) -> list[dict[str, Any]]:
        """The emulator's rules."""
        rule = FAULTS[self.fault]
        if rule is None:
            return []
        if self.how == "down":
            return [rule]
        match = {"match": {"method": self.method, "path": self.path}}
        return [rule | match | ({"times": 1} if self.how == "once" else {})]


class FastClock:
    """Goes on by itself, and at once by what anybody sleeps."""

    def __init__(self) -> None:
        self.slept = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self.slept

    def time(self) -> float:
        return time.time() + self.slept

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds


class Gate(httpx.BaseTransport):
    """Passes requests on. A hit call finds no connection, or little patience, or the emulator told to fail from now on.

    Attributes:
        sent: how many requests went out.
        hits: how many were hit.
    """

    def __init__(self, lab: Lab, inner: httpx.BaseTransport) -> None:
        self.sent = 0
        self.hits = 0
        self._lab = lab
        self._inner = inner
        self._hit: Hit | None = None
        self._lock = threading.Lock()
        self._agreed = threading.Event()
        self._agreed.set()

    def arm(self, hit: Hit) -> None:
        """From now on."""
        self._hit = hit
        if hit.how != "down":
            self._lab.fail(*hit.rules())

    def disarm(self) -> None:
        """Nothing goes wrong any more."""
        # A plan can have failed of one read while the other one still tells the emulator to fail.
        with self._lock:
            self._hit = None
            self._lab.fail()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            struck = self._strikes(request)
            refused = struck and self._hit is not None and FAULTS[self._hit.fault] is None
            self.sent += not refused
            silent = struck and self._hit is not None and self._hit.fault.startswith("time-out")
            once = silent and self._hit is not None and self._hit.how == "once"
            if once:
                self._agreed.clear()
        if not once:
            self._agreed.wait(20)
        if refused:
            return self._inner.handle_request(httpx.Request("GET", f"http://127.0.0.1:{self._lab.closed_port}"))
        if silent:
            request.extensions = {
                **request.extensions,
                "timeout": {"connect": 5, "write": 5, "pool": 5, "read": GIVE_UP},
            }
            return self._given_up(request, once=once)
        return self._inner.handle_request(request)

    def _given_up(self, request: httpx.Request, *, once: bool) -> httpx.Response:
        """A call that times out, even where a busy machine lets the client sleep through the emulator's silence.

        No other call goes out before the emulator has met this one: it could take another for the one to hit.
        """
        try:
            return self._inner.handle_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            raise httpx.ReadTimeout("the silence was slept through", request=request) from error
        finally:
            if once:
                self._lab.struck()
                self._agreed.set()

    def _strikes(self, request: httpx.Request) -> bool:
        hit = self._hit
        if hit is None or (hit.how == "once" and self.hits):
            return False
        named = request.method == hit.method and re.search(hit.path, request.url.path) is not None
        if not named and not (hit.how == "down" and self.hits):
            return False
        self.hits += 1
        if hit.how == "down" and self.hits == 1:
            self._lab.fail(*hit.rules())
        return True


@dataclass
class State:
    """All that an organization has, by id."""

    webhooks: dict[str, dict[str, Any]]
    events: dict[str, dict[str, Any]]


class NoDeliveries:
    """Renders nothing: no event of the platform's happens in these tests."""

    def body(self, template: Any, event: Any, workflow_response: Any) -> bytes:
        raise AssertionError("a delivery was made")

    def header(self, value: str, event: Any, workflow_response: Any) -> str:
        raise AssertionError("a delivery was made")


@dataclass
class Lab:
    """An emulator, looked at from behind. Every key is an organization of its own."""

    url: str
    closed_port: int
    inner: httpx.BaseTransport
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        place = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """A call that must be answered."""
        headers = {"content-type": "application/json"} | ({"x-api-key": key} if key else {})
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        assert answer.status == 200, raw
        return json.loads(raw)

    def fail(self, *rules: dict[str, Any]) -> None:
        """Put these faults in the place of those in force."""
        self.call("DELETE", "/_emulator/faults")
        if rules:
            self.call("POST", "/_emulator/faults", list(rules))

    def struck(self) -> None:
        """Wait until a fault has hit a call."""
        deadline = time.monotonic() + 20
        while not any(rule["fired"] for rule in self.call("GET", "/_emulator/faults")["rules"]):
            assert time.monotonic() < deadline, "no call was hit"
            time.sleep(0.002)

    def state(self, key: str) -> State:
        """What there is now."""
        webhooks, events = (self.call("GET", API + path, key=key) for path in ("/webhook", "/application/event"))
        return State({each["_id"]: each for each in webhooks}, {each["_id"]: each for each in events})

    def log(self, key: str) -> list[dict[str, Any]]:
        """The calls that came in and are over."""
        return list(self.call("GET", "/_emulator/requests", key=key)["requests"])

    def settle(self, key: str, count: int) -> list[dict[str, Any]]:
        """Wait until so many calls have come in and are over; gives the newest of them."""
        deadline = time.monotonic() + 20
        while len(found := self.log(key)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} calls came in"
            time.sleep(0.005)
        return found

    def gate(self) -> Gate:
        """Something to reach the emulator through."""
        return Gate(self, self.inner)

    def client(self, key: str, gate: Gate, clock: FastClock, attempts: int = 4) -> Client:
        """The real client, on the network, without waits."""
        return Client(self.url, key, transport=_Lent(gate), clock=clock, retry=Retry(attempts=attempts))


class _Lent(httpx.BaseTransport):
    """A transport that stays open when its client is closed."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._gate.handle_request(request)


@contextmanager
def lab() -> Iterator[Lab]:
    """An emulator without a rate limit, in a thread, and a port that nobody listens on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # Nothing is encrypted; it only must not read any certificates.
    with (
        socket.socket() as closed,
        serve_in_thread(Options(rate_limit=None), NoDeliveries()) as server,
        httpx.HTTPTransport(verify=context) as inner,
    ):
        closed.bind(("127.0.0.1", 0))  # Bound, and never listened on.
        made = Lab(server.url, closed.getsockname()[1], inner)
        yield made
        made.close()
