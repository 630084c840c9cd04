"""The waits of a sender: do they grow, and by what rule?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

GROWTH: Final = 1.5
"""By what each wait is to be longer than the one before, at least."""
TOLERANCE: Final = 0.1
"""By what a measured growth may fall short, of 1: timers and networks are late."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """The exponential rule that fits waits best.

    Attributes:
        base: seconds of the first wait.
        factor: each wait is the one before times this.
        growths: the measured growth from each wait to the next.
    """

    base: float
    factor: float
    growths: tuple[float, ...]

    @property
    def grows(self) -> bool:
        """Whether every wait is enough longer than the one before."""
        return all(growth >= GROWTH * (1 - TOLERANCE) for growth in self.growths)


def fit(waits: Sequence[float]) -> Backoff:
    """Fit ``base · factor^n`` to the waits: least squares on their logarithms.

    Args:
        waits: seconds, at least two.
    """
    logs = [math.log(max(wait, 1e-6)) for wait in waits]
    middle, mean = (len(logs) - 1) / 2, sum(logs) / len(logs)
    slope = sum((place - middle) * (log - mean) for place, log in enumerate(logs)) / sum(
        (place - middle) ** 2 for place in range(len(logs))
    )
    growths = tuple(later / max(earlier, 1e-6) for earlier, later in pairwise(waits))
    return Backoff(math.exp(mean - slope * middle), math.exp(slope), growths)
