"""One request on the wire and its answer: every check goes through here, and so has time-outs and evidence.

A connection carries one request. What is sent is sent as it is, at the pace that the check asks for, while the answer
is read: a receiver may refuse a large body before it has all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from hookwright.harness.checks.admission import Endpoint
from hookwright.harness.checks.answer import Answer
from hookwright.harness.checks.delivery import Delivery, Header
from hookwright.harness.http import explain
from hookwright.model.conformance import KEPT, Exchange

CUT: Final = "cut by the check before the answer"
"""The ``error`` of an exchange that the check itself broke off."""

_CONNECT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How the bytes of a request are spread over time.

    Attributes:
        first: bytes that go at once; None for all of them.
        pause: seconds to wait after these, unless the answer comes before.
        step: bytes of each further piece.
        gap: seconds to wait after each of them, likewise.
    """

    first: int | None = None
    pause: float = 0.0
    step: int = 1
    gap: float = 0.0

    def pieces(self, size: int) -> Iterator[tuple[int, int, float]]:
        """Start, end and the pause behind it, of each piece of a request of that size."""
        start = size if self.first is None else min(self.first, size)
        yield 0, start, self.pause
        while start < size:
            yield start, min(start + self.step, size), self.gap
            start += self.step


AT_ONCE: Final = Pace()


class Wire:
    """Makes exchanges with one receiver.

    Args:
        endpoint: where it is.
        timeout: seconds that an exchange may take in all.
        user_agent: the value of ``User-Agent``.
        trust: whether a certificate that does not hold is taken: one check says so, and the others can go on.
        shown_target: path and query as they may be shown.
        scrub: takes secrets out of what the receiver answered.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float,
        user_agent: str,
        trust: bool = False,
        shown_target: bytes | None = None,
        scrub: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._trust = trust
        self._user_agent = user_agent.encode("ascii")
        self._shown_target = endpoint.target if shown_target is None else shown_target
        self._scrub = scrub
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def request(self, delivery: Delivery, *, close: bool = True) -> bytes:
        """The bytes of a delivery as this wire sends them; ``close`` asks for the end of the connection after it."""
        return delivery.head(self.endpoint.target, self._first(delivery), close=close) + delivery.framed()

    def _tls(self, *, trust: bool) -> ssl.SSLContext:
        """Made once: to load the authorities of a machine takes longer than a request."""
        if trust not in self._contexts:
            self._contexts[trust] = tls_context(trust=trust)
        return self._contexts[trust]

    def head_size(self, delivery: Delivery) -> int:
        """How many bytes stand before its body."""
        return len(delivery.head(self.endpoint.target, self._first(delivery)))

    def _first(self, delivery: Delivery) -> tuple[Header, ...]:
        endpoint = self.endpoint
        first = [
            Header(b"Host", endpoint.authority, endpoint.authority),
            Header(b"User-Agent", self._user_agent, self._user_agent),
        ]
        if endpoint.authorization:
            first.append(Header(b"Authorization", endpoint.authorization.encode("ascii"), b"(secret)"))
        named = {header.name.lower() for header in delivery.headers}
        return tuple(header for header in first if header.name.lower() not in named)

    async def connect(self, protocol: asyncio.Protocol, *, verify: bool = False) -> asyncio.Transport:
        """A connection to the first of the addresses that takes one.

        Args:
            protocol: told what comes.
            verify: whether the certificate must hold even where this wire trusts every one.

        Raises:
            OSError: none does, or TLS cannot be agreed on.
        """
        endpoint = self.endpoint
        failure: OSError | None = None
        for address in endpoint.addresses:
            try:
                async with asyncio.timeout(min(_CONNECT, self.timeout)):
                    transport, _ = await asyncio.get_running_loop().create_connection(
                        lambda: protocol,
                        address,
                        endpoint.port,
                        ssl=self._tls(trust=self._trust and not verify) if endpoint.tls else None,
                        server_hostname=endpoint.host if endpoint.tls else None,
                    )
            except OSError as error:
                failure = error
                continue
            return transport
        raise failure or OSError("no address")

    async def exchange(
        self,
        delivery: Delivery,
        *,
        since: float,
        connection: int = 1,
        pace: Pace = AT_ONCE,
        cut_after: float | None = None,
        only: int | None = None,
        patience: float | None = None,
    ) -> tuple[Exchange, Answer]:
        """Send a delivery over a connection of its own and read the answer. Never raises for what the receiver does.

        Args:
            delivery: what to send.
            since: start of the check, by :func:`time.perf_counter`.
            connection: number of the connection in its check.
            pace: how fast.
            cut_after: seconds after which the connection is reset, whatever has come; None to wait for the answer.
            only: how many bytes of the request are sent; None for all.
            patience: seconds that it may take in all, where these are not the wire's.
        """
        raw = self.request(delivery)[:only]
        talk = _Talk(delivery.method)
        error = await self._hold(talk, raw, pace, cut_after, patience or self.timeout)
        made = self.evidence(
            delivery,
            talk.answer,
            started=talk.begun - since,
            duration=time.perf_counter() - talk.begun,
            sent=talk.sent,
            whole=talk.sent == len(raw) and only is None,
            error=error,
            connection=connection,
        )
        return made, talk.answer

    async def _hold(self, talk: _Talk, raw: bytes, pace: Pace, cut_after: float | None, patience: float) -> str:
        """Connect, send and wait for the answer; gives why there is no whole one, or an empty string."""
        try:
            async with asyncio.timeout(patience):
                talk.transport = await self.connect(talk)
                talk.begun = time.perf_counter()
                await talk.send(raw, pace)
                return await talk.answered(cut_after)
        except (OSError, TimeoutError) as failure:
            return reason(failure, patience)
        finally:
            talk.leave()
            await asyncio.sleep(0)

    def evidence(
        self,
        delivery: Delivery,
        answer: Answer,
        *,
        started: float,
        duration: float,
        sent: int,
        whole: bool = True,
        error: str = "",
        connection: int = 1,
        close: bool = True,
    ) -> Exchange:
        """What is kept of an exchange, without secrets.

        Args:
            delivery: what was sent.
            answer: what came back.
            started: seconds from the start of the check.
            duration: seconds that it took.
            sent: how many bytes of the request were sent.
            whole: whether these are all.
            error: why there was no whole answer, or an empty string.
            connection: number of the connection in its check.
            close: whether the request asked for the connection to be closed.
        """
        shown = delivery.head(self._shown_target, self._first(delivery), shown=True, close=close)
        shown += delivery.framed(shown=True, most=KEPT)
        return Exchange(
            label=delivery.label,
            started=started,
            duration=duration,
            request=shown[: KEPT if whole else min(KEPT, sent)],
            request_size=sent,
            response=self._scrub(bytes(answer.kept)),
            response_size=answer.size,
            status=answer.status,
            error=error,
            connection=connection,
        )


def tls_context(*, trust: bool) -> ssl.SSLContext:
    """TLS 1.2 or later; the chain and the host are checked, unless every certificate is to be trusted."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if trust:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def reason(error: Exception, patience: float) -> str:
    """Why there is no answer, in words without URL or host."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate was refused: {error.verify_message or 'not trusted'}"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "the connection was reset"
    return explain(error, patience) or "no connection could be made"


def broken(answer: Answer, error: Exception | None) -> str:
    """How a connection ended before there was a whole answer."""
    if error is not None:
        return reason(error, 0.0)
    return "the answer broke off" if answer.size else "the connection was closed without an answer"


async def closed(transport: asyncio.Transport) -> None:
    """Break a connection off and let the event loop see to it."""
    transport.abort()
    await asyncio.sleep(0)


class _Talk(asyncio.Protocol):
    """One request and one answer over a connection."""

    def __init__(self, method: str) -> None:
        self.answer = Answer(method)
        self.transport: asyncio.Transport | None = None
        self.begun = time.perf_counter()
        self.sent = 0
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._writable = asyncio.Event()
        self._writable.set()

    async def send(self, raw: bytes, pace: Pace) -> None:
        """Write the request; stop where the answer or the end of the connection comes first."""
        transport = self.transport
        if transport is None:
            return
        view = memoryview(raw)
        for start, end, pause in pace.pieces(len(raw)):
            if self.ended.done():
                return
            transport.write(view[start:end])
            self.sent = end
            await self._drain()
            if pause:
                await asyncio.wait({self.ended}, timeout=pause)

    async def answered(self, cut_after: float | None) -> str:
        """Wait for the answer, so many seconds at the most; gives why there is no whole one, or an empty string."""
        if cut_after is None:
            return await self.ended
        await asyncio.wait({self.ended}, timeout=cut_after)
        return "" if self.answer.complete else CUT

    async def _drain(self) -> None:
        if self._writable.is_set():
            return
        writable = asyncio.create_task(self._writable.wait())
        self.ended.add_done_callback(lambda _: self._writable.set())
        await writable

    def leave(self) -> None:
        """Break the connection off; nothing of it stays."""
        if self.transport is not None:
            self.transport.abort()
        if self.ended.done():
            with contextlib.suppress(asyncio.CancelledError):
                self.ended.exception()
        else:
            self.ended.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self.answer.feed(data)
        if self.answer.complete:
            self._end(self.answer.problem)

    def connection_lost(self, exc: Exception | None) -> None:
        whole = self.answer.close()
        if whole:
            self._end("")
        else:
            self._end(broken(self.answer, exc))

    def _end(self, error: str) -> None:
        if not self.ended.done():
            self.ended.set_result(error)
