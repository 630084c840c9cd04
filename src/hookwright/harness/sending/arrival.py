"""One request as it came over the wire, to the byte, and what was done with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from hookwright.model.conformance import KEPT, Exchange
from hookwright.model.source import Json
from hookwright.signing import SIGNATURE_HEADER, verify

HEAD_END: Final = b"\r\n\r\n"


@dataclass(slots=True)
class Arrival:
    """A request, or a connection that ended before there was one.

    Attributes:
        connection: which connection of its scene it came over, from 1.
        started: when its first byte came, seconds on the scene's clock; when the connection came where none did.
        secure: whether it came over TLS.
        raw: all bytes of the request.
        whole: when the request was complete; None where it never was.
        ended: when its answer was complete, or the connection over; None while it is under way.
        given_up: when the sender ended the connection before the answer was complete; None where it did not.
        sent: the first bytes of the answer.
        sent_size: how many bytes of an answer were sent.
        status: status of the answer; None where no status line was sent.
        error: why there was no whole answer; an empty string where there was one.
    """

    connection: int
    started: float
    secure: bool = False
    raw: bytearray = field(default_factory=bytearray, repr=False)
    whole: float | None = None
    ended: float | None = None
    given_up: float | None = None
    sent: bytearray = field(default_factory=bytearray, repr=False)
    sent_size: int = 0
    status: int | None = None
    error: str = ""

    @property
    def method(self) -> str:
        """The method; an empty string where no request came."""
        return self._line(0)

    @property
    def target(self) -> str:
        """The target of the request, path and query."""
        return self._line(1)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the headers in their order; every byte is one character (Latin-1)."""
        lines = bytes(self.raw).partition(HEAD_END)[0].split(b"\r\n")[1:]
        pairs = (line.decode("latin-1").partition(":") for line in lines)
        return tuple((name, value.strip(" \t")) for name, _, value in pairs)

    @property
    def body(self) -> bytes:
        """The body, chunks joined."""
        rest = bytes(self.raw).partition(HEAD_END)[2]
        return _joined(rest) if self.chunked else rest

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks (RFC 9112 §7.1)."""
        return any("chunked" in value.lower() for value in self.values("transfer-encoding"))

    def values(self, name: str) -> list[str]:
        """The values of all headers of a name, in any case."""
        return [value for header, value in self.headers if header.lower() == name.lower()]

    def occurrence(self) -> tuple[Json, ...]:
        """What tells the event from others, as far as the body says it: its run, or its connection and time."""
        try:
            payload = json.loads(self.body)
        except (ValueError, RecursionError):
            return ()
        if not isinstance(payload, dict):
            return ()
        return tuple(payload.get(name) for name in ("event", "instance_id", "linked_account_id", "slug", "createdAt"))

    def signed_with(self, key: str) -> bool:
        """Whether it carries one signature, and that is one of its own bytes."""
        given = self.values(SIGNATURE_HEADER)
        return len(given) == 1 and verify(self.body, given[0], key)

    def exchange(self, label: str, origin: float, now: float) -> Exchange:
        """It as evidence; ``origin`` is when its check began, ``now`` the present."""
        return Exchange(
            label=label,
            started=self.started - origin,
            duration=(now if self.ended is None else self.ended) - self.started,
            request=bytes(self.raw[:KEPT]),
            request_size=len(self.raw),
            response=bytes(self.sent),
            response_size=self.sent_size,
            status=self.status,
            error=self.error or ("" if self.ended is not None else "still under way when the check ended"),
            connection=self.connection,
        )

    def _line(self, place: int) -> str:
        words = bytes(self.raw).partition(b"\r\n")[0].decode("latin-1").split(" ")
        return words[place] if len(words) > place else ""


def body_is_whole(arrival: Arrival, head: int) -> bool:
    """Whether the body is complete.

    Args:
        arrival: the request, its head complete.
        head: length of the head with its empty line.
    """
    if arrival.chunked:
        return bytes(arrival.raw[head:]).endswith(b"0\r\n\r\n")
    lengths = arrival.values("content-length")
    length = int(lengths[0]) if lengths and lengths[0].isdecimal() else 0
    return len(arrival.raw) - head >= length


def _joined(chunks: bytes) -> bytes:
    body = bytearray()
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            break
        if not length:
            break
        body += chunks[:length]
        chunks = chunks[length + 2 :]
    return bytes(body)
