"""Bodies written as text: whether they are JSON, before and after values are put in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hookwright.model.source import Json, nests_at_most
from hookwright.templates import Context, parse, render_body
from hookwright.templates.render import DEPTH, STRING_OR_TEMPLATE
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook

HOSTILE: Final[tuple[Json, ...]] = ('"', "\\", "a\nb\r\t\x00", "é\u2028\U0001f600", '","x":"', None, 0, [], {})
"""Values that break JSON which is put together as text."""
_TOO_DEEP: Final = "it is too deep"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the text of a body, and where (offsets in characters)."""

    message: str
    start: int
    end: int


def looks_like_json(text: str) -> bool:
    """Whether a text means to be a JSON object or array."""
    begin = text.lstrip()
    return begin.startswith(("{", "[")) and not begin.startswith("{{")


def bare_templates(text: str) -> list[tuple[int, int]]:
    """Where templates stand outside of the strings of a JSON text."""
    return [match.span() for match in re.finditer(STRING_OR_TEMPLATE, text) if match.group().startswith("{{")]


def flaw_of(webhook: DeclaredWebhook, body: str) -> Flaw | None:
    """What keeps the body of a webhook from being JSON. What a process variable holds is taken to be a value."""
    if "/body" in webhook.secrets:
        body = re.sub(r"\$\{[^{}]*\}", lambda match: "0".ljust(len(match.group())), body)
    return json_flaw(body)


def json_flaw(text: str) -> Flaw | None:
    """What keeps a text from being JSON, templates outside of strings taken for values."""
    patched = re.sub(
        STRING_OR_TEMPLATE,
        lambda match: "0".ljust(len(match.group())) if match.group().startswith("{{") else match.group(),
        text,
    )
    try:
        value = json.loads(patched, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        at = min(error.pos, len(text.rstrip()))
        return Flaw(error.msg[:1].lower() + error.msg[1:], at, at + 1)
    except (ValueError, RecursionError) as error:
        return Flaw(str(error) if isinstance(error, ValueError) else _TOO_DEEP, 0, len(text))
    return None if nests_at_most(DEPTH, value) else Flaw(_TOO_DEEP, 0, len(text))


def _no_constant(name: str) -> Json:
    raise ValueError(f"there is no {name} in it")


def always_json(text: str) -> bool:
    """Whether the body stays valid JSON with every hostile value in the place of each template."""
    expressions = parse(text).expressions
    # A key may itself hold dots: whatever a path leads through, this is what it finds.
    event = {".".join(each.path) for each in expressions if each.root == EVENT}
    response = {".".join(each.path) for each in expressions if each.root == WORKFLOW_RESPONSE}
    return all(
        _renders(text, dict.fromkeys(event, value), answer)
        for value in HOSTILE
        for answer in (value, dict.fromkeys(response, value))
    )


def _renders(text: str, event: dict[str, Json], response: Json) -> bool:
    try:
        json.loads(render_body(text, Context(event, response)).decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True
