"""GitHub's REST API, as far as comments and issues go, over a real socket: strict in what it takes, with faults.

From the public documentation ("REST API endpoints for issue comments", "… for issues", "Rate limits for the REST API",
"Using pagination in the REST API"). Every call is recorded, and what a client does against the documentation is told in
``complaints``: a test asserts that there are none.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_test_0123456789abcdef"
BOT = "github-actions[bot]"
REPOSITORY = "acme/hooks"
LARGEST_BODY = 65_536
LARGEST_TITLE = 256
_FIELDS = {
    "comment": {"body"},
    "issue": {"title", "body", "labels", "assignees", "milestone"},
    "patched issue": {"title", "body", "labels", "assignees", "milestone", "state", "state_reason"},
}


Answer = tuple[int, dict[str, str], Any]
"""Status, headers and JSON."""


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Fault:
    """What happens instead of the answer to calls whose ``METHOD /path`` matches.

    ``before`` closes the connection unanswered and does nothing; ``after`` does what was asked and then closes it;
    a status answers with that and does nothing. ``delay`` waits first. ``times`` is how often.
    """

    calls: str
    what: str | int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    delay: float = 0.0


class Refused(Exception):  # noqa: N818 - it is an answer
    """An answer that is an error."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        self.status, self.message, self.headers, self.more = status, message, headers or {}, more


class GitHub:
    """One repository and the token of one bot.

    Attributes:
        url: base URL of the API, for ``GITHUB_API_URL``.
        calls: all calls, in order.
        complaints: what clients did against the documentation.
        denied: what the token may not do: ``comments``, ``issues``.
        page_limit: most entries of a page, whatever is asked for.
        prefix: path of the API below its host, ``/api/v3`` for Enterprise.
    """

    def __init__(self, token: str = TOKEN, login: str = BOT, repository: str = REPOSITORY, prefix: str = "") -> None:
        self.token, self.login, self.repository, self.prefix = token, login, repository, prefix
        self.url = ""
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.denied: set[str] = set()
        self.page_limit = 100
        self.faults: list[Fault] = []
        self.issues: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self._ids = itertools.count(1001)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._rendezvous: tuple[re.Pattern[str], threading.Barrier] | None = None

    # --- what tests set up

    def open(self, body: str = "", *, pull_request: bool = True, login: str = "mona", title: str = "Change") -> int:
        """A pull request, or an issue, that somebody opened; its number."""
        with self._lock:
            return int(self._new_issue({"title": title, "body": body}, login, pull_request=pull_request)["number"])

    def comment(self, number: int, body: str, login: str | None = None) -> int:
        """A comment that somebody (else: the bot) made; its id."""
        with self._lock:
            return int(self._new_comment(number, body, login or self.login)["id"])

    def on(self, number: int) -> list[dict[str, Any]]:
        """The comments of a pull request or an issue, oldest first."""
        return [one for one in self.comments.values() if one["_number"] == number]

    def fault(self, calls: str, what: str | int, times: int = 1, **more: Any) -> None:
        """Answer the next ``times`` calls that match the pattern with a fault; see :class:`Fault`."""
        self.faults.append(Fault(calls, what, times, **more))

    def meet(self, calls: str, parties: int) -> None:
        """Answer the calls that match only when so many are there: what happens at once is held to happen at once."""
        self._rendezvous = (re.compile(calls), threading.Barrier(parties, action=self._met))

    def _met(self) -> None:
        self._rendezvous = None

    def made(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    # --- the API

    def answer(self, call: Call) -> Answer:
        """Status, headers and JSON of the answer."""
        path = call.path.removeprefix(self.prefix)
        if path == "/graphql" or call.path == "/api/graphql":
            return self._graphql(call)
        base = f"/repos/{self.repository}"
        if not path.startswith(f"{base}/"):
            raise Refused(404, "Not Found")
        routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", r"/issues", self._list_issues),
            ("POST", r"/issues", self._create_issue),
            ("PATCH", r"/issues/(\d+)", self._patch_issue),
            ("GET", r"/issues/(\d+)/comments", self._list_comments),
            ("POST", r"/issues/(\d+)/comments", self._create_comment),
            ("PATCH", r"/issues/comments/(\d+)", self._patch_comment),
            ("DELETE", r"/issues/comments/(\d+)", self._delete_comment),
        ]
        for method, pattern, act in routes:
            match = re.fullmatch(pattern, path.removeprefix(base))
            if match and method == call.method:
                result: Answer = act(call, *map(int, match.groups()))
                return result
        raise Refused(404, "Not Found")

    def _graphql(self, call: Call) -> Answer:
        if "viewer" not in str(call.body.get("query")):
            self.complaints.append(f"{call}: another query than the one for the viewer")
        return 200, {}, {"data": {"viewer": {"login": self.login}}}

    def _list_issues(self, call: Call) -> Answer:
        state = call.query.get("state", "open")
        chosen = [one for one in self.issues.values() if state in ("all", one["state"])]
        return self._page(call, list(reversed(chosen)))

    def _create_issue(self, call: Call) -> Answer:
        self._may("issues", "issues=write")
        self._check(call, "issue")
        if not call.body.get("title"):
            raise Refused(
                422, "Validation Failed", errors=[{"resource": "Issue", "code": "missing_field", "field": "title"}]
            )
        return 201, {}, self._new_issue(call.body, self.login, pull_request=False)

    def _patch_issue(self, call: Call, number: int) -> Answer:
        self._may("issues", "issues=write")
        self._check(call, "patched issue")
        issue = self._issue(number)
        issue.update(call.body)
        return 200, {}, issue

    def _list_comments(self, call: Call, number: int) -> Answer:
        self._issue(number)
        return self._page(call, self.on(number))

    def _create_comment(self, call: Call, number: int) -> Answer:
        self._may("comments", "issues=write; pull_requests=write")
        self._check(call, "comment")
        self._issue(number)
        return 201, {}, self._new_comment(number, call.body["body"], self.login)

    def _patch_comment(self, call: Call, identity: int) -> Answer:
        self._may("comments", "issues=write; pull_requests=write")
        self._check(call, "comment")
        comment = self._comment(identity)
        comment["body"] = call.body["body"]
        return 200, {}, comment

    def _delete_comment(self, call: Call, identity: int) -> Answer:
        self._may("comments", "issues=write; pull_requests=write")
        self._comment(identity)
        del self.comments[identity]
        return 204, {}, None

    # --- its parts

    def _may(self, what: str, permissions: str) -> None:
        if what in self.denied:
            raise Refused(403, "Resource not accessible by integration", {"X-Accepted-GitHub-Permissions": permissions})

    def _check(self, call: Call, kind: str) -> None:
        if not isinstance(call.body, dict):
            raise Refused(400, "Body should be a JSON object")
        if unknown := set(call.body) - _FIELDS[kind]:
            self.complaints.append(f"{call}: unknown fields {sorted(unknown)}")
        body = call.body.get("body")
        name = "IssueComment" if kind == "comment" else "Issue"
        if kind == "comment" and not str(body or "").strip():
            raise Refused(
                422, "Validation Failed", errors=[{"resource": name, "code": "missing_field", "field": "body"}]
            )
        if len(call.body.get("title") or "") > LARGEST_TITLE:
            problem = {
                "resource": name, "code": "custom", "field": "title",
                "message": f"title is too long (maximum is {LARGEST_TITLE} characters)",
            }  # fmt: skip
            raise Refused(422, "Validation Failed", errors=[problem])
        if body is not None and len(body) > LARGEST_BODY:
            problem = {
                "resource": name, "code": "unprocessable", "field": "data",
                "message": f"Body is too long (maximum is {LARGEST_BODY} characters)",
            }  # fmt: skip
            raise Refused(422, "Validation Failed", errors=[problem])

    def _issue(self, number: int) -> dict[str, Any]:
        if number not in self.issues:
            raise Refused(404, "Not Found")
        return self.issues[number]

    def _comment(self, identity: int) -> dict[str, Any]:
        if identity not in self.comments:
            raise Refused(404, "Not Found")
        return self.comments[identity]

    def _new_issue(self, fields: dict[str, Any], login: str, *, pull_request: bool) -> dict[str, Any]:
        number = next(self._numbers)
        kind = "pull" if pull_request else "issues"
        issue = {
            "id": next(self._ids), "number": number, "state": "open", "state_reason": None,
            "html_url": f"https://github.com/{self.repository}/{kind}/{number}", "user": _user(login),
            "title": fields["title"], "body": fields.get("body"),
            "labels": [{"name": label} for label in fields.get("labels", ())],
        }  # fmt: skip
        if pull_request:
            issue["pull_request"] = {"url": f"{self.url}/repos/{self.repository}/pulls/{number}"}
        self.issues[number] = issue
        return issue

    def _new_comment(self, number: int, body: str, login: str) -> dict[str, Any]:
        identity = next(self._ids)
        comment = {
            "id": identity, "_number": number, "body": body, "user": _user(login),
            "html_url": f"https://github.com/{self.repository}/pull/{number}#issuecomment-{identity}",
        }  # fmt: skip
        self.comments[identity] = comment
        return comment

    def _page(self, call: Call, entries: list[dict[str, Any]]) -> Answer:
        page = int(call.query.get("page", "1"))
        size = min(int(call.query.get("per_page", "30")), self.page_limit)
        links = []
        last = max(1, -(-len(entries) // size))
        for relation, target in (("next", page + 1), ("last", last)):
            if page < last:
                query = "&".join(f"{name}={value}" for name, value in (call.query | {"page": str(target)}).items())
                host = self.url.removesuffix(self.prefix)
                links.append(f'<{host}{call.path}?{query}>; rel="{relation}"')
        return 200, {"Link": ", ".join(links)} if links else {}, entries[(page - 1) * size : page * size]

    # --- the server

    def receive(self, call: Call) -> Answer | None:
        """The answer to a request, or None where the connection is to be closed without one."""
        with self._lock:
            self.calls.append(call)
            self._inspect(call)
            fault = next((one for one in self.faults if one.times and re.search(one.calls, str(call))), None)
            if fault:
                fault.times -= 1
        rendezvous = self._rendezvous
        if fault is None and rendezvous and rendezvous[0].search(str(call)):
            rendezvous[1].wait(timeout=20)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and fault.what == "before":
            return None
        if fault and isinstance(fault.what, int):
            return fault.what, fault.headers, {"message": fault.message}
        with self._lock:
            try:
                self._authorize(call)
                answer = self.answer(call)
            except Refused as refused:
                answer = refused.status, refused.headers, {"message": refused.message, **refused.more}
        return None if fault else answer

    def _authorize(self, call: Call) -> None:
        if call.headers.get("authorization") not in {f"Bearer {self.token}", f"bearer {self.token}"}:
            raise Refused(401, "Bad credentials")

    def _inspect(self, call: Call) -> None:
        """What every call must have."""
        wanted = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
        for name, value in wanted.items():
            if call.headers.get(name) != value:
                self.complaints.append(f"{call}: {name} is {call.headers.get(name)!r}, not {value!r}")
        if not call.headers.get("user-agent"):
            self.complaints.append(f"{call}: no user agent")
        if call.method == "GET" and call.query.get("per_page") != "100":
            self.complaints.append(f"{call}: lists in pages of {call.query.get('per_page', 30)}")
        if call.body is not None and call.headers.get("content-type") != "application/json":
            self.complaints.append(f"{call}: a body that is not said to be JSON")

    @contextmanager
    def serve(self) -> Iterator[GitHub]:
        """Listen on a free port of this machine."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}{self.prefix}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def environ(self, **more: str) -> dict[str, str]:
        """The process environment of a step of a workflow run."""
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": self.repository, "GITHUB_TOKEN": self.token} | more


def _user(login: str) -> dict[str, Any]:
    return {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = github.receive(Call(self.command, parts.path, query, headers, json.loads(raw) if raw else None))
            if answer is None:
                self.close_connection = True
                return
            status, extra, value = answer
            body = b"" if value is None else json.dumps(_public(value)).encode()
            self.send_response(status)
            for name, content in ({"X-GitHub-Request-Id": "0A1B:2C3D"} | extra).items():
                self.send_header(name, content)
            if body:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - named by http.server

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - named by http.server
            pass

    return Handler


def _public(value: Any) -> Any:
    """Without the stand-in's own fields."""
    if isinstance(value, list):
        return [_public(one) for one in value]
    if isinstance(value, dict):
        return {name: one for name, one in value.items() if not name.startswith("_")}
    return value
