"""Deliveries and their attempts, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HeaderList = tuple[tuple[str, str], ...]

PENDING: Final = "pending"
DELIVERED: Final = "delivered"
FAILED: Final = "failed"
REFUSED: Final = "refused"


@dataclass(slots=True)
class Delivery:
    """One event on its way to one webhook. Its request never changes: every attempt sends the same bytes.

    Attributes:
        id: its id.
        organization: id of the organization.
        webhook_id: id of the webhook.
        event: name of the event.
        created: when the event fired, seconds since the epoch.
        method: method of the request.
        url: where to.
        headers: the headers, the signature among them.
        body: the body, rendered.
        status: ``pending``, ``delivered`` (a 200 came), ``failed`` (all attempts failed), or ``refused`` (the emulator
            does not deliver there).
        attempts: attempts made.
        due: when the next attempt is due, seconds since the epoch; None when it is over.
    """

    id: str
    organization: str
    webhook_id: str
    event: str
    created: float
    method: str
    url: str
    headers: HeaderList
    body: bytes
    status: str = PENDING
    attempts: int = 0
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a delivery.

    Attributes:
        number: 1 for the first.
        started: when, seconds since the epoch.
        duration: seconds until the answer or the failure.
        status: HTTP status of the answer; None where none came.
        error: why there was no answer, or None.
        headers: headers of the answer.
        body: body of the answer, cut off at a bound.
    """

    number: int
    started: float
    duration: float
    status: int | None = None
    error: str | None = None
    headers: HeaderList = ()
    body: bytes = b""
