"""What a receiver answers: a script of answers per attempt, and what an attempt of a delivery is."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_REMEMBERED: Final = 10_000


class Cut(StrEnum):
    """Ways to end a connection without an answer."""

    RESET = "reset"
    """TCP RST: the sender sees a reset connection."""
    DROP = "drop"
    """TCP FIN: the sender sees the end of the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        status: HTTP status.
        delay: seconds between the complete request and the answer.
        cut: how the connection ends instead of an answer, or None.
        headers: headers of the answer.
        body: body of the answer.
    """

    status: int = 200
    delay: float = 0.0
    cut: Cut | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def fault(self) -> bool:
        """Whether it is one that a sender must not take for success."""
        return self.cut is not None or self.status != 200


@dataclass(frozen=True, slots=True)
class Script:
    """The answers to the attempts of every delivery.

    Attributes:
        first: to the first attempts, in order.
        then: to all after them.
    """

    first: tuple[Answer, ...] = ()
    then: Answer = Answer()

    def answer(self, attempt: int) -> Answer:
        """The answer to an attempt, counted from 1."""
        return self.first[attempt - 1] if attempt <= len(self.first) else self.then


def fault_script(*, fail: int = 0, status: int = 200, delay: float = 0.0, cut: Cut | None = None) -> Script:
    """The script of a few simple wishes.

    Args:
        fail: how many first attempts of each delivery fail: with 500, or with ``cut`` where that is given.
        status: the answer to all others.
        delay: seconds before every answer.
        cut: how connections end instead of an answer: all of them, or the first ``fail`` of each delivery.
    """
    failing = Answer(500, delay, cut)
    return Script((failing,) * fail, Answer(status, delay, None if fail else cut))


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What the attempts of one delivery have in common, and no other delivery has.

    Deliveries carry no id and no attempt number, so that one is known by method, path and body: a retry is the same
    bytes again.
    """
    return hashlib.sha256(f"{method} {path}\n".encode("utf-8", "surrogateescape") + body).digest()


class Attempts:
    """Counts the attempts of each delivery, told apart by :func:`fingerprint`. The last few thousand are remembered."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def count(self, method: str, path: str, body: bytes) -> int:
        """Count one more attempt of this delivery; gives its number, from 1."""
        digest = fingerprint(method, path, body)
        number = self._counts.pop(digest, 0) + 1
        self._counts[digest] = number
        if len(self._counts) > self._remembered:
            self._counts.popitem(last=False)
        return number
