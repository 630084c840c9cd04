"""Received deliveries → text blocks and lines of JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from hookwright.model.delivery import Diagnosis, Received, Replayed, Summary, Verdict
from hookwright.report import http
from hookwright.report.style import Painter, painter, printable

KEPT_FORMAT: Final = "hookwright.kept/1"
REPLAYS_FORMAT: Final = "hookwright.replays/1"

_STYLES: Final = {Verdict.VALID: "green", Verdict.INVALID: "red", Verdict.MISSING: "yellow"}


def to_json_line(received: Received, secret_name: http.NameTest, *, masked: bool = False) -> str:
    """One delivery as one line of JSON (contract, "JSON").

    Args:
        received: the delivery, its path fit to be shown.
        secret_name: which headers are masked.
        masked: whether secrets in its body are masked; the line says so then, as the body is not what was signed.

    Returns:
        The line. Header names and values stand as sent, those of secret-looking names masked. ``answered`` is null
        where the connection was cut instead.
    """
    return json.dumps(as_dict(received, secret_name, masked=masked))


def as_dict(received: Received, secret_name: http.NameTest, *, masked: bool = False) -> dict[str, Any]:
    """One delivery as a JSON object; arguments as for :func:`to_json_line`."""
    headers = [(name, http.as_unicode(value)) for name, value in received.headers]
    return {
        "id": received.id,
        "received_at": _timestamp(received.received_at),
        "method": received.method,
        "path": http.as_unicode(received.path),
        "headers": http.header_object(http.masked_headers(headers, secret_name)),
        "body_base64": base64.b64encode(received.body).decode("ascii"),
        "signature": str(received.signature),
        "answered": received.answered,
    } | ({"masked": True} if masked else {})


def kept_to_json(deliveries: Sequence[dict[str, Any]]) -> str:
    """Kept deliveries, each of :func:`as_dict`: ``{"format": "hookwright.kept/1", "deliveries": […]}``."""
    return json.dumps({"format": KEPT_FORMAT, "deliveries": deliveries}, ensure_ascii=False)


def list_to_text(summaries: Sequence[Summary], *, color: bool = False) -> str:
    """A line for each delivery: id, time, method and path, event, signature, answer. Paths are fit to be shown."""
    if not summaries:
        return "No such delivery is kept."
    paint = painter(color)
    width = max(len(one.id) for one in summaries)
    lines = []
    for one in summaries:
        facts = [paint(f"#{one.id:<{width}}", "dim"), _day_and_time(one.received_at)]
        facts += [
            paint(f"{one.method} {http.shown_path(one.path)}", "bold"),
            paint(http.shown_event(one.title), "cyan"),
        ]
        facts += [paint(f"signature {one.signature}", _STYLES[one.signature]), _answer(one.answered, paint)]
        facts += [f"attempt {one.attempt}" if one.attempt > 1 else ""]
        lines.append("  ".join(fact for fact in facts if fact))
    return "\n".join(lines)


def replays_to_json(replays: Sequence[Replayed]) -> str:
    """What was sent once more: ``{"format": "hookwright.replays/1", "replays": […]}``."""
    rows = [
        {
            "id": one.summary.id,
            "event": one.summary.event or None,
            "method": one.summary.method,
            "url": one.url,
            "signed": one.signed,
            "status": one.attempt.status,
            "duration_ms": round(one.attempt.duration * 1000, 3),
            "error": one.attempt.error or None,
        }
        for one in replays
    ]
    return json.dumps({"format": REPLAYS_FORMAT, "replays": rows}, ensure_ascii=False)


def replay_line(one: Replayed, *, color: bool = False) -> str:
    """What was sent once more, and how that went, on one line."""
    paint = painter(color)
    sign = paint("✓", "green") if one.delivered else paint("✗", "red")
    outcome = one.attempt.error or str(one.attempt.status)
    facts = [
        f"{sign} {paint(f'#{one.summary.id}', 'dim')}",
        paint(http.shown_event(one.summary.title), "cyan"),
        paint(outcome, "green" if one.delivered else "red"),
        http.milliseconds(one.attempt.duration),
        "signed anew" if one.signed else "",
        paint(f"{one.summary.method} {printable(one.url)}", "dim"),
    ]
    return "  ".join(fact for fact in facts if fact)


def to_text(
    received: Received,
    secret_name: http.NameTest,
    *,
    diagnosis: Diagnosis | None,
    verified: bool,
    size: int | None = None,
    color: bool = False,
) -> str:
    """One delivery as a block of text.

    Args:
        received: the delivery.
        secret_name: which headers are masked.
        diagnosis: why the signature is not valid, where that is known.
        verified: whether there was a key to verify with.
        size: bytes of the body as it came, where it is masked.
        color: whether to colour it.
    """
    paint = painter(color)
    at = received.received_at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]
    title = [paint(at, "dim"), paint(f"{received.method} {http.shown_path(received.path)}", "bold")]
    name = http.event_name(received.body) or http.shown_event(received.webhook)
    if name:
        title.append(paint(name, "cyan"))
    if received.attempt > 1:
        title.append(f"(attempt {received.attempt})")
    facts = [
        _signature(received, paint, verified=verified),
        _answer(received.answered, paint),
        http.size(len(received.body) if size is None else size),
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


def _answer(answered: int | None, paint: Painter) -> str:
    if answered is None:
        return paint("connection cut", "yellow")
    return paint(f"answered {answered}", "green" if answered == 200 else "yellow")


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day_and_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
