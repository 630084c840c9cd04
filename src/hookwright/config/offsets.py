"""From the characters of a decoded scalar back to the text it was written as: through quotes, escapes and folding.

Each style's rules (YAML 1.2 §7.3, §8.1) are followed to a list of decoded characters with their offsets. The list is
held against the value that the parser gave: where the two differ, nothing is claimed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hookwright.config.limits import MAX_TRACED

if TYPE_CHECKING:
    from hookwright.config.tree import Node

    Atoms = list[tuple[str, int, int]]
    """Decoded characters, each with the offsets of what it was written as."""

_PROPERTIES: Final = re.compile(r"(?:[!&][^\s]*\s+)+")
_BREAK: Final = re.compile(r"\r\n?|\n")
_ESCAPES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "'": "'", "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX_DIGITS: Final = {"x": 2, "u": 4, "U": 8}


def trace(text: str, node: Node) -> Atoms | None:
    """The decoded characters of a scalar, each with where it stands in the text; None where that cannot be told."""
    begin = node.start
    if node.value is None or node.end - begin > MAX_TRACED:
        return None
    if properties := _PROPERTIES.match(text, begin, node.end):
        begin = properties.end()
    if node.style and not text.startswith(node.style, begin):
        return None  # a comment stands between a tag and its scalar
    if node.style in ("|", ">"):
        atoms = _block(text, begin, node.end, node.value, folded=node.style == ">")
    else:
        atoms = _flow(text, begin, node.end, node.style)
    return atoms if atoms is not None and "".join(atom[0] for atom in atoms) == node.value else None


def part(atoms: Atoms, start: int, end: int) -> tuple[int, int]:
    """The offsets in the text of the decoded characters ``start`` to ``end``; there must be at least one character."""
    start = max(0, min(start, len(atoms)))
    end = max(start, min(end, len(atoms)))
    first = atoms[start][1] if start < len(atoms) else atoms[-1][2]
    return first, (atoms[end - 1][2] if end > start else first)


def _flow(text: str, begin: int, end: int, quote: str) -> Atoms:
    """A plain or quoted scalar: breaks fold to a space, each further one is kept, white space around them is not."""
    if quote:
        begin, end = begin + 1, end - 1
    atoms: Atoms = []
    solid = 0  # how many of the atoms are not white space that a break may swallow
    at = begin
    while at < end:
        char = text[at]
        if char in "\r\n":
            del atoms[solid:]
            at, breaks = _breaks(text, at, end)
            atoms += [("\n", *one) for one in breaks[1:]] or [(" ", *breaks[0])]
            solid = len(atoms)
        elif quote == '"' and char == "\\" and text[at + 1 : at + 2] in ("\r", "\n"):
            at, breaks = _breaks(text, at + 1, end)
            atoms += [("\n", *one) for one in breaks[1:]]
            solid = len(atoms)
        elif quote == '"' and char == "\\":
            length = 2 + _HEX_DIGITS.get(text[at + 1 : at + 2], 0)
            if decoded := _unescaped(text[at : at + length]):
                atoms.append((decoded, at, at + length))
            at += length
            solid = len(atoms)
        else:
            length = 2 if quote == "'" and char == "'" else 1
            atoms.append((char, at, at + length))
            at += length
            if char not in " \t":
                solid = len(atoms)
    return atoms


def _breaks(text: str, at: int, end: int) -> tuple[int, list[tuple[int, int]]]:
    """The line breaks from here to the next character that is no white space, and where that stands."""
    breaks: list[tuple[int, int]] = []
    while at < end and text[at] in " \t\r\n":
        found = _BREAK.match(text, at, end)
        if found:
            breaks.append(found.span())
        at = found.end() if found else at + 1
    return at, breaks


def _unescaped(escape: str) -> str:
    if escape[1] not in _HEX_DIGITS:
        return _ESCAPES.get(escape[1], "")  # nothing: an escaped line break of YAML 1.1
    return chr(int(f"0x{escape[2:]}", 0))


def _block(text: str, begin: int, end: int, value: str, *, folded: bool) -> Atoms | None:
    """A literal or folded block: the lines without their indentation, aligned with the value they gave."""
    header = _BREAK.search(text, begin, end)
    if not header:
        return None
    lines = _lines(text, header.end(), end)
    indent = _indent(text, lines, value)
    atoms: Atoms = []
    pending: list[tuple[int, int]] = []
    for start, stop, line_break in lines:
        if start + indent < stop:
            _join(atoms, pending, value, folded=folded and text[start + indent] not in " \t")
            atoms += [(text[at], at, at + 1) for at in range(start + indent, stop)]
            pending = []
        pending.append(line_break)
    _join(atoms, pending, value, folded=False)
    return atoms


def _join(atoms: Atoms, breaks: list[tuple[int, int]], value: str, *, folded: bool) -> None:
    """Append what the breaks between two lines became: as many line feeds as the value has here, or a space."""
    count = 0
    while value[len(atoms) + count : len(atoms) + count + 1] == "\n":
        count += 1
    if count:
        used = breaks[:count] if len(breaks) == count else breaks[1 : count + 1]
        atoms += [("\n", *one) for one in used]
    elif folded and len(breaks) == 1:
        atoms.append((" ", *breaks[0]))


def _lines(text: str, begin: int, end: int) -> list[tuple[int, int, tuple[int, int]]]:
    """The lines between two offsets: start, end, and the span of the break behind each."""
    lines = []
    while begin < end:
        found = _BREAK.search(text, begin, end)
        stop, line_break = (found.start(), found.span()) if found else (end, (end, end))
        lines.append((begin, stop, line_break))
        begin = line_break[1] if found else end
    return lines


def _indent(text: str, lines: list[tuple[int, int, tuple[int, int]]], value: str) -> int:
    """How deep a block is indented: what its first line with text lost on the way to the value."""
    written = next((_leading(text[start:stop]) for start, stop, _ in lines if text[start:stop].strip(" ")), 0)
    decoded = next((_leading(line) for line in value.split("\n") if line.strip(" ")), 0)
    return max(0, written - decoded)


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
