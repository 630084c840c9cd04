"""``hookwright render``."""

from __future__ import annotations

import base64
import json

import pytest

from hookwright.signing import sign
from tests.unit.cli.acme import SECRETS, TEST
from tests.unit.cli.calling import Call

RUN = "656f308b9144bb8f183bfc7b"


def test_the_request_with_its_secrets_masked(call: Call) -> None:
    done = call("render", "pager", "-e", "test", "--workflow-response", '{"rows": [1, 2]}', **SECRETS)
    body = f'{{"run":"{RUN}","nested":{{"value":"s3cr3t-body","list":["ERRORED",[1,2]]}}}}'.encode()
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "── pager · test · Workflow Errored\n"
        "PUT http://127.0.0.1:9/pager\n"
        "Content-Type: application/json\n"
        "Authorization: (secret)\n"
        f"X-Run: {RUN}\n"
        f"x-cobalt-signature: {sign(body, TEST)}\n"
        "\n"
        f'{{"run":"{RUN}","nested":{{"value":"(secret)","list":["ERRORED",[1,2]]}}}}\n'
    )


def test_revealed_it_is_what_is_sent(call: Call) -> None:
    done = call("render", "pager", "-e", "test", "--reveal", "--format", "json", **SECRETS)
    (request,) = done.json["requests"]
    body = base64.b64decode(request["body_base64"])
    assert request["body"].encode() == body
    assert json.loads(body) == {"run": RUN, "nested": {"value": "s3cr3t-body", "list": ["ERRORED", ""]}}
    assert request["signature"] == sign(body, TEST)
    assert request["headers"]["Authorization"] == "Bearer s3cr3t-pager"
    assert (request["masked"], request["environment"], request["method"]) == (False, "test", "PUT")


def test_each_event_of_each_environment(call: Call) -> None:
    done = call("render", "plain", "--format", "json", **SECRETS)
    assert [(one["environment"], one["event"], one["url"]) for one in done.json["requests"]] == [
        ("test", "Connection Created", "http://127.0.0.1:9/plain"),
        ("test", "Workflow Errored", "http://127.0.0.1:9/plain"),
        ("production", "Connection Created", "https://hooks.acme.example/plain"),
        ("production", "Workflow Errored", "https://hooks.acme.example/plain"),
    ]
    created = json.loads(done.json["requests"][2]["body"])
    assert (created["event"], created["environment"]) == ("Connection Created", "production")


def test_all_webhooks_and_what_is_to_be_known_of_them(call: Call) -> None:
    done = call("render", "--all", "-e", "test", "--event", "Workflow Errored", "--format", "json", **SECRETS)
    requests = {one["webhook"]: one for one in done.json["requests"]}
    assert list(requests) == ["channel", "pager", "plain"]
    assert requests["channel"]["url"] == "(secret)"
    assert "an example" in requests["channel"]["note"]
    assert "The webhook is disabled" in requests["channel"]["note"]
    assert requests["plain"]["note"] == ""
    assert [requests[name]["masked"] for name in requests] == [True, True, False]


def test_a_webhook_that_only_one_environment_has(call: Call) -> None:
    done = call("render", "channel", "--format", "json", **SECRETS)
    assert {one["environment"] for one in done.json["requests"]} == {"test"}
    assert call("render", "channel", "-e", "production", **SECRETS).code == 64


def test_without_secrets_it_still_renders_and_says_what_is_missing(call: Call) -> None:
    done = call("render", "pager", "-e", "test", "--reveal", "--format", "json")
    (request,) = done.json["requests"]
    assert done.code == 0
    assert done.err == "test: unset: BODY_SECRET, PAGER_TOKEN, SLACK_PATH, TEST_KEY\n"
    assert request["headers"]["Authorization"] == "Bearer ${env.PAGER_TOKEN}"
    assert json.loads(request["body"])["nested"]["value"] == "${env.BODY_SECRET}"
    assert request["signature"] is None
    assert request["note"] == "Not signed: the key, or a value in the body, is unset."


def test_an_unset_header_does_not_hinder_the_signature(call: Call) -> None:
    done = call("render", "pager", "-e", "test", "--format", "json", TEST_KEY=TEST, BODY_SECRET="s3cr3t-body")
    (request,) = done.json["requests"]
    body = f'{{"run":"{RUN}","nested":{{"value":"s3cr3t-body","list":["ERRORED",""]}}}}'.encode()
    assert request["signature"] == sign(body, TEST)
    assert request["headers"]["Authorization"] == "(secret)"


def test_the_payload_can_be_changed(call: Call) -> None:
    payload = '{"instance_id": "quote \\" and\\r\\nbreak", "status": null}'
    done = call("render", "pager", "-e", "test", "--payload", payload, "--format", "json", **SECRETS)
    (request,) = done.json["requests"]
    assert json.loads(request["body"])["run"] == 'quote " and\r\nbreak'
    assert json.loads(request["body"])["nested"]["list"][0] is None
    assert request["headers"]["X-Run"] == 'quote " and break'


def test_the_payload_from_stdin(call: Call) -> None:
    done = call("render", "plain", "-e", "test", "--payload", "-", "--format", "json", stdin=b'{"slug":"x"}', **SECRETS)
    assert [json.loads(one["body"])["slug"] for one in done.json["requests"]] == ["x", "x"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 64, "which webhook?"),
        (("pager", "--all"), 64, "a name and --all exclude each other"),
        (("pagr",), 64, "Did you mean 'pager'?"),
        (("pager", "-e", "tset"), 64, "Did you mean 'test'?"),
        (("pager", "--event", "Connection Created"), 64, "does not subscribe to 'Connection Created'"),
        (("--all", "--event", "Connection Expired"), 1, "there is nothing to render"),
        (("pager", "--payload", "{"), 64, "--payload: Expecting property name"),
        (("pager", "--payload", "[]"), 64, "--payload is not a JSON object"),
        (("pager", "--payload", "[" * 200 + "]" * 200), 64, "--payload nests deeper than 100 levels"),
        (("pager", "--payload", '{"workflow_name": NaN}'), 64, "--payload: not JSON"),
        (("pager", "--payload", "[" * 9999), 64, "--payload: not JSON"),
        (("pager", "--payload", "@no-such-file"), 1, "no-such-file cannot be read: No such file"),
        (("pager", "--payload", "-", "--workflow-response", "-"), 64, "only one of"),
    ],
)
def test_what_makes_no_sense(call: Call, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = call("render", *arguments, **SECRETS)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_no_secret_in_any_output(call: Call) -> None:
    for output_format in ("text", "json"):
        done = call("-v", "render", "--all", "--format", output_format, **SECRETS)
        assert done.code == 0
        for value in SECRETS.values():
            assert value not in done.out + done.err
