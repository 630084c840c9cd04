"""Live custom events of several environments → the things to be declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from hookwright.model.resources import Event, LiveEvent
from hookwright.model.source import Json, identical
from hookwright.reconcile.takeover.body import holds_null
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.reconcile.takeover.text import Tree
from hookwright.reconcile.takeover.thing import Thing

KIND: Final = "events"

_ONLY_KEYS: Final = "The platform told only the keys of the sample, not its values."


def event_things(environments: Mapping[str, Sequence[LiveEvent]], finder: Finder, notes: list[str]) -> list[Thing]:
    """The events to be declared, those of one name as one, in order of name.

    Args:
        environments: environment → the events that are to be declared of it.
        finder: finds secrets.
        notes: takes what is left out, and why.
    """
    found: dict[str, dict[str, LiveEvent]] = defaultdict(dict)
    for environment, events in environments.items():
        for live in events:
            found[live.event.name][environment] = live
    things = []
    for name in sorted(found):
        lives = found[name]
        trees = {environment: _tree(live.event, finder) for environment, live in lives.items()}
        if _cannot_be_one(list(trees.values())):
            notes.append(f"the event '{name}' was left out: it differs between environments, and holds null")
            continue
        guessed = any(live.event.sample is None and live.event.keys for live in lives.values())
        ids = {environment: live.id for environment, live in lives.items()}
        things.append(Thing(KIND, name, ids, trees, comment=_ONLY_KEYS if guessed else ""))
    return things


def _tree(event: Event, finder: Finder) -> dict[str, Tree]:
    """What is to be declared of an event. Of a sample whose values are not known a likeness is made: its keys."""
    sample = event.sample if event.sample is not None else sample_with(event.keys)
    tree: dict[str, Tree] = {"sample": finder.sample(sample)}
    if event.json_schema:
        tree["json_schema"] = dict(event.json_schema)
    return tree


def _cannot_be_one(trees: Sequence[dict[str, Tree]]) -> bool:
    """Whether events differ in a way that an override cannot say: there null removes a key."""
    first, *others = trees
    return not all(identical(first, other) for other in others) and any(holds_null(tree) for tree in trees)


def sample_with(keys: Sequence[str]) -> dict[str, Json]:
    """A sample whose leaves have these dotted keys, and empty text for values."""
    sample: dict[str, Json] = {}
    for dotted in keys:
        *above, last = dotted.split(".")
        place = sample
        for key in above:
            place = place.setdefault(key, {})
        place[last] = ""
    return sample
