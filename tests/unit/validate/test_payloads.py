"""Payloads against the schemas that a project gives."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from hookwright.validate.payloads import schema_fault, violations


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The URL of a server that would give any schema away, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched(asked: tuple[str, list[str]]) -> None:
    url, paths = asked
    fault = schema_fault({"properties": {"a": {"$ref": f"{url}/schema.json"}}})
    assert fault is not None
    assert fault[1] == f"the reference '{url}/schema.json' leads out of it"
    assert paths == []


@pytest.mark.parametrize(
    ("schema", "pointer", "message"),
    [
        ("x", "", "Invalid string: "),
        ({"$ref": "#/nope"}, "", "Pointer '/nope' does not exist"),
        ({"type": "text"}, "/type", "there is no type 'text'"),
        ({"type": ["object", "text"]}, "/type", "there is no type 'text'"),
        ({"$schema": "https://x.example/s"}, "", "there is no draft of JSON Schema called 'https://x.example/s'"),
        ({"minimum": "x"}, "/minimum", '"x" is not of type "number"'),
        ({"properties": {"a/b": {"type": 1}}}, "/properties/a~1b/type", "1 is not valid"),
    ],
)
def test_faults(schema: object, pointer: str, message: str) -> None:
    found = schema_fault(schema)
    assert found is not None
    assert found[0] == pointer
    assert found[1].startswith(message)


def test_violations_in_the_order_of_their_paths() -> None:
    schema = {"properties": {"b": {"type": "string"}, "a": {"type": "string"}}}
    assert violations({"a": 1, "b": 2}, schema) == [
        ("/a", "1 is not of type 'string'"),
        ("/b", "2 is not of type 'string'"),
    ]
    assert violations({"a": "1", "b": "2"}, schema) == []


def test_a_long_value_is_not_repeated() -> None:
    value = {"key": "x" * 100}
    assert violations(value, {"minProperties": 2}) == [("", "this does not have enough properties")]
    assert violations({"a": 1}, {"minProperties": 2}) == [("", "{'a': 1} does not have enough properties")]
