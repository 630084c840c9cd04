"""What deliveries send before and after a change → JSON."""

from __future__ import annotations

import json
from typing import Any, Final

from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.model.wire import WireDifference
from hookwright.report.http import header_object

FORMAT: Final = "hookwright.wire/1"


def to_json(difference: WireDifference) -> str:
    """The difference in the format ``hookwright.wire/1``: one entry for each request that differs, in a flat list."""
    record = {
        "format": FORMAT,
        "project": difference.project,
        "against": difference.against,
        "summary": {"changed": difference.changed, "unchanged": difference.unchanged},
        "changes": [
            {
                "webhook": webhook.name,
                "renamed_from": webhook.renamed_from or None,
                "environment": webhook.environment,
                **change_to_dict(change),
            }
            for webhook in difference.webhooks
            for change in webhook.changes
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def change_to_dict(change: WireChange) -> dict[str, Any]:
    """One change: ``before`` and ``after`` are requests, or null where nothing is delivered."""
    return {
        "event": change.event,
        "before": _request_to_dict(change.before),
        "after": _request_to_dict(change.after),
        "masked": change.masked,
    }


def _request_to_dict(request: DeliveryRequest | None) -> dict[str, Any] | None:
    if request is None:
        return None
    return {
        "method": request.method,
        "url": request.url,
        "headers": header_object(request.headers),
        "body": request.body.decode("utf-8", "replace"),
    }
