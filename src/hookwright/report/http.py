"""Headers, bodies and times of HTTP messages, fit to be shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from hookwright.model.delivery import LARGEST_PARSED, event_of
from hookwright.model.plan import MASK
from hookwright.model.source import Json
from hookwright.report.style import printable

MOST_LINES: Final = 60
MOST_CHARACTERS: Final = 8_000
_HEX_SHOWN: Final = 64

NameTest = Callable[[str], bool]
"""Whether what stands under a name is to be taken for a secret."""


def masked_headers(headers: Iterable[tuple[str, str]], secret_name: NameTest) -> list[tuple[str, str]]:
    """The headers, the values of secret-looking names masked."""
    return [(name, MASK if value and secret_name(name) else value) for name, value in headers]


def header_object(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers as a JSON object; a name that comes twice has its values joined (RFC 9110 §5.3)."""
    merged: dict[str, str] = {}
    for name, value in headers:
        merged[name] = f"{merged[name]}, {value}" if name in merged else value
    return merged


def as_unicode(value: str) -> str:
    """Text in which every byte is one character (Latin-1) as the UTF-8 that it mostly is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def event_name(body: bytes) -> str:
    """The name of the event in a body; an empty string where it says none."""
    return shown_event(event_of(body))


def shown_event(name: str) -> str:
    """The name of an event on one line, bounded: others wrote it."""
    return printable(name[:80]).replace("\n", " ").replace("\t", " ")


def shown_path(path: str) -> str:
    """A request target (a byte a character) on one line."""
    return printable(as_unicode(path)).replace("\n", "\\n")


def parse(body: bytes) -> Json:
    """The JSON of a body; None where it is none, or too large to be read for show."""
    if len(body) > LARGEST_PARSED:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def body_lines(
    body: bytes, *, pretty: bool, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS
) -> list[str]:
    """The lines of a body: JSON indented where ``pretty``, other text as it is, other bytes in hexadecimal; bounded."""
    if not body:
        return []
    value = parse(body) if pretty else None
    try:
        text = body.decode("utf-8") if value is None else json.dumps(value, indent=2, ensure_ascii=False)
    except UnicodeDecodeError:
        more = " …" if len(body) > _HEX_SHOWN else ""
        return [f"({len(body)} bytes that are no UTF-8) {body[:_HEX_SHOWN].hex(' ')}{more}"]
    except RecursionError:
        text = body.decode("utf-8")
    shown = printable(text[:most_characters])
    lines = shown.split("\n")[:most_lines]
    if len(text) > most_characters or shown.count("\n") >= most_lines:
        lines.append(f"… ({len(body)} bytes in all)")
    return lines


def size(count: int) -> str:
    """A number of bytes for people."""
    if count < 10_000:
        return f"{count} B"
    return f"{count / 1024:.0f} KiB" if count < 10_000 * 1024 else f"{count / 1024**2:.0f} MiB"


def milliseconds(seconds: float) -> str:
    """A duration for people."""
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def duration(value: float) -> str:
    """A duration in seconds for people, with three figures at most and its unit."""
    if value == 0:
        return "0"
    if value < 0.0009995:
        return f"{_figures(value * 1e6)} µs"
    if value < 0.9995:
        return f"{_figures(value * 1e3)} ms"
    return f"{_figures(value)} s"


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of a hundred values in ascending order do not exceed (nearest rank); at least one."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _figures(value: float) -> str:
    shown = f"{value:.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
