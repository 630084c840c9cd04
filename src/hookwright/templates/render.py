"""Templates and a payload → what a delivery sends.

The platform says which templates there are, not how values are put in. What is assumed of that stands here and nowhere
else:

- a template that is all of a JSON string is replaced by the JSON value: ``"{{event.count}}"`` becomes ``3``;
- inside other text it is replaced by the value's text form: strings as they are, everything else as compact JSON;
- a key that is not there becomes an empty string;
- a body that is text holding JSON is rendered inside its strings, so that no value can break the JSON;
- a number that JSON does not have (``NaN``, ``Infinity``) becomes ``null``, as JavaScript writes it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from hookwright.model.frozen import dataclass
from hookwright.model.source import Json, nests_at_most, refuse_constant
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE, Expression, Template, parse

MISSING: Final = ""
"""What a key that is not there becomes."""

# Compiled by their first use: much that loads this file renders nothing.
_BREAKS: Final = r"[\x00-\x1f\x7f-\x9f]+"
STRING_OR_TEMPLATE: Final = r'(?s)"(?:[^"\\]|\\.)*(?:(?P<end>")|\\?\Z)|\{\{[^{}]*\}\}'
"""A string of JSON text, with its ``end``, or a template outside of one. A string without an end is passed over whole:
a search that began anew at each quote in it would take minutes."""
_INDEX_DIGITS: Final = 9
"""Longer numbers are no index into any payload (and ``int`` refuses very long ones)."""
_compact: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
DEPTH: Final = 100
"""Text that nests deeper is not taken for JSON: rendering and writing it recurse."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the templates of one delivery can refer to.

    Attributes:
        event: the payload of the event.
        workflow_response: what the workflow's Response node gave, any JSON; None where there is none.
    """

    event: Mapping[str, Json]
    workflow_response: Json = None

    def root(self, name: str) -> Json:
        """What a template that begins with a name refers into; None where there is nothing of that name."""
        return self.event if name == EVENT else self.workflow_response if name == WORKFLOW_RESPONSE else None


def lookup(expression: Expression, context: Context) -> Json:
    """The value that an expression refers to; an empty string where there is none.

    A name selects a key of an object or, where it is a number, an element of an array. A key that itself holds dots is
    found too: at each step the longest run of names that is a key wins, and no shorter one is tried after it.
    """
    value = context.root(expression.root)
    if value is None:
        return MISSING
    names = list(expression.path)
    while names:
        if isinstance(value, Mapping):
            for length in range(len(names), 0, -1):
                key = ".".join(names[:length])
                if key in value:
                    value, names = value[key], names[length:]
                    break
            else:
                return MISSING
        elif isinstance(value, list) and _is_index(names[0]) and int(names[0]) < len(value):
            value = value[int(names.pop(0))]
        else:
            return MISSING
    return value


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _INDEX_DIGITS


def render_value(template: Json, context: Context) -> Json:
    """A JSON template → a JSON value: strings are rendered, in keys too; everything else stays."""
    if isinstance(template, str):
        return _render_string(parse(template), context) if "{{" in template else template
    if isinstance(template, list):
        return [render_value(item, context) for item in template]
    if isinstance(template, dict | Mapping):  # a dict is known at once; to be any other Mapping takes a while
        return {render_text(key, context): render_value(item, context) for key, item in template.items()}
    return template


def _render_string(template: Template, context: Context) -> Json:
    if template.whole:
        return lookup(template.whole, context)
    return "".join(part if isinstance(part, str) else as_text(lookup(part, context)) for part in template.parts)


def render_text(template: str, context: Context) -> str:
    """A text template → text, every value in its text form."""
    if "{{" not in template:
        return template
    return "".join(part if isinstance(part, str) else as_text(lookup(part, context)) for part in parse(template).parts)


def render_body(template: Json, context: Context) -> bytes:
    """The body of a delivery.

    Args:
        template: the body template, any JSON. Text that holds a JSON object, array or string is rendered as that, and
            text that would hold one but for bare templates (``{"a": {{event.n}}}``) too; other text is rendered as
            text, and a template alone gives its value.
        context: what the templates refer to.

    Returns:
        Compact JSON in UTF-8, or the rendered text where the template is text that is no JSON.
    """
    if isinstance(template, str):
        structured = body_structure(template)
        if structured is None:
            parsed = parse(template)
            if not parsed.whole:
                return render_text(template, context).encode("utf-8", "replace")
        else:
            template = structured
    return to_json(render_value(template, context))


def body_structure(text: str) -> dict[str, Json] | list[Json] | str | None:
    """The JSON object, array or string that a text body holds, bare templates quoted; None where it holds none."""
    start = text.lstrip()
    if not start.startswith(("{", "[", '"')) or start.startswith("{{"):
        return None
    for candidate in (text, _quote_bare(text)):
        try:
            value = json.loads(candidate, parse_constant=refuse_constant)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict | list | str) and nests_at_most(DEPTH, value) else None
    return None


def _quote_bare(text: str) -> str:
    """The text with every ``{{…}}`` outside of JSON strings put into quotes, so that it becomes a value of its own."""
    pieces: list[str] = []
    done = 0
    for match in re.finditer(STRING_OR_TEMPLATE, text):
        if match.group().startswith("{{"):
            pieces += [text[done : match.start()], json.dumps(match.group())]
            done = match.end()
    return "".join([*pieces, text[done:]])


def render_header(template: str, context: Context) -> str:
    """The value of a header.

    Control characters, line breaks among them, become one blank: no value can end the header or start another.
    Characters beyond Latin-1 stay; a sender encodes the value as UTF-8, and what UTF-8 cannot hold (lone surrogates)
    becomes ``?``.
    """
    value = re.sub(_BREAKS, " ", render_text(template, context)).strip(" ")
    return value.encode("utf-8", "replace").decode("utf-8")


def as_text(value: Json) -> str:
    """A value inside other text: strings as they are, everything else as compact JSON."""
    return value if isinstance(value, str) else to_json(value).decode("utf-8")


def to_json(value: Any) -> bytes:
    """Compact JSON in UTF-8; what UTF-8 cannot hold (lone surrogates) is escaped, numbers that JSON lacks are null."""
    try:
        text = _compact(value)
    except ValueError:
        value = _finite(value)
        text = _compact(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
