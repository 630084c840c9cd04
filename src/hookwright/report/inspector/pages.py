"""Received deliveries → HTML pages, rendered here, with nothing from anywhere else.

Everything that others wrote goes through Jinja's escaping, and through :func:`hookwright.report.style.printable`, which
spells out what would turn text around or make it invisible.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hookwright.model.inspection import Compared, Inspected, Likeness, Listing, Query
from hookwright.report import http
from hookwright.report.inspector import timeline
from hookwright.report.style import printable

MOST_LINES: Final = 2_000
MOST_CHARACTERS: Final = 200_000
_HERE: Final = Path(__file__).parent
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_DUMPED: Final = 4_096
_WORDS: Final = {
    Likeness.SAME: "same",
    Likeness.DIFFERENT: "different",
    Likeness.MISSING: "not received",
    Likeness.EXTRA: "not declared",
    Likeness.UNKNOWN: "not compared: unset here",
}


class Pages:
    """Renders the inspector's pages.

    Args:
        secret_name: which headers are masked.
    """

    def __init__(self, secret_name: http.NameTest) -> None:
        self._secret_name = secret_name

    def page(self, listing: Listing, inspected: Inspected | None) -> str:
        """The list, and beside it the delivery that was chosen, if any."""
        shown = self._shown(inspected) if inspected else {}
        return _environment().get_template("page.html").render(listing=listing, one=inspected, **shown)

    def opening(self) -> str:
        """The page that trades the token in the address for a cookie."""
        return _environment().get_template("open.html").render()

    def problem(self, title: str, message: str) -> str:
        """A page that says why there is no other."""
        return _environment().get_template("problem.html").render(title=title, message=message)

    def asset(self, name: str) -> tuple[bytes, str] | None:
        """A file that the pages need, and its type; None where there is none of that name."""
        return _assets().get(name)

    def _shown(self, inspected: Inspected) -> dict[str, object]:
        received = inspected.received
        headers = [(name, http.as_unicode(value)) for name, value in received.headers]
        return {
            "headers": http.masked_headers(headers, self._secret_name),
            "pretty": _lines(received.body, pretty=True) if http.parse(received.body) is not None else [],
            "raw": _lines(received.body, pretty=False),
            "line": timeline.draw(inspected.attempts),
        }


def _lines(body: bytes, *, pretty: bool) -> list[str]:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _dump(body)
    return http.body_lines(body, pretty=pretty, most_lines=MOST_LINES, most_characters=MOST_CHARACTERS)


def _dump(body: bytes) -> list[str]:
    """Bytes that are no text, in hexadecimal, sixteen on a line."""
    lines = []
    for start in range(0, min(len(body), _DUMPED), 16):
        row = body[start : start + 16]
        text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {text}")
    return [*lines, f"… ({len(body)} bytes in all)"] if len(body) > _DUMPED else lines


@cache
def _assets() -> dict[str, tuple[bytes, str]]:
    files = (file for file in (_HERE / "static").iterdir() if file.suffix in _TYPES)
    return {file.name: (file.read_bytes(), _TYPES[file.suffix]) for file in files}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "clean": printable,
        "event": http.shown_event,
        "path": http.shown_path,
        "size": http.size,
        "took": http.milliseconds,
        "wait": _wait,
        "clock": _clock,
        "stamp": _stamp,
        "query": _query,
        "likeness": _likeness,
        "pointer": _pointer,
    }
    made.filters.update(filters)
    made.globals["width"] = timeline.WIDTH
    made.globals["left"], made.globals["right"] = timeline.LEFT, timeline.RIGHT
    return made


def _clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _wait(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def _query(query: Query, before: str | None = None) -> str:
    """The part of an address that asks for the same list, or for another page of it."""
    asked = {
        "event": query.event,
        "path": query.path,
        "signature": query.signature,
        "before": query.before if before is None else before,
    }
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"?{given}" if given else ""


def _likeness(part: Compared) -> str:
    return _WORDS[part.likeness]


def _pointer(part: Compared) -> str:
    """What to call a part of a request."""
    if part.kind == "body":
        return printable(part.place) or "the body"
    return printable(part.place)
