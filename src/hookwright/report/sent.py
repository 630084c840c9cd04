"""Sent deliveries → text and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from hookwright.model.delivery import Sent, SentDelivery
from hookwright.report import http
from hookwright.report.style import Painter, one_line, painter
from hookwright.signing import SIGNATURE_HEADER

FORMAT: Final = "hookwright.deliveries/1"


def to_json(deliveries: Sequence[SentDelivery]) -> str:
    """All deliveries: ``{"format": "hookwright.deliveries/1", "deliveries": […]}``."""
    rows = [
        {
            "webhook": delivery.webhook,
            "event": delivery.event,
            "method": delivery.request.method,
            "url": delivery.request.url,
            "status": delivery.sent.last.status,
            "duration_ms": round(delivery.sent.last.duration * 1000, 3),
            "error": delivery.sent.last.error or None,
            "attempts": len(delivery.sent.attempts),
            "signature": delivery.request.header(SIGNATURE_HEADER),
        }
        for delivery in deliveries
    ]
    return json.dumps({"format": FORMAT, "deliveries": rows}, ensure_ascii=False)


def line(delivery: SentDelivery, *, color: bool = False, verbose: bool = False) -> str:
    """One delivery on one line, and with ``verbose`` what was sent and answered below it."""
    paint = painter(color)
    sent, request = delivery.sent, delivery.request
    sign = paint("✓", "green") if sent.delivered else paint("✗", "red")
    attempts = f" after {len(sent.attempts)} attempts" if len(sent.attempts) > 1 else ""
    text = (
        f"{sign} {one_line(delivery.webhook)}  {paint(one_line(delivery.event), 'cyan')}  {_outcome(delivery, paint)}"
        f"{attempts}  {http.milliseconds(sent.last.duration)}  {paint(one_line(request.url), 'dim')}"
    )
    if not verbose:
        return text
    headers = [f"    {one_line(name)}: {one_line(value)}" for name, value in request.headers]
    body = [f"    {row}" for row in http.body_lines(request.body, pretty=False)]
    answer = [f"    {row}" for row in http.body_lines(sent.last.answer, pretty=False)]
    return "\n".join([text, *headers, "", *body, *(["    answer:", *answer] if answer else [])])


def summary(results: Sequence[Sent], seconds: float, *, color: bool = False) -> str:
    """One line of sums; with many deliveries also rate and percentiles.

    Args:
        results: how each delivery went.
        seconds: how long they took together.
        color: whether to colour it.
    """
    paint = painter(color)
    count = len(results)
    failed = sum(not sent.delivered for sent in results)
    verdict = paint(f"{count - failed} of {count} delivered", "red" if failed else "green", "bold")
    if count < 10 or seconds <= 0:
        return verdict
    durations = sorted(sent.last.duration for sent in results)
    shown = [f"p{percent} {http.milliseconds(http.percentile(durations, percent))}" for percent in (50, 95, 99)]
    return f"{verdict} in {seconds:.2f} s, {count / seconds:.0f} a second; answers {', '.join(shown)}"


def _outcome(delivery: SentDelivery, paint: Painter) -> str:
    last = delivery.sent.last
    if last.error:
        return paint(last.error, "red")
    if last.status is not None and 300 <= last.status < 400:
        return paint(f"{last.status} (redirects are not followed)", "red")
    note = " (only 200 counts as delivered)" if last.status is not None and 200 < last.status < 300 else ""
    return paint(f"{last.status}{note}", "green" if delivery.sent.delivered else "red")
