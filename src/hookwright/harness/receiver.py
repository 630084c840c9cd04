"""An HTTP server that takes deliveries: keeps their raw bytes, verifies them, and answers as a script says."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from aiohttp import web

from hookwright.errors import not_listening
from hookwright.harness.answers import Answer, Attempts, Cut, Script
from hookwright.harness.forward import Forwarder
from hookwright.model.delivery import Key, Received, Verdict
from hookwright.signing import SIGNATURE_HEADER, verify

MAX_BODY: Final = 32 * 1024 * 1024
"""Bytes of a body that are taken; more is answered with 413 and not recorded."""

MAX_HEADER: Final = 64 * 1024
"""Bytes of the request line and of each header: a template can put a whole payload into one."""

_QUIET: Final = 0.01
"""Seconds in which who has connected already is taken, before nobody is any more."""

Record = Callable[[Received], Awaitable[None]]


class Scripts(Protocol):
    """Chooses the script of answers for a delivery."""

    def script_for(self, method: str, path: str, body: bytes) -> Script:
        """The script for a delivery: its method, request target as sent, and body."""
        ...


# Errors of HTTP are the sender's; a receiver answers them (400, 413) and prints nothing.
_LOGGER: Final = logging.getLogger("hookwright.receiver")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False


class Receiver:
    """A receiver of deliveries, on any path and for any method.

    Args:
        record: awaited with each delivery before it is answered; must not raise.
        now: the clock (UTC).
        keys: keys to verify with.
        script: what to answer; every delivery that it gives no fault is forwarded where there is a ``forwarder``. A
            function gives the script for the path of a request (its target as sent, query included), ``Scripts`` for
            all that tells a delivery from others.
        forwarder: makes the same request elsewhere; what that answers is the answer here.
        max_body: bytes of a body that are taken.
    """

    def __init__(
        self,
        record: Record,
        now: Callable[[], datetime],
        *,
        keys: Sequence[Key] = (),
        script: Script | Callable[[str], Script] | Scripts | None = None,
        forwarder: Forwarder | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self._record = record
        self._now = now
        self._keys = tuple(keys)
        self._script = _chooser(script or Script())
        self._forwarder = forwarder
        self._max_body = max_body
        self._attempts = Attempts()
        self._number = 0
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; gives the base URL, without a slash at its end.

        Args:
            host: address or name to listen on.
            port: port; 0 for a free one.

        Raises:
            LocalError: the address cannot be listened on.
        """
        server = web.Server(
            self._handle,
            access_log=None,
            logger=_LOGGER,
            auto_decompress=False,
            lingering_time=1.0,
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=512).start()
        except (OSError, UnicodeError, OverflowError) as error:
            await runner.cleanup()
            raise not_listening(host, port, error) from error
        self._runner = runner
        bound = runner.addresses[0]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        return f"http://{shown}:{bound[1]}"

    async def close(self) -> None:
        """Stop listening; answers that are still waited for are given up after half a second."""
        if self._runner:
            # A connection that is taken in the turn in which its server closes stays open (asyncio of Python 3.11).
            await asyncio.sleep(_QUIET)
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self._read(request)
        if body is None:
            return web.Response(status=413)
        received_at, begun = self._now(), time.perf_counter()
        self._number += 1
        number = self._number
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1").strip(" \t")) for name, value in request.raw_headers
        )
        path = request.raw_path.encode("utf-8", "surrogateescape").decode("latin-1")
        attempt = self._attempts.count(request.method, path, body)
        signature, key = check_signature(headers, body, self._keys)
        answer = self._script(request.method, path, body).answer(attempt)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        target = ""
        if self._forwarder and not answer.fault:
            target = self._forwarder.target.url
            answer = await self._forwarder.forward(request.method, path, headers, body)
        await self._record(
            Received(
                id=str(number),
                received_at=received_at,
                method=request.method,
                path=path,
                headers=headers,
                body=body,
                signature=signature,
                key=key,
                attempt=attempt,
                answered=None if answer.cut else answer.status,
                duration=time.perf_counter() - begun,
                target=target,
            )
        )
        return _respond(request, answer)

    async def _read(self, request: web.BaseRequest) -> bytes | None:
        """The whole body as it came (chunks joined, nothing decoded); None where it is too large."""
        if (request.content_length or 0) > self._max_body:
            return None
        body = bytearray()
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > self._max_body:
                return None
        return bytes(body)


def _chooser(script: Script | Callable[[str], Script] | Scripts) -> Callable[[str, str, bytes], Script]:
    """A function that gives the script for method, path and body of a delivery."""
    if isinstance(script, Script):
        return lambda _method, _path, _body: script
    if callable(script):
        return lambda _method, path, _body: script(path)
    return script.script_for


def check_signature(headers: Sequence[tuple[str, str]], body: bytes, keys: Sequence[Key]) -> tuple[Verdict, str]:
    """The verdict on the signature of a delivery, and the name of the key that verified it (or an empty string).

    Two signature headers are invalid, whatever they say: receivers would differ on which one counts.
    """
    given = [value for name, value in headers if name.lower() == SIGNATURE_HEADER]
    if not given:
        return Verdict.MISSING, ""
    for key in keys:
        if len(given) == 1 and verify(body, given[0], key.value):
            return Verdict.VALID, key.name
    return Verdict.INVALID, ""


def _respond(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if answer.cut and request.transport:
        if answer.cut is Cut.RESET:
            connection = request.transport.get_extra_info("socket")
            # Closing without lingering sends RST instead of FIN (SO_LINGER, socket(7)).
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    response = web.Response(status=answer.status, body=answer.body)
    for name, value in answer.headers:
        response.headers.add(name, value)
    return response
