"""``${var.x}`` and ``${env.X}``: what stands in strings for an environment's vars and the process's variables.

A process variable is always a secret: whatever it flows into, also through a var, is recorded by its JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from hookwright.config.overlay import EntryPlaces
from hookwright.config.positions import BREAK
from hookwright.model.finding import Finding, Severity
from hookwright.model.frozen import dataclass
from hookwright.model.source import Json, Places, escape

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.model.source import Span

UNSET_VAR: Final = "HW020"
UNSET_VARIABLE: Final = "HW021"
MALFORMED: Final = "HW022"
CYCLE: Final = "HW023"

MARK: Final = "${"
_REFERENCE: Final = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_NAME: Final = re.compile(r"(?:env\.([A-Za-z_][A-Za-z0-9_]*)|var\.([A-Za-z_][A-Za-z0-9_-]*))")
_DEEPEST_VARS: Final = 50
_LONGEST_VAR: Final = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at some characters of a string, before it is known where the string stands."""

    rule: str
    message: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A string with everything filled in.

    Attributes:
        text: what it became.
        secret: whether a process variable flowed into it.
        complete: whether all process variables that it needs are set.
        problems: what is wrong with it.
        unset: the unset process variables that it names itself, each with its offsets.
    """

    text: str
    secret: bool = False
    complete: bool = True
    problems: tuple[Problem, ...] = ()
    unset: tuple[tuple[str, int, int], ...] = ()


class Unset:
    """An unset process variable: where it is needed first, and how often."""

    __slots__ = ("count", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.count = 0


class Walk:
    """What is noted while the strings of one declared thing are filled in.

    Attributes:
        places: where its parts stand.
        secrets: JSON pointers of what holds a process variable.
    """

    __slots__ = ("places", "secrets")

    def __init__(self, places: Places) -> None:
        self.places = places
        self.secrets: list[str] = []


class Interpolator:
    """Fills in strings for one environment.

    Attributes:
        findings: what was found wrong (HW020, HW022, HW023).
        used: values of the process variables that were used, empty ones left out.
        unset: process variables that are needed but not set, by name.
    """

    def __init__(self, environment: Entry, environ: Mapping[str, str]) -> None:
        self.findings: list[Finding] = []
        self.used: set[str] = set()
        self.unset: dict[str, Unset] = {}
        self._environment = environment
        self._environ = environ
        declared = environment.value.get("vars") if isinstance(environment.value, dict) else None
        self._vars: Mapping[str, Json] = declared if isinstance(declared, dict) else {}
        self._filled_vars: dict[str, Filled] = {}
        self._filling: list[str] = []
        self._cache: dict[str, Filled] = {}

    def fill(self, text: str, pointer: str, walk: Walk) -> str:
        """A string with everything filled in; what is wrong or secret about it is noted at its place."""
        if MARK not in text:
            return text
        return self.filled(text, pointer, walk).text

    def filled(self, text: str, pointer: str, walk: Walk) -> Filled:
        """As :meth:`fill`, with all that is known of the result."""
        filled = self._cache.get(text)
        if filled is None:
            filled = self._cache[text] = self._fill(text)
        if filled.secret:
            walk.secrets.append(pointer)
        for problem in filled.problems:
            span = walk.places.within(pointer, problem.start, problem.end)
            self.findings.append(Finding(problem.rule, Severity.ERROR, problem.message, span, problem.hint))
        for name, start, end in filled.unset:
            known = self.unset.get(name)
            if known is None:
                known = self.unset[name] = Unset(walk.places.within(pointer, start, end))
            known.count += 1
        return filled

    def value(self, value: Json, pointer: str, walk: Walk) -> Json:
        """A value with all strings in it filled in: the value itself where there is nothing to fill in."""
        if value.__class__ is str:
            return self.fill(value, pointer, walk)
        if value.__class__ is dict:
            return self._mapping(value, pointer, walk)
        if value.__class__ is list:
            return self._sequence(value, pointer, walk)
        return value

    def _mapping(self, mapping: dict[str, Json], pointer: str, walk: Walk) -> dict[str, Json]:
        result = mapping
        for key, value in mapping.items():
            if MARK in key:
                self._in_key(key, pointer, walk)
            if value.__class__ is str:
                if MARK not in value:
                    continue
                new: Json = self.filled(value, f"{pointer}/{escape(key)}", walk).text
            elif value.__class__ is dict or value.__class__ is list:
                new = self.value(value, f"{pointer}/{escape(key)}", walk)
                if new is value:
                    continue
            else:
                continue
            if result is mapping:
                result = mapping.copy()
            result[key] = new
        return result

    def _sequence(self, sequence: list[Json], pointer: str, walk: Walk) -> list[Json]:
        result = sequence
        for index, value in enumerate(sequence):
            if value.__class__ is str:
                if MARK not in value:
                    continue
                new: Json = self.filled(value, f"{pointer}/{index}", walk).text
            elif value.__class__ is dict or value.__class__ is list:
                new = self.value(value, f"{pointer}/{index}", walk)
                if new is value:
                    continue
            else:
                continue
            if result is sequence:
                result = sequence.copy()
            result[index] = new
        return result

    def _in_key(self, key: str, pointer: str, walk: Walk) -> None:
        span = walk.places.span(f"{pointer}/{escape(key)}", key=True)
        hint = "Only values may hold '${…}'; write the key out."
        self.findings.append(Finding(MALFORMED, Severity.ERROR, "'${…}' in a key is not filled in", span, hint))

    def _fill(self, text: str) -> Filled:
        parts: list[str] = []
        problems: list[Problem] = []
        unset: list[tuple[str, int, int]] = []
        secret, complete, at = False, True, 0
        for found in _REFERENCE.finditer(text):
            parts.append(text[at : found.start()])
            at = found.end()
            if found[0] == "$${":
                parts.append(MARK)
                continue
            name = _NAME.fullmatch(found[1] or "")
            if name is None:
                problems.append(_malformed(found))
            elif name[1]:
                secret = True
                value = self._variable(name[1])
                if value:
                    parts.append(value)
                else:
                    complete = False
                    unset.append((name[1], found.start(), found.end()))
            elif name[2] in self._vars:
                var = self._var(name[2])
                parts.append(var.text)
                secret, complete = secret or var.secret, complete and var.complete
            else:
                problems.append(self._unset_var(name[2], found))
        parts.append(text[at:])
        return Filled("".join(parts), secret, complete, tuple(problems), tuple(unset))

    def _variable(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not is_text(value):
            return ""  # no better than unset: nothing that is sent could hold it
        if value:
            self.used.add(value)
        return value

    def _var(self, name: str) -> Filled:
        """What a var stands for. What is wrong with it is told once, at its own place."""
        known = self._filled_vars.get(name)
        if known is not None:
            return known
        pointer = f"/vars/{escape(name)}"
        if name in self._filling:
            ring = " → ".join((*self._filling[self._filling.index(name) :][:_DEEPEST_VARS], name))
            return self._cycle(pointer, f"vars stand for each other: {ring}")
        if len(self._filling) >= _DEEPEST_VARS:
            return self._cycle(pointer, f"vars stand for each other more than {_DEEPEST_VARS} deep")
        value = self._vars[name]
        text = value if isinstance(value, str) else self._written(value, pointer)
        self._filling.append(name)
        filled = self.filled(text, pointer, Walk(EntryPlaces(self._environment))) if MARK in text else Filled(text)
        self._filling.pop()
        if len(filled.text) > _LONGEST_VAR:
            filled = self._cycle(pointer, f"the var '{name}' grows beyond {_LONGEST_VAR:,} characters")
        self._filled_vars[name] = filled
        return filled

    def _written(self, value: Json, pointer: str) -> str:
        """A number as it is written, for ``v1.10`` is not ``v1.1``; what else is no text as JSON writes it."""
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            import json

            return json.dumps(value)
        document = self._environment.document
        span = document.places.within(self._environment.pointer + pointer, 0, len(document.text))
        line = re.split(BREAK, document.text)[span.start.line - 1]
        return line[span.start.column - 1 : span.end.column - 1]

    def _cycle(self, pointer: str, message: str) -> Filled:
        hint = "Give one of them a value of its own."
        self.findings.append(Finding(CYCLE, Severity.ERROR, message, self._environment.span(pointer), hint))
        return Filled("")

    def check_unused_vars(self) -> None:
        """Find what is wrong with vars that nothing used. The process variables they name need not be set."""
        used, unset = self.used.copy(), self.unset.copy()
        for name in self._vars:
            self._var(name)
        self.used, self.unset = used, unset

    def _unset_var(self, name: str, found: re.Match[str]) -> Problem:
        import difflib

        near = difflib.get_close_matches(name, self._vars, n=1)
        hint = f"Did you mean '${{var.{near[0]}}}'?" if near else "Set it under 'vars' of the environment."
        message = f"the var '{name}' is not set"
        return Problem(UNSET_VAR, message, hint, found.start(), found.end())


def is_text(value: str) -> bool:
    """Whether a process variable holds UTF-8: Python makes halves of surrogate pairs of bytes that are none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _malformed(found: re.Match[str]) -> Problem:
    hint = "Write ${var.name} or ${env.NAME}, or $${ for the characters themselves."
    if found[1] is None:
        return Problem(MALFORMED, "'${' is not closed", hint, found.start(), found.end())
    stripped = re.sub(r"\s", "", found[1])
    if stripped != found[1] and _NAME.fullmatch(stripped):
        hint = f"Write ${{{stripped}}}, without spaces."
    return Problem(
        MALFORMED, f"'{found[0][:60]}' names no var and no process variable", hint, found.start(), found.end()
    )
