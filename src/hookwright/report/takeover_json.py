"""An import → JSON: the format ``hookwright.import/1``."""

from __future__ import annotations

from typing import Any, Final

from hookwright.model.takeover import Imported, Taken
from hookwright.report.findings import as_dict
from hookwright.report.plan_json import dump

FORMAT: Final = "hookwright.import/1"


def to_json(imported: Imported) -> str:
    """What was taken over, what has to be set, and where it stands. Values of variables are not in it."""
    takeover = imported.takeover
    record: dict[str, Any] = {
        "format": FORMAT,
        "dry_run": imported.dry_run,
        "environments": list(imported.environments),
        "webhooks": [_taken(item) for item in takeover.webhooks],
        "events": [_taken(item) for item in takeover.events],
        "variables": [
            {"name": item.name, "used_in": list(item.used_in), "set": item.name in imported.already_set}
            for item in takeover.variables
        ],
        "vars": [
            {"environment": environment, "name": name, "value": value}
            for environment, added in takeover.vars.items()
            for name, value in added.items()
        ],
        "vars_inserted": imported.inserted,
        "files": list(imported.files),
        "notes": list(takeover.notes),
        "findings": [as_dict(finding) for finding in imported.findings],
    }
    return dump(record)


def _taken(item: Taken) -> dict[str, Any]:
    return {"name": item.name, "environments": dict(item.ids)}
