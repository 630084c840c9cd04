"""The bytes of an exchange, readable: text as it is, every byte that does not show spelt out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from hookwright.model.conformance import CheckResult, Exchange, Verdict
from hookwright.report.http import duration, size

_END_OF_HEAD: Final = b"\r\n\r\n"
_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Piece:
    r"""A run of characters of one line.

    Attributes:
        text: what to show.
        escaped: whether it stands for bytes that do not show: ``\n``, ``\xff``, ``\u2028``.
    """

    text: str
    escaped: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP message as shown.

    Attributes:
        head: lines of the start line and the headers.
        body: lines of the body, as on the wire (chunks with their sizes).
        left_out: what is not shown, in words, or an empty string.
    """

    head: tuple[Line, ...]
    body: tuple[Line, ...]
    left_out: str = ""


def message(raw: bytes, whole: int, *, most: int) -> Message:
    """The bytes of a request or an answer.

    The CR LF that ends each line of a head is not shown; every other end of a line is.

    Args:
        raw: the bytes that were kept.
        whole: how many there were.
        most: how many bytes are shown at most.
    """
    shown = raw[:most]
    head, end, body = shown.partition(_END_OF_HEAD)
    if not end:
        head, body = (shown, b"") if b"\r\n" in shown else (b"", shown)
    lines = head.split(b"\r\n") if head else []
    left_out = f"{size(len(shown))} of {size(whole)} are shown" if whole > len(shown) else ""
    return Message(
        tuple(line for part in lines for line in _lines(part)), tuple(_lines(body)) if body else (), left_out
    )


def pieces(raw: bytes) -> Line:
    """Bytes as one line, whatever is in them: also its line breaks are spelt out."""
    text = raw.decode("utf-8", "surrogateescape")
    return tuple(
        Piece("".join(run) if shows else "".join(map(_spelt, run)), escaped=not shows)
        for shows, run in groupby(text, str.isprintable)
    )


def plain(line: Line) -> str:
    """The line without the difference between text and escapes."""
    return "".join(piece.text for piece in line)


def outcome(exchange: Exchange) -> str:
    """How an exchange ended, in a few words: ``200 in 3.1 ms``, ``no answer after 2 s: connection reset``."""
    took = duration(exchange.duration)
    if exchange.status is None:
        return f"no answer after {took}" + (f": {exchange.error}" if exchange.error else "")
    return f"{exchange.status} in {took}" + (f", then {exchange.error}" if exchange.error else "")


def telling(check: CheckResult) -> tuple[Exchange, ...]:
    """The exchanges of a check that its verdict most likely rests on, in order.

    Those whose label the verdict names, or what stands behind its last comma (``hangs, request 2``); where it names
    none, those without an answer or with one of 5xx; where there is none of these either, the last one. A label that is
    part of another named one does not count for itself.
    """
    named = [each for each in check.exchanges if _named(each.label, check.observed)]
    longest = [
        each for each in named if not any(each.label != other.label and each.label in other.label for other in named)
    ]
    if longest:
        return tuple(longest)
    broken = tuple(each for each in check.exchanges if each.status is None or each.status >= 500)
    return broken if broken and check.verdict is Verdict.FAILED else check.exchanges[-1:]


def _named(label: str, text: str) -> bool:
    if label and label in text:
        return True
    last = label.rpartition(", ")[2]
    # A bare number says something else as often as not: "10 effects".
    return any(map(str.isalpha, last)) and re.search(rf"\b{re.escape(last)}\b", text) is not None


def _lines(raw: bytes) -> Iterator[Line]:
    for part in _LINE.findall(raw) or [b""]:
        yield pieces(part)


def _spelt(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
