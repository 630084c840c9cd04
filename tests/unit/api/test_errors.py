"""What errors say, and what they never say."""

from __future__ import annotations

import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.api.client import Client
from hookwright.errors import (
    AnsweredError,
    ApiError,
    AuthError,
    ConfigError,
    Effect,
    LocalError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerFailedError,
)
from hookwright.model.resources import Event, Webhook
from tests.unit.api.support import KEY, FakeClock, Script, client, error

SECRET = "s3cr3t/of the\tteam"
HOOK = Webhook("https://hooks.acme.example", ("Workflow Errored",))
EVENT = Event("candidate_created", {"jobid": "123"})


def failure(answer: httpx.Response | Exception, act: str = "get_webhook", *args: Any, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        getattr(client(Script(answer), **options), act)(*(args or ("a1",)))
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "effect"),
    [
        (400, AnsweredError, Effect.NONE),
        (401, AuthError, Effect.NONE),
        (403, AuthError, Effect.NONE),
        (404, NotFoundError, Effect.NONE),
        (409, AnsweredError, Effect.NONE),
        (418, AnsweredError, Effect.NONE),
        (429, RateLimitedError, Effect.NONE),
        (500, ServerFailedError, Effect.UNKNOWN),
        (502, ServerFailedError, Effect.UNKNOWN),
        (503, ServerFailedError, Effect.UNKNOWN),
        (504, OutcomeUnknownError, Effect.UNKNOWN),
        (304, AnsweredError, Effect.NONE),
        (700, ServerFailedError, Effect.UNKNOWN),
    ],
)
def test_each_status_is_its_error(status: int, kind: type[ApiError], effect: Effect) -> None:
    caught = failure(error(status, "SOME_CODE", "Something is wrong", request_id="req-1"))
    assert type(caught) is kind
    assert caught.effect is effect
    assert (caught.method, caught.path) == ("GET", "/api/v2/public/webhook/a1")
    assert (caught.status, caught.code, caught.request_id) == (status, "SOME_CODE", "req-1")
    assert caught.message == (
        f"GET /api/v2/public/webhook/a1 was answered {status}: Something is wrong (SOME_CODE, request req-1)"
    )


@pytest.mark.parametrize("code", ["error", "error_code"])
@pytest.mark.parametrize("kind", ["http_error_type", "error_type"])
def test_both_names_of_both_fields_are_read(code: str, kind: str) -> None:
    caught = failure(httpx.Response(400, json={code: "INVALID_EVENT", kind: "BAD_REQUEST"}))
    assert caught.code == "INVALID_EVENT"
    assert caught.message.endswith("was answered 400: BAD_REQUEST (INVALID_EVENT)")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400),
        httpx.Response(400, html="<h1>Bad Request</h1>"),
        httpx.Response(400, json=[]),
        httpx.Response(400, json={}),
        httpx.Response(400, json={"error": 7, "message": {"text": "no"}, "request_id": None}),
        httpx.Response(400, content=b"[" * 200_000),
        httpx.Response(400, content=b"\xff\xfe\x00"),
    ],
    ids=["empty", "html", "array", "nothing", "types", "deep", "binary"],
)
def test_an_answer_that_is_not_the_platforms_is_told_by_its_status(answer: httpx.Response) -> None:
    caught = failure(answer)
    assert caught.message == "GET /api/v2/public/webhook/a1 was answered 400: Bad Request"
    assert "api_url" in caught.hint


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_named_by_its_source(status: int) -> None:
    caught = failure(error(status, message="Invalid Credentials"), key_source="${env.REFOLD_TEST_API_KEY}")
    assert caught.hint.startswith("The key of ${env.REFOLD_TEST_API_KEY} was refused")


TAKEN = error(400, "INVALID_EVENT_ID", "Trigger with name candidate_created already exists")
UNKNOWN = error(400, "INVALID_EVENT_ID", "Invalid event id")


@pytest.mark.parametrize(
    ("answer", "act", "args", "kind"),
    [
        (error(400, "RESOURCE_NOT_FOUND", "Webhook not found"), "get_webhook", ("a1",), NotFoundError),
        (error(400, "RESOURCE_NOT_FOUND", "Webhook not found"), "update_webhook", ("a1", HOOK, ["url"]), NotFoundError),
        (error(400, "INVALID_EVENT", "Invalid event. Check the list"), "create_webhook", (HOOK,), AnsweredError),
        (UNKNOWN, "get_event", ("e1",), NotFoundError),
        (UNKNOWN, "update_event", ("e1", EVENT), NotFoundError),
        (error(404, "RESOURCE_NOT_FOUND", "Event not found"), "get_event", ("e1",), NotFoundError),
        (TAKEN, "create_event", (EVENT,), AnsweredError),
        (TAKEN, "update_event", ("e1", EVENT), AnsweredError),
        (error(404, "INVALID_EVENT", "Trigger not found"), "trigger_event", ("Candidate", {}), NotFoundError),
        (error(400, "INVALID_REQUEST", "name and response are required"), "create_event", (EVENT,), AnsweredError),
    ],
)
def test_a_400_is_not_found_only_where_it_means_it(
    answer: httpx.Response, act: str, args: tuple[Any, ...], kind: type[ApiError]
) -> None:
    assert type(failure(answer, act, *args)) is kind


@pytest.mark.parametrize("gone", [UNKNOWN, error(404, "RESOURCE_NOT_FOUND", "Event not found")])
def test_a_delete_of_an_event_that_is_gone_lists_what_remains(gone: httpx.Response) -> None:
    script = Script(gone, httpx.Response(200, json=[{"_id": "e2", "name": "other", "response": "{}"}]))
    assert [event.id for event in client(script).delete_event("e1")] == ["e2"]


def hostile(text: str) -> httpx.Response:
    return httpx.Response(400, json={"message": text, "error": text, "request_id": text, "http_error_type": text})


def test_foreign_text_is_one_short_line() -> None:
    caught = failure(hostile("one\ntwo\r\n\x1b[31mthree\x00\u202e\u2028four" + "x" * 10_000))
    assert "one two [31mthree four" in caught.message
    assert caught.message.isprintable()
    assert len(caught.message) < 550
    assert len(caught.code) == len(caught.request_id) == 64


@pytest.mark.parametrize("secret", [KEY, SECRET])
def test_foreign_text_that_holds_a_secret_is_masked(secret: str) -> None:
    for form in [
        secret,
        " ".join(secret.split()),
        secret.replace("\t", "\\t"),
        httpx.URL("/", params={"q": secret}).query.decode()[2:].replace("+", "%20"),
    ]:
        caught = failure(hostile(f"your key {form} is wrong"), redact=[SECRET, "abc", ""])
        for text in (caught.message, caught.code, caught.request_id, str(caught), repr(caught)):
            assert form not in text
            assert "(secret)" in text


def test_short_values_are_not_masked() -> None:
    assert "cabc" in failure(hostile("cabc"), redact=["abc", "a", ""]).message


@given(st.text(min_size=4), st.text(), st.text())
def test_no_text_around_a_secret_lets_it_through(secret: str, before: str, after: str) -> None:
    from hookwright.api.scrub import Scrubber

    cleaned = Scrubber([secret]).clean(before + secret + after, limit=10**6)
    if secret not in "(secret)" and not set(secret) & set("(secret) "):
        assert secret not in cleaned
    assert "\n" not in cleaned


def leaks(problem: BaseException) -> list[str]:
    """Where the key shows in an error and all that hangs on it."""
    found = []
    seen: list[BaseException | None] = [problem]
    for exception in seen:
        if exception is None:
            continue
        texts = {
            "str": str(exception),
            "repr": repr(exception),
            "vars": repr(vars(exception)),
            "args": repr(exception.args),
        }
        found += [f"{type(exception).__name__}.{name}" for name, text in texts.items() if KEY in text]
        if isinstance(exception, httpx.HTTPError):
            found.append("holds a request, whose headers hold the key")
        seen += [exception.__cause__, exception.__context__]
    return found


RAISED = [
    httpx.ConnectError(f"no route for {KEY}"),
    httpx.ReadTimeout(f"{KEY}"),
    httpx.RemoteProtocolError(f"illegal header line {KEY}"),
    httpx.LocalProtocolError(f"Illegal header value b'{KEY}'"),
    httpx.UnsupportedProtocol(f"{KEY}"),
    httpx.ProxyError(f"{KEY}"),
    httpx.Response(200, html=KEY),
    httpx.Response(200, headers={"content-type": KEY}, content=b"?"),
    httpx.Response(200, json={"_id": KEY, "webhook_url": 7}),
    httpx.Response(302, headers={"location": f"https://elsewhere.acme.example/{KEY}?{KEY}"}),
    httpx.Response(401, json={"message": KEY}),
    httpx.Response(500, text=KEY),
]


@pytest.mark.parametrize("outcome", RAISED, ids=repr)
@pytest.mark.parametrize("act", ["get_webhook", "delete_webhook"])
def test_no_error_and_nothing_behind_it_holds_the_key(outcome: Any, act: str) -> None:
    caught = failure(outcome, act)
    assert leaks(caught) == []
    assert caught.__cause__ is None
    assert KEY not in "".join(traceback.format_exception(caught))


def test_no_client_shows_its_key() -> None:
    made = client(Script(httpx.Response(200, json=[])), redact=[SECRET])
    assert repr(made) == "Client('https://refold.acme.example')"
    for value in vars(made).values():
        assert KEY not in repr(value)
        assert SECRET not in repr(value)
    for value in vars(made._transport).values():
        assert KEY not in repr(value)
        assert SECRET not in repr(value)


@pytest.mark.parametrize("key", ["", "tk test", "tk_test\n", "tk_tést", "tk\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigError, match=r"the API key of \$\{env.K\}") as caught:
        Client("https://refold.acme.example", key, key_source="${env.K}")
    assert not key or key not in caught.value.message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "refold.acme.example",
        "ftp://refold.acme.example",
        "https://",
        "https://refold.acme.example:port",
        "https://refold.acme.example:99999",
        "https://[::1",
        "https://refold.acme.example/a b",
        "https://refold.acme.example/\n",
        "https://user:hunter22@refold.acme.example",
        "https://refold.acme.example?key=hunter22",
        "https://refold.acme.example/#hunter22",
    ],
)
def test_a_url_that_is_more_or_less_than_an_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="api_url") as caught:
        Client(url, KEY)
    assert "hunter22" not in caught.value.message


def test_network_settings_that_cannot_be_used_are_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://user:hunter22@proxy.acme.example")
    with pytest.raises(LocalError, match="network settings") as caught:
        Client("https://refold.acme.example", KEY)
    assert "HTTPS_PROXY" in caught.value.hint
    assert "hunter22" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


@pytest.mark.parametrize("record_id", ["", ".", ".."])
def test_an_id_that_is_none_is_never_sent(record_id: str) -> None:
    script = Script(httpx.Response(200, json=[]))
    for act in ("get_webhook", "delete_webhook", "get_event", "delete_event"):
        with pytest.raises(NotSentError):
            getattr(client(script), act)(record_id)
    assert script.requests == []


@pytest.mark.parametrize("payload", [float("nan"), float("inf"), [[[float("-inf")]]]])
def test_what_json_cannot_say_is_not_sent(payload: Any) -> None:
    script = Script(httpx.Response(200, json={}))
    with pytest.raises(NotSentError, match="cannot be sent"):
        client(script).trigger_event("e", payload)
    assert script.requests == []


@pytest.mark.parametrize("account", ["a\r\nx-api-key: other", "é€"])
def test_what_no_header_can_carry_is_not_sent(account: str) -> None:
    with pytest.raises(NotSentError):
        Client("http://127.0.0.1:9", KEY, clock=FakeClock()).trigger_event("e", {}, linked_account_id=account)
