"""Captured deliveries, from wherever they were kept → payloads by event."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookwright.errors import LocalError, UsageError
from hookwright.model.source import Json, nests_at_most, refuse_constant, unescape
from hookwright.templates.syntax import WORKFLOW_RESPONSE

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file of captures; a larger one is refused."""

_DEEPEST: Final = 64
_SQLITE: Final = b"SQLite format 3\0"  # sqlite.org/fileformat.html §1.3

NOT_JSON: Final = "not JSON"
NOT_VERIFIED: Final = "signature not valid"
NOTHING_THERE: Final = "nothing at --at"
NO_EVENT: Final = "no event named"
OTHER_EVENT: Final = "another event"
REPEATED: Final = "the same body again"


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured delivery.

    Attributes:
        body: the raw bytes of its body; None where the capture itself cannot be read.
        signature: what was said of its signature; an empty string where nothing was.
    """

    body: bytes | None = field(repr=False)
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which captures are of interest, and which part of them.

    Attributes:
        event: only this event, and what names none is taken for it; None for all that name one.
        at: JSON pointer (RFC 6901) to the payload in the body; empty for the whole body.
        verified: only deliveries whose signature was valid.
    """

    event: str | None = None
    at: str = ""
    verified: bool = False


@dataclass(slots=True)
class Gathered:
    """The payloads of captures.

    Attributes:
        payloads: the payloads of each event, in order of first sight.
        skipped: how many captures were left out, by reason.
    """

    payloads: dict[str, list[Json]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)


def gather(captures: Iterable[Capture], wanted: Wanted) -> Gathered:
    """The payloads of captures, each body once: a retry is no further evidence."""
    gathered = Gathered()
    seen: set[bytes] = set()
    for capture in captures:
        if wanted.verified and capture.signature != "valid":
            gathered.skipped[NOT_VERIFIED] += 1
        elif capture.body in seen:
            gathered.skipped[REPEATED] += 1
        else:
            if capture.body is not None:
                seen.add(capture.body)
            _take(gathered, capture.body, wanted)
    return gathered


def _take(gathered: Gathered, body: bytes | None, wanted: Wanted) -> None:
    try:
        payload = _at(_parsed(body), wanted.at)
    except ValueError:
        gathered.skipped[NOT_JSON] += 1
        return
    except LookupError:
        gathered.skipped[NOTHING_THERE] += 1
        return
    named = payload.get("event") if isinstance(payload, Mapping) else None
    named = named if isinstance(named, str) and named else None
    if wanted.event == WORKFLOW_RESPONSE:
        named = WORKFLOW_RESPONSE  # whatever a Response node gives: a key 'event' of it is one like others
    event = named or wanted.event
    if event is None or not (named or isinstance(payload, Mapping)):
        gathered.skipped[NO_EVENT] += 1
    elif wanted.event not in (None, event):
        gathered.skipped[OTHER_EVENT] += 1
    else:
        gathered.payloads.setdefault(event, []).append(payload)


def _parsed(body: bytes | None) -> Json:
    """The JSON of a body.

    Raises:
        ValueError: it is none, or such as nothing else could read.
    """
    try:
        value = json.loads((body or b"").decode("utf-8"), parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    if not nests_at_most(_DEEPEST, value):
        raise ValueError("it nests too deep")
    if b"\\ud" in (body or b"").lower():
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair is no text
    return value


def _at(value: Json, pointer: str) -> Json:
    """What stands at a JSON pointer.

    Raises:
        LookupError: nothing does.
    """
    for token in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value[unescape(token)]
        elif isinstance(value, list) and token.isdecimal():
            value = value[int(token)]
        else:
            raise LookupError(token)
    return value


def check_pointer(pointer: str) -> str:
    """The pointer, if it is one.

    Raises:
        UsageError: it is none.
    """
    if pointer and not pointer.startswith("/"):
        raise UsageError(f"'{pointer}' is no JSON pointer", hint=f"It begins with a slash: --at /{pointer}.")
    return pointer


def read_captures(files: Iterable[Path]) -> Iterator[Capture]:
    """The deliveries in files, each what ``listen`` keeps or prints, or the raw body of one; ``-`` is stdin.

    Raises:
        LocalError: a file cannot be read.
    """
    for file in files:
        data = _read(file)
        if data.startswith(_SQLITE):
            yield from _stored(file)
        else:
            yield from _printed(data)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        try:
            with file.open("rb") as opened:
                data = opened.read(len(_SQLITE))
                data += b"" if data == _SQLITE else opened.read(LARGEST + 1)
        except OSError as error:
            raise LocalError(f"{file} cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise LocalError(f"{file} is larger than {LARGEST} bytes", hint="Give it in parts.")
    return data


def _stored(file: Path) -> Iterator[Capture]:
    from hookwright.harness.store import DeliveryStore

    with DeliveryStore(file) as store:
        for received in store.latest():
            yield Capture(received.body, str(received.signature))


def _printed(data: bytes) -> Iterator[Capture]:
    """The deliveries of a text: one JSON value that is a body or a printed delivery, or a line of JSON for each."""
    try:
        yield from _one(json.loads(data), data)
    except (ValueError, RecursionError):
        for line in data.splitlines():
            if line.strip():
                try:
                    yield from _one(json.loads(line), line)
                except (ValueError, RecursionError):
                    yield Capture(None)


def _one(value: Json, raw: bytes) -> Iterator[Capture]:
    if not isinstance(value, Mapping) or "body_base64" not in value:
        if not (isinstance(value, Mapping) and value.keys() == {"url"}):  # the line that 'listen' begins with
            yield Capture(raw)
        return
    try:
        body = base64.b64decode(value["body_base64"], validate=True)
    except (TypeError, binascii.Error):
        yield Capture(None)
    else:
        yield Capture(body, str(value.get("signature", "")))
