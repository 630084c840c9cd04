"""Which conformance checks are to run, by the ids that somebody typed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from hookwright.errors import UsageError


class _Check(Protocol):
    @property
    def id(self) -> str:
        """Its id, which tells it from the others: a letter and two digits."""
        ...


C = TypeVar("C", bound=_Check)


def choose(checks: Iterable[C], only: str | Iterable[str] = (), skip: str | Iterable[str] = ()) -> list[C]:
    """The checks to run, in their order.

    Args:
        checks: all that there are, in order of id.
        only: ids of those, in any case; one text may hold several, with commas or blanks between them. None for all.
        skip: ids of those to leave out, likewise.

    Raises:
        UsageError: there is no such check, or none is left.
    """
    known = {check.id: check for check in checks}
    wanted, unwanted = ({_known(name, list(known)) for name in _parted(given)} for given in (only, skip))
    chosen = [check for check in known.values() if (not wanted or check.id in wanted) and check.id not in unwanted]
    if not chosen:
        raise UsageError("no check is left to run", hint="--only names what runs, --skip takes away from that.")
    return chosen


def _parted(given: str | Iterable[str]) -> Iterator[str]:
    for text in (given,) if isinstance(given, str) else given:
        yield from text.replace(",", " ").split()


def _known(name: str, ids: Sequence[str]) -> str:
    wanted = name.upper()
    if wanted in ids:
        return wanted
    padded = wanted[:1] + wanted[1:].rjust(2, "0")  # R8 looks like R38 to a comparison of letters.
    near = [padded] if padded in ids else difflib.get_close_matches(wanted, ids, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else f"There are {ids[0]} to {ids[-1]}."
    raise UsageError(f"there is no check '{name}'", hint=hint)
