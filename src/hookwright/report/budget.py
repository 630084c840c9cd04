"""Fitting a document into so many characters: whole blocks, and an honest count of those that found no room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

Lines = list[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document.

    Attributes:
        head: its first lines: always there.
        units: blocks of lines; each is shown whole or not at all. Taken one by one as long as there is room.
        more: the lines that say that so many units are not shown.
        tail: its last lines: always there.
        rank: parts of lower rank get room first.
        total: how many units there are.
    """

    head: Lines = field(default_factory=list)
    units: Iterable[Lines] = ()
    more: Callable[[int], Lines] = lambda count: [f"… and {count:,} more"]
    tail: Lines = field(default_factory=list)
    rank: int = 0
    total: int = 0

    def least(self) -> int:
        """Characters that it takes where no unit is shown."""
        return size(self.head) + size(self.tail) + (size(self.more(self.total)) if self.total else 0)

    def lines(self, shown: Sequence[Lines]) -> Lines:
        """It with these units, which are its first."""
        left = self.total - len(shown)
        return [*self.head, *chain.from_iterable(shown), *(self.more(left) if left else ()), *self.tail]


def size(lines: Sequence[str]) -> int:
    """Characters that the lines take, each with its end."""
    return sum(map(len, lines)) + len(lines)


def fit(parts: Sequence[Part], room: int) -> Lines:
    """The lines of all parts, in order, with as many units as there is room for.

    Args:
        parts: the parts.
        room: characters; no less than what all parts take at least, for the result to keep to it.
    """
    left = room - sum(part.least() for part in parts)
    shown: list[list[Lines]] = [[] for _ in parts]
    for place in sorted(range(len(parts)), key=lambda place: parts[place].rank):
        part = parts[place]
        for unit in part.units:
            # The last of all needs no room for what says that there are others.
            spare = size(part.more(part.total)) if len(shown[place]) == part.total - 1 else 0
            if size(unit) > left + spare:
                break
            left -= size(unit) - spare
            shown[place].append(unit)
    return [line for part, units in zip(parts, shown, strict=True) for line in part.lines(units)]
