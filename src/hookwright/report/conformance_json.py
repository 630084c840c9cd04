"""Verdicts of conformance checks, as JSON: ``hookwright.checks/1``."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict

FORMAT: Final = "hookwright.checks/1"


def to_json(run: Conformance) -> str:
    """One JSON object on one line."""
    return json.dumps(to_dict(run), ensure_ascii=False)


def to_dict(run: Conformance) -> dict[str, Any]:
    """The JSON object (contract, "JSON"); bytes of exchanges in Base64."""
    return {
        "format": FORMAT,
        "subject": run.subject,
        "target": run.target,
        "webhook": run.webhook or None,
        "summary": {str(verdict): run.count(verdict) for verdict in Verdict},
        "duration_ms": _milliseconds(run.duration),
        "checks": [_check(check) for check in run.checks],
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "status": str(check.verdict),
        "expected": check.expected,
        "observed": check.observed,
        "why": check.why,
        "hint": check.hint,
        "duration_ms": _milliseconds(check.duration),
        "facts": dict(check.facts),
        "exchanges": [_exchange(exchange) for exchange in check.exchanges],
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "label": exchange.label,
        "started_ms": _milliseconds(exchange.started),
        "duration_ms": _milliseconds(exchange.duration),
        "connection": exchange.connection,
        "request_base64": base64.b64encode(exchange.request).decode("ascii"),
        "request_size": exchange.request_size,
        "response_base64": base64.b64encode(exchange.response).decode("ascii"),
        "response_size": exchange.response_size,
        "status": exchange.status,
        "error": exchange.error,
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
