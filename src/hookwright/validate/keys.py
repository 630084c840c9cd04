"""What the templates of an environment meet in the contracts of the events they are rendered for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from hookwright.model.resources import WORKFLOW_EVENTS
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE, Expression
from hookwright.validate.contracts import Contract, Contracts, Meets, Status, Trace

if TYPE_CHECKING:
    from hookwright.validate.uses import Use


class Lookup:
    """One ``{{event.…}}`` or ``{{workflow_response.…}}`` with a path, against every payload it is rendered with.

    Attributes:
        use: the text it stands in.
        expression: the expression.
        traces: what its path meets, by name of the event, or of the root ``workflow_response``.
        guessed: the events whose payload is not published: what they lack, they may have after all.
    """

    __slots__ = ("expression", "guessed", "traces", "use")

    def __init__(self, use: Use, expression: Expression, traces: Mapping[str, Trace], guessed: frozenset[str]) -> None:
        self.use = use
        self.expression = expression
        self.traces = traces
        self.guessed = guessed

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
    def blocked(self) -> list[str]:
        """The events where the path goes on below a value that has no such part (HW207): it was meant to end there."""
        return self.meeting(Meets.SCALAR, Meets.LIST)

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


def lookups(uses: Iterable[Use], contracts: Contracts, *, everything: bool = False) -> Iterator[Lookup]:
    """The expressions with a path of which there is something to say.

    Args:
        uses: the texts with templates.
        contracts: what the events carry; what there is no contract of is left out.
        everything: whether to look up those too that every payload carries.
    """
    known: dict[tuple[tuple[str, ...], str, tuple[str, ...]], tuple[dict[str, Trace], bool]] = {}
    for use in uses:
        for expression in use.expressions:
            if not expression.path:
                continue
            key = (use.events, expression.root, expression.path)
            found = known.get(key)
            if found is None:
                payloads = _payloads(expression.root, use.events, contracts)
                traces = {each.event: each.trace(expression.path) for each in payloads}
                found = known[key] = traces, not all(_plain(trace) for trace in traces.values())
            if found[1] or (everything and found[0]):
                yield Lookup(use, expression, found[0], contracts.guessed(use.events))


def runs_workflows(event: str) -> bool:
    """Whether an event comes from a workflow, whose Response node can have given something."""
    return event in WORKFLOW_EVENTS


def _payloads(root: str, events: tuple[str, ...], contracts: Contracts) -> list[Contract]:
    if root == EVENT:
        return [found for found in map(contracts.of, events) if found]
    return [contracts.response] if root == WORKFLOW_RESPONSE and contracts.response else []


def _plain(trace: Trace) -> bool:
    """Whether a key is there, or may be, with nothing more to say."""
    return trace.meets in (Meets.KNOWN, Meets.OPEN) and trace.status is not Status.ANNOUNCED
