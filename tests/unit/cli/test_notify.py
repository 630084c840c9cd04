"""``drift --notify``: the drift posted, signed, to a receiver of the harness."""

from __future__ import annotations

import json

import httpx
import pytest

from hookwright.api.notifying import DELIVERY, EVENT, SIGNATURE, notify
from hookwright.errors import AnsweredError, ApiError, NotSentError, RateLimitedError
from hookwright.harness.answers import Answer, Cut, Script
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.signing import sign, verify
from tests.unit.api.support import FakeClock, Step
from tests.unit.api.support import Script as Answers
from tests.unit.cli.platforms import Estate, Run
from tests.unit.cli.test_outputs import fits

KEY = "k_notify_test_0123456789"
NOTIFY = ("drift", "-e", "test", "--notify")
SECRET_PATH = "/services/T000/s3cr3t-path?token=s3cr3t-query"


def test_the_receiver_gets_the_json_signed_to_the_byte(run: Run) -> None:
    with serve_receiver_in_thread() as receiver:
        url = receiver.url + SECRET_PATH
        done = run(*NOTIFY, url, "--format", "json", expect=2, HOOKWRIGHT_NOTIFY_KEY=KEY)
        (told,) = receiver.deliveries
    assert (told.method, told.path) == ("POST", SECRET_PATH)
    assert verify(told.body, told.header(SIGNATURE), KEY)
    assert not verify(told.body, told.header(SIGNATURE), "another key")
    assert told.header("x-cobalt-signature") is None, "nobody takes it for a delivery of the platform"
    assert (told.header(EVENT), told.header("content-type")) == ("drift", "application/json")
    record = json.loads(told.body)
    fits(record, "drift")
    assert record == done.json
    assert KEY not in done.out + done.err + told.body.decode()
    assert "s3cr3t-" not in done.out + done.err
    assert done.err == "The drift was told to the URL of --notify.\n"


def test_several_environments_are_told_of_at_once(run: Run) -> None:
    with serve_receiver_in_thread() as receiver:
        environ = {"HOOKWRIGHT_NOTIFY": receiver.url, "OTHER": KEY}
        run("drift", "-e", "test", "-e", "production", "--notify-key-env", "OTHER", expect=2, **environ)
        (told,) = receiver.deliveries
    fits(json.loads(told.body), "drifts")


def test_nobody_is_told_where_there_is_no_drift(run: Run, acme: Estate) -> None:
    run("apply", "-e", "test", "--yes")
    with serve_receiver_in_thread() as receiver:
        run(*NOTIFY, receiver.url, expect=0, HOOKWRIGHT_NOTIFY_KEY=KEY)
        run(*NOTIFY, receiver.url, expect=1, HOOKWRIGHT_NOTIFY_KEY=KEY, TEST_KEY="tk_wrong_9876543210")
        assert receiver.deliveries == ()


@pytest.mark.parametrize("first", [Answer(500), Answer(cut=Cut.RESET), Answer(429, headers=(("Retry-After", "1"),))])
def test_a_notification_is_tried_again_under_one_id(first: Answer, run: Run) -> None:
    with serve_receiver_in_thread(script=Script((first,))) as receiver:
        done = run(*NOTIFY, receiver.url, expect=2, HOOKWRIGHT_NOTIFY_KEY=KEY)
        told = receiver.deliveries
    assert len(told) == 2
    assert len({one.header(DELIVERY) for one in told}) == 1
    assert len({one.body for one in told}) == 1
    assert "warning" not in done.err


def test_who_answered_was_told_whatever_the_answer_holds(run: Run) -> None:
    garbled = Answer(headers=(("Content-Encoding", "gzip"),), body=b"not that")
    with serve_receiver_in_thread(script=Script(then=garbled)) as receiver:
        done = run(*NOTIFY, receiver.url, expect=2, HOOKWRIGHT_NOTIFY_KEY=KEY)
        assert len(receiver.deliveries) == 1
    assert done.err == "The drift was told to the URL of --notify.\n"


@pytest.mark.parametrize("answer", [Answer(403), Answer(302, headers=(("Location", "https://elsewhere.example/"),))])
def test_a_notification_that_is_not_taken_hides_no_drift(answer: Answer, run: Run) -> None:
    with serve_receiver_in_thread(script=Script(then=answer)) as receiver:
        done = run(*NOTIFY, receiver.url + SECRET_PATH, "--quiet", expect=2, HOOKWRIGHT_NOTIFY_KEY=KEY)
        assert len(receiver.deliveries) == 1
    assert f"warning: nobody was told of the drift: the notification was answered {answer.status}." in done.err
    assert "s3cr3t-" not in done.out + done.err
    assert "Drift: 2 missing" in done.out


def test_a_receiver_that_is_away_hides_no_drift(run: Run) -> None:
    with serve_receiver_in_thread() as receiver:
        url = receiver.url
    done = run(*NOTIFY, url + SECRET_PATH, expect=2, HOOKWRIGHT_NOTIFY_KEY=KEY)
    assert f"nobody was told of the drift: the notification did not reach {url}:" in done.err
    assert "s3cr3t-" not in done.err


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://hooks.acme.example/s3cr3t-path", "not https"),
        ("ftp://hooks.acme.example", "not https"),
        ("hooks.acme.example", "is not one"),
        ("https://user:s3cr3t-word@hooks.acme.example", "is not one"),
        ("https://hooks.acme.example/a b", "is not one"),
        ("https://[", "is not one"),
    ],
)
def test_urls_that_nobody_should_be_told_at_are_refused_first(url: str, told: str, run: Run, acme: Estate) -> None:
    done = run(*NOTIFY, url, "--format", "json", expect=64, HOOKWRIGHT_NOTIFY_KEY=KEY)
    assert told in done.json["error"]["message"]
    assert "s3cr3t-" not in done.out + done.err
    assert acme.platforms["test"].requests == []


def test_a_key_is_needed(run: Run, acme: Estate) -> None:
    done = run(*NOTIFY, "https://hooks.acme.example", expect=1)
    assert "HOOKWRIGHT_NOTIFY_KEY is unset or empty" in done.err
    assert acme.platforms["test"].requests == []


@pytest.mark.parametrize(
    ("steps", "requests", "kind"),
    [
        ([httpx.Response(503)], 3, ApiError),
        ([httpx.Response(501)], 3, ApiError),
        ([httpx.ConnectError("no")], 3, NotSentError),
        ([httpx.Response(404)], 1, AnsweredError),
        ([httpx.Response(429, headers={"Retry-After": "60"})], 1, RateLimitedError),
        ([httpx.Response(503), httpx.Response(204)], 2, None),
        ([httpx.Response(202, text="not JSON")], 1, None),
    ],
)
def test_attempts(steps: list[Step], requests: int, kind: type[ApiError] | None) -> None:
    script, clock = Answers(*steps), FakeClock()
    url, record = "https://hooks.acme.example/x?a=%41&b", {"text": "ä\ud800", "n": [1, None]}
    if kind is None:
        notify(url, "drift", record, KEY, clock=clock, transport=httpx.MockTransport(script))
    else:
        with pytest.raises(kind):
            notify(url, "drift", record, KEY, clock=clock, transport=httpx.MockTransport(script))
    assert script.calls == ["POST /x?a=%41&b"] * requests
    assert {request.headers[SIGNATURE] for request in script.requests} == {sign(script.requests[0].content, KEY)}
    assert clock.now < 103
