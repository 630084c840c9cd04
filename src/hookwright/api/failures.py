"""Failed attempts → the error tree, each in one clear sentence.

How the platform says what is wrong: Refold's API basics, "Errors", and the quirks its endpoint pages show (400 for an
unknown id, two names for the field of the code).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from hookwright.api.call import Again, Call, Failure
from hookwright.api.clock import Clock
from hookwright.api.scrub import Scrubber, bare_url
from hookwright.api.wire import Envelope, envelope_from_json
from hookwright.errors import (
    AnsweredError,
    ApiError,
    AuthError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerFailedError,
)
from hookwright.model.frozen import dataclass

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SERVER_ERRORS: Final = 500
_WORTH_REPEATING: Final = frozenset({500, 502, 503})
_PHRASES: Final = {int(status): status.phrase for status in HTTPStatus}
_ID_LENGTH: Final = 64
"""Characters shown of a code or a request id."""
_LONGEST_RETRY_AFTER: Final = 24 * 3600.0
_ERRNO: Final = r"^\[Errno -?\d+\] "
_SECONDS: Final = r"(?a)\d{1,9}(\.\d{1,9})?"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the platform, as far as an error is made of it.

    Attributes:
        status: HTTP status.
        headers: by lower-case name.
        body: the body, decompressed; empty where it could not be read.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


class Failures:
    """Makes the errors of one client: it knows what may not be shown, and what its key is called.

    Args:
        scrubber: cleans what the platform wrote.
        key_source: what to call the key, ``${env.REFOLD_TEST_API_KEY}``.
        clock: tells how far away a date in ``Retry-After`` is.
        host: scheme, host and port of the platform.
    """

    not_the_api = "Is api_url the address of the API, and does nothing on the way answer in its place?"
    """The hint where an answer does not seem to be the API's."""
    unreachable = "Is api_url right, and can this machine reach it?"
    """The hint where there was no connection."""

    def __init__(self, scrubber: Scrubber, key_source: str, clock: Clock, host: str = "the platform") -> None:
        self._scrubber = scrubber
        self._key_source = key_source
        self._clock = clock
        self._host = host

    def unsent(self, call: Call, reason: str, *, hint: str = "", again: Again = Again.ALWAYS) -> Failure:
        """The request never reached the platform; ``reason`` may be foreign text."""
        message = f"{self._name(call)} did not reach {self._host}: {self._scrubber.clean(re.sub(_ERRNO, '', reason))}"
        return Failure(NotSentError(message, method=call.method, path=call.path, hint=hint), again)

    def withheld(self, call: Call) -> Failure:
        """The request was not sent: after a 429 everybody waits, here for longer than the call may take."""
        message = f"{self._name(call)} was not sent: under the rate limit its turn comes later than a call may wait"
        return Failure(RateLimitedError(message, method=call.method, path=call.path, status=429))

    def lost(self, call: Call, reason: str, *, may_still_run: bool = False) -> Failure:
        """The request was sent, and no whole answer came back; ``reason`` may be foreign text."""
        error = self._unknown(call, f"got no whole answer: {self._scrubber.clean(reason)}")
        error.may_still_run = may_still_run
        return Failure(error, Again.REPEATABLE)

    def garbled(self, call: Call, reason: str, *, again: Again = Again.READS) -> Failure:
        """The platform answered with success, but not with what the API answers; ``reason`` may be foreign text."""
        what = f"was answered with something else than the API answers: {self._scrubber.clean(reason)}"
        return Failure(self._unknown(call, what, hint=self.not_the_api), again)

    def answered(self, call: Call, answer: Answer) -> Failure:
        """The platform answered with an error, or with a redirect."""
        envelope, hint = self._envelope(answer)
        kind, again = _kind(call, answer.status, envelope)
        if answer.status in _REDIRECTS:
            location = self._scrubber.clean(bare_url(answer.headers.get("location", "")))
            envelope = replace(envelope, message=f"the API is said to be at {location or 'another place'}")
            hint = (
                "Redirects are not followed: they would carry the key elsewhere. Set api_url to the API's own address."
            )
        elif kind is AuthError:
            hint = f"The key of {self._key_source} was refused: is it the key of this environment, and still valid?"
        error = kind(
            self._sentence(call, answer.status, envelope),
            method=call.method,
            path=call.path,
            status=answer.status,
            code=envelope.code,
            request_id=envelope.request_id,
            retry_after=retry_after(answer.headers.get("retry-after"), self._clock),
            hint=hint,
        )
        if isinstance(error, OutcomeUnknownError):
            error.may_still_run = True
        return Failure(error, again)

    def _unknown(self, call: Call, what: str, *, hint: str = "") -> OutcomeUnknownError:
        return OutcomeUnknownError(f"{self._name(call)} {what}", method=call.method, path=call.path, hint=hint)

    def _envelope(self, answer: Answer) -> tuple[Envelope, str]:
        """What the answer says, fit to be shown, and a hint where it does not seem to be the platform's."""
        try:
            read = envelope_from_json(json.loads(answer.body))
        except (ValueError, RecursionError):
            read = None
        if read is None:
            # Who stands in front of the platform limits rates and fails too, in words of its own.
            expected = answer.status == 429 or answer.status >= _SERVER_ERRORS
            return Envelope(), "" if expected else self.not_the_api
        clean = self._scrubber.clean
        return Envelope(
            code=clean(read.code, _ID_LENGTH),
            kind=clean(read.kind, _ID_LENGTH),
            message=clean(read.message),
            request_id=clean(read.request_id, _ID_LENGTH),
        ), ""

    def _sentence(self, call: Call, status: int, envelope: Envelope) -> str:
        message = envelope.message or envelope.kind or _PHRASES.get(status, "")
        details = [envelope.code, f"request {envelope.request_id}" if envelope.request_id else ""]
        bracket = ", ".join(filter(None, details))
        said = f": {message}" if message else ""
        return f"{self._name(call)} was answered {status}{said}{f' ({bracket})' if bracket else ''}"

    def _name(self, call: Call) -> str:
        return f"{call.method} {self._scrubber.clean(call.path)}"


def _kind(call: Call, status: int, envelope: Envelope) -> tuple[type[ApiError], Again]:
    if status in (401, 403):
        return AuthError, Again.NEVER
    if status == 404 or (status == 400 and _means_not_found(call, envelope)):
        return NotFoundError, Again.NEVER
    if status == 429:
        return RateLimitedError, Again.LIMITED
    if status == 504:
        # Somebody between here and the platform gave up waiting for it: it may be at work yet.
        return OutcomeUnknownError, Again.REPEATABLE
    if status >= _SERVER_ERRORS:
        return ServerFailedError, Again.REPEATABLE if status in _WORTH_REPEATING else Again.NEVER
    return AnsweredError, Again.NEVER


def _means_not_found(call: Call, envelope: Envelope) -> bool:
    """Whether a 400 stands for 404: for an unknown webhook, and on older pages for an unknown event.

    The code for an unknown event is that of an event whose name is taken, too.
    """
    if envelope.code == "RESOURCE_NOT_FOUND":
        return True
    return envelope.code == "INVALID_EVENT_ID" and call.method != "POST" and "exists" not in envelope.message


def retry_after(header: str | None, clock: Clock) -> float | None:
    """How many seconds a ``Retry-After`` header asks to wait: it holds seconds or a date (RFC 9110 §10.2.3).

    Returns:
        0 to 86,400 seconds; None where there is no such header or it makes no sense.
    """
    header = (header or "").strip()
    if re.fullmatch(_SECONDS, header):
        return min(float(header), _LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(header)
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - clock.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), _LONGEST_RETRY_AFTER)
