"""Scripts of answers: which deliveries get which answers, attempt by attempt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.harness.answers import Answer, Cut, Script
from hookwright.harness.filters import like, like_path
from hookwright.model.delivery import event_of
from hookwright.model.source import Json

FRAMING: Final = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer"})
"""Headers that frame an answer: a script cannot set them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The answers to some deliveries.

    Attributes:
        script: the answers to the attempts of each.
        event: pattern for the name of the event; empty for any.
        path: pattern for the path; empty for any.
        method: the method; empty for any.
    """

    script: Script
    event: str = ""
    path: str = ""
    method: str = ""

    def matches(self, method: str, path: str, body: bytes) -> bool:
        """Whether it is about a delivery."""
        return (
            self.method in ("", method)
            and (not self.path or like_path(self.path, path))
            and (not self.event or like(self.event, event_of(body)))
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in order; the first that matches counts.

    Attributes:
        rules: the rules.
        otherwise: the answers to what none of them matches.
    """

    rules: tuple[Rule, ...]
    otherwise: Script

    def script_for(self, method: str, path: str, body: bytes) -> Script:
        """The answers to the attempts of a delivery."""
        return next((one.script for one in self.rules if one.matches(method, path, body)), self.otherwise)


def make_rules(value: Mapping[str, Json], otherwise: Script) -> Rules:
    """The rules of a script.

    Args:
        value: the script as it is written, valid against its schema (``schemas/script.schema.json``).
        otherwise: the answers to what no rule matches.
    """
    return Rules(tuple(_rule(one) for one in value["rules"]), otherwise)


def _rule(value: Mapping[str, Json]) -> Rule:
    match = value.get("match", {})
    # A path is received with a character for each of its bytes.
    path = match.get("path", "").encode("utf-8", "surrogateescape").decode("latin-1")
    return Rule(_script(value["answers"]), match.get("event", ""), path, match.get("method", ""))


def _script(answers: Sequence[Mapping[str, Json]]) -> Script:
    *first, last = map(_answer, answers)
    return Script(tuple(first), last)


def _answer(value: Mapping[str, Json]) -> Answer:
    headers = list(value.get("headers", {}).items())
    if "retry_after" in value:
        headers.append(("Retry-After", str(value["retry_after"])))
    body = value.get("body", "")
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/json"))
    return Answer(
        status=value.get("status", 200),
        delay=float(value.get("delay", 0)),
        cut=Cut.RESET if "reset" in value else Cut.DROP if "drop" in value else None,
        headers=tuple(headers),
        body=body.encode("utf-8", "replace"),
    )
