"""How two environments of a project differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hookwright.model.source import Json


class Unlike(StrEnum):
    """In what way one object differs between two environments."""

    CHANGED = "changed"
    LEFT_ONLY = "left_only"
    RIGHT_ONLY = "right_only"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that differs.

    Attributes:
        path: JSON pointer into the object, with the names of the project's YAML.
        left: the live value on the left, None where there is none; ``(secret)`` where it may not be shown.
        right: that on the right, likewise.
        secret: whether the values are masked.
        declared: whether the declarations differ here too, but in other values.
    """

    path: str
    left: Json
    right: Json
    secret: bool = False
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One webhook or event that differs in a way that no declaration accounts for.

    Attributes:
        kind: ``webhook`` or ``event``.
        name: its name in the project.
        unlike: in what way.
        left_id: the platform's id on the left, None where it is not there.
        right_id: that on the right, likewise.
        fields: what differs, ordered by path; empty where it is on one side only.
    """

    kind: str
    name: str
    unlike: Unlike
    left_id: str | None
    right_id: str | None
    fields: tuple[FieldDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class Parity:
    """How far two environments are alike.

    Attributes:
        project: name of the project.
        left: name of one environment.
        right: name of the other.
        differences: events before webhooks, by name.
        alike: how many managed objects are the same, or differ just as is declared.
        unmanaged: live webhooks that the project does not manage, on the left and on the right: nothing tells which of
            them belong together.
        warnings: what a reader should know.
    """

    project: str
    left: str
    right: str
    differences: tuple[Difference, ...] = ()
    alike: int = 0
    unmanaged: tuple[int, int] = (0, 0)
    warnings: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs that is not declared to."""
        return not self.differences

    def count(self, unlike: Unlike) -> int:
        """How many objects differ in one way."""
        return sum(difference.unlike is unlike for difference in self.differences)
