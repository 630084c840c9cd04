"""Calls to GitHub: rate limits on a clock that needs no time, answers that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hookwright.api.github.keeping import keep_comment
from hookwright.api.github.repository import Repository
from hookwright.api.retry import Retry
from hookwright.errors import (
    AnsweredError,
    ApiError,
    AuthError,
    Effect,
    LocalError,
    OutcomeUnknownError,
    RateLimitedError,
)
from hookwright.model.github import Kept, Post, is_key
from tests.unit.api.support import EPOCH, FakeClock, LeastRandom, Script, Step

TOKEN = "ghs_test_0123456789abcdef"
POST = {"id": 7, "body": "x", "user": {"login": "me"}, "html_url": "https://github.com/acme/hooks/pull/1#7"}
OK = httpx.Response(201, json=POST)


def repository(script: Callable[[httpx.Request], httpx.Response], clock: FakeClock | None = None) -> Repository:
    return Repository(
        "acme/hooks",
        TOKEN,
        transport=httpx.MockTransport(script),
        clock=clock or FakeClock(),
        retry=Retry(base=1.0, total=300.0, random=LeastRandom()),
    )


def refused(status: int, message: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(
        status, headers={k.replace("_", "-"): v for k, v in headers.items()}, json={"message": message}
    )


LIMITS: list[tuple[httpx.Response, float]] = [
    (refused(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(int(EPOCH) + 40)), 41),
    (refused(429, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(int(EPOCH) - 40)), 1),
    (refused(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset="soon"), 61),
    (refused(403, "You have exceeded a secondary rate limit"), 60),
    (refused(429), 60),
    (refused(403, "You have exceeded a secondary rate limit", retry_after="7"), 7),
    (refused(403, "You have exceeded a secondary rate limit", retry_after="0"), 1),
]


@pytest.mark.parametrize(("limit", "seconds"), LIMITS)
def test_limits_are_waited_out_even_by_what_must_not_be_sent_twice(limit: httpx.Response, seconds: float) -> None:
    clock, script = FakeClock(), Script(limit, OK)
    assert repository(script, clock).create_comment(1, "x").id == 7
    assert clock.now - 100 == pytest.approx(seconds, abs=0.3)
    assert len(script.requests) == 2


def test_a_primary_limit_beyond_the_cap_ends_at_once() -> None:
    clock = FakeClock()
    limit = refused(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=str(int(EPOCH) + 3000))
    with pytest.raises(RateLimitedError) as raised:
        repository(Script(limit), clock).create_comment(1, "x")
    assert "asks to wait 3,001 seconds" in raised.value.hint
    assert raised.value.effect is Effect.NONE
    assert clock.sleeps == []


def test_no_connection_is_about_the_variable_that_names_the_address() -> None:
    def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    with pytest.raises(ApiError) as raised:
        repository(nobody).create_comment(1, "x")
    assert raised.value.hint == "Is GITHUB_API_URL right, and can this machine reach it?"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_post_that_failed_is_not_sent_again_by_itself(status: int) -> None:
    script = Script(refused(status))
    with pytest.raises(ApiError) as raised:
        repository(script).create_comment(1, "x")
    assert raised.value.effect is Effect.UNKNOWN
    assert len(script.requests) == 1


def test_changes_are_tried_again_with_growing_pauses() -> None:
    clock, script = FakeClock(), Script(refused(502))
    with pytest.raises(ApiError):
        repository(script, clock).update_comment(7, "x")
    assert len(script.requests) == 4
    assert clock.sleeps == pytest.approx([1.0, 2.0, 4.0])


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("issues=write; pull_requests=write", "'issues: write' or 'pull-requests: write'"),
        ("issues=write,contents=read", "'issues: write' and 'contents: read'"),
        ("", "'pull-requests: write'"),
        ("no sense\x7f", "'pull-requests: write'"),
    ],
)
def test_the_missing_permission_is_spelt_as_workflows_spell_it(header: str, told: str) -> None:
    answer = refused(403, "Resource not accessible by integration", x_accepted_github_permissions=header)
    with pytest.raises(AuthError) as raised:
        repository(Script(answer)).create_comment(1, "x")
    assert f"the permission {told}:" in raised.value.hint


def test_what_is_wrong_with_single_fields_is_told_in_one_clean_line() -> None:
    errors: list[Any] = [
        {"field": "body", "code": "missing_field"}, {"message": f"too\nlong \x1b[2J {TOKEN}"}, "plain", 7, {},
    ]  # fmt: skip
    answer = httpx.Response(422, json={"message": "Validation Failed", "errors": errors})
    with pytest.raises(AnsweredError) as raised:
        repository(Script(answer)).create_comment(1, "x")
    told = "Validation Failed: body missing_field; too long [2J (secret); plain; 7"
    assert raised.value.message == f"POST /repos/acme/hooks/issues/1/comments was answered 422: {told}"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(200, json={}), OutcomeUnknownError),
        (httpx.Response(200, json=[7]), OutcomeUnknownError),
        (httpx.Response(200, json=[{"id": "7"}]), OutcomeUnknownError),
        (httpx.Response(200, text="<html>"), OutcomeUnknownError),
        (httpx.Response(301, headers={"Location": "https://elsewhere.example/"}), AnsweredError),
    ],
)
def test_lists_that_are_none_are_never_taken_for_empty(answer: httpx.Response, kind: type[ApiError]) -> None:
    with pytest.raises(kind):
        list(repository(Script(answer)).comments(1))


def test_a_list_without_an_end_is_an_error() -> None:
    link = '<https://api.github.com/x?page=9>; rel="prev", <https://api.github.com/x?page=2>; rel="next"'
    script = Script(httpx.Response(200, headers={"Link": link}, json=[]))
    with pytest.raises(LocalError, match="more than 10,000 entries"):
        list(repository(script, FakeClock()).comments(1))
    assert len(script.requests) == 100
    assert script.calls[1] == "GET /x?page=2"


def test_an_account_that_is_gone_is_nobody() -> None:
    gone = POST | {"user": None, "body": None}
    assert list(repository(Script(httpx.Response(200, json=[gone]))).comments(1)) == [Post(7, "", "", POST["html_url"])]


@pytest.mark.parametrize("body", [{"errors": [{"type": "FORBIDDEN"}]}, {"data": None}, {"data": {"viewer": None}}, []])
def test_an_account_that_is_not_told_is_an_error(body: Any) -> None:
    with pytest.raises(OutcomeUnknownError):
        repository(Script(httpx.Response(200, json=body))).login()


# --- keeping one, whatever happens in between


def answering(*steps: tuple[str, Step]) -> Script:
    """Answers in order, and holds the calls to their methods."""

    def one(method: str, step: Step) -> Callable[[httpx.Request], httpx.Response]:
        def answer(request: httpx.Request) -> httpx.Response:
            assert request.method == method
            return Script(step)(request)

        return answer

    return Script(*(one(*step) for step in steps))


def listed(*ids: int, text: str = "old") -> httpx.Response:
    body = f"<!-- hookwright:plan -->\n{text}"
    return httpx.Response(200, json=[POST | {"id": identity, "body": body} for identity in ids])


def made(identity: int) -> httpx.Response:
    return httpx.Response(201, json=POST | {"id": identity})


GONE = httpx.Response(404, json={"message": "Not Found"})
DELETED = httpx.Response(204)

CASES: dict[str, tuple[list[tuple[str, Step]], str, int, tuple[int, ...]]] = {
    "made": ([("GET", listed()), ("POST", made(5)), ("GET", listed(5))], "created", 5, ()),
    "the list lags behind": ([("GET", listed()), ("POST", made(5)), ("GET", listed())], "created", 5, ()),
    "another is later": ([("GET", listed()), ("POST", made(5)), ("GET", listed(5, 6))], "created", 5, ()),
    "another is first": (
        [("GET", listed()), ("POST", made(5)), ("GET", listed(4, 5)), ("PATCH", made(4)), ("DELETE", DELETED)],
        "updated", 4, (5,),
    ),
    "in the middle of three": (
        [("GET", listed()), ("POST", made(5)), ("GET", listed(4, 5, 6)), ("DELETE", DELETED)], "updated", 4, (5,),
    ),
    "another is first and gone again": (
        [("GET", listed()), ("POST", made(5)), ("GET", listed(4, 5)), ("PATCH", GONE)], "created", 5, (),
    ),
    "taken away by another": (
        [("GET", listed()), ("POST", made(5)), ("GET", listed(4, 5)), ("PATCH", made(4)), ("DELETE", GONE)],
        "updated", 4, (5,),
    ),
    "deleted while it was looked at": (
        [("GET", listed(3)), ("PATCH", GONE), ("POST", made(5)), ("GET", listed(5))], "created", 5, (),
    ),
    "lost and found": (
        [("GET", listed()), ("POST", httpx.ReadTimeout("slow")), ("GET", listed(5)), ("GET", listed(5))],
        "created", 5, (),
    ),
    "lost and not found": (
        [
            ("GET", listed()), ("POST", httpx.ReadTimeout("slow")), ("GET", listed()), ("POST", made(6)),
            ("GET", listed(6)),
        ],
        "created", 6, (),
    ),
    "lost, and found too late": (
        [
            ("GET", listed()), ("POST", httpx.ReadTimeout("slow")), ("GET", listed()), ("POST", made(6)),
            ("GET", listed(5, 6, text="new")), ("DELETE", DELETED),
        ],
        "updated", 5, (6,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_there_is_one_in_the_end(name: str) -> None:
    steps, action, identity, gone = CASES[name]
    script, clock = answering(*steps), FakeClock()
    kept: Kept = keep_comment(repository(script, clock), 1, "plan", "new", "ME", clock)
    assert (kept.action, kept.id, kept.duplicates) == (action, identity, gone)
    assert len(script.requests) == len(steps)


def test_a_post_that_is_lost_again_and_again_is_told() -> None:
    steps: list[tuple[str, Step]] = [("GET", listed())]
    steps += [("POST", refused(502)), ("GET", listed())] * 2 + [("POST", refused(502))]
    script, clock = answering(*steps), FakeClock()
    with pytest.raises(ApiError, match="was answered 502"):
        keep_comment(repository(script, clock), 1, "plan", "new", "me", clock)
    assert clock.sleeps == pytest.approx([1.0, 3.0], abs=0.2)


@pytest.mark.parametrize("key", ["a", "plan", "drift-production", "a/b.c_d", "x" * 100])
def test_keys(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "-", "a-", "a--b", "a->", "a b", "ä", "x" * 101, "a\n"])
def test_what_is_no_key(key: str) -> None:
    assert not is_key(key)
