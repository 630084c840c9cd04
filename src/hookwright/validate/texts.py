"""The texts that a project's YAML holds, as it says them: where secrets could stand in clear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookwright.model.project import Entry
from hookwright.model.source import Json, escape

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared, DeclaredWebhook
    from hookwright.model.source import Span


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the YAML says it, nothing filled in.

    Attributes:
        text: the text.
        name: the key that holds it; the name of the header or variable.
        part: the field of the webhook it belongs to (``url``, ``headers``, ``body``), ``vars`` for a variable.
        holder: the webhook, or the entry of the environment.
        pointer: JSON pointer to it in its holder.
    """

    text: str
    name: str
    part: str
    holder: Entry | DeclaredWebhook
    pointer: str

    @property
    def span(self) -> Span | None:
        """Its span."""
        return self._span()

    def within(self, start: int, end: int) -> Span | None:
        """The span of some of its characters."""
        return self._span((start, end))

    def _span(self, part: tuple[int, int] | None = None) -> Span | None:
        if isinstance(self.holder, Entry):
            places, pointer = self.holder.document.places, self.holder.pointer + self.pointer
        elif self.holder.places is None:
            return None
        else:
            places, pointer = self.holder.places, self.pointer
        return places.within(pointer, *part) if part else places.span(pointer)


def texts_of(project: Project, declared: Iterable[Declared]) -> Iterator[Text]:
    """Every text of a webhook or of an environment's variables where a secret could stand."""
    for entry in project.webhooks.values():
        if not isinstance(entry.value, dict):
            continue
        yield from _texts_of(entry, entry.value, "")
        overrides = entry.value.get("environments")
        for environment, override in overrides.items() if isinstance(overrides, dict) else ():
            if isinstance(override, dict):
                yield from _texts_of(entry, override, f"/environments/{escape(str(environment))}")
    for entry in project.environments.values():
        variables = entry.value.get("vars") if isinstance(entry.value, dict) else None
        for text, name, pointer in _strings(variables, "vars", "/vars"):
            yield Text(text, name, "vars", entry, pointer)
    for webhook in _with_body_file(declared):
        body = webhook.raw.get("body")
        for text, name, pointer in _strings(body, "body", "/body"):
            yield Text(text, name, "body", webhook, pointer)


def _texts_of(entry: Entry, value: Mapping[str, Json], base: str) -> Iterator[Text]:
    for part in ("url", "headers", "body"):
        if part in value:
            for text, name, pointer in _strings(value[part], part, f"{base}/{part}"):
                yield Text(text, name, part, entry, pointer)


def _with_body_file(declared: Iterable[Declared]) -> Iterator[DeclaredWebhook]:
    """The webhooks whose body stands in a file of its own, each once."""
    seen: set[tuple[str, str]] = set()
    for each in declared:
        for webhook in each.webhooks:
            body = webhook.raw.get("body")
            if "body_file" in webhook.raw and isinstance(body, str) and (webhook.name, body) not in seen:
                seen.add((webhook.name, body))
                yield webhook


def _strings(value: Json, name: str, pointer: str) -> Iterator[tuple[str, str, str]]:
    """The strings in a value, each with the key that holds it and its JSON pointer. Lists pass their key on."""
    if isinstance(value, str):
        yield value, name, pointer
    elif isinstance(value, dict):
        for key, item in value.items():
            if item.__class__ is str:
                yield item, str(key), f"{pointer}/{escape(str(key))}"
            else:
                yield from _strings(item, str(key), f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, name, f"{pointer}/{index}")
