"""What a project knows better: its own contracts, merged over the published ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.model.source import Json, Position, Span, escape
from hookwright.templates.syntax import WORKFLOW_RESPONSE
from hookwright.validate.contracts import FOLDER, Contract, Contracts, contract, slug_of
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


def refined(project: Project) -> Contracts:
    """The contracts of a project, merged over the published ones.

    They stand in ``contracts/*.json``, named after the event (``workflow-timed-out.json``, ``workflow-response.json``),
    and under ``contracts:`` in ``hookwright.yaml``, by name of the event; the latter win. Their properties are added,
    or replace those of the same name, and ``required`` says of them alone which are.
    """
    problems: list[Problem] = []
    named: dict[str, Mapping[str, Json]] = {}
    for name, schema, span in [*_from_folder(project.root / FOLDER, problems), *_from_file(project)]:
        if not isinstance(schema, Mapping):
            problems.append(Problem(f"the contract of '{name}' is not a JSON Schema: it must be an object", span))
        elif name != WORKFLOW_RESPONSE and name not in PLATFORM_EVENTS:
            problems.append(Problem(f"there is no event '{name}' to write a contract of", span, _names_hint(name)))
        else:
            fault = schema_fault(schema)
            if fault:
                problems.append(Problem(f"the contract of '{name}' is not a JSON Schema: {fault[1]}", span))
            else:
                named[name] = schema
    own = {name: Contract(name, _merge(name, schema)) for name, schema in named.items()}
    return Contracts(own, own.pop(WORKFLOW_RESPONSE, None), tuple(problems))


def _from_file(project: Project) -> list[tuple[str, Json, Span]]:
    value = project.file.value
    contracts = value.get("contracts") if isinstance(value, Mapping) else None
    if not isinstance(contracts, Mapping):
        return []
    places = project.file.places
    return [(name, schema, places.span(f"/contracts/{escape(name)}", key=True)) for name, schema in contracts.items()]


def _from_folder(folder: Path, problems: list[Problem]) -> list[tuple[str, Json, Span]]:
    if not folder.is_dir():
        return []
    found: list[tuple[str, Json, Span]] = []
    for path in sorted(folder.glob("*.json")):
        start = Span(path, Position(1, 1), Position(1, 1))
        suffix = next(suffix for suffix in SUFFIXES if path.name.endswith(suffix))
        name = _event_of(path.name.removesuffix(suffix))
        try:
            if path.stat().st_size > _LARGEST:
                problems.append(Problem(f"a contract of more than {_LARGEST} bytes is not read", start))
                continue
            schema = json.loads(path.read_text("utf-8"))
        except json.JSONDecodeError as error:
            at = Position(error.lineno, error.colno)
            problems.append(Problem(f"the contract is not JSON: {error.msg}", Span(path, at, at)))
        except (OSError, UnicodeDecodeError, RecursionError) as error:
            problems.append(Problem(f"the contract cannot be read: {type(error).__name__}", start))
        else:
            found.append((name, schema, start))
    return found


def _event_of(stem: str) -> str:
    """The event that a contract file is named after; the name itself where it is none."""
    known = {slug_of(name): name for name in (*PLATFORM_EVENTS, WORKFLOW_RESPONSE)}
    return known.get(slug_of(stem), stem)


def _names_hint(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, (*PLATFORM_EVENTS, WORKFLOW_RESPONSE), n=1)
    return f"Did you mean '{near[0]}'?" if near else "Contracts are of the platform's events and of workflow_response."


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
