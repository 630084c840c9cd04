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
    """What is wrong with a contract of the project, and where.

    Attributes:
        message: what is wrong.
        span: where.
        hint: what to do about it.
        event: whose contract cannot be used; empty where it is nobody's.
    """

    message: str
    span: Span
    hint: str = ""
    event: str = ""


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
    # What a contract that cannot be used would have said is not known: any key may be one of its.
    named |= {problem.event: {"additionalProperties": True} for problem in problems if problem.event}
    own = {name: Contract(name, _merge(name, schema)) for name, schema in named.items()}
    return Contracts(own, own.pop(WORKFLOW_RESPONSE, None), tuple(problems))


def _problem(given: _Given) -> Problem | None:
    name, known = given.name, (*PLATFORM_EVENTS, WORKFLOW_RESPONSE)
    if name not in known:
        hint = did_you_mean(name, known, otherwise="There can be contracts of")
        return Problem(f"there is no event '{name}' to write a contract of", given.place(""), hint)
    if not isinstance(given.schema, Mapping):
        message = f"the contract of '{name}' is not a JSON Schema: it must be an object"
        return Problem(message, given.place(""), event=name)
    fault = schema_fault(given.schema)
    if fault is None:
        return None
    pointer, message = fault
    return Problem(f"the contract of '{name}' is not a JSON Schema: {message}", given.place(pointer), event=name)


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
        name = _event_of(path.name.removesuffix(suffix))
        try:
            if path.stat().st_size > _LARGEST:
                message = f"a contract of more than {_LARGEST:,} bytes is not read"
                problems.append(Problem(message, start, event=name))
                continue
            text = path.read_text("utf-8-sig")
            schema = json.loads(text)
        except json.JSONDecodeError as error:
            at = Position(error.lineno, error.colno)
            message = f"the contract is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            problems.append(Problem(message, Span(path, at, at), event=name))
        except UnicodeDecodeError:
            problems.append(Problem("the contract is not UTF-8", start, "Save the file as UTF-8.", event=name))
        except OSError as error:
            problems.append(Problem(f"the contract cannot be read: {error.strerror or error}", start, event=name))
        except RecursionError:
            problems.append(Problem("the contract is nested too deeply to be read", start, event=name))
        else:
            yield _Given(name, schema, partial(_in_json, path, text))


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
