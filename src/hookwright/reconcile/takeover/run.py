"""Live webhooks and events of one or several environments → what is to be declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hookwright.model.resources import Kind
from hookwright.model.takeover import Takeover
from hookwright.reconcile.takeover.data import Estate, Wish
from hookwright.reconcile.takeover.events import event_things
from hookwright.reconcile.takeover.lift import Lifter
from hookwright.reconcile.takeover.select import select
from hookwright.reconcile.takeover.text import escaped
from hookwright.reconcile.takeover.variables import Variables
from hookwright.reconcile.takeover.webhooks import webhook_things


def take_over(estates: Sequence[Estate], wish: Wish) -> Takeover:
    """Declare what is live and not declared.

    Applied to the environments it was made from, the declaration changes nothing but the markers of what it adopts.

    Args:
        estates: the environments, in the order of the project; at least one.
        wish: what is asked for.

    Returns:
        The declaration.

    Raises:
        RefusedError: an interlock, or doubt about whose a webhook is.
    """
    selections = {estate.name: select(estate, wish) for estate in estates}
    notes = [note for selection in selections.values() for note in selection.notes]
    primary = _primary(estates)
    lifter = Lifter({estate.name: estate.variables for estate in estates}, wish.vars)
    things = [
        *webhook_things(estates, selections, wish, lifter, primary),
        *event_things({name: selection.events for name, selection in selections.items()}, wish.finder, notes),
    ]
    if things:
        notes += _not_read(estates, wish)
    variables = Variables(wish.finder.known, wish.used, wish.environ)
    variables.assign([use for thing in things for use in thing.uses()])
    taken = [(thing.kind, thing.taken(wish.environments, variables, primary)) for thing in things]
    return Takeover(
        webhooks=tuple(one for kind, one in taken if kind == "webhooks"),
        events=tuple(one for kind, one in taken if kind == "events"),
        variables=variables.all(),
        vars={
            environment: {name: escaped(value) for name, value in sorted(added.items())}
            for environment, added in lifter.added.items()
            if added
        },
        notes=tuple(notes),
    )


def _not_read(estates: Sequence[Estate], wish: Wish) -> Iterator[str]:
    """What it means that some environments were not read."""
    read = [estate.name for estate in estates]
    for name in wish.environments:
        if name not in read:
            yield (
                f"{name} was not read: none of this is declared for it; "
                f"environments that are imported together ({', '.join([*read, name])}) share their blocks"
            )


def _primary(estates: Sequence[Estate]) -> str:
    """The environment that shared blocks are written for: the first of production, or the first."""
    production = [estate.name for estate in estates if estate.declared.environment.kind is Kind.PRODUCTION]
    return [*production, estates[0].name][0]
