"""Where the parts of a JSON text stand."""

from __future__ import annotations

import json
import re
from typing import Final

from hookwright.model.source import Position, unescape

_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def place_of(text: str, pointer: str) -> tuple[Position, Position]:
    """Where a value begins and ends.

    Args:
        text: a JSON text that holds the value; one that is no JSON is not expected here.
        pointer: JSON pointer to it. Where it leads nowhere, the nearest value around it is meant.
    """
    start = _skip(text, 0)
    for token in pointer.split("/")[1:]:
        inside = _member(text, start, unescape(token)) if text[start] == "{" else _element(text, start, token)
        if inside is None:
            break
        start = inside
    return position(text, start), position(text, _end(text, start))


def position(text: str, offset: int) -> Position:
    """The line and column of a character, both from 1."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _member(text: str, start: int, name: str) -> int | None:
    """Where the value of a key begins; of a key that stands there twice, the last, as JSON readers take it."""
    found = None
    at = _skip(text, start + 1)
    while text[at] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        found = at if key == name else found
        at = _next(text, at)
    return found


def _element(text: str, start: int, token: str) -> int | None:
    if text[start] != "[" or not token.isdecimal():
        return None
    at = _skip(text, start + 1)
    for _ in range(int(token)):
        if text[at] == "]":
            return None
        at = _next(text, at)
    return None if text[at] == "]" else at


def _next(text: str, at: int) -> int:
    """Where what follows a value begins: the next key or element, or the bracket that closes."""
    behind = _skip(text, _end(text, at))
    return _skip(text, behind + 1) if text[behind] == "," else behind


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
