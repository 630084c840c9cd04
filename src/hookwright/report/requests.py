"""Rendered requests → text and JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

from hookwright.model.delivery import RenderedDelivery
from hookwright.report import http
from hookwright.report.style import one_line, painter, printable
from hookwright.signing import SIGNATURE_HEADER

FORMAT: Final = "hookwright.requests/1"


def to_json(rendered: Sequence[RenderedDelivery]) -> str:
    """All requests: ``{"format": "hookwright.requests/1", "requests": […]}``.

    ``body`` is the text of the body (null where it is no UTF-8), ``body_base64`` its bytes. Where ``masked`` is true, a
    mask stands for the secrets in URL, headers and body, and only ``signature`` belongs to what is really sent.
    """
    return json.dumps({"format": FORMAT, "requests": [_as_dict(delivery) for delivery in rendered]}, ensure_ascii=False)


def _as_dict(delivery: RenderedDelivery) -> dict[str, Any]:
    request = delivery.request
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    return {
        "webhook": delivery.webhook,
        "environment": delivery.environment,
        "event": delivery.event,
        "method": request.method,
        "url": request.url,
        "headers": http.header_object(request.headers),
        "body": text,
        "body_base64": base64.b64encode(request.body).decode("ascii"),
        "signature": request.header(SIGNATURE_HEADER),
        "masked": delivery.masked,
        "note": delivery.note,
    }


def to_text(rendered: Sequence[RenderedDelivery], *, color: bool = False) -> str:
    """The requests as they go over the wire, each under a title."""
    paint = painter(color)
    blocks = []
    for delivery in rendered:
        request = delivery.request
        title = f"{one_line(delivery.webhook)} · {one_line(delivery.environment)} · {one_line(delivery.event)}"
        lines = [paint(f"── {title}", "bold", "cyan"), f"{paint(request.method, 'bold')} {one_line(request.url)}"]
        lines += [f"{paint(f'{one_line(name)}:', 'dim')} {one_line(value)}" for name, value in request.headers]
        lines += ["", printable(request.body.decode("utf-8", "replace"))]
        if delivery.note:
            lines += [f"{paint('note', 'yellow')}: {one_line(delivery.note)}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
