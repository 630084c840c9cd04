"""Proposed payload contracts → text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hookwright.model.contract import Departure, Proposal
from hookwright.model.source import Json
from hookwright.report.style import Painter, painter, printable

_STYLES: Final = {
    Departure.MISSING: "red",
    Departure.NEW: "green",
    Departure.TYPE: "red",
    Departure.VALUE: "yellow",
    Departure.CONFIRMED: "green",
}
_PATTERNS: Final = {"^[0-9a-f]{24}$": "24 hexadecimal digits"}


def to_text(proposals: Sequence[Proposal], skipped: Mapping[str, int], *, color: bool = False) -> str:
    """Each contract as a tree of keys, then where the payloads differ from the known one.

    Args:
        proposals: the proposals.
        skipped: how many captures were left out, by reason.
        color: whether to colour it.
    """
    paint = painter(color)
    blocks = ["\n".join(_contract(one, paint)) for one in proposals]
    if any(name.endswith("?") for one in proposals for name, _ in _rows(one.schema, "")):
        blocks.append(paint("?: not in every payload", "dim"))
    if skipped:
        blocks.append(f"{paint('left out', 'yellow')}: {left_out(skipped)}")
    return "\n\n".join(blocks)


def left_out(skipped: Mapping[str, int]) -> str:
    """How many captures were left out, by reason, in a sentence; an empty string where none were."""
    return ", ".join(f"{count} ({reason})" for reason, count in skipped.items())


def _contract(one: Proposal, paint: Painter) -> Iterator[str]:
    payloads = f"{one.payloads} payload{'' if one.payloads == 1 else 's'}"
    yield f"{paint(_line(one.event), 'bold', 'cyan')} · {payloads}"
    rows = list(_rows(one.schema, "  "))
    width = max((len(name) for name, _ in rows), default=0)
    yield from (f"{name:<{width}}  {paint(what, 'dim')}".rstrip() for name, what in rows)
    if not one.known:
        yield "nothing is known of it yet"
    elif not one.differences:
        yield paint("fits the known contract", "green")
    else:
        yield "differs from the known contract:"
        width = max(len(_line(each.path)) for each in one.differences)
        for each in one.differences:
            kind = paint(f"{each.kind:<9}", _STYLES[each.kind])
            where = f"{_line(each.path) or '/':<{width}}"
            yield f"  {kind}  {where}  {printable(each.message)}  ({each.payloads} of {one.payloads})"


def _rows(schema: Mapping[str, Json], indent: str) -> Iterator[tuple[str, str]]:
    """The keys below a schema and what stands under each, indented by depth."""
    properties = schema.get("properties")
    required = schema.get("required") or ()
    for key, part in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(part, Mapping):
            yield f"{indent}{_line(key)}{'' if key in required else '?'}", _described(part)
            yield from _rows(part, indent + "  ")
    items = schema.get("items")
    if isinstance(items, Mapping):
        yield f"{indent}*", _described(items)
        yield from _rows(items, indent + "  ")


def _described(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type", "anything")
    words = [" or ".join(kind) if isinstance(kind, list) else str(kind)]
    if "const" in schema:
        words.append(f"'{schema['const']}'")
    elif isinstance(schema.get("enum"), list):
        words.append(" | ".join(f"'{one}'" for one in schema["enum"]))
    elif "format" in schema:
        words.append(str(schema["format"]))
    elif "pattern" in schema:
        words.append(_PATTERNS.get(str(schema["pattern"]), "of one form"))
    return _line(", ".join(words))


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n")
