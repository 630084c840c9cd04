"""Findings for the tests of their reports, and the texts they are about."""

from __future__ import annotations

from pathlib import Path

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import Position, Span

ORDERS = Path("webhooks/orders.yaml")
TEXT = "webhooks:\n  orders:\n    url: http://hooks.acme.example/orders\n    events: [Workflow Complete]\n"


def at(line: int, column: int, end: int, *, file: Path = ORDERS, end_line: int | None = None) -> Span:
    return Span(file, Position(line, column), Position(end_line or line, end))


def sources(path: Path) -> str | None:
    return TEXT if path == ORDERS else None


HTTP = Finding(
    "HW301",
    Severity.WARNING,
    "deliveries to this URL are not encrypted",
    at(3, 10, 41),
    "Write https://.",
    environments=("test", "staging"),
)
UNKNOWN = Finding(
    "HW401",
    Severity.ERROR,
    "there is no event 'Workflow Complete'",
    at(4, 14, 31),
    "Did you mean 'Workflow Completed'?",
    related=(Related("the webhook begins here", at(2, 3, 9)),),
)
NOWHERE = Finding("HW000", Severity.INFO, "there is no project")
ALL = [HTTP, UNKNOWN, NOWHERE]
