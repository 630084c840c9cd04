"""What the templates of an environment meet in the contracts of the events they are rendered for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookwright.model.resources import WORKFLOW_EVENTS
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE, Expression
from hookwright.validate.contracts import Contract, Meets, Status, Trace

if TYPE_CHECKING:
    from hookwright.validate.refinements import Contracts
    from hookwright.validate.uses import Use


@dataclass(frozen=True, slots=True)
class Lookup:
    """One ``{{event.…}}`` or ``{{workflow_response.…}}`` with a path, against every payload it is rendered with.

    Attributes:
        use: the text it stands in.
        expression: the expression.
        traces: what its path meets, by name of the event, or of the root ``workflow_response``.
        guessed: the events whose payload is not published: what they lack, they may have after all.
    """

    use: Use
    expression: Expression
    traces: Mapping[str, Trace]
    guessed: frozenset[str]

    def meeting(self, *what: Meets) -> list[str]:
        """The events where the path meets one of these."""
        return [event for event, trace in self.traces.items() if trace.meets in what]

    @property
    def lacking(self) -> list[str]:
        """The events that certainly lack the key."""
        return [event for event in self.meeting(Meets.UNKNOWN) if event not in self.guessed]

    @property
    def unsure(self) -> list[str]:
        """The events that lack the key as far as is known, which is not all."""
        return [event for event in self.meeting(Meets.UNKNOWN) if event in self.guessed]

    @property
    def carrying(self) -> list[str]:
        """The events that carry the key, or may."""
        return self.meeting(Meets.KNOWN, Meets.OPEN)

    @property
    def known(self) -> list[str]:
        """The keys that are known where the path ends in the payloads, those of all events together."""
        return list(dict.fromkeys(name for trace in self.traces.values() for name in trace.known))

    @property
    def form(self) -> str:
        """How a key at the place where the path ends is written, ``{}`` for the key."""
        depth = max((trace.depth for trace in self.traces.values()), default=0)
        return "{{" + ".".join([self.expression.root, *self.expression.path[:depth], "{}"]) + "}}"

    @property
    def name(self) -> str:
        """The name that is not known, where one is not."""
        depth = max((trace.depth for trace in self.traces.values()), default=0)
        return self.expression.path[min(depth, len(self.expression.path) - 1)]


def lookups(uses: Iterable[Use], contracts: Contracts) -> Iterator[Lookup]:
    """Every expression with a path, as far as there are contracts to hold it against."""
    for use in uses:
        payloads = [found for found in map(contracts.of, use.events) if found]
        guessed = frozenset(found.event for found in payloads if found.status is Status.UNPUBLISHED)
        for expression in use.template.expressions:
            if not expression.path:
                continue
            if expression.root == EVENT and payloads:
                yield Lookup(use, expression, _traces(payloads, expression), guessed)
            elif expression.root == WORKFLOW_RESPONSE and contracts.response:
                yield Lookup(use, expression, _traces([contracts.response], expression), frozenset())


def runs_workflows(event: str) -> bool:
    """Whether an event comes from a workflow, whose Response node can have given something."""
    return event in WORKFLOW_EVENTS


def _traces(payloads: list[Contract], expression: Expression) -> dict[str, Trace]:
    return {each.event: each.trace(expression.path) for each in payloads}
