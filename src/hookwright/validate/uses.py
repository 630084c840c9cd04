"""Templates, and where they stand in what is declared for an environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hookwright.model.source import Json, escape, unescape
from hookwright.templates.syntax import Expression, Template, parse

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredEvent, DeclaredWebhook
    from hookwright.model.source import Span

OPEN: Final = "{{"


def span_of(thing: DeclaredWebhook | DeclaredEvent, pointer: str, *, key: bool = False) -> Span | None:
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
            if found < 0:
                break
        else:
            return webhook.places.within(pointer, found, found + len(wanted))
    return webhook.places.span(pointer)


def unfilled(webhook: DeclaredWebhook, pointer: str, text: str) -> str:
    """The text as it is written where a process variable flowed into it; otherwise the text itself."""
    if pointer not in webhook.secrets:
        return text
    written = _at(webhook.raw, pointer)
    return written if isinstance(written, str) else ""


class Use:
    """One text with templates in it, and everywhere it stands.

    The same text for the same events means the same wherever it stands, so rules judge it once. There are as many of
    these as there are different texts: a plain class is made several times faster than a dataclass.

    Attributes:
        template: the text, parsed.
        expressions: its expressions, in order.
        events: names of the events that its webhooks subscribe to, sorted.
        places: where it stands: the webhook, the JSON pointer in it (``/headers/X-Run``), and whether it is the key at
            that place and not the value.
    """

    __slots__ = ("events", "expressions", "places", "template")

    def __init__(self, template: Template, events: tuple[str, ...]) -> None:
        self.template = template
        self.expressions = template.expressions
        self.events = events
        self.places: list[tuple[DeclaredWebhook, str, bool]] = []

    def spans(self, part: Expression | None = None) -> Iterator[Span | None]:
        """The span of one expression of it, everywhere it stands; of the whole text where none is given."""
        for webhook, pointer, key in self.places:
            if part is None or key:
                yield span_of(webhook, pointer, key=key)
            else:
                yield span_within(webhook, pointer, self.template.text, part.start, part.end)

    def within(self, start: int, end: int) -> Iterator[Span | None]:
        """The span of some characters of it, everywhere it stands."""
        for webhook, pointer, key in self.places:
            if key:
                yield span_of(webhook, pointer, key=True)
            else:
                yield span_within(webhook, pointer, self.template.text, start, end)


def uses_of(webhooks: Iterable[DeclaredWebhook]) -> tuple[Use, ...]:
    """Every header value and body text with a template in it, and the keys of JSON bodies."""
    collector = _Collector()
    for webhook in webhooks:
        made = webhook.webhook
        for name, text in made.headers.items():
            if OPEN in text:
                collector.add(text, webhook, f"/headers/{escape(name)}")
        if made.body is not None:
            collector.walk(webhook, made.body, "/body")
    return tuple(collector.found.values())


class _Collector:
    """Gathers uses while bodies are walked."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, tuple[str, ...]], Use] = {}

    def add(self, text: str, webhook: DeclaredWebhook, pointer: str, *, key: bool = False) -> None:
        """Note where a text stands. One that holds a secret is taken as it is written: findings quote it."""
        if webhook.secrets and not key:
            text = unfilled(webhook, pointer, text)
            if OPEN not in text:
                return
        identity = (text, webhook.webhook.events)
        use = self.found.get(identity)
        if use is None:
            use = self.found[identity] = Use(parse(text), identity[1])
        use.places.append((webhook, pointer, key))

    def walk(self, webhook: DeclaredWebhook, value: Json, pointer: str) -> None:
        """Note the texts in a part of a body."""
        kind = value.__class__
        if kind is dict:
            for key, item in value.items():
                if OPEN in key:
                    self.add(key, webhook, f"{pointer}/{escape(key)}", key=True)
                if item.__class__ is not str:
                    self.walk(webhook, item, f"{pointer}/{escape(key)}")
                elif OPEN in item:
                    self.add(item, webhook, f"{pointer}/{escape(key)}")
        elif kind is list:
            for index, item in enumerate(value):
                self.walk(webhook, item, f"{pointer}/{index}")
        elif kind is str and OPEN in value:
            self.add(value, webhook, pointer)


def _at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(unescape(token))
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value
