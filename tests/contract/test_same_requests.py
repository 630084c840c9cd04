"""One webhook and one payload, three ways: what ``render`` shows is what ``send`` sends and the emulator delivers."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwright.api.client import Client
from hookwright.emulator import Served
from hookwright.harness.request import build_request
from hookwright.harness.sender import SendOptions, send_all
from hookwright.model.resources import Webhook, WebhookType
from hookwright.validate.bodies import always_json, bare_templates, json_flaw, looks_like_json
from tests.unit.emulator.support import Caller, new_key, raw_receiver, running

PAYLOAD = {
    name: name for name in ("linked_account_id", "org_id", "environment", "type", "event", "slug", "createdAt")
} | {"event": "Connection Created"}
KEYS = ("a", "n", "a.b", "ünï", "7", "l", "o", "")
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(KEYS), inner, max_size=2)),
    max_leaves=4,
)
TEMPLATES = [f"{{{{event.{path}}}}}" for path in (*KEYS, "l.0", "o.a", "a.b.n", "none", "a n")]
TEMPLATES += ["{{event}}", "{{ event.a }}", "{{workflow_response}}", "{{workflow_response.a}}", "{{other}}", "{{}}"]
TEMPLATES += ["{{", "}}", "{{{event.a}}}", "{{event.{{event.a}}}}"]
LITERALS = [*'{}"\\\n:,[]1 é😀', "\x7f", "\u00a0", "\u2028", "text", "NaN", "null", "\ufeff"]
TEXTS = st.lists(st.sampled_from(TEMPLATES + LITERALS), max_size=4).map("".join)
BODIES = st.recursive(
    st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-9, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
JSON_TEXTS = BODIES.map(lambda body: json.dumps(body, ensure_ascii=False))
BARE = JSON_TEXTS.map(lambda text: text.replace('"{{', "{{").replace('}}"', "}}"))
CUSTOM = st.one_of(BODIES.filter(lambda body: isinstance(body, str | list | dict)), JSON_TEXTS, BARE)
HEADERS = st.dictionaries(st.sampled_from(["X-A", "x-b", "content-TYPE", "Authorization", "TE"]), TEXTS, max_size=3)
PATHS = ["", "/", "/a%7Eb/%41%2f?sig=a%2Fb%3D&y=+%20", "/é?ü=ö", "/a//b/../c", "?q", "/a;b=c,d@e:f"]


class Came(NamedTuple):
    """A request as it came over the wire; names of headers in lower case."""

    line: str
    headers: dict[str, bytes]
    body: bytes


class Bench(NamedTuple):
    """A receiver and what came to it, and an emulator."""

    url: str
    came: list[Came]
    served: Served


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    came: list[Came] = []

    def handle(connection: socket.socket, _: int) -> None:
        with connection.makefile("rb") as stream:
            line, headers = stream.readline().decode(), dict[str, bytes]()
            while header := stream.readline().removesuffix(b"\r\n"):
                name, value = header.split(b":", 1)
                headers[name.decode().lower()] = value.removeprefix(b" ")
            came.append(Came(line, headers, stream.read(int(headers["content-length"]))))
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    with raw_receiver(handle) as url, running() as (served, _):
        yield Bench(url, came, served)


@given(
    body=CUSTOM,
    headers=HEADERS,
    more=st.dictionaries(st.sampled_from(KEYS), VALUES),
    response=VALUES,
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
    path=st.sampled_from(PATHS),
    user=st.sampled_from(["", "me:pass@"]),
)
@settings(max_examples=150)
def test_what_is_rendered_is_what_is_sent_and_delivered(
    bench: Bench, body: Any, headers: dict[str, str], more: Any, response: Any, method: str, path: str, user: str
) -> None:
    key, payload = new_key(), PAYLOAD | more
    url = bench.url.replace("//", f"//{user}") + path
    webhook = Webhook(url, ("Connection Created",), WebhookType.CUSTOM, method=method, headers=headers, body=body)
    request = build_request(webhook, payload, response, key)
    bench.came.clear()
    (sent,) = asyncio.run(send_all([request], SendOptions()))
    with Client(bench.served.url, key) as client:
        client.create_webhook(webhook)
    Caller(bench.served.url, key).emit("Connection Created", payload=payload, workflow_response=response)
    bench.served.run_out()
    assert sent.delivered
    first, second = bench.came
    shown = {name.lower(): value.encode() for name, value in request.headers}
    for came in (first, second):
        assert came.body == request.body
        assert {name: came.headers.get(name) for name in shown} == shown
        assert "te" not in came.headers
    assert first.line == second.line
    if path.isascii():
        assert first.line == f"{method} {path if path.startswith('/') else f'/{path}'} HTTP/1.1\r\n"


@given(text=st.one_of(TEXTS, JSON_TEXTS, BARE), more=st.dictionaries(st.sampled_from(KEYS), VALUES), response=VALUES)
@settings(max_examples=300)
def test_a_body_that_passes_the_rules_is_json_whatever_is_filled_in(text: str, more: Any, response: Any) -> None:
    passes = json_flaw(text) is None and not bare_templates(text) if looks_like_json(text) else always_json(text)
    if passes:
        webhook = Webhook("http://a", (), WebhookType.CUSTOM, body=text)
        json.loads(build_request(webhook, PAYLOAD | more, response).body.decode(), parse_constant=pytest.fail)
