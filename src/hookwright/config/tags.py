"""Explicit YAML tags: the few that say no more than JSON has, on scalars (``!!str 12``) and on collections."""

from __future__ import annotations

from typing import Final

from hookwright.config.scalars import meaning
from hookwright.model.source import Json

_PREFIX: Final = "tag:yaml.org,2002:"
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}
MAPPING_TAGS: Final = frozenset({"!", _PREFIX + "map"})
SEQUENCE_TAGS: Final = frozenset({"!", _PREFIX + "seq"})


def shown(tag: str) -> str:
    """A tag as it is written in YAML."""
    return f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag


def tagged(tag: str, text: str) -> tuple[Json, str]:
    """The value of a scalar that bears a tag.

    Returns:
        The value and an empty string; or the text and why the tag cannot be.
    """
    if tag in ("!", _PREFIX + "str"):
        return text, ""
    wanted = _TYPES.get(tag.removeprefix(_PREFIX)) if tag.startswith(_PREFIX) else None
    if wanted is None:
        return text, f"the tag {shown(tag)} is not supported"
    value, broken = meaning(text)
    if broken or type(value) not in wanted:
        return text, f"'{text}' is not what its tag {shown(tag)} says"
    return (float(value) if float in wanted else value), ""
