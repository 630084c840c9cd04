"""Why a document does not fit its schema: the errors of ``jsonschema``, in words, at their places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Json, Places, Position, Span, escape
from hookwright.validate.names import nearest

UNKNOWN: Final = "HW101"
MISSING: Final = "HW102"
TYPE: Final = "HW103"
CHOICE: Final = "HW104"
PATTERN: Final = "HW105"
CONSTRAINT: Final = "HW106"

_A: Final = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_FLAGS: Final = ("true", "false", "yes", "no", "on", "off")
_START: Final = Position(1, 1)
_ELSEWHERE: Final = {
    **dict.fromkeys(("webhooks", "events", "removed"), "It belongs into a file of its own: webhooks/….yaml, say."),
    **dict.fromkeys(
        ("version", "project", "environments", "policy", "include", "rules", "contracts", "history"),
        "It belongs into hookwright.yaml.",
    ),
}
"""Where a section belongs that stands at the top of a file of the other kind."""


def violations(value: Json, schema: dict[str, Json], places: Places) -> list[Finding]:
    """What a schema has against a value.

    Args:
        value: the value.
        schema: the JSON Schema (2020-12).
        places: where the parts of the value stand.

    Returns:
        One finding for each thing that is wrong, in the order of the file.
    """
    explainer = _Explainer(schema, places)
    found = [
        finding
        for error in _Engine(schema).iter_errors(value)
        for relevant in _relevant(error)
        for finding in explainer.findings(_Error.of(relevant))
    ]
    # What an alias or a merge key repeats is wrong in one place: it is told of the first that has it.
    told: dict[object, Finding] = {}
    for one in sorted(found, key=_place):
        told.setdefault((one.rule, one.span, one.hint), one)
    return list(told.values())


def _place(finding: Finding) -> tuple[Position, str, str]:
    return finding.span.start if finding.span else _START, finding.rule, finding.message


def _pattern(_validator: object, pattern: str, instance: Json, _schema: object) -> Iterator[ValidationError]:
    """``pattern`` as JSON Schema means it: its ``$`` is the end, Python's also comes before a last line feed."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


_extend: Callable[..., type[Validator]] = validators.extend
_Engine: Final = _extend(Draft202012Validator, {"pattern": _pattern})


@dataclass(frozen=True, slots=True)
class _Error:
    """What is needed of an engine's error.

    Attributes:
        keyword: the keyword of the schema that does not hold.
        limit: the keyword's value.
        schema: the schema that it stands in.
        instance: the value, or name, that it does not hold for.
        path: where in the document that is; of a name, the mapping.
        about_key: whether it is about a name.
        below: of alternatives, what each of them has against it.
    """

    keyword: str
    limit: Json
    schema: Mapping[str, Json]
    instance: Json
    path: tuple[str | int, ...]
    about_key: bool
    below: tuple[_Error, ...] = ()

    @classmethod
    def of(cls, error: ValidationError) -> _Error:
        """An error of the engine."""
        return cls(
            keyword=str(error.validator),
            limit=error.validator_value,
            schema=error.schema if isinstance(error.schema, Mapping) else {},
            instance=error.instance,
            path=tuple(error.absolute_path),
            about_key="propertyNames" in error.absolute_schema_path,
            below=tuple(cls.of(one) for one in error.context or ()),
        )


def _relevant(error: ValidationError) -> Iterator[ValidationError]:
    """The errors that say what is wrong: of alternatives, those of the one that was meant, where that can be told."""
    if error.validator not in ("anyOf", "oneOf"):
        yield error
        return
    branches: dict[object, list[ValidationError]] = {}
    for one in error.context or ():
        branches.setdefault(one.relative_schema_path[0], []).append(one)
    meant = [branch for branch in branches.values() if not any(_is_other_kind(one, error) for one in branch)]
    if not meant:
        yield error
        return
    for one in min(meant, key=len):
        yield from _relevant(one)


def _is_other_kind(error: ValidationError, alternatives: ValidationError) -> bool:
    """Whether the value is not even of the kind that an alternative is about."""
    return error.validator in ("type", "const") and len(error.absolute_path) == len(alternatives.absolute_path)


class _Explainer:
    """Turns errors into findings.

    Args:
        schema: the whole schema, for what it refers to.
        places: where the parts of the value stand.
    """

    def __init__(self, schema: dict[str, Json], places: Places) -> None:
        self._schema = schema
        self._places = places
        self._ways: dict[str, Callable[[_Error], Iterable[Finding]]] = {
            "additionalProperties": self._unknown,
            "required": self._missing,
            "type": self._type,
            "anyOf": self._type,
            "enum": self._choice,
            "const": self._choice,
            "pattern": self._form,
        }

    def findings(self, error: _Error) -> Iterable[Finding]:
        """The findings that an error stands for."""
        return self._ways.get(error.keyword, self._constraint)(error)

    def _unknown(self, error: _Error) -> Iterator[Finding]:
        known = list(error.schema.get("properties", ()))
        for key in error.instance:
            if key not in known:
                elsewhere = _ELSEWHERE.get(key) if not error.path else None
                hint = elsewhere or _did_you_mean(key, known) or f"There are: {', '.join(known)}."
                span = self._places.span(f"{_pointer(error)}/{escape(key)}", key=True)
                yield _finding(UNKNOWN, f"{_name(error)} has no field '{key[:80]}'", span, hint)

    def _missing(self, error: _Error) -> Iterator[Finding]:
        path = _pointer(error)
        span = self._places.span(path, key=True)
        if not path:
            span = Span(span.file, span.start, span.start)
        known = list(error.schema.get("properties", ()))
        misspelt = {nearest(name, known) for name in error.instance if name not in known}
        for key in error.limit:
            if key not in error.instance and key not in misspelt:
                yield _finding(MISSING, f"{_name(error)} lacks '{key}'", span, self._example(error, key))

    def _example(self, error: _Error, key: str) -> str:
        schema = self._followed(error.schema.get("properties", {}).get(key, {}))
        example = (schema.get("examples") or [schema.get("default")])[0]
        if example is None:
            return f"Add '{key}'."
        written = example if isinstance(example, str) else json.dumps(example)
        return f"Add it: '{key}: {written}'."

    def _followed(self, schema: dict[str, Json]) -> dict[str, Json]:
        reference = str(schema.get("$ref", ""))
        found = self._schema["$defs"].get(reference.removeprefix("#/$defs/")) if reference else None
        return {**found, **schema} if found else schema

    def _type(self, error: _Error) -> Iterator[Finding]:
        wanted = _wanted(error)
        expected = _either([_A.get(one, one) for one in wanted])
        message = f"{_name(error)} must be {expected}, not {_kind(error.instance)}"
        yield _finding(TYPE, message, self._span(error), _type_hint(wanted, error.instance))

    def _choice(self, error: _Error) -> Iterator[Finding]:
        value = error.limit
        choices = [_written(one) for one in (value if error.keyword == "enum" else [value])]
        given = _written(error.instance) if not isinstance(error.instance, dict | list) else _kind(error.instance)
        one_of = f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
        if given in choices:  # what is wrong with it are its quotes
            message, hint = f"{_name(error)} must be {one_of}, not a string", "Write it without quotes."
        else:
            message = f"{_name(error)} must be {one_of}, not {given[:60]}"
            hint = _did_you_mean(given, choices) or f"Write {_either(choices)}."
        yield _finding(CHOICE, message, self._span(error), hint)

    def _form(self, error: _Error) -> Iterator[Finding]:
        message = f"{_name(error)} does not have the form that it needs"
        hint = str(error.schema.get("patternErrorMessage", f"It must match {error.limit}."))
        yield _finding(PATTERN, message, self._span(error), hint)

    def _constraint(self, error: _Error) -> Iterator[Finding]:
        name, limit = _name(error), error.limit
        if error.keyword == "not":
            both = limit["required"]
            span = self._places.span(f"{_pointer(error)}/{both[-1]}", key=True)
            message = f"{name} has both {' and '.join(repr(one) for one in both)}"
            yield _finding(CONSTRAINT, message, span, "Remove one of them.")
            return
        message, hint = {
            "minItems": (f"{name} is an empty list", "Name at least one, or remove it."),
            "minProperties": (f"{name} is empty", "Declare at least one."),
            "minLength": (f"{name} is empty", "Give it a value, or remove it."),
            "maxLength": (f"{name} is longer than {limit} characters", "Shorten it."),
            "minimum": (f"{name} must be at least {limit}", f"Write {limit} or more."),
            "maximum": (f"{name} must be at most {limit}", f"Write {limit} or less."),
        }.get(error.keyword, (f"{name}: {error.keyword} {json.dumps(limit)} does not hold", ""))
        yield _finding(CONSTRAINT, message, self._span(error), hint)

    def _span(self, error: _Error) -> Span:
        if error.about_key:
            return self._places.span(f"{_pointer(error)}/{escape(error.instance)}", key=True)
        return self._places.span(_pointer(error))


def _finding(rule: str, message: str, span: Span, hint: str) -> Finding:
    return Finding(rule, Severity.ERROR, message, span, hint)


def _pointer(error: _Error) -> str:
    return "".join(f"/{escape(str(token))}" for token in error.path)


def _name(error: _Error) -> str:
    """What to call the thing that an error is about."""
    path = error.path
    if error.about_key:
        return f"the name '{error.instance[:80]}'"
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"item {path[-1] + 1} of '{path[-2]}'"
    return f"'{path[-1]}'"


def _wanted(error: _Error) -> list[str]:
    """The types that an error says would do; of alternatives those of all."""
    if error.keyword == "type":
        value = error.limit
        return [value] if isinstance(value, str) else list(value)
    if error.keyword == "const":
        return [_written(error.limit)]
    return list(dict.fromkeys(one for below in error.below for one in _wanted(below)))


def _kind(value: Json) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool | int | float):
        return f"{'the number ' if not isinstance(value, bool) else ''}{_written(value)}"
    return _A["string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"]


def _type_hint(wanted: list[str], value: Json) -> str:
    if value is None:
        return "Give it a value, or remove the key."
    if "string" in wanted and isinstance(value, bool | int | float):
        return f'Quote it: "{_written(value)}".'
    if isinstance(value, str) and value in wanted:
        return "Write it without quotes."
    if "boolean" in wanted and isinstance(value, str) and value.lower() in _FLAGS:
        return "Write true or false, without quotes."
    if "array" in wanted and isinstance(value, str):
        return "Write it as a list: in brackets, or each item on a line of its own after '- '."
    if "object" in wanted:
        return "Write 'key: value' lines below it."
    if isinstance(value, str) and re.fullmatch(r"-?[0-9.]+", value):
        return "Write it without quotes."
    return f"Write {_either([_A.get(one, one) for one in wanted])}."


def _written(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f"Did you mean '{near}'?" if near else ""
