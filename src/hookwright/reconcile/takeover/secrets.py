"""Where the secrets of a live webhook are.

What is taken for a secret by mistake costs a variable; the other mistake leaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hookwright.model.resources import Webhook, WebhookType
from hookwright.model.source import Json
from hookwright.reconcile.mask import secret_name
from hookwright.reconcile.takeover.text import Number, Part, Secret, Text, Tree, text_of

_URL: Final = re.compile(r"(?i)https?://(?:(?P<user>[^/?#]*)@)?[^/?#]*")
_PARAMETER: Final = re.compile(r"(?<=[?&#])(?P<name>[^=&#]+)=(?P<value>[^&#]+)")
_PAIRS: Final = (
    re.compile(r'"(?P<name>[^"\\\n]+)"\s*:\s*"(?P<value>(?:[^"\\]|\\.)+)"'),
    re.compile(r"(?:^|(?<=[\s&?;,]))(?P<name>[A-Za-z0-9_.-]+)=(?P<value>[^\s&;,\"']+)"),
)
"""Names and values in a body that is text: JSON with bare templates in it, and forms."""
_SCHEME: Final = re.compile(r"(?i)\s*(?P<scheme>bearer|basic|digest|token|apikey|api-key)\s+")
_TEMPLATE: Final = re.compile(r"\{\{[^{}]*\}\}")
_HARMLESS: Final = frozenset(
    {"none", "null", "true", "false", "bearer", "basic", "digest", "token", "apikey", "api-key"}
)
_SHORTEST_KNOWN: Final = 8
"""A shorter value of a process variable stands in too much text to say that it came from there."""
_SHORTEST_NUMBER: Final = 4
"""Digits. A smaller number under a secret name (``max_tokens: 100``) is a setting."""

Span = tuple[int, int, str]
"""Start and end of a secret in a text, and its role."""


def _no_parts(text: str) -> Iterable[tuple[int, int]]:
    del text
    return ()


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds secrets.

    Attributes:
        names: whether what stands under a name is a secret.
        parts: the stretches of any text that look like secrets by themselves, as start and end.
        known: values of the process variables that the project uses already, each with its name.
    """

    names: Callable[[str], bool] = secret_name
    parts: Callable[[str], Iterable[tuple[int, int]]] = _no_parts
    known: Mapping[str, str] = field(default_factory=dict, repr=False)

    def url(self, webhook: Webhook) -> str | Text:
        """The URL of a webhook. That of a ``slack`` webhook is a secret from its path on: who has it can post."""
        url = webhook.url
        spans = list(self._any(url))
        start = _URL.match(url)
        if webhook.type is WebhookType.SLACK and start and len(url) > start.end() + 1:
            spans.append((start.end() + 1, len(url), "PATH"))
        return _cut(url, spans)

    def header(self, name: str, value: str) -> str | Text:
        """The value of a header."""
        secret = self.names(name) or _SCHEME.match(value) is not None
        return _cut(value, [*(self._whole(value, name) if secret else ()), *self._any(value)])

    def text(self, text: str) -> str | Text:
        """A text for people."""
        return _cut(text, self._any(text))

    def body(self, body: Json) -> Tree:
        """The body of a webhook."""
        if isinstance(body, str):
            return _cut(body, [*self._pairs(body), *self._any(body)])
        return self._tree(body, "", secret=False, numbers=True)

    def sample(self, sample: Json) -> Tree:
        """The sample of an event. Its numbers stay: a process variable is text, and a sample has to keep its types."""
        return self._tree(sample, "", secret=False, numbers=False)

    def _tree(self, value: Json, name: str, *, secret: bool, numbers: bool) -> Tree:
        """A value below the key ``name``; all below a secret key is secret."""
        if isinstance(value, str):
            return _cut(value, [*(self._whole(value, name) if secret else ()), *self._any(value)])
        if isinstance(value, Mapping):
            return {
                key: self._tree(item, name if secret else key, secret=secret or self.names(key), numbers=numbers)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._tree(item, name, secret=secret, numbers=numbers) for item in value]
        if secret and numbers and isinstance(value, int | float) and not isinstance(value, bool):
            digits = repr(value)
            return Number(Secret(digits, role_of(name))) if len(digits) >= _SHORTEST_NUMBER else value
        return value

    def _any(self, text: str) -> Iterator[Span]:
        """The secrets that show in any text: known values, telling forms, the secret places of a URL."""
        for value in self.known:
            if len(value) >= _SHORTEST_KNOWN and value in text:
                for found in re.finditer(re.escape(value), text):
                    yield *found.span(), "SECRET"
        start = _URL.match(text)
        origin = start.end() if start else 0
        for begin, end in self.parts(text):
            # An origin is no secret: it says who is meant, and gets a var.
            if end > origin:
                yield max(begin, origin + 1) if begin < origin else begin, end, "PATH" if start else "SECRET"
        if start:
            if start["user"]:
                yield *start.span("user"), "CREDENTIALS"
            for parameter in _PARAMETER.finditer(text, origin):
                if self.names(parameter["name"]) and _says_something(parameter["value"]):
                    yield *parameter.span("value"), role_of(parameter["name"])

    def _pairs(self, text: str) -> Iterator[Span]:
        for form in _PAIRS:
            for pair in form.finditer(text):
                if self.names(pair["name"]) and _says_something(pair["value"]):
                    yield *pair.span("value"), role_of(pair["name"])

    def _whole(self, value: str, name: str) -> Iterator[Span]:
        """All of a value, but for the word of its scheme."""
        scheme = _SCHEME.match(value)
        start = scheme.end() if scheme else 0
        if _says_something(value[start:]):
            yield start, len(value), role_of(name, scheme["scheme"] if scheme else "")


def role_of(name: str, scheme: str = "") -> str:
    """What a secret is called after its header or key, and the scheme it stands behind: ``X-Api-Key`` → ``API_KEY``."""
    role = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_").removeprefix("X_") or "SECRET"
    if role in {"AUTHORIZATION", "AUTH"} and scheme:
        return "BASIC_AUTH" if scheme.lower() == "basic" else "TOKEN"
    return role


def _says_something(value: str) -> bool:
    """Whether a value has more to it than templates and words that are no secret."""
    rest = _TEMPLATE.sub("", value).strip()
    return any(character.isalnum() for character in rest) and rest.lower() not in _HARMLESS


def _cut(text: str, spans: Iterable[Span]) -> str | Text:
    """A text in parts; of secrets that overlap one is made, with the role of the first."""
    parts: list[Part] = []
    done = 0
    start, end, role = 0, 0, ""
    for begin, stop, what in [*sorted(spans), (len(text) + 1, len(text) + 1, "")]:
        if begin < end:
            end = max(end, stop)
            continue
        if start < end:
            parts += [text[done:start], Secret(text[start:end], role)]
            done = end
        start, end, role = begin, stop, what
    return text_of([*parts, text[done:]])
