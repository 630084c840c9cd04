"""How two environments differ → JSON, the format ``hookwright.diff/1``."""

from __future__ import annotations

from typing import Any, Final

from hookwright.model.parity import Difference, Parity, Unlike
from hookwright.report.plan_json import dump

FORMAT: Final = "hookwright.diff/1"


def to_json(parity: Parity) -> str:
    """What differs, its counts, and how much is alike."""
    left, right = parity.unmanaged
    return dump(
        {
            "format": FORMAT,
            "project": parity.project,
            "left": parity.left,
            "right": parity.right,
            "equal": parity.equal,
            "summary": {str(unlike): parity.count(unlike) for unlike in Unlike} | {"alike": parity.alike},
            "differences": [_to_dict(difference) for difference in parity.differences],
            "unmanaged": {"left": left, "right": right},
            "warnings": list(parity.warnings),
        }
    )


def _to_dict(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind,
        "name": difference.name,
        "difference": str(difference.unlike),
        "left_id": difference.left_id,
        "right_id": difference.right_id,
        "fields": [
            {
                "path": field.path,
                "left": field.left,
                "right": field.right,
                "secret": field.secret,
                "declared": field.declared,
            }
            for field in difference.fields
        ],
    }
