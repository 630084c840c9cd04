"""The request of a delivery: what each type of webhook sends, and that the signature covers it."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.errors import ConfigError
from hookwright.harness.request import build_request, with_signature
from hookwright.model.resources import Webhook, WebhookType

KEY = "tk_test_0123456789abcdef"
URL = "https://hooks.acme.example/refold"
PAYLOAD = {"event": "Workflow Errored", "instance_id": "656f", "workflow_name": 'Export "x" & <y>', "tries": 3}

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)


def webhook(**given: Any) -> Webhook:
    return Webhook(URL, ("Workflow Errored",), **given)


def expected_signature(body: bytes) -> str:
    return hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()


def test_default_webhook_sends_the_payload() -> None:
    request = build_request(webhook(), PAYLOAD, None, KEY)
    body = b'{"event":"Workflow Errored","instance_id":"656f","workflow_name":"Export \\"x\\" & <y>","tries":3}'
    assert (request.method, request.url, request.body) == ("POST", URL, body)
    assert request.headers == (
        ("Content-Type", "application/json"),
        ("x-cobalt-signature", expected_signature(body)),
    )


def test_body_of_a_webhook_that_is_not_custom_is_not_used() -> None:
    assert build_request(webhook(body={"a": 1}), {"event": "e"}).body == b'{"event":"e"}'


def test_custom_webhook_sends_its_template() -> None:
    custom = webhook(
        type=WebhookType.CUSTOM,
        method="PUT",
        headers={"X-Run": "{{event.instance_id}}", "X-Total": "n={{workflow_response.total}}"},
        body={"run": "{{event.instance_id}}", "tries": "{{event.tries}}", "all": "{{workflow_response}}"},
    )
    request = build_request(custom, PAYLOAD, {"total": 12}, KEY)
    assert request.method == "PUT"
    assert request.body == b'{"run":"656f","tries":3,"all":{"total":12}}'
    assert request.headers == (
        ("Content-Type", "application/json"),
        ("X-Run", "656f"),
        ("X-Total", "n=12"),
        ("x-cobalt-signature", expected_signature(request.body)),
    )


def test_slack_webhook_sends_a_message_that_renders_nothing_twice() -> None:
    request = build_request(webhook(type=WebhookType.SLACK), {**PAYLOAD, "slug": "{{event.tries}}"}, None, KEY)
    assert json.loads(request.body) == {
        "text": '*Workflow Errored*\ninstance_id: 656f\nworkflow_name: Export "x" &amp; &lt;y&gt;\ntries: 3\n'
        "slug: {{event.tries}}"
    }
    assert request.header("X-Cobalt-Signature") == expected_signature(request.body)


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_declared_content_type_wins(name: str) -> None:
    request = build_request(webhook(headers={name: "text/plain"}), PAYLOAD)
    assert request.headers == ((name, "text/plain"),)


def test_without_a_key_there_is_no_signature() -> None:
    assert build_request(webhook(), PAYLOAD).header("x-cobalt-signature") is None


def test_an_empty_key_does_not_sign() -> None:
    with pytest.raises(ValueError, match="empty key"):
        build_request(webhook(), PAYLOAD, None, "")


@pytest.mark.parametrize(
    "name", ["X-Cobalt-Signature", "Content-Length", "transfer-encoding", "Connection", "Expect", "Upgrade"]
)
def test_declared_headers_of_the_connection_and_the_signature_are_passed_over(name: str) -> None:
    request = build_request(webhook(headers={name: "1", "X-Kept": "1"}), PAYLOAD, None, KEY)
    assert [header for header, _ in request.headers] == ["Content-Type", "X-Kept", "x-cobalt-signature"]
    assert request.header("x-cobalt-signature") == expected_signature(request.body)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "ä", "{{event.x}}"])
def test_a_name_that_is_no_header_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="is not the name of a header"):
        build_request(webhook(headers={name: "1"}), PAYLOAD)


def test_with_signature_replaces_the_one_there() -> None:
    request = with_signature(build_request(webhook(), PAYLOAD, None, KEY), "other")
    assert request.headers == (("Content-Type", "application/json"), ("x-cobalt-signature", "other"))


def test_neither_headers_nor_body_nor_url_show_in_a_repr() -> None:
    assert repr(build_request(webhook(headers={"A": "secret"}), PAYLOAD)) == "DeliveryRequest(method='POST')"


@given(st.dictionaries(st.text(), json_values, max_size=4), json_values)
def test_whatever_the_payload_the_signature_covers_the_body_and_headers_stay_one_line(
    payload: dict[str, Any], response: Any
) -> None:
    custom = webhook(
        type=WebhookType.CUSTOM,
        headers={"X-All": "{{event}} {{workflow_response}}"},
        body={"all": "{{event}}", "text": "<{{workflow_response}}>"},
    )
    request = build_request(custom, payload, response, KEY)
    assert set(json.loads(request.body)) == {"all", "text"}
    assert request.header("x-cobalt-signature") == expected_signature(request.body)
    assert not set(b"\r\n\0") & set((request.header("X-All") or "").encode())
