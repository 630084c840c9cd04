"""The check of custom events."""

from __future__ import annotations

from typing import Final

from hookwright.model.resources import Event, LiveEvent
from hookwright.reconcile.normalize import same_event
from hookwright.reconcile.probe.bench import Bench, Seen, broken, holds

_SAMPLE: Final = {"id": "123", "prospect": {"email": "jane@acme.example", "tags": ["a", "b"]}}
_CHANGED: Final = {"id": "124", "note": 'has "quotes"'}


def sample_comes_back(bench: Bench) -> Seen:
    """Q7."""
    event = Event(bench.run.event(), _SAMPLE)
    platform = bench.platform
    bench.made += 1
    live = _named(event, platform.create_event(event))
    if live is None:
        return broken("the answer of a create did not hold the new event")
    bench.event_ids.add(live.id)
    shape = bench.platform.sample_shape(live.id)
    if shape == "nothing":
        return broken("the event came back without anything of its sample")
    changed = Event(event.name, _CHANGED)
    for wanted, seen in (
        (event, live),
        (event, bench.platform.get_event(live.id)),
        (changed, _named(event, bench.platform.update_event(live.id, changed))),
        (changed, _named(event, bench.platform.list_events())),
    ):
        if seen is None or not same_event(wanted, seen.event):
            return broken(f"the sample did not come back as it was sent (returned as {shape})")
    remaining = bench.platform.delete_event(live.id)
    bench.event_ids.discard(live.id)
    if _named(event, remaining) is not None:
        return broken("the answer of a delete still held the event")
    return holds(f"the sample came back as it was sent, as {shape}")


def _named(event: Event, events: list[LiveEvent]) -> LiveEvent | None:
    return next((live for live in events if live.event.name == event.name), None)
