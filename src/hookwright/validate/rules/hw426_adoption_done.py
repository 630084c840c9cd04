"""HW426: an adoption that was applied, as far as the project's history tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.history import HISTORY
from hookwright.model.plan import Action, StepStatus
from hookwright.model.source import escape
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject

_LINES: Final = ".jsonl"
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that are read at the most: a larger history says nothing here."""


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for the ids of ``adopt`` in the records of applies, where the project keeps any in its own folder."""
    wanted = {(environment, live): entry for entry, environment, live in _adoptions(subject)}
    value = subject.project.file.value
    history = value.get("history") if isinstance(value, dict) else None
    if not wanted or not isinstance(history, str) or not history:
        return
    done: dict[tuple[str, str], str] = {}
    for text in _texts(subject.project.root / history):
        if any(live.encode() in text for _, live in wanted):
            done |= {key: record for key, record in _adopted(text, subject.project.name).items() if key not in done}
    for (environment, live), entry in wanted.items():
        if (environment, live) in done:
            message = f"'{entry.name}' was adopted in '{environment}' already, by the apply {done[environment, live]}"
            yield RULE.at(entry.span(f"/adopt/{escape(environment)}", key=True), message)


def _adoptions(subject: ProjectSubject) -> Iterator[tuple[Entry, str, str]]:
    for entry in subject.project.webhooks.values():
        adopt = entry.value.get("adopt") if isinstance(entry.value, dict) else None
        for environment, live in adopt.items() if isinstance(adopt, dict) else ():
            if isinstance(live, str) and live:
                yield entry, environment, live


def _adopted(text: bytes, project: str) -> dict[tuple[str, str], str]:
    """What a record of an apply says was adopted: its id by environment and webhook; nothing where it is no record."""
    try:
        record = json.loads(text)
        if (record["format"], record["project"]) != (HISTORY, project):
            return {}
        return {
            (str(record["environment"]), str(step["id"])): str(record["id"])
            for step in record["outcome"]["steps"]
            if (step["action"], step["status"]) == (Action.ADOPT, StepStatus.APPLIED)
        }
    except (ValueError, RecursionError, LookupError, TypeError):
        return {}


def _texts(path: Path) -> Iterator[bytes]:
    lines = path.suffix == _LINES
    try:
        files = [path] if lines else sorted(path.glob("*.json"))
    except OSError:  # a name that no file system has
        return
    for file in files:
        try:
            text = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
        except OSError:
            continue
        yield from text.split(b"\n") if lines else [text]


RULE = Rule(
    id="HW426",
    name="adoption-done",
    title="An adoption was applied already",
    severity=Severity.INFO,
    why="Since then the marker in its description says whose the webhook is, and the line has no effect: unless "
    "somebody takes that marker out, when it would be adopted again. The records that 'history' names tell of it; "
    "without them only 'plan' can.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
history: history.jsonl
--- webhooks/example.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    adopt: {test: 66e31564c0287b4136f77ef8}
--- history.jsonl ---
{"format": "hookwright.history/1", "id": "20260131T120107.042Z-a1b2c3", "project": "acme", "environment": "test", \
"outcome": {"steps": [{"name": "orders", "action": "adopt", "id": "66e31564c0287b4136f77ef8", "status": "applied"}]}}
""",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
history: history.jsonl
--- webhooks/example.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Delete it.",
    per_project=check,
)
