"""What a doctor found, as JSON: ``hookwright.doctor/1``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from hookwright.model.examination import Check, CheckStatus, Examination, Leftover, Probed
from hookwright.model.serial import timestamp

FORMAT: Final = "hookwright.doctor/1"


def to_json(found: Examination) -> str:
    """One JSON object on lines that people can read: it is attached to bugs."""
    return json.dumps(to_dict(found), ensure_ascii=False, indent=2)


def to_dict(found: Examination) -> dict[str, Any]:
    """The JSON object."""
    return {
        "format": FORMAT,
        "ok": not found.failed,
        "version": found.version,
        "python": found.python,
        "system": found.system,
        "created_at": timestamp(found.created_at),
        "project": found.project,
        "summary": {str(status): found.count(status) for status in CheckStatus},
        "checks": [_check(check) for check in found.checks],
        "probe": _probed(found.probed) if found.probed else None,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "environment": check.environment or None,
        "status": str(check.status),
        "found": check.found,
        "advice": check.advice,
    }


def _probed(probed: Probed) -> dict[str, Any]:
    return {
        "environment": probed.environment,
        "run": probed.run,
        "checks": [_check(check) | {"how": check.how, "depends": check.depends} for check in probed.checks],
        "made": probed.made,
        "swept": _things(probed.swept),
        "leftovers": _things(probed.leftovers),
        "recent": _things(probed.recent),
        "ended": probed.ended,
    }


def _things(things: Iterable[Leftover]) -> list[dict[str, str]]:
    return [{"kind": thing.kind, "id": thing.id, "why": thing.why} for thing in things]
