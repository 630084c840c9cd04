"""A YAML text as a tree of places: what :mod:`.positions` walks along a JSON pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hookwright.config.builder import MERGE_KEY
from hookwright.config.parsing import ALIAS, MAPPING_END, MAPPING_START, SCALAR, SEQUENCE_END, STREAM_END, events

if TYPE_CHECKING:
    from hookwright.config.parsing import Event, Events

FLOW: Final = "flow"
BLOCK: Final = "block"
_NONE: Final[dict[str, tuple[Node | None, Node]]] = {}
"""The children of every node that has none; never added to."""


class Node:
    """A place in the text.

    Attributes:
        start: offset of its first character.
        end: offset behind its last, as the parser has it: behind the empty lines after a block.
        style: of a scalar its quote, ``|``, ``>`` or an empty string; of a collection FLOW or BLOCK.
        value: of a scalar its text, decoded; None for a collection.
        children: of a collection its parts by key or index: the place of the key (None in a list) and of the value.
        target: of an alias what it stands for.
        is_mapping: whether it is a mapping.
    """

    __slots__ = ("children", "end", "is_mapping", "start", "style", "target", "value")

    def __init__(self, event: Event, style: str, value: str | None = None) -> None:
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.style = style
        self.value = value
        self.children: dict[str, tuple[Node | None, Node]] = _NONE
        self.target: Node | None = None
        self.is_mapping = False

    def range(self, text: str) -> tuple[int, int]:
        """The offsets of its first character and behind its last, empty lines behind it left out."""
        end = self.end
        if self.style in ("|", ">"):
            end = self.start + len(text[self.start : end].rstrip(" \t\r\n"))
        return self.start, end


class _Trees:
    """Builds the nodes. Follows :class:`.builder.Builder`, which has accepted the text before."""

    def __init__(self, text: str, get: Events) -> None:
        self._text = text
        self._next = get
        self._anchors: dict[str, Node] = {}

    def document(self) -> Node:
        start = self._next()  # of the stream
        if self._next().__class__ is STREAM_END:
            return Node(start, "")
        return self._node(self._next())

    def _node(self, event: Event) -> Node:
        kind = event.__class__
        if kind is ALIAS:
            return self._alias(event)
        if kind is SCALAR:
            node = Node(event, event.style or "", event.value)
        else:
            node = Node(event, FLOW if event.flow_style else BLOCK)
            node.children = {}
            if kind is MAPPING_START:
                self._mapping(node)
            else:
                self._sequence(node)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Event) -> Node:
        node = Node(event, "")
        target = self._anchors.get(event.anchor)
        if target is not None:
            node.target = target.target or target
        return node

    def _mapping(self, node: Node) -> None:
        node.is_mapping = True
        merged: list[Node] = []
        template = False
        last = node
        while (event := self._next()).__class__ is not MAPPING_END:
            key = self._node(event)
            last = self._node(self._next())
            template = template or (event.__class__ is MAPPING_START and key.start == node.start + 1)
            name = (key.target or key).value
            if name == MERGE_KEY and event.__class__ is SCALAR and not key.style:
                merged = merged or _mappings(last)
            elif name is not None:
                node.children.setdefault(name, (key, last))
        self._close(node, last, event)
        if template and node.style is FLOW:
            node.style, node.value, node.is_mapping = "", self._text[node.start : node.end], False
            node.children = _NONE
        for one in merged:
            for name, child in one.children.items():
                node.children.setdefault(name, child)

    def _sequence(self, node: Node) -> None:
        last = node
        while (event := self._next()).__class__ is not SEQUENCE_END:
            last = self._node(event)
            node.children[str(len(node.children))] = (None, last)
        self._close(node, last, event)

    def _close(self, node: Node, last: Node, event: Event) -> None:
        """A block ends where its last part ends, not where the parser noticed it: behind comments, at the next key."""
        node.end = event.end_mark.index if node.style is FLOW or last is node else last.range(self._text)[1]


def _mappings(value: Node) -> list[Node]:
    """The mappings that a merge key names, those that win first."""
    found = value.target or value
    named = [found] if found.is_mapping else [child.target or child for _, child in found.children.values()]
    return [one for one in named if one.is_mapping]


def tree(text: str) -> Node:
    """The root of a YAML text that was read without fail."""
    return _Trees(text, events(text)).document()


def mapping_at(root: Node, start: int) -> Node | None:
    """The mapping that begins at an offset; of several the innermost."""
    found: Node | None = None
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.start <= start <= node.end:
            if node.start == start and node.is_mapping:
                found = node
            waiting.extend(child for _, child in node.children.values())
    return found
