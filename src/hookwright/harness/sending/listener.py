"""The receiver's end of the wire: bare sockets that keep every byte with the time at which it came."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookwright.errors import not_listening
from hookwright.harness.sending.acts import OK, Act
from hookwright.harness.sending.arrival import HEAD_END, Arrival, body_is_whole
from hookwright.harness.sending.clock import WireClock
from hookwright.model.conformance import KEPT

_LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a request that are taken."""
_PIECE: Final = 65536
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_HANDSHAKE: Final = 0x16
"""The first byte of a TLS connection (RFC 8446 §5.1)."""
_PATIENCE: Final = 5.0
"""Seconds for a TLS handshake."""


@dataclass(slots=True)
class Endpoint:
    """Where one webhook's deliveries arrive.

    Attributes:
        name: its name in its scene.
        acts: what is done with the attempts, in order; the last one with all that follow.
        key: what its deliveries are to be signed with.
        url: its URL as the sender sees it.
        single: whether only the first event that arrives counts: others may happen where events cannot be fired.
        arrivals: what arrived, in order.
    """

    name: str
    acts: Sequence[Act] = (OK,)
    key: str = field(default="", repr=False)
    url: str = ""
    single: bool = False
    arrivals: list[Arrival] = field(default_factory=list)

    def counts(self, arrival: Arrival) -> bool:
        """Whether a request is about an event that counts here."""
        return not (self.single and self.arrivals) or arrival.occurrence() == self.arrivals[0].occurrence()

    def upcoming(self) -> Act:
        """What is to be done with the next attempt."""
        return self.acts[min(len(self.arrivals), len(self.acts) - 1)]


Route = Callable[[str], Endpoint | None]
"""The endpoint of a request's target; None where there is none."""


class Listener:
    """Takes connections on one port.

    Args:
        route: which endpoint a request is for.
        clock: the time on the wire.
        number: gives every connection its number.
        only: the endpoint where there is just one: it can act before a request is read.
        tls: makes connections secure. One that does not begin with a handshake is taken as it is, and seen for that.
    """

    def __init__(
        self,
        route: Route,
        clock: WireClock,
        number: Callable[[], int],
        *,
        only: Endpoint | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.port = 0
        self._route = route
        self._clock = clock
        self._number = number
        self._only = only
        self._tls = tls
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def bind(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Take a port, without listening: connections are refused.

        Raises:
            LocalError: the address cannot be had.
        """
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            self._socket = bound = socket.socket(family, socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.settimeout(0)
            bound.bind((host, port))
        except (OSError, UnicodeError, OverflowError) as error:
            if self._socket is not None:
                self._socket.close()
            raise not_listening(host, port, error) from error
        self.port = bound.getsockname()[1]

    def listen(self) -> None:
        """Take connections from now on.

        Raises:
            LocalError: the port cannot be listened on.
        """
        if self._socket is None:
            self.bind()
        if self._socket is not None:
            try:
                self._socket.listen(512)
            except OSError as error:
                raise not_listening(self._socket.getsockname()[0], self.port, error) from error
            self._spawn(self._accept(self._socket))

    async def close(self) -> None:
        """Stop, and end all connections."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._socket is not None:
            self._socket.close()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                taken, _ = await loop.sock_accept(bound)
            except OSError:  # Too many open files, or a connection that is gone already.
                await asyncio.sleep(0.05)
                continue
            taken.settimeout(0)
            self._spawn(self._serve(taken))

    async def _serve(self, taken: socket.socket) -> None:
        number, begun = self._number(), self._clock.now()
        if self._only is not None and self._only.upcoming().unread:
            self._only.arrivals.append(Arrival(number, begun, ended=begun, error=self._only.upcoming().name))
            _reset(taken)
            return
        reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(reader)
        secure = False
        release = self._clock.hold()
        try:
            secure = self._tls is not None and await _first_byte(taken) == _HANDSHAKE
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol,
                taken,
                ssl=self._tls if secure else None,
                ssl_handshake_timeout=_PATIENCE if secure else None,
            )
        except OSError as error:
            taken.close()
            if self._only is not None and secure:
                why = f"no TLS connection: {_reason(error)}"
                self._only.arrivals.append(Arrival(number, begun, secure, ended=self._clock.now(), error=why))
            return
        finally:
            release()
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._talk(reader, writer, number, secure)
        finally:
            transport.abort()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int, secure: bool
    ) -> None:
        over = False
        while not over:
            try:
                first = await reader.read(_PIECE)
            except OSError:
                return
            if not first:
                return
            release = self._clock.hold()
            try:
                arrival = Arrival(number, self._clock.now(), secure, bytearray(first))
                over = await self._take(reader, writer, arrival)
            finally:
                release()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, arrival: Arrival) -> bool:
        """Read the rest of a request and do what is to be done with it; gives whether the connection is over."""
        with contextlib.suppress(OSError):
            await self._read(reader, writer, arrival)
        talk = _Talk(reader, writer, arrival, self._clock)
        endpoint = self._only or self._route(arrival.target)
        if endpoint is None:
            await talk.send(_NOT_FOUND, last=True)
            return False
        if not endpoint.counts(arrival):
            await OK.play(talk)
            return talk.over
        act = endpoint.upcoming()
        endpoint.arrivals.append(arrival)
        if arrival.whole is None:
            arrival.ended, arrival.error = self._clock.now(), "the request broke off"
            return True
        try:
            await act.play(talk)
        finally:
            if arrival.ended is None:
                arrival.ended = self._clock.now()
                gave_up = "; the sender gave up" if arrival.given_up is not None else ""
                arrival.error = f"the receiver {act.name}{gave_up}"
        return talk.over

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, arrival: Arrival) -> None:
        """Read until the request is complete, or the connection ends."""
        head = 0
        while len(arrival.raw) < _LARGEST:
            if not head and (end := arrival.raw.find(HEAD_END)) >= 0:
                head = end + len(HEAD_END)
                if arrival.values("expect"):
                    writer.write(_CONTINUE)
            if head and body_is_whole(arrival, head):
                arrival.whole = self._clock.now()
                return
            piece = await reader.read(_PIECE)
            if not piece:
                return
            arrival.raw += piece


class _Talk:
    """The receiver's side of one connection (:class:`hookwright.harness.sending.acts.Talk`)."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        arrival: Arrival,
        clock: WireClock,
    ) -> None:
        self.over = False
        self._reader = reader
        self._writer = writer
        self._arrival = arrival
        self._clock = clock

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Send bytes; with ``last`` the answer is complete."""
        arrival = self._arrival
        arrival.sent += data[: KEPT - len(arrival.sent)]
        arrival.sent_size += len(data)
        if (
            arrival.status is None
            and arrival.sent.startswith(b"HTTP/1.1 ")
            and len(arrival.sent) >= len("HTTP/1.1 200")
        ):
            arrival.status = int(arrival.sent[9:12])
        with contextlib.suppress(OSError):
            self._writer.write(data)
            await self._writer.drain()
        if last:
            arrival.ended = self._clock.now()

    def reset(self) -> None:
        """Break the connection off (RST)."""
        self.over = True
        _reset(self._writer.get_extra_info("socket"), close=False)
        self._writer.transport.abort()

    def close(self) -> None:
        """End the connection (FIN)."""
        self.over = True
        self._writer.close()

    async def leaves(self, within: float | None = None) -> bool:
        """Wait until the sender ends the connection; gives whether it did within some seconds."""
        end = asyncio.ensure_future(self._end())
        try:
            await self._clock.pause(within, end)
            if not end.done():
                return False
        finally:
            end.cancel()
            await asyncio.wait([end])
        self.over = True
        if self._arrival.ended is None:
            self._arrival.given_up = self._clock.now()
        return True

    async def _end(self) -> None:
        """Read until the sender ends the connection; a reset is an end too."""
        with contextlib.suppress(OSError):
            while await self._reader.read(_PIECE):
                pass


def _reset(connection: socket.socket, *, close: bool = True) -> None:
    """Let the closing of a connection send RST instead of FIN (SO_LINGER, socket(7))."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if close:
        connection.close()


async def _first_byte(taken: socket.socket) -> int | None:
    """The first byte that comes, left where it is; None where the connection ends without one."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def readable() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(taken, readable)
    try:
        await ready
        first = taken.recv(1, socket.MSG_PEEK)
    except OSError:
        return None
    finally:
        loop.remove_reader(taken)
    return first[0] if first else None


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    return str(error) or type(error).__name__
