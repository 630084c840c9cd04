"""The facts of a check, for people: figures with units, and tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hookwright.model.source import Json

_UNITS: Final = {"ms": "ms", "s": "s", "seconds": "s", "percent": "%", "bytes": "bytes"}
_MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A fact that is a table.

    Attributes:
        title: what it is of.
        columns: names of the columns.
        rows: cells as text, as many in each row as there are columns.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def split(facts: Mapping[str, Json]) -> tuple[list[tuple[str, str]], list[Table]]:
    """Facts as figures (name and value) and tables.

    A list of objects is a table with a column for each of their keys; an object is a table of two columns, or, where
    all its values are objects, one with a column for each of theirs. All else is a figure; the end of its name says
    the unit: ``p95_ms``, ``base_s``, ``share_percent``.
    """
    plain: list[tuple[str, str]] = []
    tables: list[Table] = []
    for name, value in facts.items():
        table = _table(_words(name), value)
        if table:
            tables.append(table)
        else:
            plain.append(_figure(name, value))
    return plain, tables


def _table(title: str, value: Json) -> Table | None:
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return _of_rows(title, [row for row in value if isinstance(row, dict)])
    if not isinstance(value, dict) or not value:
        return None
    if all(isinstance(row, dict) for row in value.values()):
        return _of_rows(title, [{"": name, **row} for name, row in value.items() if isinstance(row, dict)])
    return Table(title, ("", "value"), tuple((name, show(item)) for name, item in list(value.items())[:_MOST_ROWS]))


def _of_rows(title: str, rows: list[dict[str, Json]]) -> Table:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Table(
        title,
        tuple(_words(column) for column in columns),
        tuple(tuple(show(row[name]) if name in row else "" for name in columns) for row in rows[:_MOST_ROWS]),
    )


def _figure(name: str, value: Json) -> tuple[str, str]:
    words = _words(name)
    head, _, last = words.rpartition(" ")
    numbers = value if isinstance(value, list) else [value]
    if head and last in _UNITS and all(type(number) in (int, float) for number in numbers):
        return head, f"{show(value)} {_UNITS[last]}"
    return words, show(value)


def show(value: Json) -> str:
    """A value in few characters: yes and no, three figures behind the point at most, lists with commas."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3f}".rstrip("0").rstrip(".")
        case str() | int():
            return str(value)
        case list() if not any(isinstance(item, list | dict) for item in value):
            return ", ".join(show(item) for item in value) or "none"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _words(name: str) -> str:
    return name.replace("_", " ")
