"""Calls over HTTP: the key, the token bucket, time-outs, size limits, and retries where they are safe.

The only file that loads httpx, which takes most of the time that a small plan takes.
"""

from __future__ import annotations

import ipaddress
import json
import ssl
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from hookwright.api.call import Again, Call, Failure
from hookwright.api.failures import Answer, Failures
from hookwright.api.fields import WireError
from hookwright.errors import Effect, LocalError
from hookwright.model.source import Json, refuse_constant

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    from hookwright.api.bucket import TokenBucket
    from hookwright.api.clock import Clock
    from hookwright.api.exchange import Observe
    from hookwright.api.retry import Retry


class _NoCommandLine:
    """Hides httpx's own command line while httpx is imported.

    httpx loads it, and with it click, rich and pygments, wherever those are installed, which takes longer than httpx
    itself; where they are not, it goes without. This makes it go without. ``httpx.main`` is all that is lost.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        """Say that there is no such module (see :class:`importlib.abc.MetaPathFinder`)."""
        if name == "httpx._main":
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)
        return None


@contextmanager
def _without_command_line() -> Iterator[None]:
    sys.meta_path.insert(0, _NoCommandLine)
    try:
        yield
    finally:
        sys.meta_path.remove(_NoCommandLine)


with _without_command_line():
    import httpx

T = TypeVar("T")

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes, decompressed."""

UNDERSTOOD: Final = frozenset({200, 201})
"""The statuses of a success that the platform uses."""

_KEEPALIVE: Final = 3.0
"""Seconds that an idle connection is kept: less than the 5 after which common servers close theirs. A POST that meets
a connection being closed is a POST of unknown outcome."""
_CONNECTIONS: Final = 64


class Transport:
    """Makes calls. Thread-safe: threads share connections and the token bucket.

    Args:
        base_url: the API's base URL, checked already.
        headers: what every call carries.
        failures: makes the errors.
        bucket: admits requests.
        retry: whether and when to try again.
        clock: tells the time and sleeps.
        connect_timeout: seconds to wait for a connection.
        read_timeout: seconds to wait for each part of an answer.
        transport: takes the place of the network in tests.
        observe: told of every answered attempt.
        understood: the statuses of a success.
        bodies: whether answers are read to their end; else their status and headers are all that counts.

    Raises:
        LocalError: the proxies or certificates that the process environment names cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        headers: dict[str, str],
        *,
        failures: Failures,
        bucket: TokenBucket,
        retry: Retry,
        clock: Clock,
        connect_timeout: float,
        read_timeout: float,
        transport: httpx.BaseTransport | None = None,
        observe: Observe | None = None,
        understood: Container[int] = UNDERSTOOD,
        bodies: bool = True,
    ) -> None:
        self._base_url = base_url
        self._understood = understood
        self._bodies = bodies
        self._observe = observe
        self._failures = failures
        self._bucket = bucket
        self._retry = retry
        self._clock = clock
        limits = httpx.Limits(
            max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=_KEEPALIVE
        )
        try:
            self._http = httpx.Client(
                headers=headers,
                timeout=httpx.Timeout(read_timeout, connect=connect_timeout),
                follow_redirects=False,
                limits=limits,
                transport=transport or _direct(base_url, limits),
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            problem = type(error).__name__
        else:
            return
        raise LocalError(
            f"the network settings of the process environment cannot be used ({problem})",
            hint="Look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def call(self, call: Call, decode: Callable[[Json], T]) -> T:
        """Make a call.

        Args:
            call: what to send.
            decode: reads the JSON of the answer; raises :class:`~hookwright.api.fields.WireError` where it is not what
                the API answers.

        Returns:
            What ``decode`` returned.

        Raises:
            ApiError: it failed for good; ``effect`` covers all attempts.
        """
        return self.send(call, lambda answer: decode(json_of(answer)))

    def send(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Make a call whose answer is more than its JSON; ``read`` takes all of it. Else as :meth:`call`."""
        deadline = self._clock.monotonic() + self._retry.total
        attempt = 0
        unknown = False
        failure = self._failures.withheld(call)
        while (ticket := self._bucket.acquire(deadline)) is not None:
            attempt += 1
            outcome = self._attempt(call, read, deadline)
            if not isinstance(outcome, Failure):
                return outcome
            failure = outcome
            unknown = unknown or failure.error.effect is Effect.UNKNOWN
            wait = self._retry.wait(failure, attempt)
            limited = failure.again is Again.LIMITED
            if limited:
                self._bucket.slow_down(ticket, wait)
            if not self._retry.again(call, failure, attempt) or self._clock.monotonic() + wait > deadline:
                break
            if not limited:
                self._clock.sleep(wait)
        if unknown:
            # An earlier attempt may have landed, whatever became of the last one.
            failure.error.effect = Effect.UNKNOWN
        raise failure.error

    def _attempt(self, call: Call, read: Callable[[Answer], T], deadline: float) -> T | Failure:
        # Nothing is raised from inside an except block: httpx's exceptions hold the request, and it holds the key.
        outcome = self._exchange(call, deadline)
        if isinstance(outcome, Failure):
            return outcome
        if outcome.status not in self._understood:
            if outcome.status // 100 == 2:
                return self._failures.garbled(call, f"status {outcome.status}, which the API does not use")
            return self._failures.answered(call, outcome)
        try:
            return read(outcome)
        except WireError as error:
            return self._failures.garbled(call, str(error))

    def _exchange(self, call: Call, deadline: float) -> Answer | Failure:
        """Send the request once, and read the answer."""
        try:
            request = self._request(call)
        except (ValueError, RecursionError) as error:
            return self._failures.unsent(call, f"it cannot be sent ({error})", again=Again.NEVER)
        answer: Answer | None = None
        begun = self._clock.monotonic()
        try:
            response = self._http.send(request, stream=True)
            try:
                answer = Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()})
                if self._bodies:
                    answer = Answer(answer.status, answer.headers, self._read(response, deadline))
            finally:
                response.close()
        except httpx.TimeoutException as error:
            failure = self._timed_out(call, error)
        except (httpx.RequestError, _TooLargeError) as error:
            failure = self._broken(call, error)
        else:
            if self._observe:
                self._tell(self._observe, call, answer, begun)
            return answer
        # Half an error answer is an error answer; half a success is nothing.
        return answer if answer is not None and answer.status not in self._understood else failure

    def _tell(self, observe: Observe, call: Call, answer: Answer, begun: float) -> None:
        from hookwright.api.exchange import Exchange

        observe(Exchange(call, answer, self._clock.time(), self._clock.monotonic() - begun))

    def _request(self, call: Call) -> httpx.Request:
        headers = dict(call.headers)
        content = None
        if call.body is not None:
            content = encoded(call.body)
            headers["content-type"] = "application/json"
        return self._http.build_request(call.method, self._base_url + call.target, headers=headers, content=content)

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > LARGEST_ANSWER:
                raise _TooLargeError
            if self._clock.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer took too long")
            parts.append(part)
        return b"".join(parts)

    def _timed_out(self, call: Call, error: httpx.TimeoutException) -> Failure:
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return self._failures.unsent(call, "the connection timed out", hint=self._failures.unreachable)
        return self._failures.lost(call, "it timed out", may_still_run=True)

    def _broken(self, call: Call, error: Exception) -> Failure:
        match error:
            case _TooLargeError():
                return self._failures.garbled(call, f"more than {LARGEST_ANSWER} bytes", again=Again.NEVER)
            case httpx.DecodingError():
                return self._failures.garbled(call, "compressed data that cannot be read")
            case httpx.ConnectError() | httpx.ProxyError() if _untrusted(error):
                hint = "SSL_CERT_FILE names the certificates to trust, where there is a proxy or a private authority."
                return self._failures.unsent(call, f"no trusted TLS ({error})", hint=hint, again=Again.NEVER)
            case httpx.ConnectError() | httpx.ProxyError():
                return self._failures.unsent(call, str(error) or "no connection", hint=self._failures.unreachable)
            case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
                return self._failures.unsent(call, "it cannot be sent", again=Again.NEVER)
            case _:
                return self._failures.lost(call, str(error) or "the connection was closed")


class _TooLargeError(Exception):
    """An answer is larger than any that makes sense."""


def encoded(body: Json) -> bytes:
    """A JSON value as it is sent.

    Raises:
        ValueError: it holds a number that JSON has no word for.
        RecursionError: it is nested too deep.
    """
    # Escaped to ASCII: lone surrogates, which YAML and JSON can express, are not UTF-8.
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode("ascii")


_DECODER: Final = json.JSONDecoder(parse_constant=refuse_constant)


def json_of(answer: Answer) -> Json:
    """The JSON of an answer.

    Raises:
        WireError: it is none; the message says what it seems to be.
    """
    try:
        return _DECODER.decode(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise WireError(_content(answer)) from None


def _content(answer: Answer) -> str:
    """What an answer that is not JSON seems to be."""
    if not answer.body:
        return "nothing"
    kind = answer.headers.get("content-type", "").partition(";")[0].strip() or "no content type"
    return f"{len(answer.body)} bytes that are not JSON ({kind})"


def _untrusted(error: BaseException | None) -> bool:
    """Whether a certificate that is not trusted is behind an error: another attempt meets the same one."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _direct(base_url: str, limits: httpx.Limits) -> httpx.BaseTransport | None:
    """A transport that ignores proxies, for a server on this machine; None for others."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host != "localhost":
        try:
            if not ipaddress.ip_address(host).is_loopback:
                return None
        except ValueError:
            return None
    if parts.scheme == "https":
        return httpx.HTTPTransport(limits=limits)
    # Nothing here is encrypted: reading the certificates of all authorities would take 10 to 20 ms for nothing.
    return httpx.HTTPTransport(limits=limits, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
