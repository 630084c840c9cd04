"""Whether and when a failed call is tried again."""

from __future__ import annotations

import random
from dataclasses import field

from hookwright.api.call import Again, Call, Failure
from hookwright.model.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff with jitter.

    Attributes:
        attempts: most attempts of one call, the first included; a call that is refused for the rate limit may have
            more, as long as ``total`` lasts.
        garbled_reads: most attempts of a read whose answers make no sense.
        base: seconds before the second attempt, at most.
        factor: by what each next wait is longer.
        longest: seconds of the longest wait that is not asked for by the platform.
        total: seconds that one call may take, waits and answers included.
        random: where the jitter comes from.
    """

    attempts: int = 4
    garbled_reads: int = 3
    base: float = 0.25
    factor: float = 2.0
    longest: float = 8.0
    total: float = 120.0
    random: random.Random = field(default_factory=random.Random, repr=False)

    def again(self, call: Call, failure: Failure, attempt: int) -> bool:
        """Whether another attempt may follow the failure of the ``attempt``-th (counted from 1)."""
        match failure.again:
            case Again.ALWAYS:
                return attempt < self.attempts
            case Again.REPEATABLE:
                return call.repeatable and attempt < self.attempts
            case Again.READS:
                return call.reads and attempt < self.garbled_reads
            case Again.LIMITED:
                return True
            case Again.NEVER:
                return False

    def wait(self, failure: Failure, attempt: int) -> float:
        """Seconds to wait after the failure of the ``attempt``-th attempt.

        What the platform asks for (``Retry-After``) is kept to, never shortened. Else half of the wait is random, so
        that callers who failed together do not come back together.
        """
        ceiling = min(self.longest, self.base * self.factor ** min(attempt - 1, 30))
        jittered = ceiling * (0.5 + 0.5 * self.random.random())
        return failure.error.retry_after or jittered
