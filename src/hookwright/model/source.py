"""Where a value stands in the project's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from hookwright.model.frozen import dataclass

Json = Any
"""A JSON value: None, bool, int, float, str, list of Json, dict of str to Json."""

DEEPEST: Final = 300
"""Levels of a live value that is walked by recursion. Documents of the platform's kind of database have 100."""
_NESTING: Final[frozenset[type]] = frozenset({dict, list})


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file; ``end`` is the place just behind its last character."""

    file: Path
    start: Position
    end: Position


class Places(Protocol):
    """Answers where the parts of a value stand. Pointers are JSON pointers (RFC 6901) into that value."""

    def span(self, pointer: str = "", *, key: bool = False) -> Span:
        """The span of the value at ``pointer``, or of the key that holds it. Nothing there: of its nearest ancestor."""
        ...

    def within(self, pointer: str, start: int, end: int) -> Span:
        """The span of the characters ``start`` to ``end`` of the string at ``pointer``, through quotes and escapes."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its value, and the place of everything in it.

    Attributes:
        path: the file.
        text: its text, for messages that show the line.
        value: the value it holds, plain dicts, lists and scalars.
        places: where everything in it stands. Computed when first asked: most runs never need a position.
    """

    path: Path
    text: str = field(repr=False)
    value: Json = field(repr=False)
    places: Places = field(repr=False, compare=False)


def escape(token: str) -> str:
    """One reference token of a JSON pointer (RFC 6901 §3: ``~`` is ``~0``, ``/`` is ``~1``)."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The inverse of :func:`escape`."""
    return token.replace("~1", "/").replace("~0", "~")


def refuse_constant(name: str) -> NoReturn:
    """Refuse ``NaN`` and ``Infinity``, which Python reads in JSON though it has no such words: for ``parse_constant``.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is not JSON")


def identical(left: Json, right: Json) -> bool:
    """Whether two JSON values are the same to YAML's eyes: ``true`` is not ``1``, and ``1`` not ``1.0``."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(identical(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(identical, left, right))
    return type(left) is type(right) and bool(left == right)


def nests_at_most(depth: int, value: Json) -> bool:
    """Whether a JSON value nests no deeper than ``depth``: whether it can be walked and written by recursion."""
    level: list[Json] = [value] if value.__class__ in _NESTING else []
    for _ in range(depth - 1):
        if not level:
            break
        level = [
            item
            for parent in level
            for item in (parent.values() if parent.__class__ is dict else parent)
            if item.__class__ in _NESTING
        ]
    return not any(level)
