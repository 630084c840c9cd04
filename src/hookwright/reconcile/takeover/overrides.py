"""The same thing in several environments → one block, with overrides for what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hookwright.model.source import Json, identical

Block = dict[str, Json]
_REMOVED: Final = None


def combined(blocks: Mapping[str, Block], preferred: str) -> tuple[Block, dict[str, Block]]:
    """One block for several environments.

    Args:
        blocks: environment → what is to be declared for it; no null under a key where the blocks differ.
        preferred: the environment that gives the base where several would need as few overrides.

    Returns:
        The base, and the overrides of the environments that need any: merged into the base (mappings merge, null
        removes, anything else replaces) they give the block of each environment.
    """
    choices = sorted(blocks, key=lambda name: (_cost(blocks, name), name != preferred))
    base = blocks[choices[0]]
    overrides = {name: difference(base, block) for name, block in blocks.items()}
    return base, {name: override for name, override in overrides.items() if override}


def _cost(blocks: Mapping[str, Block], base: str) -> int:
    """How many values all overrides hold, if one environment gives the base."""
    return sum(_size(difference(blocks[base], block)) for block in blocks.values())


def _size(value: Json) -> int:
    if isinstance(value, Mapping) and value:
        return sum(map(_size, value.values()))
    return 1 if not isinstance(value, Mapping) else 0


def difference(base: Block, wanted: Block) -> Block:
    """The override that makes ``wanted`` of ``base``; empty where they are the same."""
    override: Block = {}
    for key, value in wanted.items():
        before = base.get(key)
        if key in base and identical(before, value):
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            override[key] = difference(before, value)
        else:
            override[key] = value
    return override | {key: _REMOVED for key in base if key not in wanted}
