"""JSON texts as they come from outside: strict, and bounded in every way that could make a later step fail."""

from __future__ import annotations

import json
import math
import re
from typing import Final, NoReturn

from hookwright.model.source import Json

MAX_DEPTH: Final = 64
"""Deepest nesting accepted: far beyond any payload, far below what makes Python's encoder give up."""

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def parse(text: str | bytes) -> Json:
    """Parse a JSON text (RFC 8259).

    Raises:
        ValueError: it is not JSON in UTF-8, is nested deeper than :data:`MAX_DEPTH`, or holds a number that is not
            finite or half of a surrogate pair (which neither UTF-8 nor SQLite can hold).
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _deeper(value, MAX_DEPTH):
        raise ValueError("nested too deeply")
    if _SURROGATE.search(text):
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # raises UnicodeEncodeError, a ValueError
    return value


def encode(value: Json) -> bytes:
    """A value as compact JSON in UTF-8; half surrogate pairs (bytes of a receiver's header, say) become ``?``."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _deeper(value: Json, limit: int) -> bool:
    level: list[Json] = [value]
    for _ in range(limit):
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
