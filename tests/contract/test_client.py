"""The client against what Refold documents, and the same tests against the emulator.

Each test that takes ``platform`` runs twice: on a cassette of its own name in ``tests/cassettes`` (transcribed from the
documentation, every request is matched by method, URL and body, and all must be made), and on the emulator over HTTP.
Tests that take ``documented`` show documented variants that the emulator does not speak.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import vcr

from hookwright.api.client import Client
from hookwright.emulator import Options, serve_in_thread
from hookwright.errors import AnsweredError, AuthError, NotFoundError
from hookwright.model.resources import Event, Webhook, WebhookType, Workflow

CASSETTES = Path(__file__).parent.parent / "cassettes"
REFOLD = "https://app.refold.ai"
KEY = "tk_test_0123456789abcdef"
NOBODY = "000000000000000000000000"


@dataclass(frozen=True)
class Platform:
    """Something that speaks the platform's API.

    Attributes:
        url: its base URL.
        real: whether it answers by itself and not from a cassette.
    """

    url: str
    real: bool

    def client(self, key: str = KEY) -> Client:
        return Client(self.url, key)

    def set_workflows(self, *workflows: dict[str, Any]) -> None:
        """Make these the organization's workflows; a cassette has its own."""
        if self.real:
            body = json.dumps(workflows).encode()
            headers = {"x-api-key": KEY, "content-type": "application/json"}
            request = urllib.request.Request(self.url + "/_emulator/workflows", body, headers, method="PUT")
            with urllib.request.urlopen(request) as answer:
                assert answer.status == 200


@contextmanager
def cassette(name: str) -> Iterator[Platform]:
    """The documented exchanges of a test: each is there once, and none may be left over."""
    recorder = vcr.VCR(record_mode=vcr.mode.NONE, match_on=["method", "scheme", "host", "path", "query", "body"])
    with recorder.use_cassette(str(CASSETTES / f"{name}.yaml")) as played:
        yield Platform(REFOLD, real=False)
        assert played.all_played


class NoDeliveries:
    """Renders nothing: no event of the platform's happens in these tests."""

    def body(self, template: Any, event: Any, workflow_response: Any) -> bytes:
        raise AssertionError("a delivery was made")

    def header(self, value: str, event: Any, workflow_response: Any) -> str:
        raise AssertionError("a delivery was made")


@contextmanager
def emulator() -> Iterator[Platform]:
    with serve_in_thread(Options(), NoDeliveries()) as server:
        yield Platform(server.url, real=True)


@pytest.fixture(params=["cassette", "emulator"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    made = cassette(request.node.originalname) if request.param == "cassette" else emulator()
    with made as platform:
        yield platform


@pytest.fixture
def documented(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with cassette(request.node.originalname) as platform:
        yield platform


@pytest.fixture
def client(platform: Platform) -> Iterator[Client]:
    with platform.client() as client:
        yield client


PLAIN = Webhook("https://hooks.acme.example/refold", ("Workflow Errored",))
FULL = Webhook(
    url="https://hooks.acme.example/refold",
    events=("Workflow Completed", "Workflow Errored"),
    type=WebhookType.CUSTOM,
    method="PUT",
    headers={"X-Run": "{{event.instance_id}}"},
    body={"run": "{{event.instance_id}}", "text": "{{event.workflow_name}} failed"},
    description="Pages the on-call team",
    slug="hubspot",
    workflows=("6495792b9b6ca6d77a17e513",),
)


# --- webhooks


def test_a_webhook_is_created_read_changed_and_deleted(client: Client) -> None:
    made = client.create_webhook(FULL)
    assert made.webhook == FULL
    assert (made.environment, bool(made.id), bool(made.org_id)) == ("test", True, True)
    assert client.get_webhook(made.id) == made
    assert client.list_webhooks() == [made]
    changed = replace(FULL, enabled=False, description="Pages nobody")
    assert client.update_webhook(made.id, changed, ["enabled", "description"]) == replace(made, webhook=changed)
    assert client.delete_webhook(made.id) == []


def test_a_field_that_is_cleared_is_empty(client: Client) -> None:
    made = client.create_webhook(FULL)
    plain = Webhook(FULL.url, FULL.events)
    fields = ["type", "headers", "slug", "workflows", "description", "method"]
    assert client.update_webhook(made.id, plain, fields).webhook == plain
    assert [live.webhook for live in client.list_webhooks()] == [plain]


def test_a_slack_webhook_has_a_body_of_the_platforms(client: Client) -> None:
    slack = replace(PLAIN, type=WebhookType.SLACK)
    assert client.create_webhook(slack).webhook == slack
    assert [live.webhook for live in client.list_webhooks()] == [slack]


def test_a_group_is_set_and_unset_on_many(client: Client) -> None:
    one, two = client.create_webhook(PLAIN), client.create_webhook(replace(PLAIN, group="day"))
    assert (one.webhook.group, two.webhook.group) == ("", "day")
    together = client.set_group([one.id, two.id], "on-call")
    assert {live.id: live.webhook.group for live in together} == {one.id: "on-call", two.id: "on-call"}
    assert [(live.id, live.webhook.group) for live in client.set_group([one.id], "")] == [(one.id, "")]
    assert {live.id: live.webhook.group for live in client.list_webhooks()} == {one.id: "", two.id: "on-call"}


def test_a_webhook_that_is_not_there(client: Client) -> None:
    with pytest.raises(NotFoundError, match="was answered 400: Webhook not found"):
        client.get_webhook(NOBODY)
    with pytest.raises(NotFoundError):
        client.update_webhook(NOBODY, PLAIN, ["enabled"])
    assert client.delete_webhook(NOBODY) == []


def test_an_event_that_does_not_exist_cannot_be_subscribed_to(client: Client) -> None:
    with pytest.raises(AnsweredError, match="Invalid event") as caught:
        client.create_webhook(replace(PLAIN, events=("Workflow Exploded",)))
    assert (type(caught.value), caught.value.status, caught.value.code) == (AnsweredError, 400, "INVALID_EVENT")


def test_a_key_that_is_not_known_is_refused(platform: Platform) -> None:
    with platform.client("no_such_key") as client, pytest.raises(AuthError, match="Invalid Credentials") as caught:
        client.list_webhooks()
    assert (caught.value.status, caught.value.code) == (401, "SERVER_ERROR")


# --- custom events

SAMPLE = {"jobid": "123", "prospect": {"email": "jane@example.com"}}
EVENT = Event("candidate_created", SAMPLE, {"type": "object"})
SIMPLE = Event("candidate_created", {"jobid": "123"})


def test_an_event_is_created_read_changed_and_deleted(client: Client) -> None:
    (made,) = client.create_event(EVENT)
    assert made.event == EVENT
    assert client.list_events() == [made]
    assert client.get_event(made.id) == made
    assert client.update_event(made.id, SIMPLE) == [replace(made, event=SIMPLE)]
    assert client.delete_event(made.id) == []


def test_a_name_is_taken_once(client: Client) -> None:
    client.create_event(SIMPLE)
    with pytest.raises(AnsweredError, match="Trigger with name candidate_created already exists") as caught:
        client.create_event(SIMPLE)
    assert (type(caught.value), caught.value.code) == (AnsweredError, "INVALID_EVENT_ID")


def test_an_event_that_is_not_there(client: Client) -> None:
    with pytest.raises(NotFoundError):
        client.get_event(NOBODY)
    with pytest.raises(NotFoundError):
        client.update_event(NOBODY, SIMPLE)
    assert client.delete_event(NOBODY) == []


def test_an_event_is_fired_by_its_exact_name(client: Client) -> None:
    client.create_event(SIMPLE)
    said = client.trigger_event("candidate_created", {"jobid": "123"}, linked_account_id="acme")
    assert said == "Webhook Fired Success"
    with pytest.raises(NotFoundError, match="Trigger not found"):
        client.trigger_event("Candidate_Created", {"jobid": "123"}, linked_account_id="acme")


# --- workflows


def test_workflows_are_found_by_name(platform: Platform, client: Client) -> None:
    ids = [f"6495792b9b6ca6d77a17e51{n}" for n in (3, 4, 5)]
    names = ["Export contact to Hubspot", "Export contact to Hubspot (old)", "Sync deals"]
    published = [True, False, True]
    platform.set_workflows(
        *({"_id": i, "name": n, "published": p} for i, n, p in zip(ids, names, published, strict=True))
    )
    every = [Workflow(*of) for of in zip(ids, names, strict=True)]
    assert client.find_workflows(names[1:]) == every[1:]
    assert client.list_workflows() == every


# --- documented variants that the emulator does not speak


def test_all_documented_shapes_of_a_sample(documented: Platform) -> None:
    with documented.client() as client:
        events = [live.event for live in client.list_events()]
    assert events == [
        Event("array_and_raw", SAMPLE),
        Event("array", None, keys=("jobid", "prospect.email")),
        Event("string", SAMPLE),
    ]


def test_the_older_answer_for_an_event_that_is_not_there(documented: Platform) -> None:
    with documented.client() as client:
        with pytest.raises(NotFoundError, match="was answered 400"):
            client.get_event(NOBODY)
        assert client.delete_event(NOBODY) == []


def test_a_record_with_few_fields(documented: Platform) -> None:
    with documented.client() as client:
        (live,) = client.list_webhooks()
    assert live.webhook == Webhook("https://hooks.acme.example/refold", ("Connection Created",))
    assert (live.org_id, live.environment) == ("", "")
