"""Other bodies that a signature may have been made over: what software on the way does to a body.

Each variant is one thing that is known to happen; :mod:`hookwright.harness.diagnosis` tries them one after the other.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from hookwright.model.source import nests_at_most

LARGEST_PARSED: Final = 1024 * 1024
"""Bytes of a body above which it is not parsed and written again in a dozen ways."""

_BOM: Final = b"\xef\xbb\xbf"
_DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """A body that may have been signed instead of the one at hand.

    Attributes:
        code: the kind of change, for programs.
        what: the body that was signed, as in "the signature was made over …".
        body: its bytes.
    """

    code: str
    what: str
    body: bytes


def variants(body: bytes) -> Iterator[Variant]:
    """The variants of a body, likely ones first; none equals the body, none comes twice."""
    seen = {body}
    for variant in (*_line_ends(body), *_wrapped(body), *_reserialised(body), *_decoded(body)):
        if variant.body not in seen:
            seen.add(variant.body)
            yield variant


def _line_ends(body: bytes) -> Iterator[Variant]:
    yield Variant("whitespace", "this body without the line break at its end", body.removesuffix(b"\n"))
    yield Variant("whitespace", "this body without the line break at its end", body.removesuffix(b"\r\n"))
    yield Variant("whitespace", "this body with a line break at its end", body + b"\n")
    yield Variant("whitespace", "this body with CR LF at its end", body + b"\r\n")
    yield Variant("whitespace", "this body without the blanks around it", body.strip())
    unix = body.replace(b"\r\n", b"\n")
    yield Variant("line-endings", "this body with LF for CR LF", unix)
    yield Variant("line-endings", "this body with CR LF for LF", unix.replace(b"\n", b"\r\n"))
    yield Variant("empty-body", "an empty body", b"")


def _wrapped(body: bytes) -> Iterator[Variant]:
    yield Variant("bom", "this body without its byte order mark", body.removeprefix(_BOM))
    yield Variant("bom", "this body behind a byte order mark", _BOM + body)
    yield Variant("base64-body", "this body in base64", base64.b64encode(body))
    yield Variant("base64-body", "this body decoded from base64", _unbase64(body))
    if len(body) <= LARGEST_PARSED:
        text = body.decode("utf-8", "replace")
        yield Variant("double-encoded", "this body as a JSON string in JSON", json.dumps(text).encode())
        quoted = json.dumps(text, ensure_ascii=False).encode()
        yield Variant("double-encoded", "this body as a JSON string in JSON", quoted)


def _unbase64(body: bytes) -> bytes:
    try:
        return base64.b64decode(body.strip(), validate=True)
    except (binascii.Error, ValueError):
        return body


def _decoded(body: bytes) -> Iterator[Variant]:
    """Bytes → text → bytes, with an encoding that is not the body's."""
    replaced = body.decode("utf-8", "replace").encode()
    yield Variant("decoded", "this body decoded as UTF-8, with what is no UTF-8 replaced", replaced)
    yield Variant("decoded", "this body without what is no UTF-8", body.decode("utf-8", "ignore").encode())
    yield Variant("decoded", "this body decoded as Latin-1 and encoded as UTF-8", body.decode("latin-1").encode())
    try:
        text = body.decode("utf-8")
        yield Variant("decoded", "this body encoded as UTF-16", text.encode("utf-16-le"))
        yield Variant("decoded", "this body before Latin-1 was taken for UTF-8", text.encode("latin-1"))
    except UnicodeError:
        return


def _reserialised(body: bytes) -> Iterator[Variant]:
    """The JSON of the body, written again as the usual libraries write it."""
    if len(body) > LARGEST_PARSED:
        return
    try:
        value = json.loads(body.removeprefix(_BOM))
    except (ValueError, RecursionError):
        return
    if not nests_at_most(_DEEPEST, value):
        return
    if isinstance(value, str):
        yield Variant("double-encoded", "the text in this JSON string", value.encode("utf-8", "replace"))
    for what, write in _WRITERS.items():
        for spelling, shaped in (("", value), (", its numbers and keys as JavaScript has them", _as_javascript(value))):
            written = write(shaped).encode("utf-8", "replace")
            yield Variant("reserialised", f"this JSON written again {what}{spelling}", written)


def _writer(**options: Any) -> Callable[[Any], str]:
    return lambda value: json.dumps(value, **options)


def _go(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


_COMPACT: Final = (",", ":")
_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "without blanks (as JSON.stringify writes it)": _writer(ensure_ascii=False, separators=_COMPACT),
    "with blanks and escapes (as json.dumps writes it)": _writer(),
    "with blanks (as json.dumps writes it with ensure_ascii=False)": _writer(ensure_ascii=False),
    "without blanks, with escapes": _writer(separators=_COMPACT),
    "without blanks, keys sorted": _writer(ensure_ascii=False, separators=_COMPACT, sort_keys=True),
    "with blanks, keys sorted": _writer(sort_keys=True),
    "without blanks, with escapes, keys sorted": _writer(separators=_COMPACT, sort_keys=True),
    "with blanks, keys sorted, without escapes": _writer(ensure_ascii=False, sort_keys=True),
    "as PHP's json_encode writes it": lambda value: json.dumps(value, separators=_COMPACT).replace("/", "\\/"),
    "as Go's json.Marshal writes it": _go,
    "indented by two": _writer(ensure_ascii=False, indent=2),
    "indented by four": _writer(ensure_ascii=False, indent=4),
    "indented by tabs": _writer(ensure_ascii=False, indent="\t"),
}


def _as_javascript(value: Any) -> Any:
    """A value as it is after JSON.parse: numbers are doubles, keys that are array indices come first, in order."""
    if isinstance(value, dict):
        indices = sorted((key for key in value if _is_index(key)), key=int)
        order = [*indices, *(key for key in value if not _is_index(key))]
        return {key: _as_javascript(value[key]) for key in order}
    if isinstance(value, list):
        return [_as_javascript(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number):
        return None
    # JavaScript pads the shortest digits that give the double with zeros; Python would write all of its digits.
    return int(Decimal(repr(number))) if number.is_integer() and abs(number) < 1e21 else number


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdecimal() and (key == "0" or not key.startswith("0")) and len(key) <= 10
