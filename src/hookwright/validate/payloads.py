"""Payloads against the JSON Schemas that a project gives for them. Nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from hookwright.model.source import Json, escape

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator


_LONGEST: Final = 60
"""Characters of a value that are shown in a sentence about it."""
_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")


class _NotFetchedError(LookupError):
    """A reference leads out of the schema."""


def _refuse(uri: str) -> NoReturn:
    raise _NotFetchedError(uri)


def schema_fault(schema: Json) -> tuple[str, str] | None:
    """Why a value is not a JSON Schema (2020-12, or the draft that its ``$schema`` names).

    Returns:
        A JSON pointer into the schema and what is wrong there; None where nothing is.
    """
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for(schema, retriever=_refuse)
    except jsonschema_rs.ValidationError as error:
        return _pointer(error.instance_path), _fault(schema, list(error.instance_path), str(error.message))
    except ValueError as error:
        return "", str(error)
    return None


def _fault(schema: Json, path: list[str | int], message: str) -> str:
    """What is wrong with a schema, in words that help where the engine's do not."""
    outside = re.match(r"Resource '(.*?)' is not present", message)
    if outside:
        return f"the reference '{outside[1]}' leads out of it"
    for token in path:
        schema = schema[token]
    if path and path[-1] == "type":
        named = [one for one in (schema if isinstance(schema, list) else [schema]) if isinstance(one, str)]
        wrong = [one for one in named if one not in _TYPES]
        return f"there is no type '{wrong[0]}'" if wrong else message
    draft = re.match(r"Unknown meta-schema: ('.*?')", message)
    return f"there is no draft of JSON Schema called {draft[1]}" if draft else message


def violations(value: Json, schema: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Where a value breaks a schema that has no fault.

    Returns:
        A JSON pointer into the value and what is wrong there, for each violation, in order of the value.
    """
    import jsonschema_rs

    if jsonschema_rs.validator_for(dict(schema), retriever=_refuse).is_valid(value):
        return []
    errors = sorted(
        _explainer(schema).iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path]
    )
    return [(_pointer(error.absolute_path), _said(error)) for error in errors]


def _said(error: ValidationError) -> str:
    """What the engine says, without repeating a value that is long to read: its place is told."""
    value = repr(error.instance)
    return error.message.replace(value, "this") if len(value) > _LONGEST else error.message


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + escape(str(part)) for part in path)


def _explainer(schema: Mapping[str, Json]) -> Validator:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for
    from referencing import Registry

    kind: Any = validator_for(schema, default=Draft202012Validator)
    registry: Registry[Any] = Registry()
    explainer: Validator = kind(schema, registry=registry)
    return explainer
