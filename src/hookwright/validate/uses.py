"""Templates, and where they stand in what is declared for an environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hookwright.model.source import Json, escape, unescape
from hookwright.templates.syntax import Expression, Template, parse

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredEvent, DeclaredWebhook
    from hookwright.model.source import Span

OPEN: Final = "{{"


def span_of(thing: DeclaredWebhook | DeclaredEvent, pointer: str = "", *, key: bool = False) -> Span | None:
    """Where a part of a declared thing stands."""
    return thing.places.span(pointer, key=key) if thing.places else None


def span_within(webhook: DeclaredWebhook, pointer: str, text: str, start: int, end: int) -> Span | None:
    """The span of some characters of a text of a webhook.

    What the file says and what the platform gets differ where ``${…}`` was filled in; then the same characters are
    looked for in what the file says, and where they are not there the span is that of the whole.
    """
    if webhook.places is None:
        return None
    written = _at(webhook.raw, pointer)
    if written == text:
        return webhook.places.within(pointer, start, end)
    if isinstance(written, str):
        wanted, found = text[start:end], -1
        for _ in range(text.count(wanted, 0, start) + 1):
            found = written.find(wanted, found + 1)
        if found >= 0:
            return webhook.places.within(pointer, found, found + len(wanted))
    return webhook.places.span(pointer)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template stands.

    Attributes:
        webhook: whose it is.
        pointer: JSON pointer to it in the webhook, ``/headers/X-Run``.
        key: whether it is the key at that place and not the value.
    """

    webhook: DeclaredWebhook
    pointer: str
    key: bool = False

    @property
    def span(self) -> Span | None:
        """The span of the whole text."""
        return span_of(self.webhook, self.pointer, key=self.key)

    def within(self, text: str, start: int, end: int) -> Span | None:
        """The span of the characters ``start`` to ``end`` of the text that stands here."""
        return self.span if self.key else span_within(self.webhook, self.pointer, text, start, end)


@dataclass(frozen=True, slots=True)
class Use:
    """One text with templates in it, and everywhere it stands.

    The same text for the same events means the same wherever it stands, so rules judge it once.

    Attributes:
        template: the text, parsed.
        events: names of the events that its webhook subscribes to, sorted.
        places: where it stands.
    """

    template: Template
    events: tuple[str, ...]
    places: list[Place] = field(default_factory=list)

    def spans(self, part: Expression | None = None) -> Iterator[Span | None]:
        """The span of one expression of it, everywhere it stands; of the whole text where none is given."""
        for place in self.places:
            yield place.within(self.template.text, part.start, part.end) if part else place.span


def uses_of(webhooks: Iterable[DeclaredWebhook]) -> tuple[Use, ...]:
    """Every header value and body text with a template in it, and the keys of JSON bodies."""
    found: dict[tuple[str, tuple[str, ...]], Use] = {}
    for webhook in webhooks:
        events = webhook.webhook.events
        for text, place in _templated(webhook):
            use = found.get((text, events))
            if use is None:
                use = found[(text, events)] = Use(parse(text), events)
            use.places.append(place)
    return tuple(found.values())


def _templated(webhook: DeclaredWebhook) -> Iterator[tuple[str, Place]]:
    """The texts of a webhook with templates in them."""
    made = webhook.webhook
    for name, value in made.headers.items():
        if OPEN in value:
            yield value, Place(webhook, f"/headers/{escape(name)}")
    if made.body is not None:
        yield from _templated_json(webhook, made.body, "/body")


def _templated_json(webhook: DeclaredWebhook, value: Json, pointer: str) -> Iterator[tuple[str, Place]]:
    if isinstance(value, str):
        if OPEN in value:
            yield value, Place(webhook, pointer)
    elif isinstance(value, dict):
        for key, item in value.items():
            below = f"{pointer}/{escape(key)}"
            if OPEN in key:
                yield key, Place(webhook, below, key=True)
            if item.__class__ is str:
                if OPEN in item:
                    yield item, Place(webhook, below)
            else:
                yield from _templated_json(webhook, item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _templated_json(webhook, item, f"{pointer}/{index}")


def _at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(unescape(token))
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value
