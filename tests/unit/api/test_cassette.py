"""What a recording gives away: nothing but the API's own words and what the probe sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import vcr
from hypothesis import given
from hypothesis import strategies as st

from hookwright.api.call import Call
from hookwright.api.cassette import cassette, require_vcr
from hookwright.api.client import Client
from hookwright.api.exchange import Exchange
from hookwright.api.failures import Answer
from hookwright.api.scrubbing import HOST, Scrubbed, Scrubbing
from hookwright.errors import LocalError
from hookwright.model.resources import Webhook

KEY = "tk_test_0123456789abcdef"
ID, OTHER, ORG = "66e31564c0287b4136f77ef8", "66e31564c0287b4136f77ef9", "645270e37917442c4307297a"
PROBE_URL = "https://probe.invalid/hookwright-probe/20260131T121000Z-0123abcd/a5"
FOREIGN = {
    "_id": OTHER,
    "org_id": ORG,
    "environment": "test",
    "is_enabled": True,
    "webhook_events": ["Workflow Errored"],
    "slug": "secret-app",
    "description": "Pages Jane Doe",
    "workflow_ids": ["6495792b9b6ca6d77a17e513"],
    "webhook_url": "https://jane:pw@hooks.acme.example/T0/private?token=abc",
    "webhook_description": "private",
    "webhook_body": {"private-key": "private-value", "nested": [{"pin": 4711, "on": True, "none": None}]},
    "webhook_headers": {"X-Private": "Bearer private", "X-Other": "Bearer private"},
    "method": "PUT",
    "group": "private-group",
    "webhook_type": "custom",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "__v": 3,
}
OWN = FOREIGN | {
    "_id": ID,
    "slug": "hubspot",
    "description": "Made by a probe",
    "webhook_url": PROBE_URL,
    "webhook_body": {"run": "{{event.instance_id}}"},
    "webhook_headers": {"X-Probe": "one"},
    "workflow_ids": [],
}
SENT = {
    "webhook_url": PROBE_URL,
    "webhook_events": ["Workflow Errored"],
    "webhook_body": {"run": "{{event.instance_id}}"},
    "webhook_headers": {"X-Probe": "one"},
    "description": "Made by a probe",
    "slug": "hubspot",
}
WEBHOOK = "/api/v2/public/webhook"


def exchange(call: Call, value: Any, status: int = 200, **headers: str) -> Exchange:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Exchange(call, Answer(status, headers, body), 0.0, 0.0)


def scrub(*exchanges: Exchange, secrets: tuple[str, ...] = (KEY,)) -> list[Scrubbed]:
    return Scrubbing(secrets).scrub(exchanges)


def test_the_records_of_others_keep_their_shape_and_nothing_else() -> None:
    (scrubbed,) = scrub(exchange(Call("GET", WEBHOOK), [FOREIGN]))
    assert json.loads(scrubbed.response) == [
        {
            "_id": f"{1:024x}",
            "org_id": f"{2:024x}",
            "environment": "test",
            "is_enabled": True,
            "webhook_events": ["Workflow Errored"],
            "slug": "text-1",
            "description": "text-2",
            "workflow_ids": [f"{3:024x}"],
            "webhook_url": "https://hooks.invalid/url-1",
            "webhook_description": "text-3",
            "webhook_body": {"key-1": "text-4", "key-2": [{"key-3": 0, "key-4": True, "key-5": None}]},
            "webhook_headers": {"key-6": "header-1", "key-7": "header-1"},
            "method": "PUT",
            "group": "text-5",
            "webhook_type": "custom",
            "createdAt": "2026-01-31T12:00:00.000Z",
            "__v": 3,
        }
    ]


def test_what_the_probe_sent_stays_but_for_header_values() -> None:
    made, listed = scrub(exchange(Call("POST", WEBHOOK, body=SENT), OWN), exchange(Call("GET", f"{WEBHOOK}/{ID}"), OWN))
    assert json.loads(made.request) == SENT | {"webhook_headers": {"X-Probe": "header-1"}}
    record = json.loads(made.response)
    assert record["_id"] == f"{1:024x}"
    assert listed.url == f"{HOST}{WEBHOOK}/{1:024x}"
    assert {key: record[key] for key in SENT} == json.loads(made.request)
    assert record["group"] == "text-2"


def test_a_receivers_address_does_not_stay() -> None:
    url = PROBE_URL.replace("probe.invalid", "my-tunnel.acme.example/private")
    (scrubbed,) = scrub(exchange(Call("POST", WEBHOOK, body=SENT | {"webhook_url": url}), OWN | {"webhook_url": url}))
    for text in (scrubbed.request, scrubbed.response):
        assert json.loads(text)["webhook_url"] == PROBE_URL.replace("probe.", "receiver.")
        assert "tunnel" not in text


def test_the_samples_of_events() -> None:
    sent = {"name": "hookwright_probe", "response": '{"id": "123", "prospect": {"email": "jane@acme.example"}}'}
    own = {
        "_id": ID,
        "name": "hookwright_probe",
        "response": [{"key": "id", "type": "text"}, {"key": "prospect.email", "type": "text"}],
        "raw_response": sent["response"],
        "json_schema": {},
    }
    foreign = {
        "_id": OTHER,
        "name": "private",
        "response": [{"key": "private.key", "type": "text"}],
        "raw_response": '{"private": {"key": 1}}',
        "json_schema": {"private": {"maximum": 7}},
    }
    (scrubbed,) = scrub(exchange(Call("POST", "/api/v2/public/application/event", body=sent), [own, foreign]))
    assert json.loads(scrubbed.request) == sent
    assert json.loads(scrubbed.response) == [
        own | {"_id": f"{1:024x}"},
        {
            "_id": f"{2:024x}",
            "name": "text-1",
            "response": [{"key": "text-2", "type": "text"}],
            "raw_response": '"sample-1"',
            "json_schema": {"key-1": {"key-2": 0}},
        },
    ]


def test_errors_stay_readable_without_secrets_and_ids() -> None:
    error = {
        "status_code": 400,
        "http_error_type": "BAD_REQUEST",
        "error": "RESOURCE_NOT_FOUND",
        "message": f"Webhook {ID} not found for {KEY}",
        "request_id": "req-private",
        "other": "private",
    }
    (scrubbed,) = scrub(exchange(Call("GET", f"{WEBHOOK}/{ID}"), error, 400))
    assert json.loads(scrubbed.response) == error | {
        "message": f"Webhook {1:024x} not found for (secret)",
        "request_id": "text-1",
        "other": "text-2",
    }


def test_only_harmless_headers_and_query_values_stay() -> None:
    headers = {"content-type": "application/json", "x-ratelimit-remaining": "4", "set-cookie": "private", "server": "x"}
    query = {"page": "1", "limit": "100", "name": "^(?:private)$"}
    (scrubbed,) = scrub(exchange(Call("GET", "/api/v2/public/workflow", query=query), {"docs": []}, **headers))
    assert scrubbed.headers == {"content-type": "application/json", "x-ratelimit-remaining": "4"}
    assert scrubbed.url == f"{HOST}/api/v2/public/workflow?page=1&limit=100&name=text-1"


def test_answers_that_are_no_json_do_not_stay() -> None:
    html, nothing = scrub(
        exchange(Call("GET", WEBHOOK), b"<html>private</html>", 502), exchange(Call("GET", WEBHOOK), b"", 502)
    )
    assert (html.response, nothing.response) == ("answer-1", "")


LEAVES = st.none() | st.booleans() | st.integers() | st.text(min_size=6).map(lambda text: f"private{text}")
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text().map(lambda text: f"private{text}"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries(dict.fromkeys(("webhook_body", "webhook_headers", "json_schema"), JSON)))
def test_nothing_of_what_others_wrote_stays(record: dict[str, Any]) -> None:
    (scrubbed,) = scrub(exchange(Call("GET", WEBHOOK), [record]))
    assert "private" not in scrubbed.response


def test_a_cassette_plays(tmp_path: Path) -> None:
    made = exchange(Call("POST", WEBHOOK, body=SENT), OWN, **{"content-type": "application/json"})
    listed = exchange(Call("GET", WEBHOOK), [OWN, FOREIGN], **{"content-type": "application/json"})
    text = cassette(scrub(made, listed), "Recorded.\nScrubbed.", [KEY, "Bearer private", "private-value", ORG])
    assert text.startswith("# Recorded.\n# Scrubbed.\n")
    assert "private" not in text
    (tmp_path / "cassette.yaml").write_text(text)
    recorder = vcr.VCR(record_mode=vcr.mode.NONE, match_on=["method", "scheme", "host", "path", "query"])
    with recorder.use_cassette(str(tmp_path / "cassette.yaml")) as played, Client(HOST, KEY) as client:
        live = client.create_webhook(Webhook(PROBE_URL, ("Workflow Errored",)))
        assert (live.webhook.description, live.webhook.url) == ("Made by a probe", PROBE_URL)
        assert [each.id for each in client.list_webhooks()] == [live.id, f"{3:024x}"]
        assert played.all_played


def test_a_secret_that_came_through_is_not_written() -> None:
    through = Scrubbed("GET", HOST, "", 200, {}, f'"{KEY}"')
    with pytest.raises(LocalError, match="was not written"):
        cassette([through], "", [KEY])


def test_without_vcrpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookwright.api.cassette.find_spec", lambda name: None)
    with pytest.raises(LocalError) as raised:
        require_vcr()
    assert (raised.value.message, raised.value.hint) == ("recording needs vcrpy", "pip install 'hookwright[record]'")
