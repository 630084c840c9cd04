"""What a scripted receiver does with one attempt, on the bare socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Protocol

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_PIECE: Final = b"." * 1024
_PACE: Final = 0.25
"""Seconds between two pieces of an answer that never ends."""


class Talk(Protocol):
    """The receiver's side of a connection, while a request is answered."""

    async def send(self, data: bytes, *, last: bool = False) -> None:
        """Send bytes; with ``last`` the answer is complete."""
        ...

    def reset(self) -> None:
        """Break the connection off (RST)."""
        ...

    def close(self) -> None:
        """End the connection (FIN)."""
        ...

    async def leaves(self, within: float | None = None) -> bool:
        """Wait until the sender ends the connection; gives whether it did within some seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do.

    Attributes:
        name: what it is, in a few words.
        play: does it.
        unread: whether the request is not even read.
    """

    name: str
    play: Callable[[Talk], Awaitable[None]]
    unread: bool = False


def answer(
    status: int = 200,
    *,
    headers: Mapping[str, str] = NO_HEADERS,
    body: bytes = b"",
    delay: float = 0.0,
    close: float | None = None,
) -> Act:
    """A whole answer.

    Args:
        status: its status.
        headers: more headers.
        body: its body.
        delay: seconds before it.
        close: seconds after which the idle connection is closed without a word; None to keep it.
    """
    lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in headers.items())]
    if status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    async def play(talk: Talk) -> None:
        if delay and await talk.leaves(delay):
            return
        await talk.send(data, last=True)
        if close is not None:
            await asyncio.sleep(close)
            talk.close()

    return Act(f"answers {status}" + (f" after {delay:g} s" if delay else ""), play)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


async def _hang(talk: Talk) -> None:
    await talk.leaves()


async def _stall(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    await talk.leaves()


async def _drip(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    await _while_there(talk, b".", 1.0)


async def _endless(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    await _while_there(talk, _PIECE, _PACE)


async def _while_there(talk: Talk, piece: bytes, pace: float) -> None:
    while not await talk.leaves(pace):
        await talk.send(piece)


async def _reset(talk: Talk) -> None:
    talk.reset()


async def _close_in_head(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-")
    talk.close()


async def _garbage(talk: Talk) -> None:
    await talk.send(b"\x16\x03 this is no HTTP \xff\xfe\r\n\r\n")
    talk.close()


async def _empty(talk: Talk) -> None:
    talk.close()


HANG: Final = Act("hangs", _hang)
STALL: Final = Act("stalls in the header", _stall)
DRIP: Final = Act("drips the body", _drip)
ENDLESS: Final = Act("never ends a 200", _endless)
RESET_UNREAD: Final = Act("resets before reading", _reset, unread=True)
RESET: Final = Act("resets after reading", _reset)
CLOSE_IN_HEAD: Final = Act("closes in the header", _close_in_head)
GARBAGE: Final = Act("answers garbage", _garbage)
EMPTY: Final = Act("closes without an answer", _empty)
OK: Final = answer(200)
ERROR: Final = answer(500)
