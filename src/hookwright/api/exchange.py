"""Requests and answers as they went over the wire, for those who look at the platform rather than use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hookwright.api.call import Call
from hookwright.api.failures import Answer


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt at a call that was answered. It holds no key: that is the transport's.

    Attributes:
        call: what was asked.
        answer: what was answered; its body decompressed.
        ended: when the answer was complete, in seconds since 1970-01-01 UTC.
        duration: seconds from the request to the complete answer.
    """

    call: Call
    answer: Answer
    ended: float
    duration: float


Observe = Callable[[Exchange], None]
"""Told of every exchange, from the thread that made it."""
