"""Values on one line, as reports for people show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Final

from hookwright.model.plan import MASK
from hookwright.model.source import Json, unescape
from hookwright.report.style import one_line

WIDEST = 100
"""Characters of a value that are shown; plans in JSON have all of it."""


# ``json.dumps`` would make an encoder for every value.
_to_json: Final = json.JSONEncoder(ensure_ascii=False).encode


def show(value: Json) -> str:
    """A value on one line: text in quotes, the mask as it is, everything else as JSON; clipped, safe to print."""
    text = _whole(value)
    return text if len(text) <= WIDEST else clipped(text, WIDEST)


def show_both(old: Json, new: Json) -> tuple[str | None, ...]:
    """Two values, as :func:`show` shows one, so that they are told apart; None for None."""
    return told_apart([None if one is None else _whole(one) for one in (old, new)], WIDEST)


def _whole(value: Json) -> str:
    if value.__class__ is str:
        return MASK if value == MASK else one_line(encode_basestring(value))
    return one_line(_to_json(value))


def clipped(text: str, limit: int) -> str:
    """At most so many characters of a text."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def told_apart(texts: Sequence[str | None], limit: int) -> tuple[str | None, ...]:
    """At most so many characters of each text; where two begin to differ behind these, those around that place."""
    both = [text for text in texts if text is not None]
    same = 0
    if len(both) == 2 and both[0] != both[1] and max(map(len, both)) > limit:
        pairs = enumerate(zip(*both, strict=False))
        same = next((place for place, (one, other) in pairs if one != other), min(map(len, both)))
    begin = same - limit // 4 if same > limit * 3 // 4 else 0
    return tuple(None if text is None else clipped(f"…{text[begin:]}" if begin else text, limit) for text in texts)


@lru_cache(maxsize=4096)  # the webhooks of a plan have the same few paths
def show_path(pointer: str) -> str:
    """A JSON pointer as people write paths: ``/headers/X-Run`` is ``headers.X-Run``."""
    return one_line(".".join(unescape(token) for token in pointer.split("/")[1:]))
