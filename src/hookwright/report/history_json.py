"""Records of applies → JSON, the formats ``hookwright.history/1`` and ``hookwright.histories/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hookwright.model.history import Record, record_to_dict
from hookwright.report.plan_json import dump

LIST: Final = "hookwright.histories/1"


def list_to_json(records: Sequence[Record]) -> str:
    """All of them, in the order given."""
    return dump({"format": LIST, "records": [record_to_dict(record) for record in records]})


def to_json(record: Record) -> str:
    """One of them, as it is kept."""
    return dump(record_to_dict(record))
