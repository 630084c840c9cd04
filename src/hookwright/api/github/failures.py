"""Failed calls to GitHub → the error tree, with the permission that is missing where one is.

What GitHub answers: "Troubleshooting the REST API", "Rate limits for the REST API" and "Permissions required for
fine-grained personal access tokens" of its documentation.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from hookwright.api.call import Again, Call, Failure
from hookwright.api.failures import Answer, Failures, retry_after
from hookwright.api.wire import Envelope
from hookwright.errors import AnsweredError, ApiError, AuthError, NotFoundError, RateLimitedError

_SECONDARY: Final = 60.0
"""Seconds to wait where GitHub names none: "wait for at least one minute before retrying"."""
_LONGEST: Final = 24 * 3600.0
_NUMBER: Final = re.compile(r"\d{1,12}", re.ASCII)
_PERMISSION: Final = re.compile(r"[a-z_]{1,40}=[a-z]{1,10}")


class GitHubFailures(Failures):
    """Makes the errors of calls to GitHub."""

    not_the_api = "Is GITHUB_API_URL the address of GitHub's API, and does nothing on the way answer in its place?"
    unreachable = "Is GITHUB_API_URL right, and can this machine reach it?"

    def answered(self, call: Call, answer: Answer) -> Failure:
        """GitHub answered with an error, or with a redirect."""
        if answer.status >= 500 or answer.status // 100 == 3:
            return self._elsewhere(call, answer)
        said = _said(answer)
        kind, again, wait = self._judged(answer, said)
        envelope = Envelope(
            message=self._scrubber.clean(said),
            request_id=self._scrubber.clean(answer.headers.get("x-github-request-id", ""), 64),
        )
        error = kind(
            self._sentence(call, answer.status, envelope),
            method=call.method,
            path=call.path,
            status=answer.status,
            request_id=envelope.request_id,
            retry_after=wait,
            hint=self._hint(call, answer, kind, wait),
        )
        return Failure(error, again)

    def _elsewhere(self, call: Call, answer: Answer) -> Failure:
        failure = super().answered(call, answer)
        if answer.status // 100 == 3:
            failure.error.hint = (
                "Has the repository another name now? --repo takes OWNER/NAME. Redirects are not followed."
            )
        return failure

    def _judged(self, answer: Answer, said: str) -> tuple[type[ApiError], Again, float | None]:
        """The kind of the error, when the call may be tried again, and the seconds to wait before that."""
        if answer.status in (403, 429) and (wait := self._limited(answer, said)) is not None:
            return RateLimitedError, Again.LIMITED, wait
        if answer.status in (401, 403):
            return AuthError, Again.NEVER, None
        return NotFoundError if answer.status == 404 else AnsweredError, Again.NEVER, None

    def _limited(self, answer: Answer, said: str) -> float | None:
        """Seconds to wait where the call was refused for a rate limit; None where it was not."""
        asked = retry_after(answer.headers.get("retry-after"), self._clock)
        if asked is not None:
            return max(1.0, asked)
        if answer.headers.get("x-ratelimit-remaining") == "0":
            reset = answer.headers.get("x-ratelimit-reset", "")
            left = float(reset) - self._clock.time() if _NUMBER.fullmatch(reset) else _SECONDARY
            # A second more: the clocks of two machines are never the same.
            return min(max(0.0, left) + 1.0, _LONGEST)
        return _SECONDARY if answer.status == 429 or "rate limit" in said.lower() else None

    def _hint(self, call: Call, answer: Answer, kind: type[ApiError], wait: float | None) -> str:
        if kind is RateLimitedError:
            return f"GitHub asks to wait {wait:,.0f} seconds; --max-wait says how long a call may take." if wait else ""
        if answer.status == 401:
            return f"The token in {self._key_source} was refused: is it whole, and still valid?"
        if kind is AuthError:
            needed = _permissions(answer.headers.get("x-accepted-github-permissions", "")) or getattr(call, "needs", "")
            return (
                f"The token needs the permission {needed}: give it to the job under 'permissions:'. "
                "Runs for pull requests from forks never have it."
            )
        if kind is NotFoundError:
            return "Is this the repository and the number, and may the token see them? --repo and --pr name others."
        return ""


class DownloadFailures(Failures):
    """Makes the errors of a download: from an address that GitHub named, which is no API and takes no key."""

    not_the_api = (
        "GitHub has named that address, for a few minutes: run the step again. Does a proxy answer in its place?"
    )
    unreachable = "GitHub keeps artifacts at that host: it must be reached from this machine, beside GitHub's API."

    def answered(self, call: Call, answer: Answer) -> Failure:
        """The host answered with an error, or with a redirect."""
        failure = super().answered(call, Answer(answer.status))
        failure.error.message = self._sentence(call, answer.status, Envelope())
        failure.error.hint = self.not_the_api
        return failure


def _said(answer: Answer) -> str:
    """What GitHub says is wrong: its message, and what it says of single fields."""
    try:
        record: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(record, dict):
        return ""
    errors = record.get("errors")
    details = [_detail(one) for one in errors] if isinstance(errors, list) else []
    return ": ".join(filter(None, [str(record.get("message") or ""), "; ".join(filter(None, details))]))


def _detail(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    return str(one.get("message") or " ".join(str(one[name]) for name in ("field", "code") if one.get(name)))


def _permissions(header: str) -> str:
    """``issues=write; pull_requests=write`` as a workflow file spells it; ``;`` is or, ``,`` is and."""
    choices = []
    for choice in header.split(";"):
        parts = [part.strip() for part in choice.split(",")]
        if all(_PERMISSION.fullmatch(part) for part in parts):
            choices.append(" and ".join("'" + part.replace("_", "-").replace("=", ": ") + "'" for part in parts))
    return " or ".join(choices)
