"""Making text that others wrote fit to be shown: no secrets, no control characters, no endless length."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit

from hookwright.model.plan import MASK

MESSAGE_LENGTH: Final = 300
"""Characters shown of a message that the platform wrote."""

_SHORTEST_SECRET: Final = 4
"""Characters. Replacing shorter values would make text unreadable and give them away by their absence."""
_UNPRINTABLE: Final = r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"


class Scrubber:
    """Cleans foreign text of the secrets it was made with."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST_SECRET:
                forms |= {secret, _flat(secret), json.dumps(secret)[1:-1], quote(secret, safe="", errors="replace")}
        longest_first = sorted((form for form in forms if form), key=lambda form: (-len(form), form))
        self._secrets = "|".join(map(re.escape, longest_first))

    def __repr__(self) -> str:
        return "Scrubber(…)"

    def clean(self, text: str, limit: int = MESSAGE_LENGTH) -> str:
        """One line of at most ``limit`` characters with every secret, as it is or JSON- or URL-escaped, masked."""
        # Before the text is made one line and after it: a secret may hold a line break, or be broken by one.
        text = self._mask(_flat(self._mask(text)))
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def _mask(self, text: str) -> str:
        return re.sub(self._secrets, MASK, text) if self._secrets else text


def bare_url(url: str) -> str:
    """A URL without user name, password, query and fragment: what may be shown of it."""
    try:
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return "(not a URL)"


def host_url(url: str) -> str:
    """The scheme, host and port of a URL: what may be shown of it where its path may hold a secret."""
    parts = urlsplit(bare_url(url))
    return f"{parts.scheme}://{parts.netloc}"


def _flat(text: str) -> str:
    if text.isprintable() and "  " not in text:  # Most texts are one line already.
        return text.strip()
    return re.sub(_UNPRINTABLE, " ", text).strip()
