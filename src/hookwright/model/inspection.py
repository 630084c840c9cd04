"""What there is to see of a received delivery, fit to be shown: what the inspector's pages are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hookwright.model.delivery import Diagnosis, Received, Replayed, Summary


class Likeness(StrEnum):
    """How a part of what was received is to what is declared."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    """Declared, but not received."""
    EXTRA = "extra"
    """Received, but not declared."""
    UNKNOWN = "unknown"
    """Made of a process variable that is not set here."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A part of a request, as declared and as received; secrets masked.

    Attributes:
        place: the method, the name of a header, or the JSON pointer of a value in the body (empty: all of it).
        kind: ``method``, ``header`` or ``body``.
        declared: what the declared webhook would have sent; None where nothing.
        received: what was received; None where nothing.
        likeness: how the two are to each other; told of the values themselves, not of their masks.
    """

    place: str
    kind: str
    declared: str | None
    received: str | None
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Comparison:
    """A received delivery, held against the declared webhook that it is most likely one of.

    Attributes:
        webhook: name of the webhook.
        environment: name of the environment.
        addressed: whether the delivery came to the path of the webhook's URL.
        parts: the parts of the request, in order; differences among them.
        note: what else there is to know, or an empty string.
        omitted: how many parts are left out because there are so many.
    """

    webhook: str
    environment: str
    addressed: bool
    parts: tuple[Compared, ...]
    note: str = ""
    omitted: int = 0

    @property
    def differences(self) -> int:
        """How many parts are not alike."""
        return sum(part.likeness not in (Likeness.SAME, Likeness.UNKNOWN) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Inspected:
    """All there is to see of one received delivery.

    Attributes:
        summary: it, in one line.
        received: it; secret headers and, where they are known, secret values in the body masked.
        masked: whether values in the body were masked.
        diagnosis: why its signature is valid or not; None where there is no key or nothing to say.
        verified: whether there was a key to verify with.
        comparison: what it is held against the declaration; None where no declared webhook is like it.
        attempts: the attempts of the same delivery, in order, itself among them.
        replays: when it was sent once more from here, and how that went; newest first.
        target: where a replay would go, secrets masked.
        can_sign: whether a replay can be signed anew.
    """

    summary: Summary
    received: Received = field(repr=False)
    masked: bool
    diagnosis: Diagnosis | None
    verified: bool
    comparison: Comparison | None
    attempts: Sequence[Summary]
    replays: Sequence[tuple[datetime, Replayed]] = ()
    target: str = ""
    can_sign: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asked the inspector's list for, as it was typed.

    Attributes:
        event: pattern for the name of the event.
        path: pattern for the path.
        signature: a verdict, or an empty string for any.
        before: id of the delivery above which the page ends; empty for the newest.
    """

    event: str = ""
    path: str = ""
    signature: str = ""
    before: str = ""

    @property
    def filtered(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.event or self.path or self.signature)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of received deliveries.

    Attributes:
        query: what was asked for.
        deliveries: the deliveries, newest first; their paths fit to be shown.
        matching: how many there are in all.
        older: id to ask for the next page before; empty where there is none.
        events: names of events to choose from.
        receiver: URL of the receiver.
        kept_in: name of the file that keeps them; empty where that is memory.
        verified: whether there is a key to verify with.
        declared: whether there is a project to hold deliveries against.
    """

    query: Query
    deliveries: Sequence[Summary]
    matching: int
    older: str = ""
    events: Sequence[str] = ()
    receiver: str = ""
    kept_in: str = ""
    verified: bool = True
    declared: bool = True
