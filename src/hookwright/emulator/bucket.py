"""The rate limit: a token bucket per key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_KEYS: Final = 10_000
_ROUNDING: Final = 1e-4
"""Of a token. Seconds since the epoch are floats that end at a quarter of a microsecond: who waited just long enough is
not refused for that."""


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float


class Buckets:
    """Token buckets: each holds at most ``burst`` tokens and gains ``rate`` a second; a call takes one.

    Args:
        rate: calls per second; None for no limit.
        burst: calls at once after a pause.
    """

    def __init__(self, rate: float | None, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._levels: dict[str, _Level] = {}

    def take(self, key: str, now: float) -> float:
        """Take a token.

        Args:
            key: whose bucket.
            now: seconds, on any clock that does not go backwards.

        Returns:
            0 if there was one; otherwise the seconds until there will be one, and nothing is taken.
        """
        if self._rate is None:
            return 0.0
        level = self._levels.get(key)
        if level is None:
            self._forget_full(now)
            level = self._levels[key] = _Level(self._burst, now)
        level.tokens = min(self._burst, level.tokens + max(0.0, now - level.at) * self._rate)
        level.at = now
        if level.tokens >= 1 - _ROUNDING:
            level.tokens -= 1
            return 0.0
        return (1 - level.tokens) / self._rate

    def clear(self) -> None:
        """Fill all buckets."""
        self._levels.clear()

    def _forget_full(self, now: float) -> None:
        """Keep memory bounded whatever number of keys is tried: a full bucket need not be remembered."""
        if self._rate is None or len(self._levels) < MAX_KEYS:
            return
        full = self._burst / self._rate
        self._levels = {key: level for key, level in self._levels.items() if now - level.at < full}
