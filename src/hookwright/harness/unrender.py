"""Templates read backwards: what a rendered value tells of the payload that it was rendered from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from hookwright.model.resources import DEFAULT_BODY, Webhook, WebhookType
from hookwright.model.source import Json, nests_at_most
from hookwright.templates import Context
from hookwright.templates.render import body_structure
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE, Expression, parse

LARGEST: Final = 1024 * 1024
"""Bytes of a body above which nobody looks into it."""

_DEEPEST: Final = 100


@dataclass(slots=True)
class Reading:
    """What was found while a value was held against its template.

    Attributes:
        values: the value of each template, by its dotted path (``event.instance_id``); the first one found.
        literals: how many parts that are no templates were there as they are written.
        departures: how many parts are not what the template makes.
    """

    values: dict[str, Json] = field(default_factory=dict)
    literals: int = 0
    departures: int = 0

    @property
    def fits(self) -> bool:
        """Whether the template can have made the value."""
        return not self.departures

    def context(self) -> Context:
        """A payload, and a workflow's response, that the template makes the value of."""
        return Context(self._root(EVENT) or {}, self._root(WORKFLOW_RESPONSE))

    def _root(self, root: str) -> Json:
        whole = self.values.get(root)
        below = {
            path.removeprefix(f"{root}."): value for path, value in self.values.items() if path.startswith(f"{root}.")
        }
        # A key with dots in it is found as one (templates.lookup), so that none needs to be taken apart.
        if isinstance(whole, Mapping):
            return {**below, **whole}
        return below or (whole if root == WORKFLOW_RESPONSE else None)


def body_template(webhook: Webhook) -> tuple[Json, bool]:
    """The template of a webhook's body (None for a Slack webhook's), and whether it makes text rather than JSON."""
    if webhook.type is WebhookType.SLACK:
        return None, False
    body = webhook.body if webhook.type is WebhookType.CUSTOM and webhook.body is not None else DEFAULT_BODY
    if not isinstance(body, str):
        return body, False
    structured = body_structure(body)
    if structured is not None:
        return structured, False
    return body, not parse(body).whole


def parse_body(body: bytes) -> tuple[Json, bool]:
    """The JSON of a body, and whether it is any."""
    if len(body) > LARGEST:
        return None, False
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, False
    return (value, True) if nests_at_most(_DEEPEST, value) else (None, False)


def read_back(template: Json, value: Json, reading: Reading) -> None:
    """Hold a value against a JSON template.

    Args:
        template: the template.
        value: what may have been rendered from it.
        reading: takes what is found.
    """
    if isinstance(template, str):
        _text(template, value, reading)
    elif isinstance(template, Mapping) and isinstance(value, Mapping):
        literal = {key for key in template if "{{" not in key}
        for key, part in template.items():
            if key in value and key in literal:
                read_back(part, value[key], reading)
                reading.literals += 1
            elif key in literal:
                reading.departures += 1
        if len(literal) == len(template):
            reading.departures += len(value.keys() - literal)
    elif isinstance(template, list) and isinstance(value, list):
        reading.departures += abs(len(template) - len(value))
        for part, item in zip(template, value, strict=False):
            read_back(part, item, reading)
    elif json.dumps(template) == json.dumps(value):
        reading.literals += 1
    else:
        reading.departures += 1


def _text(template: str, value: Json, reading: Reading) -> None:
    parsed = parse(template)
    if parsed.whole:
        reading.values.setdefault(parsed.whole.dotted, value)
    elif not isinstance(value, str):
        reading.departures += 1
    else:
        read_text(template, value, reading)


def read_text(template: str, text: str, reading: Reading) -> None:
    """Hold a text against a text template; as :func:`read_back`."""
    parts = parse(template).parts
    found = _holes(parts, text)
    if found is None:
        reading.departures += 1
        return
    reading.literals += any(isinstance(part, str) and not part.isspace() for part in parts)
    for expression, value in found:
        reading.values.setdefault(expression.dotted, value)


def _holes(parts: tuple[str | Expression, ...], text: str) -> list[tuple[Expression, str]] | None:
    """What stands in the place of each expression; None where the text around them is not there.

    Each literal is looked for where it first follows the one before: if the text fits at all, it fits so.
    """
    found: list[tuple[Expression, str]] = []
    waiting: list[Expression] = []
    at = 0
    for place, part in enumerate(parts):
        if isinstance(part, Expression):
            waiting.append(part)
            continue
        last = place == len(parts) - 1
        start = len(text) - len(part) if last and waiting else text.find(part, at)
        if start < at or not text.startswith(part, start) or (start > at and not waiting):
            return None
        found += _shared_out(waiting, text[at:start])
        waiting = []
        at = start + len(part)
    if at < len(text) and not waiting:
        return None
    return found + _shared_out(waiting, text[at:])


def _shared_out(expressions: list[Expression], text: str) -> list[tuple[Expression, str]]:
    """Expressions without anything between them: the last one gets all."""
    return [(one, text if one is expressions[-1] else "") for one in expressions]
