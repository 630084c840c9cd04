"""What each event carries: payload contracts, as JSON Schemas, and what a template path meets in them.

The contracts of the platform's events are published in ``schemas/events``. A project adds to them, or corrects them,
with files in ``contracts/`` beside ``hookwright.yaml`` or under ``contracts:`` in it (see :mod:`.refinements`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from hookwright.model.frozen import dataclass
from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.model.source import Json
from hookwright.validate.schemas import schema_text

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.validate.refinements import Problem

STATUS: Final = "x-status"
FOLDER: Final = "contracts"
"""The folder beside ``hookwright.yaml`` that holds a project's contracts."""


class Status(StrEnum):
    """How much is known of a key or an event."""

    DOCUMENTED = "documented"
    """It stands in a published payload."""
    ANNOUNCED = "announced"
    """The platform said that it comes, but shows no payload with it."""
    UNPUBLISHED = "unpublished"
    """Nothing is published: it is assumed from related events."""


class Meets(Enum):
    """What a path meets in a contract."""

    KNOWN = "known"
    OPEN = "open"
    """Nothing speaks of it, and more keys than the known ones may be there."""
    UNKNOWN = "unknown"
    """There is no such key."""
    SCALAR = "scalar"
    """It goes on below a value that holds nothing."""
    LIST = "list"
    """It names an element of a list by something that is no number."""


_COMPOSED: Final = frozenset(
    {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"}
)
"""Keywords by which a schema can say more of an object's properties than stands under ``properties``."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a path meets.

    Attributes:
        meets: what it meets.
        depth: how many of its names were found.
        known: the names known at the place where it ends, for hints.
        status: the weakest status met on the way.
        required: whether everything on the way is required.
        type: JSON type of what stands at ``depth``, or an empty string.
    """

    meets: Meets
    depth: int
    known: tuple[str, ...] = ()
    status: Status = Status.DOCUMENTED
    required: bool = True
    type: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """What is known of one payload.

    Attributes:
        event: name of the event; ``workflow_response`` for what a Response node gives.
        schema: its JSON Schema, with ``x-status`` where something is less than documented.
    """

    event: str
    schema: Mapping[str, Json]
    _traces: dict[tuple[str, ...], Trace] = field(default_factory=dict, repr=False, compare=False)

    @property
    def status(self) -> Status:
        """How much is known of the event as a whole."""
        return _status(self.schema, Status.DOCUMENTED)

    @property
    def keys(self) -> tuple[str, ...]:
        """The top-level keys, in the order of the schema."""
        return tuple(_mapping(self.schema.get("properties")))

    @property
    def sample(self) -> Json:
        """A sample payload: the first of the schema's ``examples``; an empty object where it has none."""
        examples = self.schema.get("examples")
        return examples[0] if isinstance(examples, list) and examples else {}

    def trace(self, path: Sequence[str]) -> Trace:
        """What a path (the names of a template behind its root) meets."""
        wanted = tuple(path)
        if wanted not in self._traces:
            self._traces[wanted] = _trace(self.schema, wanted)
        return self._traces[wanted]


class Contracts:
    """All the contracts that hold in a project.

    Attributes:
        response: what the workflows' Response nodes give; None where the project does not say.
        problems: what is wrong with the project's own contracts.
    """

    def __init__(
        self,
        own: Mapping[str, Contract] | None = None,
        response: Contract | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        """Gather them.

        Args:
            own: contracts of the project, by event: they win over the published ones.
            response: see the class.
            problems: see the class.
        """
        self.response = response
        self.problems = problems
        self._own = own or {}
        self._guessed: dict[tuple[str, ...], frozenset[str]] = {}

    def of(self, event: str) -> Contract | None:
        """The contract of an event; None where it is no event of the platform."""
        return self._own.get(event) or contract(event)

    def guessed(self, events: tuple[str, ...]) -> frozenset[str]:
        """Those of some events whose payload is not published: what they lack, they may have after all."""
        if events not in self._guessed:
            found = [each for each in map(self.of, events) if each and each.status is Status.UNPUBLISHED]
            self._guessed[events] = frozenset(each.event for each in found)
        return self._guessed[events]


def contracts_of(project: Project) -> Contracts:
    """The published contracts, and those of the project over them."""
    value = project.file.value
    if (isinstance(value, Mapping) and "contracts" in value) or (project.root / FOLDER).is_dir():
        from hookwright.validate.refinements import refined

        return refined(project)
    return Contracts()


@cache
def contract(event: str) -> Contract | None:
    """The published contract of a platform event; None where there is none of that name."""
    if event not in PLATFORM_EVENTS:
        return None
    return Contract(event, json.loads(schema_text(f"events/{slug_of(event)}")))


def sample(event: str) -> dict[str, Json]:
    """A sample payload of a platform event, a new one for each call.

    Raises:
        KeyError: the platform has no such event.
    """
    found = contract(event)
    if found is None:
        raise KeyError(event)
    return dict(found.sample)


def slug_of(event: str) -> str:
    """The name of an event's contract file, without suffix: ``Workflow Timed Out`` → ``workflow-timed-out``."""
    return re.sub(r"[^a-z0-9]+", "-", event.lower()).strip("-")


def _trace(root: Mapping[str, Json], path: tuple[str, ...]) -> Trace:
    schema, status, required = root, _status(root, Status.DOCUMENTED), True
    depth = 0
    while depth < len(path):
        kind = _type_of(schema)
        if kind not in ("object", "array", ""):
            return Trace(Meets.SCALAR, depth, (), status, required, kind)
        step = None if kind == "array" else _property(schema, path[depth:])
        # What may be an object or an array has both: a number that is no property names an element.
        if step is None and path[depth].isdecimal() and (kind == "array" or "items" in schema):
            schema, required, depth = _follow(root, schema.get("items")), False, depth + 1
            continue
        if kind == "array":
            return Trace(Meets.LIST, depth, (), status, required, kind)
        if step is None:
            properties = _mapping(schema.get("properties"))
            closed = properties and schema.get("additionalProperties", False) is False and not _COMPOSED & schema.keys()
            meets = Meets.UNKNOWN if closed else Meets.OPEN
            return Trace(meets, depth, tuple(properties), status, required, kind)
        name, taken, found = step
        required = required and name in (schema.get("required") or ())
        schema = _follow(root, found)
        status = _weaker(status, _status(schema, Status.DOCUMENTED))
        depth += taken
    return Trace(Meets.KNOWN, depth, tuple(_mapping(schema.get("properties"))), status, required, _type_of(schema))


def _property(schema: Mapping[str, Json], names: tuple[str, ...]) -> tuple[str, int, Json] | None:
    """The property that the first names select (the most, as the renderer does it), how many they are, its schema."""
    properties = _mapping(schema.get("properties"))
    for length in range(len(names), 0, -1):
        name = ".".join(names[:length])
        if name in properties:
            return name, length, properties[name]
    for pattern, found in _mapping(schema.get("patternProperties")).items():
        if re.search(pattern, names[0]):
            return names[0], 1, found
    more = schema.get("additionalProperties")
    return (names[0], 1, more) if isinstance(more, Mapping) else None


def _follow(root: Mapping[str, Json], schema: Json) -> Mapping[str, Json]:
    """The schema, with a reference into the same document followed."""
    for _ in range(8):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = root
        for token in reference[2:].split("/"):
            schema = schema.get(token, {}) if isinstance(schema, Mapping) else {}
    return schema if isinstance(schema, Mapping) else {}


def _type_of(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        others = [one for one in kind if one != "null"]
        kind = others[0] if len(others) == 1 else None
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else ""


def _status(schema: Mapping[str, Json], default: Status) -> Status:
    try:
        return Status(schema.get(STATUS, default))
    except ValueError:
        return default


def _weaker(one: Status, other: Status) -> Status:
    order = list(Status)
    return max(one, other, key=order.index)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
