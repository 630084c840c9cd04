"""Documents against the published JSON Schemas.

A fast engine says whether a document is valid; only what it refuses is handed to the slow one, which says why. A test
holds the two against each other.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Final

from hookwright.validate.schemas import schema_text

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from hookwright.model.finding import Finding
    from hookwright.model.project import Project
    from hookwright.model.source import Document, Json

PROJECT: Final = "project"
"""Name of the schema of ``hookwright.yaml``."""

RESOURCES: Final = "resources"
"""Name of the schema of the files that it includes."""

_LARGE: Final = 50
"""Entries of a mapping from which on it pays to look only at those that fail."""


def check(document: Document, schema: str) -> list[Finding]:
    """What a schema has against a document.

    Args:
        document: the document. One without a value (an empty file, or one that is no YAML) is not looked at: reading
            has said what there is to say.
        schema: name of the schema: ``project`` or ``resources``.

    Returns:
        The findings (HW101 to HW106), each at the value, or the key, that is wrong; in the order of the file.
    """
    value = document.value
    if value is None or is_valid(value, schema):
        return []
    from hookwright.validate.violations import violations

    return violations(_failing(value, schema), _loaded(schema), document.places)


def check_project(project: Project) -> list[Finding]:
    """What the schemas have against the files of a project."""
    findings = check(project.file, PROJECT)
    for document in project.documents:
        findings += check(document, RESOURCES)
    return findings


def is_valid(value: Json, schema: str) -> bool:
    """Whether a value is valid against a published schema."""
    return _compiled(schema).is_valid(value)


def _failing(value: Json, schema: str) -> Json:
    """The value, with only those entries of its large mappings that fail: the slow engine need not see the others."""
    if not isinstance(value, dict) or all(len(part) < _LARGE for part in value.values() if isinstance(part, dict)):
        return value
    keep: dict[str, set[str]] = {}
    whole: set[str] = set()
    for error in _compiled(schema).iter_errors(value):
        section, *entry = [str(token) for token in error.instance_path[:2]] or [""]
        if entry:
            keep.setdefault(section, set()).update(entry)
        else:
            whole.add(section)
    return {
        key: part if key in whole or not isinstance(part, dict) or len(part) < _LARGE else _only(part, keep.get(key))
        for key, part in value.items()
    }


def _only(mapping: dict[str, Json], wanted: set[str] | None) -> dict[str, Json]:
    first = next(iter(mapping))  # stays, so that the mapping does not become an empty one
    return {key: value for key, value in mapping.items() if key == first or (wanted and key in wanted)}


@cache
def _compiled(schema: str) -> Draft202012Validator:
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(_loaded(schema))


@cache
def _loaded(schema: str) -> dict[str, Json]:
    value: dict[str, Json] = json.loads(schema_text(schema))
    return value
