"""A project as its files say it, before any environment is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from hookwright.model.finding import Finding
from hookwright.model.frozen import dataclass
from hookwright.model.source import Document, Json, Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One declared thing: an environment, a webhook, an event or a tombstone.

    Attributes:
        name: its name.
        value: what the YAML says of it, nothing merged or interpolated.
        document: the file it stands in.
        pointer: JSON pointer to it in that file.
    """

    name: str
    value: Json
    document: Document
    pointer: str

    def span(self, pointer: str = "", *, key: bool = False) -> Span:
        """The span of what stands at ``pointer`` below it, or of the key that holds that."""
        return self.document.places.span(self.pointer + pointer, key=key)


@dataclass(frozen=True, slots=True)
class Project:
    """A project: ``hookwright.yaml`` and the files it includes.

    Attributes:
        root: the folder of ``hookwright.yaml``.
        name: the project's name: its ownership scope.
        file: ``hookwright.yaml``.
        documents: the included files, in order of path.
        environments: by name, in the order of the file.
        webhooks: by name, in order of name; of a name declared twice, the first.
        events: likewise.
        removed_webhooks: tombstones, by name.
        removed_events: likewise.
        findings: what is wrong with the reading of it (rules HW0xx).
    """

    root: Path
    name: str
    file: Document
    documents: tuple[Document, ...] = ()
    environments: Mapping[str, Entry] = field(default_factory=dict)
    webhooks: Mapping[str, Entry] = field(default_factory=dict)
    events: Mapping[str, Entry] = field(default_factory=dict)
    removed_webhooks: Mapping[str, Entry] = field(default_factory=dict)
    removed_events: Mapping[str, Entry] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
