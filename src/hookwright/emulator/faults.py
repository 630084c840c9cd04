"""Faults put into the API on purpose: which calls they hit, and what they are.

A rule, as JSON::

    {"match": {"method": "POST", "path": "/webhook$", "nth": 2}, "fault": "reset_after", "commit": true}

===============  ====================================================================================================
fault            what the client sees
===============  ====================================================================================================
refuse           the connection is reset; with ``delay`` the port is closed for as many seconds: connections are refused
reset_before     the connection is reset before anything is done
reset_after      the connection is reset instead of an answer
timeout          no answer comes for ``delay`` seconds (60), then the connection is closed
429              429, with ``Retry-After`` where ``retry_after`` is given
500              500 in the platform's error shape
502_html         502 with an HTML page, as a proxy in front of the platform answers
truncated_json   200 with the first half of the answer's JSON
wrong_shape      200 with JSON of another shape: an object where a list is due, and the other way round
401              401, as if the key had been revoked
===============  ====================================================================================================

``commit`` says whether the call is carried out: by default with reset_after, timeout, truncated_json and wrong_shape.
With ``"late"`` it is, but only after ``delay``, when a client may have given up on it.
``delay`` postpones the answer of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hookwright.emulator.pattern import compile_affordable
from hookwright.emulator.state import Record
from hookwright.model.source import Json

FAULTS: Final = (
    "refuse",
    "reset_before",
    "reset_after",
    "timeout",
    "429",
    "500",
    "502_html",
    "truncated_json",
    "wrong_shape",
    "401",
)
COMMITS: Final = frozenset({"reset_after", "timeout", "truncated_json", "wrong_shape"})
"""The faults that hit a call only after it was carried out, unless the rule says otherwise."""

DEFAULT_TIMEOUT: Final = 60.0
MAX_RULES: Final = 1000
_MAX_PATH: Final = 128


class RuleError(ValueError):
    """A rule makes no sense; the message says why, in words for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault and the calls that it hits.

    Attributes:
        fault: one of :data:`FAULTS`.
        commit: whether the call is carried out.
        late: whether that is done only after ``delay``.
        method: only calls with this method; empty for any.
        path: only calls with a path (no query) in which this is found; None for any.
        nth: only the n-th matching call, from 1; None for any.
        every: only every k-th matching call; None for any.
        times: at most as many calls; None for no bound.
        retry_after: seconds of the ``Retry-After`` header of a 429; None for no header.
        delay: seconds, see above.
    """

    fault: str
    commit: bool
    method: str = ""
    path: re.Pattern[str] | None = None
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    retry_after: float | None = None
    delay: float | None = None
    late: bool = False


@dataclass(slots=True)
class _Counted:
    rule: Rule
    seen: int = 0
    fired: int = 0


class Faults:
    """The rules in force, each with what it has counted. The first that fires wins; all of them count."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = [_Counted(rule) for rule in rules]

    def add(self, rules: Iterable[Rule]) -> None:
        """Put more rules behind those in force."""
        self._rules += [_Counted(rule) for rule in rules]

    def clear(self) -> None:
        """Remove all rules."""
        self._rules.clear()

    def hit(self, method: str, path: str) -> Rule | None:
        """Count a call and tell which fault hits it, if any."""
        found: Rule | None = None
        for counted in self._rules:
            rule = counted.rule
            if (rule.method and rule.method != method) or (rule.path and not rule.path.search(path[:_MAX_PATH])):
                continue
            counted.seen += 1
            if (
                found is None
                and (rule.nth is None or counted.seen == rule.nth)
                and (rule.every is None or counted.seen % rule.every == 0)
                and (rule.times is None or counted.fired < rule.times)
            ):
                counted.fired += 1
                found = rule
        return found

    def describe(self) -> list[Record]:
        """The rules as JSON, with how many calls each has seen and hit."""
        return [
            {
                "fault": counted.rule.fault,
                "method": counted.rule.method,
                "path": counted.rule.path.pattern if counted.rule.path else "",
                "seen": counted.seen,
                "fired": counted.fired,
            }
            for counted in self._rules
        ]


def parse_rules(value: Json) -> list[Rule]:
    """Rules from JSON: one rule, a list of them, or an object with a list ``rules``.

    Raises:
        RuleError: it is none of these.
    """
    if isinstance(value, dict) and set(value) == {"rules"}:
        value = value["rules"]
    if not isinstance(value, list):
        return [_rule(value)]
    if len(value) > MAX_RULES:
        raise RuleError(f"at most {MAX_RULES} rules")
    return [_numbered(number, item) for number, item in enumerate(value, 1)]


def _numbered(number: int, item: Json) -> Rule:
    try:
        return _rule(item)
    except RuleError as error:
        raise RuleError(f"rule {number}: {error}") from error


def _rule(item: Json) -> Rule:
    if not isinstance(item, dict):
        raise RuleError("a rule must be an object")
    match = item.get("match", {})
    if not isinstance(match, dict):
        raise RuleError("match must be an object")
    _no_more(item, "match", "fault", "times", "retry_after", "delay", "commit")
    _no_more(match, "method", "path", "nth", "every")
    fault = str(item["fault"]) if type(item.get("fault")) in (str, int) else ""
    if fault not in FAULTS:
        raise RuleError(f"fault must be one of {', '.join(FAULTS)}")
    commit = item.get("commit", fault in COMMITS)
    late = commit == "late"
    if not isinstance(commit, bool) and not late:
        raise RuleError("commit must be a boolean or 'late'")
    method, path = match.get("method", ""), match.get("path", "")
    if not isinstance(method, str) or not isinstance(path, str):
        raise RuleError("method and path must be strings")
    try:
        pattern = compile_affordable(path, 1, _MAX_PATH) if path else None
    except ValueError as error:
        raise RuleError(f"path: {error}") from error
    return Rule(
        fault=fault,
        commit=bool(commit),
        late=late,
        method=method.upper(),
        path=pattern,
        nth=_count(match, "nth"),
        every=_count(match, "every"),
        times=_count(item, "times"),
        retry_after=_seconds(item, "retry_after"),
        delay=_seconds(item, "delay"),
    )


def _no_more(item: Record, *known: str) -> None:
    unknown = sorted(set(item) - set(known))
    if unknown:
        raise RuleError(f"unknown field: {unknown[0]}")


def _count(item: Record, name: str) -> int | None:
    value = item.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise RuleError(f"{name} must be a whole number from 1")
    return value


def _seconds(item: Record, name: str) -> float | None:
    value = item.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 86_400:
        raise RuleError(f"{name} must be a number of seconds, at most a day")
    return float(value)
