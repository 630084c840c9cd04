"""What a run of conformance checks found: verdicts, and the exchanges on the wire that prove them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hookwright.model.source import Json

INTERRUPTED: Final = "interrupted"
"""What is said to be seen of a check that was skipped since its run was interrupted."""
NO_FACTS: Final[Mapping[str, Json]] = MappingProxyType({})


class Verdict(StrEnum):
    """How one check ended. Only ``FAILED`` makes a run fail; ``--strict`` turns infos into failures."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on the wire and what came back: the evidence of a verdict.

    Attributes:
        label: what it is in its check: ``upper-case signature``, ``attempt 2``.
        started: seconds from the start of the check (of its clock: virtual time where the check ran on it).
        duration: seconds from the first byte sent to the end of the answer, or to the moment it was given up.
        request: the bytes of the request as on the wire, head and body; the first :data:`KEPT` of them.
        request_size: how many bytes the request had.
        response: the bytes of the answer as on the wire, likewise; empty where there was none.
        response_size: how many bytes of an answer came.
        status: HTTP status of the answer; None where there was none.
        error: why there was no whole answer, or an empty string.
        connection: which connection it went over, from 1 in each check.
    """

    label: str
    started: float
    duration: float
    request: bytes = field(repr=False)
    request_size: int
    response: bytes = field(default=b"", repr=False)
    response_size: int = 0
    status: int | None = None
    error: str = ""
    connection: int = 1


KEPT: Final = 64 * 1024
"""Bytes of a request, and of an answer, that are kept as evidence."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended.

    Attributes:
        id: ``R01`` … ``R39`` for receivers, ``S01`` … ``S22`` for senders.
        title: what is checked; one line.
        verdict: how it ended.
        expected: what a right receiver or sender does; one sentence.
        observed: what was seen; for a skipped check the reason. No secret in it.
        why: why it matters; one or two sentences.
        hint: what to do about a failure, or an empty string.
        duration: seconds that the check took, of real time.
        exchanges: the evidence, in order of their starts; secrets of headers masked, the signature not.
        facts: figures it reports: percentiles, a fitted base and factor, a matrix of statuses.
        latencies: seconds of each answer, where the check measures them (R32, R39); for a histogram.
    """

    id: str
    title: str
    verdict: Verdict
    expected: str
    observed: str
    why: str
    hint: str = ""
    duration: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=lambda: NO_FACTS)
    latencies: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Conformance:
    """A run of checks against one receiver or one sender.

    Attributes:
        subject: ``receiver`` or ``delivery``.
        target: what was put to the proof, fit to be shown: a URL without its secrets, or ``emulator``.
        webhook: name of the declared webhook that the checks were made from; empty where there is none.
        checks: how each ended, in order of their ids.
        duration: seconds of real time.
    """

    subject: str
    target: str
    webhook: str
    checks: tuple[CheckResult, ...]
    duration: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether a check failed."""
        return any(check.verdict is Verdict.FAILED for check in self.checks)

    def count(self, verdict: Verdict) -> int:
        """How many checks ended so."""
        return sum(check.verdict is verdict for check in self.checks)
