"""The HTTP client of the harness: one request is one request, sent as it is."""

from __future__ import annotations

import errno
import io
import os
import ssl
from collections.abc import Coroutine, Iterable
from typing import Any, Final

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

_BREAKS = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
_ONE_TRY = frozenset({"POST", "PATCH"})
_PLAIN_BYTES: Final = 1024 * 1024
_CUT = (errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED)


class BrokenOffError(Exception):
    """The connection ended before there was a whole answer; the message says how."""


class _Request(aiohttp.ClientRequest):
    """A request that takes no answer that nobody asked for as its own."""

    def send(self, conn: Connection) -> Coroutine[Any, Any, aiohttp.ClientResponse]:
        """Send it, unless such an answer waits on the connection: aiohttp would not even send all of the request."""
        if conn.protocol is not None and conn.protocol.should_close:
            raise BrokenOffError("the receiver had answered once more than it was asked")
        return super().send(conn)


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a PUT a second time of its own accord when the connection breaks.

    It does so on these two errors (RFC 9112 §9.3.1 allows it). Here every request on the wire counts.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except _BREAKS as error:
        raise BrokenOffError(_how_broken(error)) from error


def second_tries(method: str) -> tuple[aiohttp.ClientMiddlewareType, ...] | None:
    """The middlewares for a request of that method; None for those of the session, which allow no second try.

    Of POST and PATCH aiohttp makes none by itself, and a middleware takes a tenth of the time of a request.
    """
    return () if method in _ONE_TRY else None


def open_session(*, connections: int, timeout: float, user_agent: str | None = None) -> aiohttp.ClientSession:
    """A client session without proxies, cookies, decompression or second tries.

    Args:
        connections: how many connections there may be at once.
        timeout: seconds that a request may take in all.
        user_agent: for requests that say none themselves; None for none at all.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=1.0),
        timeout=aiohttp.ClientTimeout(total=timeout, ceil_threshold=60.0),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent} if user_agent else None,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", *(() if user_agent else ("User-Agent",))),
        request_class=_Request,
        auto_decompress=False,
        trust_env=False,
        middlewares=(_once,),
    )


def prepare(url: str, headers: Iterable[tuple[str, str]]) -> tuple[URL, CIMultiDict[str]]:
    """URL and headers as the session takes them: the URL as it is written, nothing in it quoted anew.

    A declared ``Authorization`` wins over user information in the URL: aiohttp would refuse the two together.
    """
    parsed = URL(url, encoded=url.isascii() and url.isprintable() and " " not in url)
    mapped = CIMultiDict(headers)
    if "Authorization" in mapped and parsed.user is not None:
        parsed = parsed.with_user(None)
    return parsed, mapped


def payload(body: bytes) -> bytes | io.BytesIO:
    """A body as the session takes it: a large one piece by piece, as aiohttp warns of what it has to write in one."""
    return body if len(body) <= _PLAIN_BYTES else io.BytesIO(body)


async def read_answer(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body of an answer, up to ``limit`` bytes; more of it is not waited for."""
    if response.content.at_eof():
        return b""
    pieces = bytearray()
    async for piece in response.content.iter_any():
        pieces += piece
        if len(pieces) >= limit:
            response.close()
            break
    return bytes(pieces[:limit])


FAILURES = (aiohttp.ClientError, BrokenOffError, TimeoutError, OSError)
"""What a request can fail with."""


def explain(error: Exception, timeout: float) -> str:
    """Why a request failed, in words that hold neither URL nor host: these may be secrets."""
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(error, BrokenOffError):
        return str(error)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host name has no address"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "") or "not trusted"
        return f"the certificate was refused: {reason}"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "no TLS connection could be made"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _system_reason(error.os_error) or "no connection could be made"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer broke off"
    if isinstance(error, _BREAKS):
        return _how_broken(error)
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    if isinstance(error, aiohttp.InvalidURL):
        return "the URL cannot be used"
    return _system_reason(error) if isinstance(error, OSError) else f"the request failed ({type(error).__name__})"


def _system_reason(error: OSError) -> str:
    if error.errno is None:
        # Several addresses were tried; asyncio keeps only the text, which names them.
        return "connection refused" if f"[Errno {errno.ECONNREFUSED}]" in str(error) else ""
    return os.strerror(error.errno).lower()


def _how_broken(error: aiohttp.ClientError) -> str:
    if isinstance(error, OSError) and error.errno in _CUT:
        return "the connection was reset"
    return "the connection was closed without an answer"
