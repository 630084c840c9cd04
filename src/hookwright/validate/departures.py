"""Where payloads that were seen differ from the contract of their event, and the contract that would fit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hookwright.model.contract import Departure, Difference, Proposal
from hookwright.model.source import Json, escape
from hookwright.validate.contracts import Contract, Meets, Status
from hookwright.validate.inference import DRAFT, infer, observe, type_of

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError


def propose(event: str, payloads: Sequence[Json], known: Contract | None) -> Proposal:
    """A contract that payloads of an event fit.

    Args:
        event: name of the event.
        payloads: the payloads, at least one.
        known: the contract of the event, if there is one. What it knows of keys that were never seen is kept, but
            nothing of that is required.
    """
    base = known.schema if known else {}
    inferred = infer(observe(payloads), base)
    schema: dict[str, Any] = {
        "$schema": DRAFT,
        "title": event,
        "description": f"Inferred from {len(payloads)} captured payload{'' if len(payloads) == 1 else 's'}.",
        "x-status": str(Status.DOCUMENTED),
    }
    schema |= {keyword: value for keyword, value in inferred.items() if keyword != "description"}
    properties, mine = base.get("properties"), inferred.get("properties")
    if isinstance(properties, Mapping) and isinstance(mine, Mapping):
        schema["properties"] = {**mine, **{key: value for key, value in properties.items() if key not in mine}}
    return Proposal(event, len(payloads), schema, known is not None, differences(payloads, known) if known else ())


def differences(payloads: Sequence[Json], known: Contract) -> tuple[Difference, ...]:
    """Where payloads differ from a contract, in order of path."""
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(dict(known.schema))
    counts: dict[tuple[str, Departure, str], int] = {}
    walk = _Walk(known)
    for payload in payloads:
        found = set(walk.keys(payload))
        if not validator.is_valid(payload):
            found |= {one for error in validator.iter_errors(payload) for one in _broken(error)}
        for one in found:
            counts[one] = counts.get(one, 0) + 1
    return tuple(Difference(kind, path, message, count) for (path, kind, message), count in sorted(counts.items()))


def _broken(error: ValidationError) -> Iterator[tuple[str, Departure, str]]:
    from jsonschema_rs import ValidationErrorKind

    kind, path = error.kind, "".join(_step(part) for part in error.instance_path)
    if isinstance(kind, ValidationErrorKind.Required):
        yield path + _step(kind.property), Departure.MISSING, "required by the contract"
    elif isinstance(kind, ValidationErrorKind.Type):
        expected = " or ".join(str(one) for one in kind.types)
        yield path, Departure.TYPE, f"{type_of(error.instance)}; the contract says {expected}"
    elif not isinstance(kind, ValidationErrorKind.AdditionalProperties):  # these are found as new keys
        yield path, Departure.VALUE, f"breaks '{error.schema_path[-1]}' of the contract"


def _step(part: str | int) -> str:
    return "/*" if isinstance(part, int) else f"/{escape(part)}"


@dataclass(slots=True)
class _Walk:
    """Finds the keys that a contract does not name, or does not vouch for."""

    contract: Contract
    _found: dict[tuple[str, ...], tuple[Departure, str] | None] = field(default_factory=dict)

    def keys(self, payload: Json) -> Iterator[tuple[str, Departure, str]]:
        waiting: list[tuple[str, tuple[str, ...], Json]] = [("", (), payload)]
        while waiting:
            path, names, value = waiting.pop()
            if isinstance(value, list):
                waiting += [(f"{path}/*", (*names, "0"), item) for item in value]
            elif isinstance(value, Mapping):
                for key, item in value.items():
                    below, there = f"{path}/{escape(key)}", (*names, key)
                    found = self._judge(there)
                    if found:
                        kind, message = found
                        yield below, kind, message.replace("{}", type_of(item))
                    if found is None or found[0] is not Departure.NEW:
                        waiting.append((below, there, item))

    def _judge(self, names: tuple[str, ...]) -> tuple[Departure, str] | None:
        if names not in self._found:
            self._found[names] = self._new(names)
        return self._found[names]

    def _new(self, names: tuple[str, ...]) -> tuple[Departure, str] | None:
        trace = self.contract.trace(names)
        if trace.meets is Meets.UNKNOWN or (trace.meets is Meets.OPEN and trace.known):
            return Departure.NEW, "{}; the contract does not name it"
        if trace.meets is Meets.KNOWN and trace.status is not Status.DOCUMENTED:
            return Departure.CONFIRMED, f"{{}}; {trace.status} until now"
        return None
