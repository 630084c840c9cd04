"""Put vars into a ``hookwright.yaml`` that people wrote, and leave every other character of it as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yaml.error import YAMLError

from hookwright.config.reader import read_text
from hookwright.config.tree import BLOCK, FLOW, Node, tree
from hookwright.config.writer import scalar

if TYPE_CHECKING:
    from hookwright.model.source import Json

_STEP: Final = 2
_LINE_END: Final = re.compile(r"\r\n?|\n|\Z")

Additions = Mapping[str, Mapping[str, str]]
"""Environment → name of a var → its value, as it shall be written (``$${`` for ``${``)."""


def insert_vars(text: str, additions: Additions) -> str | None:
    """The text of a ``hookwright.yaml`` with vars added to its environments; comments and formatting stay.

    Args:
        text: the file's text.
        additions: the vars; names that are not there yet.

    Returns:
        The new text. None where it cannot be done without rewriting what is there (an environment that is an alias,
        say); also where the new text would not read back as exactly the old value with these vars.
    """
    before = _value(text)
    if before is None:
        return None
    try:
        edits = [edit for name, added in additions.items() if added for edit in _edit(text, name, added)]
    except (_CannotError, YAMLError):
        return None
    for offset, piece in sorted(edits, reverse=True):
        text = text[:offset] + piece + text[offset:]
    return text if _value(text) == _with(before, additions) else None


class _CannotError(Exception):
    """There is no place to insert at."""


def _value(text: str) -> Json:
    """What the text says; None where it has errors."""
    document, findings = read_text(Path(), text)
    return document.value if document and not findings else None


def _with(value: Json, additions: Additions) -> Json:
    """The value with the vars added."""
    wanted = json.loads(json.dumps(value))  # What an anchor and its aliases share is one value for each now.
    for name, added in additions.items():
        if added:
            environment = wanted["environments"][name]
            environment["vars"] = {**(environment.get("vars") or {}), **added}
    return wanted


def _edit(text: str, environment: str, added: Mapping[str, str]) -> list[tuple[int, str]]:
    """The insertions for one environment, as offset and text."""
    place = _child(_child(tree(text), "environments")[1], environment)
    holder = place[1]
    try:
        key, variables = _child(holder, "vars")
    except _CannotError:
        last_key, last = _last(holder)
        if holder.style == FLOW:
            return [(last.range(text)[1], f", vars: {_braces(added)}")]
        indent = _column(text, last_key)
        step = max(indent - _column(text, place[0]), 1)
        lines = ["vars:", *(" " * step + line for line in _lines(added))]
        return [_below(text, last.range(text)[1], indent, lines)]
    if variables.is_mapping and variables.children:
        last_key, last = _last(variables)
        if variables.style == FLOW:
            return [(last.range(text)[1], f", {_braces(added)[1:-1]}")]
        return [_below(text, last.range(text)[1], _column(text, last_key), _lines(added))]
    if variables.is_mapping:
        return [(variables.start + 1, _braces(added)[1:-1])]
    if variables.value == "" and variables.style == "" and not variables.target:
        return [_below(text, key.range(text)[1], _column(text, key) + _STEP, _lines(added))]
    raise _CannotError


def _child(node: Node, name: str) -> tuple[Node, Node]:
    """The key and the value of a name in a mapping that is written out here."""
    key, value = node.children.get(name, (None, None)) if node.is_mapping else (None, None)
    if key is None or value is None or not _inside(key, node) or value.target:
        raise _CannotError
    return key, value


def _last(node: Node) -> tuple[Node, Node]:
    """The last key of a mapping, and its value; what a merge key brought in stands elsewhere."""
    own = [(key, value) for key, value in node.children.values() if key is not None and _inside(key, node)]
    if not own or node.style not in (FLOW, BLOCK):
        raise _CannotError
    return max(own, key=lambda pair: pair[0].start)


def _inside(part: Node, node: Node) -> bool:
    return node.start <= part.start < node.end


def _column(text: str, node: Node) -> int:
    """The characters before a place in its line, where they are blanks."""
    start = max(text.rfind("\n", 0, node.start), text.rfind("\r", 0, node.start)) + 1
    if text[start : node.start].strip(" "):
        raise _CannotError
    return node.start - start


def _below(text: str, offset: int, indent: int, lines: list[str]) -> tuple[int, str]:
    """The insertion of lines below the line of an offset, with the line ends that the text has."""
    line_end = _LINE_END.search(text, offset)
    newline = "\r\n" if "\r\n" in text else "\n"
    at = line_end.start() if line_end else len(text)
    return at, "".join(newline + " " * indent + line for line in lines)


def _lines(added: Mapping[str, str]) -> list[str]:
    return [f"{scalar(name)}: {scalar(value)}" for name, value in added.items()]


def _braces(added: Mapping[str, str]) -> str:
    inner = ", ".join(f"{scalar(name, flow=True)}: {scalar(value, flow=True)}" for name, value in added.items())
    return f"{{{inner}}}"
