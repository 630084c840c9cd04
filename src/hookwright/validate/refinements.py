"""What a project knows better: its own contracts, merged over the published ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.model.source import Json, Places, Position, Span, escape
from hookwright.templates.syntax import WORKFLOW_RESPONSE
from hookwright.validate.contracts import FOLDER, Contract, Contracts, contract, slug_of
from hookwright.validate.json_places import place_of
from hookwright.validate.names import did_you_mean
from hookwright.validate.payloads import schema_fault

if TYPE_CHECKING:
    from hookwright.model.project import Project

SUFFIXES: Final = (".schema.json", ".json")
_MERGED: Final = ("properties", "patternProperties")
_LARGEST: Final = 1_000_000
"""Bytes of a contract file; a larger one is no contract."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a contract of the project, and where."""

    message: str
    span: Span
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """A contract as the project gives it, and where the parts of its schema stand, by JSON pointer."""

    name: str
    schema: Json
    place: Callable[[str], Span]


def refined(project: Project) -> Contracts:
    """The contracts of a project, merged over the published ones.

    They stand in ``contracts/*.json``, named after the event (``workflow-timed-out.json``, ``workflow-response.json``),
    and under ``contracts:`` in ``hookwright.yaml``, by name of the event; the latter win. Their properties are added,
    or replace those of the same name, and ``required`` says of them alone which are.
    """
    problems: list[Problem] = []
    named: dict[str, Mapping[str, Json]] = {}
    for given in [*_from_folder(project.root / FOLDER, problems), *_from_file(project)]:
        problem = _problem(given)
        if problem:
            problems.append(problem)
        else:
            named[given.name] = given.schema
    own = {name: Contract(name, _merge(name, schema)) for name, schema in named.items()}
    return Contracts(own, own.pop(WORKFLOW_RESPONSE, None), tuple(problems))


def _problem(given: _Given) -> Problem | None:
    name, known = given.name, (*PLATFORM_EVENTS, WORKFLOW_RESPONSE)
    if name not in known:
        hint = did_you_mean(name, known, otherwise="There can be contracts of")
        return Problem(f"there is no event '{name}' to write a contract of", given.place(""), hint)
    if not isinstance(given.schema, Mapping):
        return Problem(f"the contract of '{name}' is not a JSON Schema: it must be an object", given.place(""))
    fault = schema_fault(given.schema)
    if fault is None:
        return None
    pointer, message = fault
    return Problem(f"the contract of '{name}' is not a JSON Schema: {message}", given.place(pointer))


def _from_file(project: Project) -> Iterator[_Given]:
    value = project.file.value
    contracts = value.get("contracts") if isinstance(value, Mapping) else None
    for name, schema in contracts.items() if isinstance(contracts, Mapping) else ():
        if isinstance(schema, Mapping):  # HW103 reports the others
            base = f"/contracts/{escape(name)}"
            yield _Given(name, schema, partial(_in_file, project.file.places, base))


def _in_file(places: Places, base: str, pointer: str) -> Span:
    return places.span(base + pointer, key=not pointer)


def _from_folder(folder: Path, problems: list[Problem]) -> Iterator[_Given]:
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        start = Span(path, Position(1, 1), Position(1, 1))
        suffix = next(suffix for suffix in SUFFIXES if path.name.endswith(suffix))
        try:
            if path.stat().st_size > _LARGEST:
                problems.append(Problem(f"a contract of more than {_LARGEST} bytes is not read", start))
                continue
            text = path.read_text("utf-8")
            schema = json.loads(text)
        except json.JSONDecodeError as error:
            at = Position(error.lineno, error.colno)
            problems.append(Problem(f"the contract is not JSON: {error.msg}", Span(path, at, at)))
        except (OSError, UnicodeDecodeError, RecursionError) as error:
            problems.append(Problem(f"the contract cannot be read: {type(error).__name__}", start))
        else:
            yield _Given(_event_of(path.name.removesuffix(suffix)), schema, partial(_in_json, path, text))


def _in_json(path: Path, text: str, pointer: str) -> Span:
    return Span(path, *place_of(text, pointer))


def _event_of(stem: str) -> str:
    """The event that a contract file is named after; the name itself where it is none."""
    known = {slug_of(name): name for name in (*PLATFORM_EVENTS, WORKFLOW_RESPONSE)}
    return known.get(slug_of(stem), stem)


def _merge(name: str, schema: Mapping[str, Json]) -> Mapping[str, Json]:
    published = contract(name)
    if published is None:
        return schema
    merged = {**published.schema, **schema}
    for part in _MERGED:
        both = {**(published.schema.get(part) or {}), **(schema.get(part) or {})}
        if both:
            merged[part] = both
    mine = schema.get("properties") or {}
    kept = [key for key in published.schema.get("required") or () if key not in mine]
    merged["required"] = kept + list(schema.get("required") or ())
    return merged
