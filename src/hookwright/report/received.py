"""Received deliveries → text blocks and lines of JSON."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from typing import Final

from hookwright.model.delivery import Diagnosis, Received, Verdict
from hookwright.report import http
from hookwright.report.style import Painter, painter, printable

_STYLES: Final = {Verdict.VALID: "green", Verdict.INVALID: "red", Verdict.MISSING: "yellow"}


def to_json_line(received: Received, secret_name: http.NameTest) -> str:
    """One delivery as one line of JSON (contract, "JSON").

    Header names and values stand as sent; the values of secret-looking names are masked. ``answered`` is null where
    the connection was cut instead.
    """
    at = received.received_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    headers = [(name, http.as_unicode(value)) for name, value in received.headers]
    return json.dumps(
        {
            "id": received.id,
            "received_at": at,
            "method": received.method,
            "path": http.as_unicode(received.path),
            "headers": http.header_object(http.masked_headers(headers, secret_name)),
            "body_base64": base64.b64encode(received.body).decode("ascii"),
            "signature": str(received.signature),
            "answered": received.answered,
        }
    )


def to_text(
    received: Received, secret_name: http.NameTest, *, diagnosis: Diagnosis | None, verified: bool, color: bool = False
) -> str:
    """One delivery as a block of text.

    Args:
        received: the delivery.
        secret_name: which headers are masked.
        diagnosis: why the signature is not valid, where that is known.
        verified: whether there was a key to verify with.
        color: whether to colour it.
    """
    paint = painter(color)
    at = received.received_at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]
    path = printable(http.as_unicode(received.path)).replace("\n", "\\n")
    title = [paint(at, "dim"), paint(f"{received.method} {path}", "bold")]
    event = http.event_name(received.body)
    if event:
        title.append(paint(event, "cyan"))
    if received.attempt > 1:
        title.append(f"(attempt {received.attempt})")
    facts = [
        _signature(received, paint, verified=verified),
        _answer(received, paint),
        http.size(len(received.body)),
        http.milliseconds(received.duration),
    ]
    lines = [f"{paint(f'#{received.id}', 'dim')} " + "  ".join(title), "  " + paint(" · ", "dim").join(facts)]
    if diagnosis and not diagnosis.valid:
        lines.append(f"  {paint(printable(diagnosis.message), 'red')}")
        if diagnosis.hint:
            lines.append(f"  {paint('hint', 'cyan')}: {diagnosis.hint}")
    shown = [(name, http.as_unicode(value)) for name, value in received.headers]
    lines += [
        f"    {paint(f'{printable(name)}:', 'dim')} {printable(value)}"
        for name, value in http.masked_headers(shown, secret_name)
    ]
    body = http.body_lines(received.body, pretty=True)
    if body:
        lines += ["", *(f"    {line}" for line in body)]
    return "\n".join([*lines, "", ""])


def _signature(received: Received, paint: Painter, *, verified: bool) -> str:
    if received.signature is Verdict.INVALID and not verified:
        return paint("signature not verified (no key)", "yellow")
    by = f" ({printable(received.key)})" if received.key else ""
    return paint(f"signature {received.signature}{by}", _STYLES[received.signature])


def _answer(received: Received, paint: Painter) -> str:
    if received.answered is None:
        return paint("connection cut", "yellow")
    return paint(f"answered {received.answered}", "green" if received.answered == 200 else "yellow")
