"""Which webhook receives which event → a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hookwright.model.plan import Subscriber
from hookwright.model.resources import PLATFORM_EVENTS, in_platform_order
from hookwright.report.style import Painter, one_line

_RECEIVES, _DISABLED, _NOT = "●", "○", "·"


def matrix_lines(subscribers: Sequence[Subscriber], paint: Painter) -> Iterator[str]:
    """The table of webhooks and events: ``●`` receives it, ``○`` would if it were enabled.

    Args:
        subscribers: the webhooks, in order.
        paint: colours.
    """
    events = _events(subscribers)
    labels = [one.name or f"(unmanaged) {one.id}" for one in subscribers]
    first = max((len(label) for label in (*labels, "receivers")), default=0)
    heads = [tuple(one_line(event).split(" ", 1)) for event in events]
    widths = [max(len(part) for part in head) for head in heads]
    yield paint("Coverage after the change", "bold")
    for row in range(2):
        cells = (head[row] if row < len(head) else "" for head in heads)
        yield _row("", first, cells, widths, paint, "dim")
    for label, one in zip(labels, subscribers, strict=True):
        receives = set(one.events)
        mark = _RECEIVES if one.enabled else _DISABLED
        yield _row(one_line(label), first, (mark if event in receives else _NOT for event in events), widths, paint)
    sums = [sum(one.enabled and event in one.events for one in subscribers) for event in events]
    yield _row("receivers", first, map(str, sums), widths, paint, "bold")


def _events(subscribers: Sequence[Subscriber]) -> list[str]:
    """The platform's events, and others that somebody subscribes to all the same."""
    return in_platform_order({*PLATFORM_EVENTS, *(event for one in subscribers for event in one.events)})


def _row(label: str, first: int, cells: Iterator[str], widths: list[int], paint: Painter, *styles: str) -> str:
    padded = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)]
    return paint("  ".join([f"  {label:<{first}}", *padded]).rstrip(), *styles)
