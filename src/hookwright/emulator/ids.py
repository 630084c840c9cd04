"""Ids like the platform's: 24 hexadecimal characters, growing (MongoDB's ObjectId, which its sample ids are)."""

from __future__ import annotations

import secrets
from collections.abc import Callable


class Ids:
    """Makes ids that never repeat and always grow: seconds, then something random per process, then a counter.

    Args:
        now: the clock, in seconds since the epoch.
        last: the greatest id already in use, or an empty string.
    """

    def __init__(self, now: Callable[[], float], last: str = "") -> None:
        self._now = now
        self._process = secrets.randbits(40) << 24
        self._last = int(last, 16) if last else 0

    def __call__(self) -> str:
        """A new id."""
        seconds = int(self._now()) & 0xFFFFFFFF
        self._last = max(self._last + 1, seconds << 64 | self._process)
        return f"{self._last:024x}"
