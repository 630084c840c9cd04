"""A plan: what an apply would do, as ordered, serialisable values. It never holds a secret, nor anything callable."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from hookwright.model.frozen import dataclass
from hookwright.model.source import Json


class Action(StrEnum):
    """What happens to one object."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    ADOPT = "adopt"
    DELETE = "delete"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"


MASK = "(secret)"
"""What stands in the place of a secret value."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes.

    Attributes:
        path: JSON pointer into the object (``/headers/Authorization``), with the names of the project's YAML.
        old: the live value, None where there is none; ``(secret)`` where it may not be shown.
        new: the declared value, likewise.
        secret: whether the values are masked.
    """

    path: str
    old: Json
    new: Json
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one webhook or event.

    Attributes:
        kind: ``webhook`` or ``event``.
        name: its name in the project (for a delete: the name in the live marker).
        action: what happens.
        id: the platform's id; None for a create.
        live_digest: keyed digest of the live object the change was computed from; None for a create.
        fields: what changes, ordered by path.
        note: why, where that is not plain: "renamed from alerts", "tombstone", the reason of a conflict.
    """

    kind: str
    name: str
    action: Action
    id: str | None = None
    live_digest: str | None = None
    fields: tuple[FieldChange, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many enabled webhooks of the environment (managed or not) receive an event, before and after."""

    event: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A webhook of the environment as it will be after an apply, and what it receives.

    Attributes:
        name: its name in the project; empty where the project does not manage it.
        id: the platform's id; None for one that is yet to be created.
        enabled: whether deliveries are made.
        events: names of the subscribed events.
    """

    name: str
    id: str | None
    enabled: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """A guard's verdict: why an apply would refuse.

    Attributes:
        guard: which guard: ``max_deletes``, ``max_delete_percent``, ``empty``, ``conflict``, ``protect``,
            ``adopted``.
        message: why, and what to do about it.
    """

    guard: str
    message: str


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A live object that the project does not manage."""

    kind: str
    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between the declared and the live, and the verdict of the guards.

    Attributes:
        project: name of the project.
        environment: name of the environment.
        org_id: the organization, as its records say; None where there is no record.
        api_url: base URL of the API.
        config_digest: keyed digest of all that is declared for the environment, process variables included.
        git_commit: commit of the project's checkout, or None.
        created_at: when it was made (UTC).
        expires_at: when it is too old to be applied (UTC).
        changes: what happens, in the order of an apply; unchanged objects are not listed.
        unchanged: how many managed objects already are as declared.
        coverage: subscribers per event.
        unmanaged: live objects that are not the project's.
        blocked: why an apply would refuse; empty where it would not.
        warnings: what a reviewer should know.
    """

    project: str
    environment: str
    org_id: str | None
    api_url: str
    config_digest: str
    git_commit: str | None
    created_at: datetime
    expires_at: datetime
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    coverage: tuple[Coverage, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes

    def count(self, action: Action) -> int:
        """How many changes are of one action."""
        return sum(change.action is action for change in self.changes)


class StepStatus(StrEnum):
    """How one step of an apply ended."""

    APPLIED = "applied"
    FAILED = "failed"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an apply and how it ended.

    Attributes:
        kind: ``webhook`` or ``event``.
        name: name in the project.
        action: what was to be done.
        id: the platform's id where known.
        status: how it ended.
        error: why it did not end well, or None.
    """

    kind: str
    name: str
    action: Action
    id: str | None
    status: StepStatus
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an apply ended.

    Attributes:
        environment: name of the environment.
        steps: all changes of the plan in the order they were taken up, each with its end.
        converged: whether reading back showed the live state to be what is declared.
        notes: what else there is to say (a read-back that failed, two applies at once).
        landed: whether any write landed, or may have: also one of a step that failed as a whole.
    """

    environment: str
    steps: tuple[Step, ...] = ()
    converged: bool = True
    notes: tuple[str, ...] = field(default=())
    landed: bool = False

    def count(self, status: StepStatus) -> int:
        """How many steps ended in one status."""
        return sum(step.status is status for step in self.steps)
