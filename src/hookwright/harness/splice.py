"""Values of a JSON text replaced at their places, every other byte left as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Final

from hookwright.model.source import escape

_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def splice(body: bytes, pointers: Collection[str], replacement: str) -> bytes:
    """A JSON text with some of its values replaced.

    Args:
        body: a JSON text in UTF-8.
        pointers: JSON pointers of the values; of a key that stands there twice, both are replaced.
        replacement: the JSON text that takes their place.
    """
    text = body.decode("utf-8")
    pieces: list[str] = []
    done = 0
    for start, end in _found(text, _skip(text, 0), "", frozenset(pointers)):
        pieces += [text[done:start], replacement]
        done = end
    return "".join([*pieces, text[done:]]).encode("utf-8")


def _found(text: str, start: int, pointer: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the wanted values at and below a place begin and end, in order."""
    if pointer in wanted:
        yield start, _end(text, start)
    elif any(one.startswith(f"{pointer}/") for one in wanted):
        for token, at in _members(text, start):
            yield from _found(text, at, f"{pointer}/{escape(token)}", wanted)


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The keys, or indices, of what begins at a place, and where their values begin."""
    if text[start] not in "{[":
        return
    at = _skip(text, start + 1)
    index = 0
    while text[at] not in "}]":
        token = str(index)
        if text[start] == "{":
            token, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        yield token, at
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
