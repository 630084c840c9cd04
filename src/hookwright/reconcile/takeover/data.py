"""What a takeover is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hookwright.model.resources import Declared, LiveEvent, LiveWebhook, Workflow
from hookwright.reconcile.takeover.secrets import Finder


class NameFrom(StrEnum):
    """What a webhook is named after first."""

    DESCRIPTION = "description"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Estate:
    """One environment: what is declared for it, and what is live.

    Attributes:
        declared: what is declared for it.
        webhooks: all of its webhooks.
        events: all of its custom events.
        workflows: all of its workflows, for their names; empty where nothing asks for them.
        variables: the vars of the environment whose value is known.
    """

    declared: Declared
    webhooks: Sequence[LiveWebhook]
    events: Sequence[LiveEvent] = ()
    workflows: Sequence[Workflow] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.declared.environment.name


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        project: the project's name.
        environments: the names of all its environments, also of those that are not taken over.
        webhooks: names of the webhooks that its files declare for any environment.
        events: likewise of the events.
        finder: finds secrets.
        used: names of the process variables that the project uses.
        environ: the process variables that are set.
        vars: names of the vars that each environment has.
        name_from: what webhooks are named after.
        lost: also webhooks that carry the project's marker and whose block is gone.
    """

    project: str
    environments: Sequence[str]
    webhooks: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    finder: Finder = field(default_factory=Finder)
    used: frozenset[str] = frozenset()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    vars: Mapping[str, frozenset[str]] = field(default_factory=dict)
    name_from: NameFrom = NameFrom.DESCRIPTION
    lost: bool = False
