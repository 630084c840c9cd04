"""Live webhooks of several environments → the things to be declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from hookwright.model.resources import Webhook
from hookwright.model.source import identical
from hookwright.reconcile.takeover.body import holds_null, text_body
from hookwright.reconcile.takeover.data import Estate, Wish
from hookwright.reconcile.takeover.fields import Fields, fields_of, telling_names
from hookwright.reconcile.takeover.lift import Lifter
from hookwright.reconcile.takeover.match import Match, match
from hookwright.reconcile.takeover.names import Names
from hookwright.reconcile.takeover.select import Candidate, Selection
from hookwright.reconcile.takeover.text import Text, Tree, parts_of
from hookwright.reconcile.takeover.thing import Thing

KIND: Final = "webhooks"


def webhook_things(
    estates: Sequence[Estate], selections: Mapping[str, Selection], wish: Wish, lifter: Lifter, primary: str
) -> list[Thing]:
    """The webhooks to be declared, those that correspond as one.

    Args:
        estates: the environments.
        selections: environment → what is to be declared of it.
        wish: what is asked for.
        lifter: makes vars of shared origins.
        primary: the environment that a shared webhook is named after.
    """
    workflows = {estate.name: telling_names(estate.workflows) for estate in estates}
    matches = match([selection.webhooks for selection in selections.values()])
    fields = [{one.environment: _fields(one, wish, workflows[one.environment]) for one in found} for found in matches]
    urls = lifter.lift([{environment: one.url for environment, one in found.items()} for found in fields])
    names = Names(_taken_names(estates, selections, wish))
    things = []
    for found, parts, lifted in zip(matches, fields, urls, strict=True):
        bodies = _bodies({environment: one.body for environment, one in parts.items()})
        things.append(
            Thing(
                KIND,
                _name(found, parts, wish, names, primary),
                ids={one.environment: one.id for one in found},
                trees={name: one.tree(lifted[name], bodies[name]) for name, one in parts.items()},
                adopt={one.environment: one.id for one in found if one.marker is None},
            )
        )
    return sorted(things, key=lambda thing: thing.name)


def _fields(candidate: Candidate, wish: Wish, workflows: Mapping[str, str]) -> Fields:
    protect = candidate.marker is not None and candidate.marker.protected
    return fields_of(candidate.webhook, candidate.url, wish.finder, workflows, protect=protect)


def _taken_names(estates: Sequence[Estate], selections: Mapping[str, Selection], wish: Wish) -> set[str]:
    """The names that mean another webhook: declared, live, removed, or left behind by a renaming."""
    taken = set(wish.webhooks)
    for estate in estates:
        taken |= selections[estate.name].names | estate.declared.removed_webhooks
        taken |= {hook.renamed_from for hook in estate.declared.webhooks}
    return taken


def _bodies(bodies: Mapping[str, Tree]) -> Mapping[str, Tree]:
    """The bodies by environment, as text where they differ and one holds null: an override cannot say null."""
    first, *others = bodies.values()
    if all(identical(first, other) for other in others) or not any(holds_null(body) for body in bodies.values()):
        return bodies
    return {environment: text_body(body) for environment, body in bodies.items()}


def _name(found: Match, parts: Mapping[str, Fields], wish: Wish, names: Names, primary: str) -> str:
    """The name in its marker, or one after what stands in clear of its description and URL."""
    marker = next((one.marker for one in found if one.marker), None)
    if marker:
        return marker.name
    one = next((one for one in found if one.environment == primary), found[0])
    fields = parts[one.environment]
    return names.give(_in_clear(one.webhook, fields), wish.name_from)


def _in_clear(webhook: Webhook, fields: Fields) -> Webhook:
    """The webhook without what is secret in its URL and description."""
    return replace(webhook, url=_clear(fields.url), description=_clear(fields.others.get("description", "")))


def _clear(text: str | Text) -> str:
    return "".join(part for part in parts_of(text) if isinstance(part, str))
