"""``hookwright send``, to a receiver in a thread."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookwright.harness.answers import Answer, Script, fault_script
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.model.delivery import Key, Verdict
from tests.unit.cli.acme import LIVE, SECRETS, TEST
from tests.unit.cli.calling import Call

KEYS = [Key("test", TEST)]
RUN = "656f308b9144bb8f183bfc7b"


def test_one_delivery_as_declared(call: Call) -> None:
    with serve_receiver_in_thread(keys=KEYS) as receiver:
        done = call("send", "pager", "-e", "test", "--to", f"{receiver.url}/x?y", "--format", "json", **SECRETS)
        (received,) = receiver.deliveries
    assert (done.code, done.err) == (0, "")
    assert (received.method, received.path, received.signature) == ("PUT", "/x?y", Verdict.VALID)
    assert received.body == f'{{"run":"{RUN}","nested":{{"value":"s3cr3t-body","list":["ERRORED",""]}}}}'.encode()
    assert received.header("authorization") == "Bearer s3cr3t-pager"
    assert received.header("x-run") == RUN
    (delivery,) = done.json["deliveries"]
    assert delivery.pop("duration_ms") > 0
    assert delivery == {
        "webhook": "pager",
        "event": "Workflow Errored",
        "method": "PUT",
        "url": f"{receiver.url}/x?y",
        "status": 200,
        "error": None,
        "attempts": 1,
        "signature": received.header("x-cobalt-signature"),
    }


def test_an_event_in_the_place_of_a_webhook_is_told_as_one(call: Call) -> None:
    done = call("send", "Connection Created", "-e", "test", "--to", "http://127.0.0.1:1", **SECRETS)
    assert done.code == 64
    assert "has no webhook 'Connection Created'" in done.err
    assert "That is an event; these webhooks subscribe to it: " in done.err
    assert "plain" in done.err


def test_it_sends_what_render_shows(call: Call) -> None:
    with serve_receiver_in_thread() as receiver:
        call("send", "plain", "-e", "test", "--to", receiver.url, "--event", "Connection Created", **SECRETS)
        (received,) = receiver.deliveries
    done = call("render", "plain", "-e", "test", "--event", "Connection Created", "--format", "json", **SECRETS)
    (request,) = done.json["requests"]
    assert request["body"].encode() == received.body
    assert request["signature"] == received.header("x-cobalt-signature")
    assert request["headers"].items() <= dict(received.headers).items()


def test_all_webhooks_that_are_enabled_and_each_event(call: Call) -> None:
    with serve_receiver_in_thread(keys=KEYS) as receiver:
        done = call("send", "-e", "test", "--to", receiver.url, **SECRETS)
        events = sorted(json.loads(received.body).get("event", "pager") for received in receiver.deliveries)
    assert done.code == 0
    assert done.err == "channel is disabled: nothing is sent for 'Workflow Errored'.\n"
    assert events == ["Connection Created", "Workflow Errored", "pager"]
    assert done.out.splitlines()[-1] == "3 of 3 delivered"


def test_a_disabled_webhook_named_is_sent(call: Call) -> None:
    with serve_receiver_in_thread(keys=KEYS) as receiver:
        done = call("send", "channel", "-e", "test", "--to", receiver.url, "--format", "json", **SECRETS)
        (received,) = receiver.deliveries
    assert done.code == 0
    assert "an example" in done.err
    assert list(json.loads(received.body)) == ["text"]
    assert received.signature is Verdict.VALID


def test_the_url_of_the_webhook_without_to(call: Call, project: Path) -> None:
    with serve_receiver_in_thread(keys=KEYS) as receiver:
        file = project / "hookwright.yaml"
        file.write_text(file.read_text().replace("http://127.0.0.1:9", receiver.url))
        done = call("send", "plain", "-e", "test", "--event", "Workflow Errored", **SECRETS)
        assert (done.code, [received.path for received in receiver.deliveries]) == (0, ["/plain"])


def test_many_that_differ(call: Call) -> None:
    arguments = ("send", "plain", "-e", "test", "--event", "Workflow Errored", "--count", "60", "--concurrency", "7")
    with serve_receiver_in_thread(keys=KEYS) as receiver:
        done = call(*arguments, "--to", receiver.url, **SECRETS)
        bodies = {received.body for received in receiver.deliveries}
        assert all(received.signature is Verdict.VALID for received in receiver.deliveries)
    assert len(bodies) == 60
    assert f'"instance_id":"{RUN}"'.encode() in b"".join(bodies)
    assert done.out.startswith("60 of 60 delivered in ")
    assert done.out.count("\n") == 1


def test_failures_are_shown_and_fail_the_call(call: Call) -> None:
    script = Script(then=Answer(404))
    with serve_receiver_in_thread(script=script) as receiver:
        done = call("send", "plain", "-e", "test", "--to", receiver.url, "--count", "30", **SECRETS)
    lines = done.out.splitlines()
    assert done.code == 1
    assert len(lines) == 22
    assert lines[0].startswith("✗ plain  ")
    assert "  404  " in lines[0]
    assert lines[20] == "… and more that failed; -v shows all of them, --format json too"
    assert lines[21].startswith("0 of 60 delivered in ")


def test_retries(call: Call) -> None:
    arguments = ("send", "pager", "-e", "test", "--retry-base", "0.001", "--format", "json")
    with serve_receiver_in_thread(keys=KEYS, script=fault_script(fail=3)) as receiver:
        assert call(*arguments, "--to", receiver.url, **SECRETS).code == 1
        done = call(*arguments, "--to", receiver.url, "--retries", "1", **SECRETS)
        assert (done.code, done.json["deliveries"][0]["attempts"]) == (1, 2)
        done = call(*arguments, "--to", f"{receiver.url}/again", "--retry", **SECRETS)
        assert (done.code, done.json["deliveries"][0]["attempts"]) == (0, 4)
        assert len({received.body for received in receiver.deliveries}) == 1
        assert all(received.signature is Verdict.VALID for received in receiver.deliveries)


def test_nobody_there_is_json_too(call: Call) -> None:
    done = call("send", "plain", "-e", "test", "--event", "Workflow Errored", "--format", "json", **SECRETS)
    (delivery,) = done.json["deliveries"]
    assert done.code == 1
    assert (delivery["status"], delivery["error"]) == (None, "connection refused")


def test_another_key(call: Call) -> None:
    with serve_receiver_in_thread(keys=[Key("other", "tk_other")]) as receiver:
        done = call("send", "plain", "-e", "test", "--key-env", "OTHER", "--to", receiver.url, OTHER="tk_other")
        assert done.code == 0
        assert {received.signature for received in receiver.deliveries} == {Verdict.VALID}


@pytest.mark.parametrize(
    ("unset", "arguments", "message"),
    [
        ("TEST_KEY", ("plain",), "the key of environment test is unset: ${env.TEST_KEY}"),
        ("PAGER_TOKEN", ("pager",), "webhook pager needs PAGER_TOKEN, which is unset"),
        ("SLACK_PATH", ("channel",), "webhook channel needs SLACK_PATH, which is unset"),
    ],
)
def test_what_it_needs_must_be_set(call: Call, unset: str, arguments: tuple[str, ...], message: str) -> None:
    done = call("send", *arguments, "-e", "test", **{name: SECRETS[name] for name in SECRETS if name != unset})
    assert (done.code, message in done.err) == (1, True)


def test_what_it_does_not_need_may_be_unset(call: Call) -> None:
    with serve_receiver_in_thread() as receiver:
        assert call("send", "plain", "-e", "test", "--to", receiver.url, TEST_KEY=TEST).code == 0
        assert call("send", "channel", "-e", "test", "--to", receiver.url, TEST_KEY=TEST).code == 0


def test_production_is_not_reached_unasked(call: Call) -> None:
    for to in ((), ("--to", "https://staging.acme.example/x")):
        done = call("send", "plain", "-e", "production", *to, "--format", "json", **SECRETS)
        assert done.code == 1
        assert done.json["error"]["category"] == "refused"
        assert "--yes" in done.err


def test_production_to_this_machine_needs_no_yes(call: Call) -> None:
    with serve_receiver_in_thread(keys=[Key("live", LIVE)]) as receiver:
        assert call("send", "plain", "-e", "production", "--to", receiver.url, **SECRETS).code == 0
        assert call("send", "plain", "-e", "production", "--to", receiver.url, "--yes", **SECRETS).code == 0
        assert len(receiver.deliveries) == 4


@pytest.mark.parametrize("to", ["x", "ftp://h/", "http://a b/"])
def test_what_is_no_url(call: Call, to: str) -> None:
    done = call("send", "plain", "-e", "test", "--to", to, **SECRETS)
    assert (done.code, "the URL" in done.err) == (64, True)


def test_an_event_that_nobody_enabled_subscribes_to(call: Call) -> None:
    done = call("send", "-e", "test", "--event", "Connection Expired", **SECRETS)
    assert (done.code, "there is nothing to send" in done.err) == (1, True)


def test_no_secret_in_any_output(call: Call) -> None:
    with serve_receiver_in_thread() as receiver:
        to = receiver.url.replace("http://", "http://user:s3cr3t-pw@") + "?token=s3cr3t-query"
        for output_format in ("text", "json"):
            for target in (("--to", to), ()):
                done = call("send", "pager", "-e", "test", "-v", "--format", output_format, *target, **SECRETS)
                for value in (*SECRETS.values(), "s3cr3t-pw", "s3cr3t-query"):
                    assert value not in done.out + done.err
        done = call("send", "channel", "-e", "test", "-v", "--timeout", "1", **SECRETS)
        assert "s3cr3t-path" not in done.out + done.err
        assert "(secret)" in done.out
