"""Deliveries: as they are sent, and as they are received."""

from __future__ import annotations

import json
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Final

from hookwright.model.frozen import dataclass

LARGEST_PARSED: Final = 1024 * 1024
"""Bytes of a body above which nobody parses it just to show or filter it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key to sign or verify with.

    Attributes:
        name: what to call it in messages: the environment, or the process variable it came from; never the key.
        value: the key.
    """

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """The HTTP request of a delivery, to the byte.

    Attributes:
        method: POST, PUT or PATCH.
        url: where it goes.
        headers: names and values in the order sent, the signature last; what belongs to the connection (``Host``,
            ``Content-Length``) is not among them.
        body: the bytes of the body.
    """

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case; None where there is none."""
        return find_header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to make a delivery, and what came back.

    Attributes:
        status: HTTP status of the answer, or None where there was none.
        duration: seconds from the start of the attempt to the end of the answer.
        size: bytes of the answer's body that were read.
        answer: the first of them.
        error: why there was no (whole) answer, without URL or host; an empty string where there was one.
    """

    status: int | None
    duration: float
    size: int = 0
    answer: bytes = field(default=b"", repr=False)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a delivery went: its attempts, in order, at least one."""

    attempts: tuple[Attempt, ...]

    @property
    def last(self) -> Attempt:
        """The last attempt: the one that decides."""
        return self.attempts[-1]

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it. Only 200 is promised to count (Refold's webhooks guide, "Receive events")."""
        return self.last.status == 200 and not self.last.error


@dataclass(frozen=True, slots=True)
class SentDelivery:
    """A delivery that was sent, fit to be shown.

    Attributes:
        webhook: name of the webhook.
        event: name of the event.
        request: the request, its secrets masked.
        sent: how it went.
    """

    webhook: str
    event: str
    request: DeliveryRequest
    sent: Sent


@dataclass(frozen=True, slots=True)
class RenderedDelivery:
    """A request that a delivery would send, fit to be shown.

    Attributes:
        webhook: name of the webhook.
        environment: name of the environment.
        event: name of the event.
        request: the request.
        masked: whether secrets in it are masked.
        note: what a reader should know of it, or an empty string.
    """

    webhook: str
    environment: str
    event: str
    request: DeliveryRequest
    masked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class WireChange:
    """What a delivery of one event sends before a change of its webhook, and after; both fit to be shown.

    Attributes:
        event: name of the event.
        before: what it sends now, without the signature; None where nothing is delivered.
        after: what it will send, likewise.
        masked: whether secrets in either are masked; where both look the same, these are what differs.
    """

    event: str
    before: DeliveryRequest | None
    after: DeliveryRequest | None
    masked: bool = False


class Verdict(StrEnum):
    """What is to be said of the signature of a received delivery."""

    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery that was received.

    Attributes:
        id: its number, unique in a listener or its file.
        received_at: when its body was complete (UTC).
        method: HTTP method.
        path: request target as sent, query included; every byte is one character (Latin-1).
        headers: names and values as sent, in order; likewise.
        body: the raw bytes of the body.
        signature: the verdict on its signature.
        key: name of the key that verified it, or an empty string.
        attempt: which attempt of its delivery this is, from 1, as far as path and body tell.
        answered: HTTP status it was answered with; None where the connection was cut instead.
        duration: seconds from the complete body to the answer.
        target: the URL it was passed on to, or an empty string.
        webhook: name of the declared webhook that it is most likely one of, or an empty string.
    """

    id: str
    received_at: datetime
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    signature: Verdict
    key: str = ""
    attempt: int = 1
    answered: int | None = None
    duration: float = 0.0
    target: str = field(default="", repr=False)
    webhook: str = ""

    @property
    def event(self) -> str:
        """The name of the event that the body says, or an empty string."""
        return event_of(self.body)

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case; None where there is none."""
        return find_header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Summary:
    """A received delivery in one line: what a list shows. Fields as in :class:`Received`, and these.

    Attributes:
        event: name of the event that the body says, or an empty string.
        size: bytes of the body.
        delivery: what its attempts have in common and no other delivery has (hexadecimal).
    """

    id: str
    received_at: datetime
    method: str
    path: str = field(repr=False)
    event: str
    signature: Verdict
    attempt: int
    answered: int | None
    duration: float
    size: int
    delivery: str
    webhook: str = ""

    @property
    def title(self) -> str:
        """What to call it: its event, or the webhook; an empty string where neither is known."""
        return self.event or self.webhook


@dataclass(frozen=True, slots=True)
class Replayed:
    """A received delivery that was sent once more, fit to be shown.

    Attributes:
        summary: the delivery.
        url: where it went, secrets masked.
        signed: whether it was signed anew.
        attempt: how it went.
    """

    summary: Summary
    url: str
    signed: bool
    attempt: Attempt

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return Sent((self.attempt,)).delivered


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a signature is valid or not.

    Attributes:
        code: the reason in one word, for programs: ``valid``, ``wrong-key``, ``reserialised``, …
        message: the reason in one sentence.
        hint: what to do about it, or an empty string.
        key: name of the key that explains it, or an empty string.
    """

    code: str
    message: str
    hint: str = ""
    key: str = ""

    @property
    def valid(self) -> bool:
        """Whether the signature is valid."""
        return self.code == "valid"


def find_header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """The value of the first header of that name, in any case; None where there is none."""
    wanted = name.lower()
    return next((value for header, value in headers if header.lower() == wanted), None)


def event_of(body: bytes, *, largest: int = LARGEST_PARSED) -> str:
    """The name of the event that a body says; an empty string where it says none, or has more than so many bytes."""
    if len(body) > largest:
        return ""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    name = value.get("event") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""
