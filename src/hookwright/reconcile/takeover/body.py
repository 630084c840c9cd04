"""Bodies as people like to read them: JSON text as a mapping, where nothing is lost by it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from hookwright.model.source import Json
from hookwright.reconcile.takeover.text import Number, Text, Tree, as_json_text

_DEEPEST: Final = 40
"""Levels of a body that are written as YAML; the reader of the project refuses files that go much deeper."""
_LARGEST_INTEGER: Final = 10**3000
"""The reader of the project takes integers of 4,000 digits."""


def as_declared(live: Json, normal: Json) -> Json:
    """The body to be declared for a live one.

    Args:
        live: the body as the platform has it.
        normal: the same in the shape in which bodies are compared.

    Returns:
        The compared shape, unless that loses something of the live text: a key that stands in it twice.
    """
    if isinstance(live, str) and isinstance(normal, Mapping | list) and _repeats_key(live):
        return live
    return normal


def _repeats_key(text: str) -> bool:
    repeated = False

    def notice(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal repeated
        mapping = dict(pairs)
        repeated = repeated or len(mapping) < len(pairs)
        return mapping

    json.loads(text, object_pairs_hook=notice)
    return repeated


def readable(body: Tree) -> Tree:
    """The body as a mapping or list; as the text of its JSON where YAML cannot say it, or not without a secret."""
    needs_text = isinstance(body, Mapping | list) and any(_needs_text(value, depth) for value, depth in _walk(body))
    return as_json_text(body) if needs_text else body


def holds_null(body: Tree) -> bool:
    """Whether null stands under a key anywhere: an override cannot say that, there null removes a key."""
    return any(isinstance(value, Mapping) and any(item is None for item in value.values()) for value, _ in _walk(body))


def _needs_text(value: Tree, depth: int) -> bool:
    if isinstance(value, Mapping) and any("${" in key for key in value):
        return True
    if isinstance(value, int):
        return abs(value) > _LARGEST_INTEGER
    return depth > _DEEPEST or isinstance(value, Number)


def _walk(tree: Tree) -> Iterator[tuple[Tree, int]]:
    """Everything in a tree, each with its depth."""
    waiting: list[tuple[Tree, int]] = [(tree, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, Mapping):
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]


def text_body(body: Tree) -> str | Text | Tree:
    """A mapping or list as the text of its JSON; everything else as it is."""
    return as_json_text(body) if isinstance(body, Mapping | list) else body
