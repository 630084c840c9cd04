"""Text with secrets and vars in it, on its way from a live value to the declaration.

A *tree* is a JSON value whose strings may be :class:`Text`. The names of process variables are decided when all secrets
of all environments are known; until then a secret stands in the tree as itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hookwright.model.source import Json, escape

Tree = Any
"""A JSON value whose strings may be :class:`Text`, and whose numbers :class:`Number`."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A stretch of text that becomes ``${env.NAME}``.

    Attributes:
        value: the text.
        role: what it is, for its name: ``TOKEN``, ``API_KEY``.
    """

    value: str = field(repr=False)
    role: str


@dataclass(frozen=True, slots=True)
class Var:
    """``${var.NAME}``, and what it stands for in the environment at hand."""

    name: str
    value: str = field(repr=False)


Part = str | Secret | Var


@dataclass(frozen=True, slots=True)
class Text:
    """A string in parts; made by :func:`text_of`."""

    parts: tuple[Part, ...]

    @property
    def plain(self) -> str:
        """The string as it is live."""
        return "".join(part if isinstance(part, str) else part.value for part in self.parts)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is a secret: it can only be declared in a body that is text, where no quotes stand around it."""

    secret: Secret


NameOf = Callable[[str, Secret], str]
"""A secret and the JSON pointer of the value it is in → the name of its process variable."""


def text_of(parts: Iterable[Part]) -> str | Text:
    """Parts as one string, plain where nothing in it is secret or a var.

    A ``$`` just before a secret goes into the secret: ``$`` and ``${env.X}`` together would read as an escaped ``${``.
    """
    joined: list[Part] = []
    for part in parts:
        if part == "":
            continue
        before = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(before, str):
            joined[-1] = before + part
        elif isinstance(part, Secret) and isinstance(before, str) and before.endswith("$"):
            rest = before.rstrip("$")
            joined[-1:] = [rest] if rest else []
            joined.append(Secret(before[len(rest) :] + part.value, part.role))
        else:
            joined.append(part)
    if not joined:
        return ""
    return joined[0] if len(joined) == 1 and isinstance(joined[0], str) else Text(tuple(joined))


def parts_of(text: str | Text) -> tuple[Part, ...]:
    """The parts of a string."""
    return (text,) if isinstance(text, str) else text.parts


def escaped(text: str) -> str:
    """Live text as YAML says it: ``${`` is ``$${``."""
    return text.replace("${", "$${")


def declared(tree: Tree, name_of: NameOf, pointer: str = "") -> Json:
    """A tree as the YAML says it: ``${env.…}`` for secrets, ``${var.…}`` for vars, ``$${`` for ``${``.

    Args:
        tree: the tree.
        name_of: gives the names of process variables.
        pointer: JSON pointer of the tree.
    """
    if isinstance(tree, str):
        return escaped(tree)
    if isinstance(tree, Text):
        return "".join(_declared_part(part, name_of, pointer) for part in tree.parts)
    if isinstance(tree, Mapping):
        return {key: declared(value, name_of, f"{pointer}/{escape(key)}") for key, value in tree.items()}
    if isinstance(tree, list):
        return [declared(value, name_of, f"{pointer}/{index}") for index, value in enumerate(tree)]
    return tree


def _declared_part(part: Part, name_of: NameOf, pointer: str) -> str:
    if isinstance(part, str):
        return escaped(part)
    return f"${{env.{name_of(pointer, part)}}}" if isinstance(part, Secret) else f"${{var.{part.name}}}"


def secrets_in(tree: Tree, pointer: str = "") -> Iterator[tuple[str, Secret]]:
    """The secrets of a tree, each with the JSON pointer of the value it is in."""
    if isinstance(tree, Text):
        for part in tree.parts:
            if isinstance(part, Secret):
                yield pointer, part
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from secrets_in(value, f"{pointer}/{escape(key)}")
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from secrets_in(value, f"{pointer}/{index}")


_MARGIN: Final = "  "


def as_json_text(tree: Tree) -> str | Text:
    """A tree as the text of its JSON, indented; whatever is filled in for its secrets keeps it JSON."""
    return text_of(_json_parts(tree, "\n"))


def _json_parts(tree: Tree, newline: str) -> Iterator[Part]:
    inner = newline + _MARGIN
    if isinstance(tree, Mapping) and tree:
        opening = "{"
        for key, value in tree.items():
            yield f"{opening}{inner}{_json(key)}: "
            yield from _json_parts(value, inner)
            opening = ","
        yield f"{newline}}}"
    elif isinstance(tree, list) and tree:
        opening = "["
        for value in tree:
            yield f"{opening}{inner}"
            yield from _json_parts(value, inner)
            opening = ","
        yield f"{newline}]"
    elif isinstance(tree, Text):
        yield '"'
        for part in tree.parts:
            quoted = _json(part if isinstance(part, str) else part.value)[1:-1]
            yield quoted if isinstance(part, str) else Secret(quoted, part.role) if isinstance(part, Secret) else part
        yield '"'
    elif isinstance(tree, Number):
        yield tree.secret
    else:
        yield _json(tree)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
