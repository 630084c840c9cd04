"""Telling another program of a drift: one signed POST to a URL of the team's choice.

The signature is made as the platform makes its own (:mod:`hookwright.signing`), under a header name of hookwright's
own: a receiver must not take one for the other.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright import __version__
from hookwright.api.bucket import TokenBucket
from hookwright.api.call import Again, Call, Failure
from hookwright.api.clock import REAL, Clock
from hookwright.api.failures import Answer, Failures, retry_after
from hookwright.api.retry import Retry
from hookwright.api.scrub import Scrubber
from hookwright.errors import AnsweredError, ApiError, RateLimitedError, ServerFailedError, UsageError
from hookwright.signing import sign

if TYPE_CHECKING:
    import httpx

    from hookwright.model.source import Json

SIGNATURE: Final = "x-hookwright-signature"
"""Header with the lower-case hexadecimal HMAC-SHA256 of the body's bytes, keyed with the key that both sides know."""
EVENT: Final = "x-hookwright-event"
"""Header with what happened: ``drift``."""
DELIVERY: Final = "x-hookwright-delivery"
"""Header with an id that all attempts of a notification share."""

_CONNECT_TIMEOUT: Final = 5.0
_READ_TIMEOUT: Final = 10.0
_RETRY: Final = Retry(attempts=3, base=0.5, total=30.0)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class _Notification(Call):
    """A call that may come twice: receivers tell by its id."""

    @property
    def repeatable(self) -> bool:
        """It may be sent again."""
        return True


class _Failures(Failures):
    """Errors that do not hold the URL: its path is often a secret."""

    not_the_api = unreachable = ""

    def answered(self, call: Call, answer: Answer) -> Failure:
        """The receiver answered with anything but a success."""
        kind: type[ApiError] = AnsweredError
        again = Again.NEVER
        if answer.status == 429:
            kind, again = RateLimitedError, Again.LIMITED
        elif answer.status >= 500:
            kind, again = ServerFailedError, Again.REPEATABLE
        wait = retry_after(answer.headers.get("retry-after"), self._clock)
        redirect = " Redirects are not followed." if answer.status // 100 == 3 else ""
        message = f"{self._name(call)} was answered {answer.status}.{redirect}"
        return Failure(kind(message, method=call.method, path="", status=answer.status, retry_after=wait), again)

    def _name(self, call: Call) -> str:
        del call
        return "the notification"


def check_target(url: str) -> None:
    """Whether notifications may go there.

    Raises:
        UsageError: it is no https URL; http is for this machine. The message does not hold the URL: it may be a secret.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url or "@" in parts.netloc:
        raise UsageError("the URL to notify is not one", hint="It looks like https://hooks.acme.example/drift.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise UsageError("the URL to notify is not https", hint="Plain http is for receivers on this machine.")


def notify(
    url: str,
    event: str,
    record: Json,
    key: str,
    *,
    clock: Clock = REAL,
    transport: httpx.BaseTransport | None = None,
) -> None:
    """Send a notification, up to three times; any answer of 2xx takes it.

    Args:
        url: where it goes; checked with :func:`check_target`.
        event: what happened, for the header.
        record: the JSON to send.
        key: signs it.
        clock: tells the time and sleeps.
        transport: takes the place of the network in tests.

    Raises:
        ApiError: it was not taken.
        LocalError: the proxies or certificates that the process environment names cannot be used.
    """
    from hookwright.api.transport import Transport, encoded

    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    headers = {
        "user-agent": f"hookwright/{__version__}",
        EVENT: event,
        DELIVERY: str(uuid.uuid4()),
        SIGNATURE: sign(encoded(record), key),
    }
    calls = Transport(
        origin,
        headers,
        failures=_Failures(Scrubber([key]), "", clock, origin),
        bucket=TokenBucket(clock=clock),
        retry=_RETRY,
        clock=clock,
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        transport=transport,
        understood=range(200, 300),
        bodies=False,  # Who has answered has been told, whatever else comes, or how slowly.
    )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        calls.send(_Notification("POST", target, body=record), lambda _: None)
    finally:
        calls.close()
