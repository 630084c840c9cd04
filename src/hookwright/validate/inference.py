"""Payloads that were seen → the JSON Schema that describes them.

What is inferred is only ever what all of the payloads have in common. More payloads make it wider, never narrower:
types are added, keys appear, required keys become optional, formats and lists of values are dropped. (Read as contracts
are read: a key that is not listed is unknown, an array that was always empty has no items.) One thing needs evidence,
and so can appear later: a list of values that nothing published speaks of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from hookwright.model.source import Json

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
_MOST_KEYS: Final = 50
"""Distinct keys of objects that share none, from which on they are data and not names."""
_MOST_VALUES: Final = 5
_EVIDENCE: Final = 20
"""Strings that must have been seen before so few different ones are taken for all that there are."""
_WORD: Final = re.compile(r"[A-Za-z]+([ _-][A-Za-z]+)*")
_LONGEST_WORD: Final = 32
_NAMES_SOMETHING: Final = re.compile(
    r"id$|name|mail|account|user|slug|title|label|key|token|phone|city|country", re.IGNORECASE
)
"""Keys whose values name somebody or something: few different ones only mean that few were seen."""

_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_HTTP_DATE: Final = (
    f"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] ({_MONTHS}) [0-9]{{4}} [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT$"
)
_OBJECT_ID: Final = "^[0-9a-f]{24}$"
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(slots=True)
class Shape:
    """What was seen at one place of many payloads.

    Attributes:
        types: how often each JSON type was there.
        keys: what was seen under each key of the objects there, in the order of first sight.
        items: what was seen in the arrays there; None where they were all empty.
        formats: the formats that all the strings there have.
        values: the strings that were there; None where there were too many different ones.
    """

    types: Counter[str] = field(default_factory=Counter)
    keys: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    formats: tuple[str, ...] = ()
    values: set[str] | None = field(default_factory=set)

    @property
    def seen(self) -> int:
        """How many values were there."""
        return self.types.total()

    def add(self, value: Json) -> None:
        """See one more value. Numbers are finite, and objects have string keys, as in JSON."""
        kind = type_of(value)
        if isinstance(value, str):
            self._add_text(value)
        self.types[kind] += 1
        if isinstance(value, Mapping):
            for key, item in value.items():
                self.keys.setdefault(key, Shape()).add(item)
        elif isinstance(value, list) and value:
            self.items = self.items or Shape()
            for item in value:
                self.items.add(item)

    def _add_text(self, text: str) -> None:
        known = self.formats if self.types["string"] else tuple(_FORMATS)
        self.formats = tuple(name for name in known if _FORMATS[name](text))
        if self.values is not None:
            self.values.add(text)
            if len(self.values) > _MOST_VALUES:
                self.values = None


def type_of(value: Json) -> str:
    """The JSON type of a value; ``integer`` for a whole number that is written as one."""
    if value is None:
        return "null"
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (Mapping, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "array")


def observe(payloads: Iterable[Json]) -> Shape:
    """What is seen in payloads."""
    shape = Shape()
    for payload in payloads:
        shape.add(payload)
    return shape


def infer(shape: Shape, known: Mapping[str, Json] | None = None) -> dict[str, Any]:
    """The JSON Schema of what was seen.

    Args:
        shape: what was seen.
        known: what is known of it already. Descriptions are taken over, and the values that it allows where no other
            was seen.

    Returns:
        A schema that all payloads are valid against that the shape was observed in.
    """
    return _schema(shape, known or {}, "")


def _schema(shape: Shape, known: Mapping[str, Json], name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    types = _types(shape)
    if types:
        schema["type"] = types[0] if len(types) == 1 else types
    if isinstance(known.get("description"), str):
        schema["description"] = known["description"]
    if shape.types["string"]:
        schema |= _text(shape, known, name, only=types == ["string"])
    if shape.types["object"]:
        schema |= _object(shape, known)
    if shape.items:
        schema["items"] = _schema(shape.items, _mapping(known.get("items")), name)
    return schema


def _types(shape: Shape) -> list[str]:
    """The types seen, in a fixed order; every integer is a number."""
    seen = [kind for kind in _TYPES if shape.types[kind]]
    return [kind for kind in seen if kind != "integer" or "number" not in seen]


def _text(shape: Shape, known: Mapping[str, Json], name: str, *, only: bool) -> dict[str, Any]:
    """What is to be said of strings. Values are listed only where nothing but strings was seen."""
    if only and shape.values is not None:
        if "const" in known and shape.values == {known["const"]}:
            return {"const": known["const"]}
        if isinstance(known.get("enum"), list) and shape.values <= {
            one for one in known["enum"] if isinstance(one, str)
        }:
            return {"enum": list(known["enum"])}
        if (
            shape.types["string"] >= _EVIDENCE
            and not _NAMES_SOMETHING.search(name)
            and all(map(_is_word, shape.values))
        ):
            return {"enum": sorted(shape.values)}
    return dict(_KEYWORDS[shape.formats[0]]) if shape.formats else {}


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and _WORD.fullmatch(text) is not None


def _object(shape: Shape, known: Mapping[str, Json]) -> dict[str, Any]:
    required = [key for key, value in shape.keys.items() if value.seen == shape.types["object"]]
    if len(shape.keys) > _MOST_KEYS and not required:
        return {"additionalProperties": {}}
    properties = _mapping(known.get("properties"))
    found = {key: _schema(value, _mapping(properties.get(key)), key) for key, value in shape.keys.items()}
    return ({"properties": found} if found else {}) | ({"required": required} if required else {})


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _is_time(text: str) -> bool:
    """RFC 3339 §5.6, the profile of ISO 8601 that JSON Schema's ``date-time`` means."""
    return _TIME.fullmatch(text) is not None and _parses(text.upper(), datetime)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _parses(text, date)


def _parses(text: str, kind: type[date]) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _is_http_date(text: str) -> bool:
    return re.fullmatch(_HTTP_DATE[1:-1], text) is not None


def _is_object_id(text: str) -> bool:
    return re.fullmatch(_OBJECT_ID[1:-1], text) is not None


_FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date-time": _is_time,
    "date": _is_date,
    "uuid": _is_uuid,
    "http-date": _is_http_date,
    "object-id": _is_object_id,
}
"""Formats that nothing has by chance. No string has two of them."""

_KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "date-time": {"format": "date-time"},
    "date": {"format": "date"},
    "uuid": {"format": "uuid"},
    "http-date": {"pattern": _HTTP_DATE},  # RFC 9110 §5.6.7, "IMF-fixdate": the date of RFC 1123
    "object-id": {"pattern": _OBJECT_ID},  # MongoDB's, as the platform's ids are
}
