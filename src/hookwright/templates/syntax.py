"""The syntax of templates: text with ``{{path}}`` in it → parts, with the place of each.

The platform documents ``{{event}}``, ``{{event.<key>}}``, ``{{workflow_response}}`` and ``{{workflow_response.<key>}}``
(Refold's webhooks guide, "Templating Webhook Payload variables"). Blanks inside the braces are allowed; a path is names
separated by dots.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hookwright.model.frozen import dataclass

EVENT: Final = "event"
WORKFLOW_RESPONSE: Final = "workflow_response"
ROOTS: Final = (EVENT, WORKFLOW_RESPONSE)

_OPEN: Final = "{{"
_CLOSE: Final = "}}"
_NAME: Final = re.compile(r"[^\s{}.]+")


@dataclass(frozen=True, slots=True)
class Expression:
    """A ``{{path}}``.

    Attributes:
        root: the first name: ``event`` or ``workflow_response``; others are kept for whoever reports them.
        path: the names behind it, outermost first.
        start: offset of the first brace in the text, in characters.
        end: offset just behind the last brace.
    """

    root: str
    path: tuple[str, ...]
    start: int
    end: int

    @property
    def dotted(self) -> str:
        """The path as it is written: ``event.instance_id``."""
        return ".".join((self.root, *self.path))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the braces of a text, and where (offsets as in :class:`Expression`)."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text, parsed.

    Attributes:
        text: the text.
        parts: literal strings and expressions, in order; a faulty pair of braces stays literal text.
        faults: what is wrong with the braces.
    """

    text: str
    parts: tuple[str | Expression, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions, in order."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    @property
    def whole(self) -> Expression | None:
        """The expression that is all of the text, blanks around it aside; None where there is more or less."""
        parts = [part for part in self.parts if isinstance(part, Expression) or part.strip()]
        return parts[0] if len(parts) == 1 and isinstance(parts[0], Expression) else None


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Parse a text. Never raises; linear in its length.

    Args:
        text: any text.

    Returns:
        Its parts. Single braces are literal text; a ``}}`` that closes nothing is too.
    """
    parts, faults = _taken_apart(text)
    return Template(text, tuple(parts), tuple(faults))


def _taken_apart(text: str) -> tuple[list[str | Expression], list[Fault]]:
    parts: list[str | Expression] = []
    faults: list[Fault] = []
    done = at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        close = text.find(_CLOSE, start + 2)
        if close < 0:
            faults.append(Fault("'{{' is never closed by '}}'", start, start + 2))
            break
        inner = text.rfind(_OPEN, start + 2, close)
        if inner >= 0:
            faults.append(Fault("'{{' inside '{{': templates do not nest", start, inner + 2))
            at = inner
            continue
        end = close + 2
        expression = _expression(text[start + 2 : close], start, end)
        if isinstance(expression, Fault):
            faults.append(expression)
        else:
            if done < start:
                parts.append(text[done:start])
            parts.append(expression)
            done = end
        at = end
    if done < len(text):
        parts.append(text[done:])
    return parts, faults


def _expression(inner: str, start: int, end: int) -> Expression | Fault:
    path = inner.strip()
    if not path:
        return Fault("'{{}}' names nothing", start, end)
    names = path.split(".")
    if not all(_NAME.fullmatch(name) for name in names):
        return Fault(f"'{{{{{path}}}}}' is not a path: names separated by dots are", start, end)
    return Expression(names[0], tuple(names[1:]), start, end)
