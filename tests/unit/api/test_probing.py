"""The calls that only a probe makes, and the observation of exchanges."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hookwright.api.exchange import Exchange
from hookwright.api.probing import ProbeClient
from hookwright.api.retry import Retry
from hookwright.errors import NotFoundError, NotSentError, OutcomeUnknownError
from tests.unit.api.support import EPOCH, KEY, URL, FakeClock, LeastRandom, Script

ID = "66e31564c0287b4136f77ef8"
RECORD = {"_id": ID, "webhook_url": "https://probe.invalid/x", "webhook_events": ["Workflow Errored"]}


def probe_client(script: Script, **options: Any) -> ProbeClient:
    retry = Retry(random=LeastRandom())
    return ProbeClient(URL, KEY, transport=httpx.MockTransport(script), clock=FakeClock(), retry=retry, **options)


def answered(value: Any, status: int = 200) -> Script:
    return Script(httpx.Response(status, json=value))


def test_what_updates_are_not_documented_to_take_is_sent_alone() -> None:
    script = answered(RECORD)
    with probe_client(script) as client:
        assert client.update_group(ID, "x").id == ID
        assert client.update_body_alone(ID, {"a": 1}).id == ID
    assert script.calls == [f"PUT /api/v2/public/webhook/{ID}"] * 2
    assert script.bodies == [{"group": "x"}, {"webhook_body": {"a": 1}}]


def test_the_body_is_read_whatever_the_type_says() -> None:
    with probe_client(answered(RECORD | {"webhook_type": "default", "webhook_body": {"kept": 1}})) as client:
        assert client.stored_body(ID) == {"kept": 1}
    with probe_client(answered(RECORD)) as client:
        assert client.stored_body(ID) is None


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        ({"response": [{"key": "a", "type": "text"}], "raw_response": "{}"}, "keys and text"),
        ({"response": [{"key": "a", "type": "text"}]}, "keys"),
        ({"response": "{}"}, "text"),
        ({"raw_response": "{}"}, "text"),
        ({}, "nothing"),
        ({"response": None}, "nothing"),
    ],
)
def test_the_shape_of_a_sample(fields: dict[str, Any], shape: str) -> None:
    with probe_client(answered({"_id": ID, "name": "x", **fields})) as client:
        assert client.sample_shape(ID) == shape


def test_only_the_emulator_lets_events_happen() -> None:
    script = answered({"deliveries": []})
    with probe_client(script) as client:
        assert client.emit("Workflow Errored", {"status": "ERRORED"}) is True
    assert script.calls == ["POST /_emulator/emit"]
    assert script.bodies == [{"event": "Workflow Errored", "payload": {"status": "ERRORED"}}]
    with probe_client(answered({"message": "Cannot POST /_emulator/emit"}, 404)) as client:
        assert client.emit("Workflow Errored", {}) is False


def test_every_answered_attempt_is_observed() -> None:
    seen: list[Exchange] = []
    script = Script(
        httpx.Response(503, content=b'{"message":"busy"}', headers={"X-Other": "1"}),
        httpx.ConnectError("no connection"),
        httpx.Response(200, json=[RECORD]),
    )
    with probe_client(script, observe=seen.append) as client:
        client.list_webhooks()
    assert [one.answer.status for one in seen] == [503, 200]
    assert seen[0].answer.headers["x-other"] == "1"
    assert seen[0].answer.body == b'{"message":"busy"}'
    assert (seen[0].call.target, seen[0].ended, seen[0].duration) == ("/api/v2/public/webhook", EPOCH, 0.0)
    assert KEY not in repr(seen)


def test_what_was_not_answered_is_not_observed() -> None:
    seen: list[Exchange] = []
    with (
        probe_client(Script(httpx.ConnectError("no")), observe=seen.append) as client,
        pytest.raises(NotSentError),
    ):
        client.list_webhooks()
    with (
        probe_client(Script(httpx.ReadTimeout("slow")), observe=seen.append) as client,
        pytest.raises(OutcomeUnknownError),
    ):
        client.update_group(ID, "x")
    assert seen == []
    with (
        probe_client(answered({"error": "RESOURCE_NOT_FOUND"}, 400), observe=seen.append) as client,
        pytest.raises(NotFoundError),
    ):
        client.get_webhook(ID)
    assert [one.answer.status for one in seen] == [400]
