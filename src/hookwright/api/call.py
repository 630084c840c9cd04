"""A call to the platform, and what came of one attempt at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from urllib.parse import urlencode

from hookwright.errors import ApiError
from hookwright.model.frozen import dataclass
from hookwright.model.source import Json


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the platform.

    Attributes:
        method: HTTP method.
        path: path below the API's base URL, percent-encoded, without query.
        query: parameters of the query.
        body: the JSON to send, or None for no body.
        headers: headers beyond those that every call has.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does (RFC 9110 §9.2.2)."""
        return self.method in ("GET", "PUT", "DELETE")


class Again(Enum):
    """When a failed attempt may be followed by another."""

    NEVER = "never"
    """The answer will be the same."""
    READS = "a call that only reads"
    """The answer makes no sense: a write may have landed, and would be sent twice for nothing."""
    REPEATABLE = "a call that may land twice"
    """It may have landed."""
    ALWAYS = "any call"
    """It certainly was not processed."""
    LIMITED = "any call, after a pause of all"
    """It was refused for the rate limit."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt.

    Attributes:
        error: what to raise where no other attempt follows.
        again: when another may follow.
    """

    error: ApiError
    again: Again = Again.NEVER
