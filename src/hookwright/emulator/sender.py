"""One attempt at a delivery: an HTTP request, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from yarl import URL

from hookwright.emulator.clock import Clock, RealClock
from hookwright.emulator.deadlines import Deadlines
from hookwright.emulator.records import Delivery, HeaderList
from hookwright.errors import LocalError

MAX_ANSWER: Final = 64 * 1024
"""Bytes of a receiver's answer that are read and kept; the rest is not waited for."""

_PLAIN_BYTES: Final = 1024 * 1024
_IDLE: Final = 2.0
"""Seconds for which an unused connection is kept: receivers close theirs after five or so, and a request that meets the
closing is lost."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt.

    Attributes:
        status: HTTP status; None where none came.
        error: why there is no complete answer; None where there is one.
        headers: headers of the answer.
        body: the first bytes of its body.
        refused: the emulator does not deliver there at all; another attempt would be no better.
    """

    status: int | None = None
    error: str | None = None
    headers: HeaderList = ()
    body: bytes = b""
    refused: bool = False

    @property
    def success(self) -> bool:
        """Whether it counts: a complete answer of exactly 200, as the platform's guide asks for."""
        return self.status == 200 and self.error is None


class Sender:
    """Sends deliveries. To this machine only, unless told otherwise; redirects are not followed.

    Args:
        timeout: seconds for all of an attempt: to connect, to send and to be answered. Real time counts, and the
            clock's.
        clock: tells the time.
        allow_any_host: deliver to other machines too.
        trust: file with certificates (PEM) of authorities to trust besides those that this machine trusts.

    Raises:
        LocalError: the file cannot be read, or holds no certificate.
    """

    def __init__(
        self, timeout: float, clock: Clock, *, allow_any_host: bool = False, trust: Path | None = None
    ) -> None:
        _keep_memory()
        self._clock = clock
        self._allow_any_host = allow_any_host
        self._timeout = timeout
        self._deadlines = Deadlines(timeout) if isinstance(clock, RealClock) else None
        resolver = aiohttp.ThreadedResolver() if allow_any_host else _Loopback()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, resolver=resolver, keepalive_timeout=_IDLE, ssl=_trusting(trust) if trust else True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None if self._deadlines else timeout),
            headers={"User-Agent": "hookwright-emulator"},
            request_class=_Request,
            auto_decompress=False,
            middlewares=(_once,),
        )

    async def send(self, delivery: Delivery) -> Answer:
        """Make one attempt. Never raises for what a receiver, a network or a URL can do."""
        try:
            url = _as_written(delivery.url)
            host = url.host
        except ValueError as error:
            return Answer(error=f"the URL cannot be used: {error}", refused=True)
        if not host:
            return Answer(error="the URL names no host", refused=True)
        if not self._allow_any_host and not is_loopback(host):
            return Answer(error="the host is not this machine; --allow-any-host delivers there", refused=True)
        if (url.raw_user or url.raw_password) and any(name.lower() == "authorization" for name, _ in delivery.headers):
            url = url.with_user(None)  # the header wins: aiohttp would refuse the two together
        status: int | None = None
        headers: HeaderList = ()
        try:
            async with (
                self._limit(),
                self._session.request(
                    delivery.method,
                    url,
                    headers=delivery.headers,
                    data=delivery.body if len(delivery.body) <= _PLAIN_BYTES else io.BytesIO(delivery.body),
                    allow_redirects=False,
                ) as response,
            ):
                status, headers = response.status, tuple(response.headers.items())
                return Answer(status, None, headers, await _read(response))
        except TimeoutError:
            return Answer(status, f"no complete answer within {self._timeout:g} s", headers)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(status, _text(error), headers)

    def _limit(self) -> AbstractAsyncContextManager[None]:
        """The time-out of the clock; where that is virtual, the session has one of real time besides."""
        return self._deadlines.block() if self._deadlines else within(self._timeout, self._clock)

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


@asynccontextmanager
async def within(seconds: float, clock: Clock) -> AsyncIterator[None]:
    """End the block with :class:`TimeoutError` when so many seconds of the clock have passed."""
    ended = contextlib.ExitStack()

    def end() -> None:
        ended.callback(clock.hold())  # Nothing else happens before the block is over.
        limit.reschedule(asyncio.get_running_loop().time())

    with ended:
        async with asyncio.timeout(None) as limit:
            timer = clock.call_at(clock.now() + seconds, end)
            try:
                yield
            finally:
                timer.cancel()


def _keep_memory() -> None:
    """Let the C library keep the memory into which asyncio receives: 256 KiB for each answer.

    glibc takes a block of that size from the system and gives it back, each time, until a larger one was freed once
    (mallopt(3), ``M_MMAP_THRESHOLD``): a tenth of what an attempt costs. Elsewhere this does nothing.
    """
    bytes(1024 * 1024)


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine: a loopback address, or ``localhost`` (RFC 6761 §6.3)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _as_written(text: str) -> URL:
    """A URL with nothing in it quoted anew, but for what cannot stand in a request."""
    return URL(text, encoded=text.isascii() and text.isprintable() and " " not in text)


def _trusting(file: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(file)
    except OSError as error:  # ssl.SSLError is one
        reason = "holds no certificate" if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
        raise LocalError(f"{file} {reason}", hint="It is to hold certificates of authorities, in PEM.") from error
    return context


class _Request(aiohttp.ClientRequest):
    """A request that does not ask for a compressed answer."""

    DEFAULT_HEADERS = {aiohttp.hdrs.ACCEPT: "*/*"}  # noqa: RUF012 - the base class has it so

    def send(self, conn: Connection) -> Coroutine[Any, Any, aiohttp.ClientResponse]:
        """Send it, unless an answer that nobody asked for waits on the connection: aiohttp would take it as its own."""
        if conn.protocol is not None and conn.protocol.should_close:
            raise _BrokenError("the receiver had answered once more than it was asked")
        return super().send(conn)


class _BrokenError(aiohttp.ClientConnectionError):
    """The connection broke before the answer was there."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp would send a PUT again by itself when its connection breaks."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _BrokenError(f"the connection broke: {error}") from error


class _Loopback(AbstractResolver):
    """Resolves ``localhost`` without asking anybody, and nothing else."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The loopback addresses of that family."""
        if not is_loopback(host):
            raise OSError(f"{host} is not this machine")
        every = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=int(socket.AI_NUMERICHOST)
            )
            for kind, address in every
            if family in (kind, socket.AF_UNSPEC)
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    while len(read) < MAX_ANSWER:
        chunk = await response.content.read(MAX_ANSWER - len(read))
        if not chunk:
            break
        read += chunk
    else:
        response.close()
    return bytes(read)


def _text(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):  # the status that it holds is not one that was answered
        text = f"the answer is not HTTP: {' '.join(error.message.split())}"
    else:
        text = str(error) if isinstance(error, _BrokenError) else f"{type(error).__name__}: {error}".removesuffix(": ")
    return text.encode("utf-8", "replace").decode("utf-8")[:500]
