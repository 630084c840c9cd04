"""The texts that a project's YAML holds, as it says them, where they could hold a secret or a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hookwright.model.project import Entry
from hookwright.model.source import Json, escape
from hookwright.validate.secrets import is_secret_name

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared, DeclaredWebhook
    from hookwright.model.source import Span

_PARTS: Final = ("url", "headers", "body")
_WHOLE: Final = re.compile(rf"(?:/environments/[^/]*)?/(?:{'|'.join(_PARTS)})")
_LONG_RUN: Final = re.compile(r"[\w-]{16}", re.ASCII)
"""Something as long as a secret, without a break."""


class Text:
    """A text as the YAML says it, nothing filled in.

    Attributes:
        text: the text.
        name: the key that holds it; the name of the header or variable.
        part: the field of the webhook it belongs to (``url``, ``headers``, ``body``), ``vars`` for a variable.
    """

    __slots__ = ("_holder", "_pointer", "name", "part", "text")

    def __init__(self, text: str, name: str, part: str, holder: Entry | DeclaredWebhook, pointer: str) -> None:
        """Note a text.

        Args:
            text: see the class, as for ``name`` and ``part``.
            name: see there.
            part: see there.
            holder: the webhook, or the entry of the webhook or environment.
            pointer: JSON pointer to the text in its holder.
        """
        self.text = text
        self.name = name
        self.part = part
        self._holder = holder
        self._pointer = pointer

    @property
    def whole(self) -> bool:
        """Whether it is all of its part, as a body that is text is, and no text within it."""
        return _WHOLE.fullmatch(self._pointer) is not None

    @property
    def in_body_file(self) -> bool:
        """Whether it stands in a file that is all body."""
        return not isinstance(self._holder, Entry)

    @property
    def span(self) -> Span | None:
        """Its span."""
        return self._span()

    def within(self, start: int, end: int) -> Span | None:
        """The span of some of its characters."""
        return self._span((start, end))

    def _span(self, part: tuple[int, int] | None = None) -> Span | None:
        if isinstance(self._holder, Entry):
            places, pointer = self._holder.document.places, self._holder.pointer + self._pointer
        elif self._holder.places is None:
            return None
        else:
            places, pointer = self._holder.places, self._pointer
        return places.within(pointer, *part) if part else places.span(pointer)


def texts_of(project: Project, declared: Iterable[Declared]) -> list[Text]:
    """The texts of webhooks and of the environments' variables that are worth a look."""
    found: list[Text] = []
    for entry in project.webhooks.values():
        value = entry.value
        if not isinstance(value, dict):
            continue
        _collect_parts(found, entry, value, "")
        overrides = value.get("environments")
        for environment, override in overrides.items() if isinstance(overrides, dict) else ():
            if isinstance(override, dict):
                _collect_parts(found, entry, override, f"/environments/{escape(environment)}")
    for entry in project.environments.values():
        if isinstance(entry.value, dict):
            _collect(found, entry.value.get("vars"), "vars", "vars", entry, "/vars")
    for webhook in with_body_file(declared):
        _collect(found, webhook.raw["body"], "body", "body", webhook, "/body")
    return found


def with_body_file(declared: Iterable[Declared]) -> Iterator[DeclaredWebhook]:
    """The webhooks whose body stands in a file of its own, once for each text."""
    seen: set[tuple[str, str]] = set()
    for each in declared:
        for webhook in each.webhooks:
            if "body_file" in webhook.raw:
                body = webhook.raw.get("body")
                if isinstance(body, str) and (webhook.name, body) not in seen:
                    seen.add((webhook.name, body))
                    yield webhook


def _collect_parts(found: list[Text], entry: Entry, value: Mapping[str, Json], base: str) -> None:
    for part in _PARTS:
        if part in value:
            _collect(found, value[part], part, part, entry, f"{base}/{part}")


def _collect(
    found: list[Text], value: Json, name: str, part: str, holder: Entry | DeclaredWebhook, pointer: str
) -> None:
    """Add the texts in a value that are worth a look. The items of a list are called as the list is."""
    kind = value.__class__
    if kind is str:
        if _is_worth_a_look(value, name):
            found.append(Text(value, name, part, holder, pointer))
    elif kind is dict:
        for key, item in value.items():
            if item.__class__ is not str or _is_worth_a_look(item, key):
                _collect(found, item, key, part, holder, f"{pointer}/{escape(key)}")
    elif kind is list:
        for index, item in enumerate(value):
            _collect(found, item, name, part, holder, f"{pointer}/{index}")


def _is_worth_a_look(text: str, name: str) -> bool:
    """Whether any rule could find fault with a text; most are passed over.

    It could where a text has a long run without a break, the head of a key, a single brace or three closing ones, or
    the name of a secret.
    """
    if len(text) > 15 and (_LONG_RUN.search(text) or "-----BEGIN" in text):
        return True
    if "{" not in text:
        return is_secret_name(name)
    return is_secret_name(name) or "}}}" in text or "{" in text.replace("{{", "").replace("${", "")
