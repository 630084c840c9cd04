"""A platform of the tests' own: the documented calls on plain dicts, strict in what it takes, frugal in its answers.

It shares nothing with the emulator: what one of them takes for granted, the other may not.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CREATE = {
    "webhook_url", "webhook_events", "webhook_headers", "webhook_body", "webhook_description", "description", "method",
    "slug", "workflow_ids", "webhook_type", "is_enabled", "group",
}  # fmt: skip
UPDATE = CREATE - {"webhook_description", "group"}
EVENTS = {
    "Connection Created", "Connection Deleted", "Connection Expired", "Workflow Completed", "Workflow Errored",
    "Workflow Stopped", "Workflow Timed Out",
}  # fmt: skip
BASE = "/api/v2/public"


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message


class StrictPlatform:
    """One organization, whose key is given. ``requests`` has (method, path, body) of every call."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.environment = "production" if key.startswith("pk") else "test"
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.workflows: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.url = ""
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, **fields: Any) -> str:
        """A webhook made by hand."""
        identity = f"{next(self._ids):024x}"
        self.webhooks[identity] = {
            "_id": identity, "org_id": "6" * 24, "environment": self.environment, "is_enabled": True, "method": "POST",
            "webhook_events": ["Workflow Errored"], "webhook_body": "{{event}}", **fields,
        }  # fmt: skip
        return identity

    def answer(self, method: str, path: str, body: Any, key: str | None) -> Any:
        """The answer to one call, as JSON."""
        if key != self.key:
            raise RefusedError(401, "SERVER_ERROR", f"Invalid Credentials: {key}")
        with self._lock:
            self.requests.append((method, path, body))
            route, _, _query = path.removeprefix(BASE).partition("?")
            if route == "/webhook" and method == "GET":
                return [self._read(hook) for hook in self.webhooks.values()]
            if route == "/webhook" and method == "POST":
                self._check(body, CREATE, {"webhook_url", "webhook_events"})
                return self._read(self.webhooks[self.add(**self._stored(body))])
            if match := re.fullmatch(r"/webhook/([0-9a-f]+)", route):
                return self._one(method, match[1], body)
            if route == "/webhooks/group/edit" and method == "PUT":
                for identity in body["webhookIds"]:
                    self.webhooks[identity]["group"] = body["group"]
                return [self._read(self.webhooks[identity]) for identity in body["webhookIds"]]
            if route == "/workflow" and method == "GET":
                return {"docs": self.workflows, "totalDocs": len(self.workflows), "hasNextPage": False, "page": 1}
            if route.startswith("/application/event"):
                return self._event(method, route.removeprefix("/application/event").lstrip("/"), body)
            raise RefusedError(404, "NOT_FOUND", "No such route")

    def _one(self, method: str, identity: str, body: Any) -> Any:
        if identity not in self.webhooks:
            raise RefusedError(400, "RESOURCE_NOT_FOUND", "Webhook not found")
        if method == "DELETE":
            del self.webhooks[identity]
            return [self._read(hook) for hook in self.webhooks.values()]
        if method == "PUT":
            self._check(body, UPDATE, set())
            self.webhooks[identity] |= self._stored(body)
        return self._read(self.webhooks[identity])

    @staticmethod
    def _check(body: Any, known: set[str], needed: set[str]) -> None:
        if not isinstance(body, dict) or body.keys() - known or needed - body.keys():
            raise RefusedError(400, "BAD_REQUEST", f"fields: {sorted(body)}")
        if set(body.get("webhook_events", [])) - EVENTS or body.get("webhook_events") == []:
            raise RefusedError(400, "INVALID_EVENT", "Invalid event. Check events list in documentation.")
        for name in ("webhook_url", "description", "slug", "group", "method"):
            if name in body and not isinstance(body[name], str):
                raise RefusedError(400, "BAD_REQUEST", f"{name} is not a string")

    @staticmethod
    def _stored(body: dict[str, Any]) -> dict[str, Any]:
        kind = body.pop("webhook_type", None)
        given = body.pop("webhook_body", None)
        if kind == "custom" and given is not None:
            body["webhook_body"] = given
        elif kind == "slack":
            body["webhook_body"] = {"blocks": [{"type": "section", "text": "{{event}}"}], "_slack": True}
        elif kind == "default":
            body["webhook_body"] = "{{event}}"
        return body

    @staticmethod
    def _read(hook: dict[str, Any]) -> dict[str, Any]:
        body = hook.get("webhook_body")
        slack = isinstance(body, dict) and "_slack" in body
        kind = "slack" if slack else "default" if body == "{{event}}" else "custom"
        # What is empty is left out, as many servers do; not the body, which may be any JSON.
        kept = {name: value for name, value in hook.items() if value not in ("", [], {})}
        return kept | {"webhook_type": kind} | ({"webhook_body": body} if "webhook_body" in hook else {})

    def _event(self, method: str, identity: str, body: Any) -> Any:
        if method in {"POST", "PUT"} and not (isinstance(body.get("response"), str) and body.get("name")):
            raise RefusedError(400, "BAD_REQUEST", "name and response are required")
        if method == "POST":
            if any(event["name"] == body["name"] for event in self.events.values()):
                raise RefusedError(400, "INVALID_EVENT_ID", f"Trigger with name {body['name']} already exists")
            identity = f"{next(self._ids):024x}"
            self.events[identity] = {"_id": identity, **body}
        elif identity and identity not in self.events:
            raise RefusedError(404, "RESOURCE_NOT_FOUND", "Trigger not found")
        elif method == "PUT":
            self.events[identity] |= body
        elif method == "DELETE":
            del self.events[identity]
        return list(self.events.values())


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that were killed, nor of connections that a test breaks off."""

    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def strict_platform(key: str) -> Iterator[StrictPlatform]:
    """A platform that listens on this machine while the context lasts."""
    platform = StrictPlatform(key)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                given = self.headers.get("x-api-key")
                status, answer = 200, platform.answer(self.command, self.path, json.loads(raw) if raw else None, given)
            except RefusedError as error:
                name = "error" if "webhook" in self.path else "error_code"
                status = error.status
                answer = {"status_code": status, name: error.code, "message": error.message, "request_id": "req-1"}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
