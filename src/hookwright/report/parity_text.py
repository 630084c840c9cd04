"""How two environments differ → text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hookwright.model.parity import Difference, FieldDifference, Parity, Unlike
from hookwright.report.style import Painter, one_line, painter
from hookwright.report.values import show_both, show_path

_SIGNS: Final = {Unlike.CHANGED: ("≠", "yellow"), Unlike.LEFT_ONLY: ("<", "red"), Unlike.RIGHT_ONLY: (">", "green")}


def to_text(parity: Parity, *, color: bool = False) -> str:
    """What differs though it is not declared to, side by side, and one line of sums."""
    paint = painter(color)
    lines = [paint(f"{parity.project} · {parity.left} ↔ {parity.right}", "bold"), ""]
    for difference in parity.differences:
        lines += [*_difference(difference, parity, paint), ""]
    lines += [f"{paint('warning', 'yellow')}: {one_line(warning)}" for warning in parity.warnings]
    return "\n".join([*lines, _sums(parity, paint)])


def _difference(difference: Difference, parity: Parity, paint: Painter) -> Iterator[str]:
    sign, style = _SIGNS[difference.unlike]
    only = {Unlike.LEFT_ONLY: f" only in {parity.left}", Unlike.RIGHT_ONLY: f" only in {parity.right}"}
    what = f"{sign} {difference.kind} {one_line(difference.name)}{only.get(difference.unlike, '')}"
    ids = " ↔ ".join(one_line(identity) for identity in (difference.left_id, difference.right_id) if identity)
    yield f"{paint(what, style)}  {paint(ids, 'dim')}"
    width = max(len(parity.left), len(parity.right))
    for field in difference.fields:
        yield f"    {show_path(field.path)}{_note(field, paint)}"
        left, right = show_both(field.left, field.right)
        yield f"        {parity.left:<{width}}  {left or paint('none', 'dim')}"
        yield f"        {parity.right:<{width}}  {right or paint('none', 'dim')}"


def _note(field: FieldDifference, paint: Painter) -> str:
    notes = []
    if field.secret and field.left == field.right:
        notes.append("differs")
    if field.declared:
        notes.append("declared to differ, but not so")
    return f"  {paint('# ' + ', '.join(notes), 'dim')}" if notes else ""


def _sums(parity: Parity, paint: Painter) -> str:
    left, right = parity.unmanaged
    rest = f"{parity.alike} alike; unmanaged: {left} in {parity.left}, {right} in {parity.right}"
    if parity.equal:
        return f"{paint('Alike:', 'green', 'bold')} {rest}."
    named = {
        Unlike.CHANGED: "different",
        Unlike.LEFT_ONLY: f"only in {parity.left}",
        Unlike.RIGHT_ONLY: f"only in {parity.right}",
    }
    found = ", ".join(f"{parity.count(unlike)} {text}" for unlike, text in named.items() if parity.count(unlike))
    return f"{paint('Different:', 'red', 'bold')} {found}; {rest}."
