"""Where the parts of a document stand. Nothing is computed before the first question."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.source import Position, Span

if TYPE_CHECKING:
    from hookwright.config.offsets import Atoms
    from hookwright.config.tree import Node

BREAK: Final = r"\r\n?|\n"
"""What ends a line, as YAML and editors count them."""


class Lines:
    """The lines of a text: turns offsets into positions."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer(BREAK, text))]

    def position(self, offset: int) -> Position:
        """The line and column of a character, both from 1."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)


class Text:
    """A text whose lines are counted when the first place in it is asked for."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._lines: Lines | None = None

    def between(self, start: int, end: int) -> Span:
        """The span of the characters from ``start`` to ``end``."""
        if self._lines is None:
            self._lines = Lines(self._text)
        return Span(self._path, self._lines.position(start), self._lines.position(end))


class TextPlaces(Text):
    """Places in a text that is one string, or could not be read as anything: there is nothing below it."""

    def span(self, pointer: str = "", *, key: bool = False) -> Span:  # noqa: ARG002 - the protocol's arguments
        """The span of the whole text, whatever is asked for."""
        return self.between(0, len(self._text))

    def within(self, pointer: str, start: int, end: int) -> Span:  # noqa: ARG002 - the protocol's arguments
        """The span of the characters from ``start`` to ``end`` of the text."""
        length = len(self._text)
        start = min(max(start, 0), length)
        return self.between(start, min(max(start, end), length))


class YamlPlaces(Text):
    """Places in a YAML text: parses it once more, when the first place is asked for."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(path, text)
        self._root: Node | None = None
        self._last: tuple[Node, Atoms | None] | None = None

    def span(self, pointer: str = "", *, key: bool = False) -> Span:
        """The span of the value at ``pointer``, or of its key; nothing there: of the nearest thing around it."""
        node, holder, _ = self._find(pointer)
        return self.between(*(holder if key and holder else node).range(self._text))

    def within(self, pointer: str, start: int, end: int) -> Span:
        """The span of characters of the string at ``pointer``; the whole value where it is no string."""
        from hookwright.config.offsets import part

        node, _, found = self._find(pointer)
        atoms = self._traced(node.target or node) if found else None
        return self.between(*(part(atoms, start, end) if atoms else node.range(self._text)))

    def first_key(self, mapping: int, key: str) -> Span | None:
        """The span of a key of the mapping that begins at the offset ``mapping``."""
        from hookwright.config.tree import mapping_at

        node = mapping_at(self._tree(), mapping)
        child = node.children.get(key) if node else None
        return self.between(*child[0].range(self._text)) if child and child[0] else None

    def _traced(self, node: Node) -> Atoms | None:
        """The characters of a scalar; those of the last one are kept, for several questions about one string."""
        from hookwright.config.offsets import trace

        if self._last is None or self._last[0] is not node:
            self._last = node, trace(self._text, node)
        return self._last[1]

    def _tree(self) -> Node:
        if self._root is None:
            from hookwright.config.tree import tree

            self._root = tree(self._text)
        return self._root

    def _find(self, pointer: str) -> tuple[Node, Node | None, bool]:
        """The node at a pointer or nearest above it, the node of its key, and whether it is the one asked for."""
        node, holder = self._tree(), None
        for token in pointer.split("/")[1:]:
            child = (node.target or node).children.get(token.replace("~1", "/").replace("~0", "~"))
            if child is None:
                return node, holder, False
            holder, node = child
        return node, holder, True
