"""What a webhook is in one environment before interpolation: its declaration with the overrides merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from hookwright.model.source import Json, Places, Span, unescape

if TYPE_CHECKING:
    from hookwright.model.project import Entry

_NOT_THERE: Final = object()


def merged(base: Mapping[str, Json], override: Mapping[str, Json]) -> dict[str, Json]:
    """A mapping with overrides merged in: mappings merge, null removes a key, anything else replaces (RFC 7396)."""
    result = dict(base)
    for key, value in override.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            below = result.get(key)
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


class EntryPlaces:
    """Places of a declared thing: pointers into its value, answered by its document."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def span(self, pointer: str = "", *, key: bool = False) -> Span:
        """The span of what stands at ``pointer``, or of its key."""
        return self._entry.document.places.span(self._entry.pointer + pointer, key=key)

    def within(self, pointer: str, start: int, end: int) -> Span:
        """The span of characters of the string at ``pointer``."""
        return self._entry.document.places.within(self._entry.pointer + pointer, start, end)


class LayeredPlaces:
    """Places of a webhook whose parts come from several places: its override, its body file, its declaration."""

    __slots__ = ("_body", "_entry", "_override", "_override_pointer")

    def __init__(self, entry: Entry, override: Mapping[str, Json], override_pointer: str, body: Places | None) -> None:
        self._entry = entry
        self._override = override
        self._override_pointer = override_pointer
        self._body = body

    def span(self, pointer: str = "", *, key: bool = False) -> Span:
        """The span of what stands at ``pointer``, or of its key: where the value that holds was written."""
        if self._body is not None and pointer == "/body":
            if not key:
                return self._body.span()
            pointer = "/body_file"
        return self._entry.document.places.span(self._pointer(pointer), key=key)

    def within(self, pointer: str, start: int, end: int) -> Span:
        """The span of characters of the string at ``pointer``."""
        if self._body is not None and pointer == "/body":
            return self._body.within("", start, end)
        return self._entry.document.places.within(self._pointer(pointer), start, end)

    def _pointer(self, pointer: str) -> str:
        """The pointer into the document, relative to the entry's, of what holds at ``pointer`` after merging."""
        above = _at(self._override, pointer) if pointer else _NOT_THERE
        if above is _NOT_THERE or above is None:
            return self._entry.pointer + pointer
        merges = isinstance(above, dict) and isinstance(_at(self._entry.value, pointer), dict)
        return self._entry.pointer + ("" if merges else self._override_pointer) + pointer


def _at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        value = _part(value, unescape(token))
    return value


def _part(value: Json, token: str) -> Json:
    if isinstance(value, dict):
        return value.get(token, _NOT_THERE)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return _NOT_THERE
