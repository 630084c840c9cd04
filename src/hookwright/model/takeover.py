"""What was taken over: live webhooks and events that were not declared, as they are declared now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hookwright.model.finding import Finding
from hookwright.model.source import Json


@dataclass(frozen=True, slots=True)
class Taken:
    """A webhook or event that is declared now.

    Attributes:
        name: its name in the project.
        ids: environment → the platform's id.
        block: what the YAML says of it.
        comment: what the YAML says above it, or an empty string.
    """

    name: str
    ids: Mapping[str, str]
    block: Mapping[str, Json]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A process variable that must be set.

    Attributes:
        name: its name.
        value: its value, as it is live.
        used_in: where it is used: ``webhooks/incident-pager/headers/Authorization``, sorted.
    """

    name: str
    value: str = field(repr=False)
    used_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a takeover declares.

    Attributes:
        webhooks: in order of name.
        events: in order of name.
        variables: in order of name.
        vars: environment → vars to be added to it, with their values as the YAML says them.
        notes: what else there is to know: what was left out and why; no secret in them.
    """

    webhooks: tuple[Taken, ...] = ()
    events: tuple[Taken, ...] = ()
    variables: tuple[Variable, ...] = ()
    vars: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended.

    Attributes:
        takeover: what was taken over.
        environments: the environments that were read.
        files: the files that were written, or would be; the project's own file is among them where vars were inserted.
        inserted: whether the vars stand in the project's own file; if not, they have to be added by hand.
        already_set: names of the variables whose process variable is set to their value.
        findings: errors that validation finds in what was written.
        dry_run: whether nothing was written.
    """

    takeover: Takeover
    environments: tuple[str, ...]
    files: tuple[str, ...] = ()
    inserted: bool = True
    already_set: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    dry_run: bool = False
