"""Values on one line, as reports for people show them."""

from __future__ import annotations

import json
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
    if value.__class__ is str:
        if value == MASK:
            return MASK
        text = one_line(encode_basestring(value))
    else:
        text = one_line(_to_json(value))
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


@lru_cache(maxsize=4096)  # the webhooks of a plan have the same few paths
def show_path(pointer: str) -> str:
    """A JSON pointer as people write paths: ``/headers/X-Run`` is ``headers.X-Run``."""
    return one_line(".".join(unescape(token) for token in pointer.split("/")[1:]))
