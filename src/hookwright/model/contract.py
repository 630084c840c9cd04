"""Payload contracts that captured deliveries propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hookwright.model.source import Json


class Departure(StrEnum):
    """In which way payloads differ from a contract."""

    MISSING = "missing"
    """A key that the contract requires is not there."""
    NEW = "new"
    """A key is there that the contract does not name."""
    TYPE = "type"
    """A value has another type."""
    VALUE = "value"
    """A value has the right type, but breaks another constraint: it is not in the list, say."""
    CONFIRMED = "confirmed"
    """A key is there that was only announced or assumed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between payloads and a contract.

    Attributes:
        kind: which way they differ.
        path: JSON pointer into the payload, with ``*`` for any element of an array.
        message: what differs; no value of a payload is in it.
        payloads: how many payloads differ so.
    """

    kind: Departure
    path: str
    message: str
    payloads: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contract for an event, made of payloads.

    Attributes:
        event: name of the event; ``workflow_response`` for what a Response node gives.
        payloads: how many payloads it was made of.
        schema: the proposed contract.
        known: whether there is a contract that it was held against.
        differences: where the payloads differ from that, in order of path.
    """

    event: str
    payloads: int
    schema: Mapping[str, Json]
    known: bool
    differences: tuple[Difference, ...]
