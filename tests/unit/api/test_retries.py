"""What is tried again, when, and what an error says about what may have happened."""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.api.client import Client
from hookwright.api.failures import retry_after
from hookwright.api.retry import Retry
from hookwright.errors import (
    AnsweredError,
    ApiError,
    Effect,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerFailedError,
)
from hookwright.model.resources import Webhook
from tests.unit.api.support import EPOCH, FakeClock, LeastRandom, Script, client, error, webhook

HOOK = Webhook("https://hooks.acme.example", ("Workflow Errored",))
OK = httpx.Response(200, json=webhook())
OK_LIST = httpx.Response(200, json=[webhook()])

Act = Callable[[Client], Any]


def get(made: Client) -> Any:
    return made.get_webhook("a1")


def put(made: Client) -> Any:
    return made.update_webhook("a1", HOOK, ["url"])


def post(made: Client) -> Any:
    return made.create_webhook(HOOK)


def delete(made: Client) -> Any:
    return made.delete_webhook("a1")


ACTS = [get, put, post, delete]
SAFE = [get, put, delete]


def good(act: Act) -> httpx.Response:
    return OK_LIST if act is delete else OK


def failing(act: Act, *steps: Any, **options: Any) -> tuple[ApiError, Script, FakeClock]:
    script, clock = Script(*steps), FakeClock()
    with pytest.raises(ApiError) as caught:
        act(client(script, clock, **options))
    return caught.value, script, clock


UNSENT = [
    httpx.ConnectError("[Errno 111] Connection refused"),
    httpx.ConnectError("[Errno -2] Name or service not known"),
    httpx.ConnectTimeout("timed out"),
    httpx.PoolTimeout("timed out"),
    httpx.ProxyError("403 Forbidden"),
]
LOST = [
    httpx.ReadError("[Errno 104] Connection reset by peer"),
    httpx.WriteError("[Errno 32] Broken pipe"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    httpx.CloseError(""),
]
LATE = [httpx.ReadTimeout("timed out"), httpx.WriteTimeout("timed out")]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("failure", UNSENT, ids=repr)
def test_any_call_is_tried_again_where_nothing_was_sent(act: Act, failure: Exception) -> None:
    script = Script(failure, failure, good(act))
    act(client(script))
    assert len(script.requests) == 3


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("failure", UNSENT, ids=repr)
def test_what_was_never_sent_changed_nothing(act: Act, failure: Exception) -> None:
    caught, script, clock = failing(act, failure)
    assert type(caught) is NotSentError
    assert caught.effect is Effect.NONE
    assert len(script.requests) == 4
    assert clock.sleeps == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("act", SAFE)
@pytest.mark.parametrize("failure", [*LOST, *LATE], ids=repr)
def test_a_call_that_may_land_twice_is_tried_again_where_the_answer_was_lost(act: Act, failure: Exception) -> None:
    script = Script(failure, good(act))
    act(client(script))
    assert len(script.requests) == 2


@pytest.mark.parametrize("failure", [*LOST, *LATE], ids=repr)
def test_a_create_is_never_sent_twice_where_the_answer_was_lost(failure: Exception) -> None:
    caught, script, _ = failing(post, failure, OK)
    assert type(caught) is OutcomeUnknownError
    assert caught.effect is Effect.UNKNOWN
    assert caught.may_still_run is (failure in LATE)
    assert len(script.requests) == 1


@pytest.mark.parametrize("act", SAFE)
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_call_that_may_land_twice_is_tried_again_where_the_platform_failed(act: Act, status: int) -> None:
    script = Script(httpx.Response(status, html="<h1>Bad gateway</h1>"), good(act))
    act(client(script))
    assert len(script.requests) == 2


@pytest.mark.parametrize("status", [500, 501, 502, 503, 505, 599])
def test_a_create_is_never_sent_twice_where_the_platform_failed(status: int) -> None:
    caught, script, _ = failing(post, error(status, "SERVER_ERROR", "Oops"), OK)
    assert type(caught) is ServerFailedError
    assert (caught.status, caught.effect) == (status, Effect.UNKNOWN)
    assert len(script.requests) == 1


def test_a_gateway_that_gave_up_leaves_a_create_running() -> None:
    caught, script, _ = failing(post, httpx.Response(504), OK)
    assert isinstance(caught, OutcomeUnknownError)
    assert (caught.status, caught.may_still_run, len(script.requests)) == (504, True, 1)


@pytest.mark.parametrize("act", SAFE)
def test_a_gateway_that_gave_up_is_asked_again(act: Act) -> None:
    script = Script(httpx.Response(504), good(act))
    act(client(script))
    assert len(script.requests) == 2


@pytest.mark.parametrize("status", [501, 505])
def test_a_failure_that_stays_is_not_tried_again(status: int) -> None:
    _, script, _ = failing(get, httpx.Response(status))
    assert len(script.requests) == 1


@pytest.mark.parametrize("act", SAFE)
def test_a_platform_that_stays_down_is_given_up(act: Act) -> None:
    caught, script, clock = failing(act, httpx.Response(503))
    assert type(caught) is ServerFailedError
    assert len(script.requests) == 4
    assert clock.sleeps == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("act", ACTS)
def test_any_call_is_tried_again_after_a_429(act: Act) -> None:
    script, clock = Script(httpx.Response(429), httpx.Response(429), good(act)), FakeClock()
    act(client(script, clock))
    assert len(script.requests) == 3
    assert clock.now - 100 == pytest.approx(0.25 + 0.5)


@pytest.mark.parametrize("act", ACTS)
def test_retry_after_in_seconds_is_kept_to(act: Act) -> None:
    script, clock = Script(httpx.Response(429, headers={"retry-after": "7"}), good(act)), FakeClock()
    act(client(script, clock))
    assert clock.now - 100 == pytest.approx(7)


def test_retry_after_as_a_date_is_kept_to() -> None:
    date = format_datetime(datetime.fromtimestamp(EPOCH + 12, UTC), usegmt=True)
    script, clock = Script(httpx.Response(429, headers={"retry-after": date}), OK), FakeClock()
    get(client(script, clock))
    assert clock.now - 100 == pytest.approx(12)


def test_retry_after_of_a_platform_that_is_down_is_kept_to() -> None:
    script, clock = Script(httpx.Response(503, headers={"retry-after": "9"}), OK), FakeClock()
    get(client(script, clock))
    assert clock.sleeps == [9.0]


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    caught, script, clock = failing(post, httpx.Response(429, headers={"retry-after": "3600"}))
    assert isinstance(caught, RateLimitedError)
    assert caught.retry_after == 3600
    assert (len(script.requests), clock.sleeps) == (1, [])


def test_a_pause_holds_for_the_next_call_too() -> None:
    script, clock = Script(httpx.Response(429, headers={"retry-after": "3600"})), FakeClock()
    made = client(script, clock)
    for _ in range(2):
        with pytest.raises(RateLimitedError) as caught:
            post(made)
    assert "was not sent" in caught.value.message
    assert caught.value.effect is Effect.NONE
    assert (len(script.requests), clock.sleeps) == (1, [])


@pytest.mark.parametrize("act", ACTS)
def test_a_platform_that_refuses_for_ever_is_given_up_in_time(act: Act) -> None:
    caught, script, clock = failing(act, httpx.Response(429))
    assert isinstance(caught, RateLimitedError)
    assert (caught.effect, caught.hint) == (Effect.NONE, "")
    assert 100 < clock.now - 100 <= 120
    assert len(script.requests) < 30


def test_the_time_of_all_attempts_is_capped() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 40
        raise httpx.ReadTimeout("timed out")

    clock = FakeClock()
    script = Script(slow)
    with pytest.raises(OutcomeUnknownError):
        get(client(script, clock, retry=Retry(total=100, random=LeastRandom())))
    assert len(script.requests) == 3


class Drip(httpx.SyncByteStream):
    """An answer that takes ten seconds for every byte."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    def __iter__(self) -> Any:
        for _ in range(1000):
            self.clock.now += 10
            yield b" "


@pytest.mark.parametrize("act", [get, post])
def test_an_answer_that_never_ends_is_a_timeout(act: Act) -> None:
    clock = FakeClock()
    script = Script(lambda request: httpx.Response(200, stream=Drip(clock)))
    with pytest.raises(OutcomeUnknownError) as caught:
        act(client(script, clock))
    assert caught.value.may_still_run
    assert clock.now - 100 == 130
    assert len(script.requests) == 1


class Cut(httpx.SyncByteStream):
    """An answer that breaks off."""

    def __iter__(self) -> Any:
        yield b'{"_id": "a1", "web'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def test_an_answer_that_breaks_off_is_lost() -> None:
    script = Script(lambda request: httpx.Response(200, stream=Cut()), OK)
    with pytest.raises(OutcomeUnknownError, match="got no whole answer"):
        post(client(script))
    script = Script(lambda request: httpx.Response(200, stream=Cut()), OK)
    assert get(client(script)).id == "a1"


def test_an_error_that_breaks_off_is_that_error() -> None:
    caught, _, _ = failing(post, lambda request: httpx.Response(400, stream=Cut()))
    assert type(caught) is AnsweredError
    assert (caught.status, caught.effect) == (400, Effect.NONE)


@pytest.mark.parametrize("act", [put, delete])
@pytest.mark.parametrize(
    "last", [httpx.ConnectError("refused"), httpx.Response(401), httpx.Response(400), httpx.Response(429)], ids=repr
)
def test_a_lost_answer_is_not_forgotten_by_what_comes_after(act: Act, last: Any) -> None:
    caught, _, _ = failing(act, httpx.ReadTimeout("timed out"), last)
    assert not isinstance(caught, OutcomeUnknownError)
    assert caught.effect is Effect.UNKNOWN


GARBLED = {
    "html": httpx.Response(200, html="<html>Sign in</html>"),
    "nothing": httpx.Response(200),
    "truncated": httpx.Response(200, content=b'{"_id": "a1", "webh'),
    "null": httpx.Response(200, content=b"null"),
    "text": httpx.Response(200, content=b'"fine"'),
    "not UTF-8": httpx.Response(200, content=b'{"_id": "\xff"}'),
    "NaN": httpx.Response(200, content=b"[NaN]"),
    "deep": httpx.Response(200, content=b"[" * 200_000),
    "long number": httpx.Response(200, content=b"1" * 5000),
    "no id": httpx.Response(200, json={"webhook_url": "https://hooks.acme.example"}),
    "accepted": httpx.Response(202, json=webhook()),
    "no content": httpx.Response(204),
}


@pytest.mark.parametrize("act", [put, post, delete])
@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED)
def test_a_write_that_is_answered_with_nonsense_is_of_unknown_outcome(act: Act, answer: httpx.Response) -> None:
    caught, script, _ = failing(act, answer)
    assert type(caught) is OutcomeUnknownError
    assert (caught.effect, caught.may_still_run) == (Effect.UNKNOWN, False)
    assert "something else than the API answers" in caught.message
    assert len(script.requests) == 1


@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED)
def test_a_read_that_is_answered_with_nonsense_is_tried_twice_more(answer: httpx.Response) -> None:
    caught, script, _ = failing(get, answer)
    assert type(caught) is OutcomeUnknownError
    assert len(script.requests) == 3
    assert get(client(Script(answer, OK))).id == "a1"


def test_data_that_cannot_be_decompressed_is_nonsense() -> None:
    packed = {"content-encoding": "gzip"}
    caught, script, _ = failing(get, lambda request: httpx.Response(200, headers=packed, stream=Raw(b"no gzip")))
    assert type(caught) is OutcomeUnknownError
    assert "compressed data" in caught.message
    assert len(script.requests) == 3


class Raw(httpx.SyncByteStream):
    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    def __iter__(self) -> Any:
        return iter(self.parts)


def test_an_answer_without_end_is_cut_off() -> None:
    part = b" " * (1 << 20)
    read: list[int] = []

    def parts() -> Any:
        for number in range(1000):
            read.append(number)
            yield part

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            return parts()

    caught, script, _ = failing(get, lambda request: httpx.Response(200, stream=Endless()))
    assert type(caught) is OutcomeUnknownError
    assert "more than 67108864 bytes" in caught.message
    assert (len(script.requests), len(read)) == (1, 65)


def test_a_certificate_that_is_not_trusted_is_not_tried_again() -> None:
    def untrusted(request: httpx.Request) -> httpx.Response:
        try:
            raise ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
        except ssl.SSLError as problem:
            raise httpx.ConnectError(str(problem)) from problem

    caught, script, _ = failing(get, untrusted)
    assert type(caught) is NotSentError
    assert "no trusted TLS" in caught.message
    assert "SSL_CERT_FILE" in caught.hint
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("act", ACTS)
def test_a_redirect_is_an_error_that_says_so(act: Act, status: int) -> None:
    there = {"location": "https://user:pw@elsewhere.acme.example/login?next=secret#frag"}
    caught, script, _ = failing(act, httpx.Response(status, headers=there))
    assert type(caught) is AnsweredError
    assert caught.status == status
    assert "https://elsewhere.acme.example/login" in caught.message
    assert "pw" not in caught.message
    assert "secret" not in caught.message
    assert "not followed" in caught.hint
    assert len(script.requests) == 1


def test_a_delete_of_what_is_gone_lists_what_remains() -> None:
    script = Script(error(400, "RESOURCE_NOT_FOUND", "Webhook not found"), OK_LIST)
    assert [left.id for left in delete(client(script))] == ["a1"]
    assert script.calls == ["DELETE /api/v2/public/webhook/a1", "GET /api/v2/public/webhook"]


def test_a_delete_whose_answer_was_lost_finds_it_gone() -> None:
    script = Script(httpx.ReadTimeout(""), error(400, "RESOURCE_NOT_FOUND"), httpx.Response(200, json=[]))
    assert delete(client(script)) == []
    assert len(script.requests) == 3


def test_an_update_of_what_is_gone_is_not_found() -> None:
    caught, script, _ = failing(put, error(400, "RESOURCE_NOT_FOUND", "Webhook not found"))
    assert type(caught) is NotFoundError
    assert (caught.status, caught.effect, len(script.requests)) == (400, Effect.NONE, 1)


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("act", [get, put, post])
def test_created_is_as_good_as_ok(act: Act, status: int) -> None:
    assert act(client(Script(httpx.Response(status, json=webhook())))).id == "a1"


@pytest.mark.parametrize("act", [get, put])
def test_the_answer_about_another_record_is_nonsense(act: Act) -> None:
    caught, _, _ = failing(act, httpx.Response(200, json=webhook("b2")))
    assert type(caught) is OutcomeUnknownError
    assert "b2: another record than a1" in caught.message


def test_half_of_a_wait_is_random() -> None:
    script, clock = Script(httpx.Response(503)), FakeClock()
    with pytest.raises(ServerFailedError):
        get(client(script, clock, retry=Retry(random=random.Random(7))))
    for slept, most in zip(clock.sleeps, [0.25, 0.5, 1.0], strict=True):
        assert most / 2 <= slept < most


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("999999999", 86400.0),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 09:00:30 +0100", 30.0),
        ("Fri, 15 Jan 2027 08:00:30 -0000", 30.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("nan", None),
        ("1e9", None),
        ("soon", None),
        ("١٢", None),
        ("Fri, 99 Jan 2027 08:00:30 GMT", None),
    ],
)
def test_both_forms_of_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, FakeClock()) == seconds


@given(st.text())
def test_no_retry_after_is_too_strange(header: str) -> None:
    seconds = retry_after(header, FakeClock())
    assert seconds is None or 0 <= seconds <= 86400
