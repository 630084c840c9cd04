"""What a doctor found: of this machine, a project, its environments, and the platform's documented behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CheckStatus(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        id: its id: ``D…`` for machine, project and environments, ``A…`` for an assumption, ``Q…`` for a quirk of the
            API.
        title: what was looked at, or what is held to be true; one line.
        status: how it ended.
        found: what was found, or why it was skipped; no secret in it.
        advice: what to do about it, or an empty string.
        environment: the environment it is about, or an empty string.
        how: how it is checked, for assumptions and quirks.
        depends: what in hookwright leans on it, likewise.
    """

    id: str
    title: str
    status: CheckStatus
    found: str
    advice: str = ""
    environment: str = ""
    how: str = ""
    depends: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something of a probe's that is on the platform.

    Attributes:
        kind: ``webhook`` or ``event``.
        id: the platform's id.
        why: why it is there still, or an empty string.
    """

    kind: str
    id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """How a probe of one environment ended.

    Attributes:
        environment: name of the environment.
        run: the run's own mark, which everything it makes carries.
        checks: the assumptions and quirks, in order; empty where only leftovers were swept.
        made: how many webhooks and events it asked the platform for, answered or not.
        swept: leftovers of earlier runs that were deleted.
        leftovers: what could not be deleted, of this run and of earlier ones.
        recent: leftovers of other runs that may be under way, which were left alone.
        ended: why it ended before its time, or an empty string.
    """

    environment: str
    run: str
    checks: tuple[Check, ...] = ()
    made: int = 0
    swept: tuple[Leftover, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    recent: tuple[Leftover, ...] = ()
    ended: str = ""

    @property
    def failed(self) -> bool:
        """Whether something does not hold, was left behind, or ended too early."""
        broken = any(check.status is CheckStatus.FAILED for check in self.checks)
        return broken or bool(self.leftovers or self.ended)


@dataclass(frozen=True, slots=True)
class Examination:
    """All that a doctor found.

    Attributes:
        version: hookwright's version.
        python: version of Python.
        system: name and machine of the operating system.
        created_at: when (UTC).
        project: name of the project; None where there is none.
        checks: in order.
        probed: how a probe ended; None where there was none.
    """

    version: str
    python: str
    system: str
    created_at: datetime
    project: str | None
    checks: tuple[Check, ...]
    probed: Probed | None = None

    @property
    def failed(self) -> bool:
        """Whether a check failed, or the probe."""
        return any(check.status is CheckStatus.FAILED for check in self.checks) or bool(
            self.probed and self.probed.failed
        )

    def count(self, status: CheckStatus) -> int:
        """How many checks ended in one status, those of the probe among them."""
        checks = (*self.checks, *(self.probed.checks if self.probed else ()))
        return sum(check.status is status for check in checks)
