"""Values → YAML text: easy on the eye, and read alike by every reader of YAML 1.1 and 1.2."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hookwright.config.scalars import meaning
from hookwright.model.source import Json, escape

WIDTH: Final = 100
"""Columns that a list on one line may take."""

_INDENT: Final = 2
_LONGEST_SIMPLE_KEY: Final = 500
"""Characters of a key that stands on the line of its value; the parser's own limit is 1,024 (YAML 1.2 §7.4.2)."""
_NEVER_FIRST: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
"""What a plain scalar does not begin with here: YAML's indicators, and two that YAML 1.1 has special uses for."""
_FLOW: Final = frozenset(",[]{}:?#")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def to_yaml(
    value: Mapping[str, Json], *, heading: Sequence[str] = (), comments: Mapping[str, str] | None = None
) -> str:
    """Write a mapping as a YAML document.

    Mappings are written in block style in their own order; lists of scalars on one line where they fit; text over
    several lines as a literal block where that keeps it to the letter, and quoted otherwise. No anchors, no tags, no
    folding. What stands at the second level (one webhook, one event) is set off by an empty line.

    Args:
        value: the mapping; JSON values, finite numbers, no lone surrogates in any text.
        heading: comment lines for the top of the file, without the ``#``.
        comments: JSON pointer of a key, outside of lists → a comment on a line of its own above it.

    Returns:
        The text, ending in a newline.

    Raises:
        ValueError: a number that is not finite, or a lone surrogate: YAML has no way to write them.
    """
    writer = _Writer(comments or {})
    writer.mapping(value, 0, "")
    lines = [*(f"# {line}" for line in heading), *(writer.lines or ["{}"])]
    return "\n".join(lines) + "\n"


def scalar(value: Json, *, flow: bool = False) -> str:
    """A scalar on one line.

    Args:
        value: None, a boolean, a number or a text.
        flow: whether it stands inside brackets or braces, where fewer texts may go without quotes.

    Raises:
        ValueError: as for :func:`to_yaml`.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _is_plain(value, flow=flow) else _quoted(value)
    return _float(value) if isinstance(value, float) else str(value)


def _is_plain(text: str, *, flow: bool) -> bool:
    """Whether a text needs no quotes. Some that need none get them: what looks odd is easier to read quoted."""
    if not text or text[0] in _NEVER_FIRST or text[0] == " " or text[-1] in " :" or not text.isprintable():
        return False
    if ": " in text or " #" in text or "{{" in text or text.startswith("..."):
        return False
    if flow and not _FLOW.isdisjoint(text):
        return False
    value, broken = meaning(text)
    return broken is None and isinstance(value, str)


def _quoted(text: str) -> str:
    if text.isprintable() and ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    """A character as it stands in double quotes (YAML 1.2 §5.7); what cannot be seen is spelt out."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    if _SURROGATE.match(character):
        raise ValueError("a lone surrogate cannot be written as YAML")
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _float(value: float) -> str:
    text = repr(value)
    if "n" in text:  # inf, nan
        raise ValueError("a number that is not finite cannot be written as YAML")
    mantissa, exponent, power = text.partition("e")
    # YAML 1.1 takes 1e+16 for text: a number has a point.
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def _is_block(text: str) -> bool:
    """Whether a text can be a literal block that keeps it to the letter, whatever an editor does to trailing blanks."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and lines[0].strip() != ""
        and lines[-1] != ""
        and not lines[0].startswith(" ")
        and all(line.isprintable() and not line.endswith(" ") for line in lines)
    )


class _Writer:
    """Writes line by line."""

    def __init__(self, comments: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self._comments = comments

    def mapping(self, mapping: Mapping[str, Json], indent: int, pointer: str) -> None:
        margin = " " * indent
        for index, (key, value) in enumerate(mapping.items()):
            place = f"{pointer}/{escape(key)}"
            if index and indent == _INDENT and isinstance(value, Mapping):
                self.lines.append("")
            if place in self._comments:
                self.lines += [f"{margin}# {line}" for line in self._comments[place].split("\n")]
            written = scalar(key)
            if len(written) > _LONGEST_SIMPLE_KEY:
                self.lines.append(f"{margin}? {written}")
                written = ""
            self._value(f"{margin}{written}:", value, indent, place)

    def _value(self, head: str, value: Json, indent: int, pointer: str) -> None:
        """Write a value behind ``head``: a key and its colon, or the dash of a list."""
        if isinstance(value, Mapping) and value:
            self.lines.append(head)
            self.mapping(value, indent + _INDENT, pointer)
        elif isinstance(value, list) and value and not (line := _one_line(value, WIDTH - len(head) - 1)):
            self.lines.append(head)
            self._list(value, indent + _INDENT, pointer)
        elif isinstance(value, list):
            self.lines.append(f"{head} {line if value else '[]'}")
        elif isinstance(value, str) and "\n" in value and _is_block(value):
            self._block(head, value, indent + _INDENT)
        else:
            self.lines.append(f"{head} {{}}" if isinstance(value, Mapping) else f"{head} {scalar(value)}")

    def _list(self, items: list[Json], indent: int, pointer: str) -> None:
        dash = " " * indent + "-"
        for index, item in enumerate(items):
            place = f"{pointer}/{index}"
            if not (isinstance(item, Mapping) and item):
                self._value(dash, item, indent, place)
                continue
            first = len(self.lines)
            self.mapping(item, indent + _INDENT, place)
            self.lines[first] = dash + self.lines[first][len(dash) :]

    def _block(self, head: str, text: str, indent: int) -> None:
        margin = " " * indent
        self.lines.append(f"{head} |" if text.endswith("\n") else f"{head} |-")
        self.lines += [margin + line if line else "" for line in text.removesuffix("\n").split("\n")]


def _one_line(items: list[Json], width: int) -> str | None:
    """A list of scalars, or of mappings with one scalar, between brackets; None where it is another or too wide."""
    parts: list[str] = []
    for item in items:
        if isinstance(item, Mapping) and len(item) == 1:
            ((key, value),) = item.items()
            if isinstance(value, Mapping | list):
                return None
            parts.append(f"{{{scalar(key, flow=True)}: {scalar(value, flow=True)}}}")
        elif isinstance(item, Mapping | list):
            return None
        else:
            parts.append(scalar(item, flow=True))
    line = f"[{', '.join(parts)}]"
    return line if len(line) <= width else None
