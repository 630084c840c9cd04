"""GitHub's expressions, ``${{ … }}``, as far as the workflows of this repository use them, and a bit further.

"Evaluate expressions in workflows and actions" of GitHub's documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|'(?P<text>(?:[^']|'')*)'|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||[=!<>]=|[!<>()\[\],.]))"
)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Context:
    """What expressions see.

    Attributes:
        values: the contexts: ``github``, ``inputs``, ``steps`` and so on.
        failed: whether an earlier step failed, or a job that is needed.
        touched: the paths that were looked up, as ``secrets.TOKEN``.
    """

    values: dict[str, Any]
    failed: bool = False
    touched: list[str] = field(default_factory=list)


def fill(template: Any, context: Context) -> Any:
    """A value of a workflow with its expressions evaluated; one that is nothing else keeps its type."""
    if isinstance(template, dict):
        return {name: fill(value, context) for name, value in template.items()}
    if isinstance(template, list):
        return [fill(value, context) for value in template]
    if not isinstance(template, str):
        return template
    whole = _EXPRESSION.fullmatch(template.strip())
    if whole and "}}" not in whole[1]:
        return evaluate(whole[1], context)
    return _EXPRESSION.sub(lambda match: text(evaluate(match[1], context)), template)


def holds(condition: Any, context: Context) -> bool:
    """Whether an ``if:`` holds; one without a function of status is ``success() && (…)``."""
    if condition is None:
        return not context.failed
    if isinstance(condition, bool):
        return condition and not context.failed
    source = str(condition).strip()
    inner = source[3:-2] if source.startswith("${{") and source.endswith("}}") else source
    asks = re.search(r"\b(always|failure|cancelled|success)\s*\(", inner)
    return truthy(evaluate(inner, context)) and (bool(asks) or not context.failed)


def evaluate(source: str, context: Context) -> Any:
    """The value of an expression."""
    parser = _Parser(source, context)
    value = parser.either()
    assert parser.ended, f"left over in {source!r}"
    return value


def text(value: Any) -> str:
    """A value as it stands in text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def truthy(value: Any) -> bool:
    return value not in (None, False, 0, "")


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if type(one) is type(other):
        return bool(one == other)
    return _number(one) == _number(other)


def _number(value: Any) -> float:
    if value is None or value == "":
        return 0
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


class _Parser:
    def __init__(self, source: str, context: Context) -> None:
        self.context = context
        self.tokens: list[tuple[str, str]] = []
        position = 0
        source = source.rstrip()
        while position < len(source):
            match = _TOKENS.match(source, position)
            assert match, f"no expression: {source[position:]!r}"
            kind = str(match.lastgroup)
            self.tokens.append((kind, match[kind]))
            position = match.end()
        self.at = 0

    @property
    def ended(self) -> bool:
        return self.at == len(self.tokens)

    def peek(self, *signs: str) -> bool:
        return not self.ended and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs

    def take(self, *signs: str) -> bool:
        found = self.peek(*signs)
        self.at += found
        return found

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value if truthy(value) else other
        return value

    def both(self) -> Any:
        value = self.compared()
        while self.take("&&"):
            other = self.compared()
            value = other if truthy(value) else value
        return value

    def compared(self) -> Any:
        value = self.negated()
        while self.peek("==", "!="):
            equal = self.take("==")
            if not equal:
                self.take("!=")
            value = _equal(value, self.negated()) is equal
        return value

    def negated(self) -> Any:
        return not truthy(self.negated()) if self.take("!") else self.reached()

    def reached(self) -> Any:
        if self.take("("):
            value = self.either()
            assert self.take(")")
            return value
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return token.replace("''", "'")
        if kind == "number":
            return float(token) if "." in token else int(token)
        assert kind == "name", token
        if self.take("("):
            return self.called(token)
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        assert token in self.context.values, f"there is no context {token!r}"
        return self.member(self.context.values[token], token)

    def member(self, value: Any, path: str) -> Any:
        while self.peek(".", "["):
            if self.take("."):
                name = self.tokens[self.at][1]
                self.at += 1
            else:
                self.take("[")
                name = text(self.either())
                assert self.take("]")
            path = f"{path}.{name}"
            value = value.get(name) if isinstance(value, Mapping) else None
        self.context.touched.append(path)
        return value

    def called(self, name: str) -> Any:
        arguments = []
        while not self.take(")"):
            arguments.append(self.either())
            self.take(",")
        functions: dict[str, Callable[..., Any]] = {
            "always": lambda: True,
            "cancelled": lambda: False,
            "success": lambda: not self.context.failed,
            "failure": lambda: self.context.failed,
            "fromJSON": json.loads,
            "toJSON": lambda value: json.dumps(value, indent=2),
            "contains": _contains,
            "startsWith": lambda one, other: text(one).lower().startswith(text(other).lower()),
            "format": lambda pattern, *values: re.sub(r"\{(\d+)\}", lambda match: text(values[int(match[1])]), pattern),
        }
        return functions[name](*arguments)


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, list):
        return any(_equal(one, what) for one in where)
    return text(what).lower() in text(where).lower()
