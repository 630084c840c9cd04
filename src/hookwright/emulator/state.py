"""What the emulated platform keeps, and the shape of a call's outcome. Nothing here does I/O.

The rules of the calls stand beside it, one file per subject: ``webhooks.py``, ``events.py``, ``triggers.py``,
``workflows.py``. Each rule is a function from :class:`Asked` to :class:`Outcome`, or raises :class:`CallError`.
Records are the plain JSON objects that the API answers; nothing of the client's code is used, so that a mistake in one
is not hidden by the same mistake in the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from hookwright.model.source import Json

Record = dict[str, Json]

BAD_REQUEST: Final = "BAD_REQUEST"
"""Code of a 400 for which no source names one."""

_KEY: Final = re.compile(r"(?:tk|pk)[!-~]{1,510}")
_ENVIRONMENTS: Final = {"tk": "test", "pk": "production"}


class CallError(Exception):
    """A call that the platform answers with an error.

    Attributes:
        status: HTTP status of the answer.
        code: the platform's error code.
        message: what it says.
        headers: more headers of the answer.
    """

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def envelope(self, *, code_field: str, type_field: str, request_id: str) -> Record:
        """The JSON that the platform answers; its services differ in the names of two of the fields."""
        return {
            "status_code": self.status,
            type_field: HTTPStatus(self.status).name,
            code_field: self.code,
            "message": self.message,
            "request_id": request_id,
        }


def bad_request(message: str) -> CallError:
    """The 400 for something malformed that no source has a code of its own for."""
    return CallError(400, BAD_REQUEST, message)


@dataclass(slots=True)
class Organization:
    """One organization in one environment: what one API key sees.

    Attributes:
        id: 24 hexadecimal characters, a one-way function of the key.
        environment: ``test`` or ``production``, from the key's prefix.
        webhooks: stored webhooks by id, in order of creation, without the fields computed when read.
        events: stored custom events by id, in order of creation.
        workflows: what the workflow call lists, in order.
    """

    id: str
    environment: str
    webhooks: dict[str, Record] = field(default_factory=dict)
    events: dict[str, Record] = field(default_factory=dict)
    workflows: list[Record] = field(default_factory=list)


def identify(key: str | None) -> Organization | None:
    """The organization, still empty, that an API key selects; None where the key is not one.

    Any printable key that starts with ``tk`` or ``pk`` is an organization of its own. Its id cannot be turned back into
    the key, so a database of the emulator holds no key.
    """
    if key is None or not _KEY.fullmatch(key):
        return None
    digest = hashlib.sha256(b"hookwright emulator organization\0" + key.encode("ascii")).hexdigest()
    return Organization(digest[:24], _ENVIRONMENTS[key[:2]])


@dataclass(frozen=True, slots=True)
class Asked:
    """One call, parsed as far as HTTP goes.

    Attributes:
        organization: whose key it came with.
        params: variables of the path.
        query: the query, last value of each name.
        headers: the headers, names in lower case.
        body: the JSON body; None where the call has none.
        now: seconds since the epoch.
        new_id: makes a new id.
    """

    organization: Organization
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    now: float = 0.0
    new_id: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Write:
    """One record to be stored, or removed where ``record`` is None.

    Attributes:
        table: ``webhooks``, ``events`` or ``workflows``.
        id: id of the record.
        record: the record, or None.
    """

    table: str
    id: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended: its answer, and what must be on disk before the answer is given."""

    answer: Json
    writes: tuple[Write, ...] = ()


def timestamp(now: float) -> str:
    """Seconds since the epoch as the platform writes times: ``2026-05-01T12:00:00.000Z``."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def require_object(body: Json, known: frozenset[str]) -> Record:
    """The body as an object that has only known fields.

    What the platform does with fields it does not know is not documented. They are refused here, so that a client that
    sends nonsense is found before it meets the platform.
    """
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    unknown = sorted(set(body) - known)
    if unknown:
        raise bad_request(f"unknown field: {unknown[0]}")
    return body
