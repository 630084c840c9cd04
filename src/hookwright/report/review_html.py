"""Plans and drifts → a page: one file, nothing from the network, one small script that searches.

It tells what the Markdown tells (see :mod:`hookwright.report.review`), without a limit on its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hookwright.model.delivery import WireChange
from hookwright.model.plan import Change, FieldChange
from hookwright.report import pages
from hookwright.report.markdown import value_text, visible
from hookwright.report.review import Group, Review
from hookwright.report.values import show_path, told_apart
from hookwright.report.wire_text import difference

_WIDEST: Final = 4_000
"""Characters of a value; reports in JSON have all of it."""
_LINE_STYLES: Final = {"-": "gone", "+": "new", "…": "gap", " ": "same", "": "said"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A field that changes: its path, and a value under each head; ``note`` where both look alike."""

    path: str
    values: tuple[str | None, ...]
    note: str


@dataclass(frozen=True, slots=True)
class _Wire:
    """What the deliveries of one event send: lines with the name of their style."""

    event: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Card:
    """One change."""

    kind: str
    name: str
    id: str
    note: str
    rows: tuple[_Row, ...]
    wire: tuple[_Wire, ...]


@dataclass(frozen=True, slots=True)
class _Stack:
    """The changes of a group."""

    group: Group
    cards: tuple[_Card, ...]


@dataclass(frozen=True, slots=True)
class _Environment:
    """One environment."""

    review: Review
    anchor: str
    stacks: tuple[_Stack, ...]


def to_html(reviews: Sequence[Review], *, made: datetime) -> str:
    """The reviews of one run as one page.

    Args:
        reviews: one for each environment, in order; at least one.
        made: when it was made (UTC).
    """
    values = {
        "what": reviews[0].what,
        "project": next((review.project for review in reviews if review.project), ""),
        "environments": [_environment(place, review) for place, review in enumerate(reviews)],
        "changes": sum(len(group.changes) for review in reviews for group in review.groups),
        "made": f"{made:%Y-%m-%d %H:%M} UTC",
    }
    return pages.render("review", values)


def _environment(place: int, review: Review) -> _Environment:
    stacks = (
        _Stack(group, tuple(_card(group, change, review.wire.get(change.name, ())) for change in group.changes))
        for group in review.groups
    )
    return _Environment(review, f"environment-{place + 1}", tuple(stacks))


def _card(group: Group, change: Change, wire: Sequence[WireChange]) -> _Card:
    return _Card(
        kind=change.kind,
        name=visible(change.name),
        id=visible(change.id or ""),
        note=visible(change.note),
        rows=tuple(_row(group, field) for field in change.fields),
        wire=tuple(map(_wire, wire)) if change.kind == "webhook" else (),
    )


def _row(group: Group, field: FieldChange) -> _Row:
    values = told_apart([None if one is None else value_text(one) for one in group.values(field)], _WIDEST)
    return _Row(show_path(field.path), values, "another" if _alike(field, values) else "")


def _alike(field: FieldChange, values: Sequence[str | None]) -> bool:
    return field.secret and field.old == field.new and len(values) > 1


def _wire(change: WireChange) -> _Wire:
    lines = (
        (_LINE_STYLES[sign], visible(f"{sign} {line}".rstrip() if sign else line)) for sign, line in difference(change)
    )
    return _Wire(visible(change.event), tuple(lines))
