"""Reading the fields of a JSON record, refusing what is not of the expected type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from hookwright.model.source import DEEPEST, Json, nests_at_most

T = TypeVar("T")

_KINDS: Final[Mapping[type[Any], str]] = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


class WireError(ValueError):
    """An answer is not of the documented shape. The message names the record and the field, and shows no value."""


class Record:
    """A JSON object whose fields are read with a type; ``null`` counts as absent, other fields are passed over.

    Every method raises :class:`WireError` where a field is not of its type.
    """

    __slots__ = ("_fields", "_what")

    def __init__(self, value: Json, what: str) -> None:
        """Take a record.

        Args:
            value: the JSON value that should be an object.
            what: what to call it in messages: ``webhook``.

        Raises:
            WireError: it is no object.
        """
        if not isinstance(value, dict):
            raise WireError(f"{what}: {kind_of(value)} where an object is expected")
        self._fields: dict[str, Json] = value
        self._what = what

    def any(self, name: str) -> Json:
        """The field as it is, None where absent; refused only where it is nested too deep."""
        return self._walkable(name, self._fields.get(name))

    def required(self, name: str) -> str:
        """A text that must be there and not be empty."""
        value = self._fields.get(name)
        if value is None or value == "":
            raise self.unexpected(name, "missing")
        if not isinstance(value, str):
            raise self._mistyped(name, value, str)
        return value

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self._fields.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self._mistyped(name, value, str)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        value = self._fields.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._mistyped(name, value, bool)
        return value

    def mapping(self, name: str) -> dict[str, Json]:
        """An object, empty where absent."""
        value = self._fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._mistyped(name, value, dict)
        self._walkable(name, value)
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts, sorted, without repeats, empty where absent."""
        values = self._fields.get(name)
        if values is None:
            return ()
        if not isinstance(values, list):
            raise self._mistyped(name, values, list)
        for value in values:
            if not isinstance(value, str):
                raise self.unexpected(name, f"holds {kind_of(value)} where strings are expected")
        return tuple(sorted(set(values)))

    def unexpected(self, name: str, problem: str) -> WireError:
        """The error that says what is wrong with a field."""
        record_id = self._fields.get("_id")
        what = f"{self._what} {record_id}" if isinstance(record_id, str) and record_id else self._what
        return WireError(f"{what}: {name}: {problem}")

    def _walkable(self, name: str, value: Json) -> Json:
        if not nests_at_most(DEEPEST, value):
            raise self.unexpected(name, f"nested more than {DEEPEST} levels deep")
        return value

    def _mistyped(self, name: str, value: Json, expected: type[Any]) -> WireError:
        return self.unexpected(name, f"{kind_of(value)} where {_KINDS[expected]} is expected")


def records(value: Json, read: Callable[[Json], T]) -> list[T]:
    """Read a list of records, all or none.

    Raises:
        WireError: it is not a list, or ``read`` refuses one of them.
    """
    if not isinstance(value, list):
        raise WireError(f"{kind_of(value)} where a list is expected")
    return [read(record) for record in value]


def kind_of(value: Json) -> str:
    """What a JSON value is, for messages: ``a list``."""
    return _KINDS[type(value)]
