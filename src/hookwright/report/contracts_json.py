"""Proposed payload contracts → JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from hookwright.model.contract import Proposal
from hookwright.model.source import Json

FORMAT: Final = "hookwright.contracts/1"


def to_json(proposals: Sequence[Proposal], skipped: Mapping[str, int], written: Mapping[str, str]) -> str:
    """The proposals in the format ``hookwright.contracts/1``.

    Args:
        proposals: the proposals.
        skipped: how many captures were left out, by reason.
        written: the files that contracts were written to, by event.
    """
    record = {
        "format": FORMAT,
        "contracts": [
            {
                "event": one.event,
                "payloads": one.payloads,
                "known": one.known,
                "differences": [
                    {"kind": str(each.kind), "path": each.path, "message": each.message, "payloads": each.payloads}
                    for each in one.differences
                ],
                "schema": one.schema,
                "file": written.get(one.event),
            }
            for one in proposals
        ],
        "skipped": [{"reason": reason, "count": count} for reason, count in skipped.items()],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def schema_text(schema: Mapping[str, Json]) -> str:
    """A contract as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
