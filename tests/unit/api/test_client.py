"""Which requests the calls make."""

from __future__ import annotations

import re
import threading
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from hookwright import __version__
from hookwright.api.bucket import TokenBucket
from hookwright.errors import AuthError, OutcomeUnknownError
from hookwright.model.resources import Event, Webhook, Workflow
from hookwright.reconcile.gateway import Gateway
from tests.unit.api.support import KEY, CrowdClock, Script, client, error, webhook

HOOK = Webhook("https://hooks.acme.example", ("Workflow Errored",))
EVENT = Event("candidate_created", {"jobid": "123"})
EVENT_RECORD = {"_id": "e1", "name": "candidate_created", "response": '{"jobid": "123"}'}

ONE, MANY = httpx.Response(200, json=webhook()), httpx.Response(200, json=[webhook()])
ONE_EVENT, MANY_EVENTS = httpx.Response(200, json=EVENT_RECORD), httpx.Response(200, json=[EVENT_RECORD])


@pytest.mark.parametrize(
    ("act", "args", "answer", "request_line", "body"),
    [
        ("list_webhooks", (), MANY, "GET /api/v2/public/webhook", None),
        ("get_webhook", ("a1",), ONE, "GET /api/v2/public/webhook/a1", None),
        (
            "create_webhook",
            (HOOK,),
            ONE,
            "POST /api/v2/public/webhook",
            {
                "webhook_url": "https://hooks.acme.example",
                "webhook_events": ["Workflow Errored"],
                "method": "POST",
                "webhook_type": "default",
                "is_enabled": True,
            },
        ),
        ("update_webhook", ("a1", HOOK, {"enabled"}), ONE, "PUT /api/v2/public/webhook/a1", {"is_enabled": True}),
        ("delete_webhook", ("a1",), MANY, "DELETE /api/v2/public/webhook/a1", None),
        (
            "set_group",
            (["a1", "b2"], ""),
            MANY,
            "PUT /api/v2/public/webhooks/group/edit",
            {"webhookIds": ["a1", "b2"], "group": ""},
        ),
        ("list_events", (), MANY_EVENTS, "GET /api/v2/public/application/event", None),
        ("get_event", ("e1",), ONE_EVENT, "GET /api/v2/public/application/event/e1", None),
        (
            "create_event",
            (EVENT,),
            MANY_EVENTS,
            "POST /api/v2/public/application/event",
            {"name": "candidate_created", "response": '{"jobid": "123"}'},
        ),
        (
            "update_event",
            ("e1", EVENT),
            MANY_EVENTS,
            "PUT /api/v2/public/application/event/e1",
            {"name": "candidate_created", "response": '{"jobid": "123"}', "json_schema": {}},
        ),
        ("delete_event", ("e1",), MANY_EVENTS, "DELETE /api/v2/public/application/event/e1", None),
        (
            "trigger_event",
            ("candidate_created", {"jobid": "123"}),
            httpx.Response(200, json={"message": "Webhook Fired Success"}),
            "POST /api/v2/public/event/trigger",
            {"event": "candidate_created", "payload": {"jobid": "123"}},
        ),
    ],
)
def test_each_call_is_one_request(
    act: str, args: tuple[Any, ...], answer: httpx.Response, request_line: str, body: Any
) -> None:
    script = Script(answer)
    with client(script) as made:
        getattr(made, act)(*args)
    assert script.calls == [request_line]
    assert script.bodies == [body]
    headers = script.requests[0].headers
    assert headers["x-api-key"] == KEY
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == f"hookwright/{__version__}"
    assert headers.get("content-type") == (None if body is None else "application/json")
    assert "cookie" not in headers
    assert "authorization" not in headers


def test_a_client_is_a_gateway() -> None:
    gateway: Gateway = client(Script(MANY))
    assert gateway.list_webhooks()[0].id == "a1"


def test_ids_are_escaped() -> None:
    script = Script(httpx.Response(200, json=[]))
    client(script).delete_webhook("../a b?c#d%")
    assert script.calls == ["DELETE /api/v2/public/webhook/..%2Fa%20b%3Fc%23d%25"]


def test_a_base_url_may_have_a_path() -> None:
    from hookwright.api.client import Client

    script = Script(MANY)
    Client("https://acme.example/refold/", KEY, transport=httpx.MockTransport(script)).list_webhooks()
    assert str(script.requests[0].url) == "https://acme.example/refold/api/v2/public/webhook"


def test_no_ids_no_group_call() -> None:
    script = Script(MANY)
    assert client(script).set_group([], "on-call") == []
    assert script.requests == []


def test_an_event_is_fired_for_an_account() -> None:
    script = Script(httpx.Response(200, json={"message": "Webhook Fired Success"}))
    said = client(script).trigger_event("e", {}, linked_account_id="acc", config_id="cfg", slug="hubspot")
    assert said == "Webhook Fired Success"
    headers = script.requests[0].headers
    assert (headers["linked_account_id"], headers["config_id"], headers["slug"]) == ("acc", "cfg", "hubspot")


def test_lone_surrogates_are_sent_as_json_escapes() -> None:
    script = Script(httpx.Response(200, json={}))
    client(script).trigger_event("e", "\ud800")
    assert b'"payload":"\\ud800"' in script.requests[0].content


def test_cookies_are_not_kept() -> None:
    script = Script(httpx.Response(200, json=[], headers={"set-cookie": "session=1; Path=/"}))
    made = client(script)
    made.list_webhooks()
    made.list_webhooks()
    assert "cookie" not in script.requests[1].headers


def test_threads_share_a_client_and_its_bucket() -> None:
    clock = CrowdClock(8)
    times: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(clock.monotonic())
        return httpx.Response(200, json=webhook())

    made = client(answer, clock)

    def work() -> None:
        try:
            for _ in range(10):
                made.create_webhook(HOOK)
        finally:
            clock.done()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 80
    assert max(times) == pytest.approx((80 - 4) / 20)


def test_two_clients_of_one_key_may_share_a_bucket() -> None:
    clock = CrowdClock(1)
    bucket = TokenBucket(rate=1, burst=1, clock=clock)
    for made in (client(Script(MANY), clock, bucket=bucket), client(Script(MANY), clock, bucket=bucket)):
        made.list_webhooks()
    assert clock.now == 1


# --- workflows


class Workflows:
    """A platform with workflows; pages as documented."""

    def __init__(self, *names: str, filters: bool = True, cap: int = 100) -> None:
        self.docs = [{"_id": f"w{n:04}", "name": name, "published": n % 2 == 0} for n, name in enumerate(names)]
        self.filters = filters
        self.cap = cap
        self.urls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(request.url.raw_path.decode())
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        docs = self.docs
        if "name" in query:
            pattern = re.compile(query["name"], re.IGNORECASE)
            docs = [doc for doc in docs if pattern.search(doc["name"])] if self.filters else []
        page, limit = int(query["page"]), min(int(query["limit"]), self.cap)
        shown = docs[(page - 1) * limit : page * limit]
        more = page * limit < len(docs)
        return httpx.Response(200, json={"docs": shown, "totalDocs": len(docs), "page": page, "hasNextPage": more})


def test_workflows_are_found_by_exact_name_in_one_call() -> None:
    platform = Workflows("Export", "export", "Export contact", "Sync (v2.0) [eu]|$x", "Export", "Syncx(v2.0)")
    assert client(platform).find_workflows(["Export", "Sync (v2.0) [eu]|$x", "Export"]) == [
        Workflow("w0000", "Export"),
        Workflow("w0004", "Export"),
        Workflow("w0003", "Sync (v2.0) [eu]|$x"),
    ]
    assert len(platform.urls) == 1
    assert "limit=100" in platform.urls[0]


@pytest.mark.parametrize("name", [*r"\^$.|?*+()[]{}", r"a\b", "a-b/c", "ü {{x}}", "#&=%+ ?"])
def test_names_are_not_patterns(name: str) -> None:
    platform = Workflows("other", name, f"x{name}x")
    assert [found.name for found in client(platform).find_workflows([name])] == [name]
    assert len(platform.urls) == 1


def test_all_pages_are_read() -> None:
    platform = Workflows(*["Export"] * 25, cap=10)
    assert len(client(platform).find_workflows(["Export"])) == 25
    assert len(platform.urls) == 3


def test_many_names_are_asked_for_in_short_urls() -> None:
    names = [f"Export number {n} to a place (of many)" for n in range(200)]
    platform = Workflows(*names)
    assert len(client(platform).find_workflows(names)) == 200
    assert max(map(len, platform.urls)) <= 1500
    assert len(platform.urls) < 15


def test_a_name_that_is_too_long_for_a_url_is_asked_for_alone() -> None:
    platform = Workflows("x" * 3000, "y")
    assert len(client(platform).find_workflows(["x" * 3000, "y"])) == 2


def test_a_platform_that_reads_the_filter_otherwise_lists_all() -> None:
    platform = Workflows("Export", "Import", filters=False)
    assert [found.name for found in client(platform).find_workflows(["Import"])] == ["Import"]
    assert len(platform.urls) == 2


def test_a_platform_that_refuses_the_filter_lists_all() -> None:
    platform = Workflows("Export", "Import")
    script = Script(error(400, "INVALID_REQUEST", "name is too long"), platform)
    assert [found.name for found in client(script).find_workflows(["Import"])] == ["Import"]
    assert [("name=" in call) for call in script.calls] == [True, False]


def test_a_filtered_list_that_fails_is_no_empty_list() -> None:
    with pytest.raises(AuthError):
        client(Script(error(401))).find_workflows(["Import"])


def test_a_name_that_does_not_exist_is_not_found() -> None:
    platform = Workflows("Export")
    assert client(platform).find_workflows(["Export", "Nothing"]) == [Workflow("w0000", "Export")]
    assert len(platform.urls) == 2


def test_no_names_no_call() -> None:
    platform = Workflows("Export")
    assert client(platform).find_workflows([]) == []
    assert platform.urls == []


def test_all_workflows_are_listed_by_name() -> None:
    platform = Workflows("b", "c", "a", cap=2)
    assert [found.name for found in client(platform).list_workflows()] == ["a", "b", "c"]
    assert len(platform.urls) == 2


def test_a_list_without_end_is_an_error() -> None:
    script = Script(httpx.Response(200, json={"docs": [{"_id": "w1", "name": "x"}], "hasNextPage": True}))
    with pytest.raises(OutcomeUnknownError, match="more than 200 pages"):
        client(script).list_workflows()
    assert len(script.requests) == 200
