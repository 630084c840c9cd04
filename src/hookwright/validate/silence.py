"""Comments that silence a finding: ``# hookwright: ignore HW304 - the receiver's public test key``.

A silence holds for its own line; one that stands alone on its line holds for the next line that is no comment. Where a
text begins there behind ``|`` or ``>``, it holds for all of that, which can have no comments of its own. A reason is
required, and a silence that silences nothing is reported: it must not outlive what it was for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding
from hookwright.model.source import Position, Span

if TYPE_CHECKING:
    from hookwright.model.source import Document

_BREAK: Final = re.compile(r"\r\n?|\n")
_BLOCK: Final = re.compile(r"(?:^|[:?-])\s+(?:[&!]\S*\s+)*[|>][-+1-9]{0,2}\s*(?:\s#.*)?$")
"""The end of a line behind which a text over several lines begins."""
_Key = tuple[Path, int, str]
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#\s*hookwright: ignore\b(?P<rest>.*)")
_BEFORE_REASON: Final = re.compile(r"(?:^|\s)(?:-{1,2}|\u2013|\u2014)(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Silence:
    """A comment that silences.

    Attributes:
        span: where the comment stands.
        line: the line whose findings it silences, or the first.
        last: the last of them.
        rules: the ids or names of rules it gives, as written.
        reason: why, or an empty string.
    """

    span: Span
    line: int
    last: int
    rules: tuple[str, ...]
    reason: str


def silences_in(documents: Iterable[Document]) -> list[Silence]:
    """The silences of some files, in order."""
    return [silence for document in documents for silence in _of(document)]


def _of(document: Document) -> Iterator[Silence]:
    lines = _BREAK.split(document.text)
    text = 0
    for number, line in enumerate(lines, 1):
        if number <= text:
            continue
        text = _end_of_text(lines, number)
        match = _COMMENT.search(line)
        if match is None:
            continue
        names, *reason = _BEFORE_REASON.split(match["rest"], maxsplit=1)
        rules = tuple(name for name in re.split(r"[\s,]+", names) if name)
        start, end = Position(number, match.start() + 1), Position(number, len(line.rstrip()) + 1)
        held = number if line[: match.start()].strip() else _next_line(lines, number)
        yield Silence(Span(document.path, start, end), held, _end_of_text(lines, held), rules, "".join(reason).strip())


def _next_line(lines: Sequence[str], number: int) -> int:
    """The number of the next line that is neither a comment nor blank."""
    for at in range(number, len(lines)):
        text = lines[at].strip()
        if text and not text.startswith("#"):
            return at + 1
    return number


def _end_of_text(lines: Sequence[str], number: int) -> int:
    """The number of the last line of the text that begins behind a line; its own where none does."""
    head = lines[number - 1]
    if head.lstrip().startswith("#") or not _BLOCK.search(head):
        return number
    end, least = number, _indent(head) + 1
    for at, line in enumerate(lines[number:], number + 1):
        if line.strip():
            if _indent(line) < least:
                break
            end, least = at, max(least, _indent(line)) if end == number else least
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class Silences:
    """The silences of a project, and which of them were needed."""

    def __init__(self, silences: Sequence[Silence], names: dict[str, str]) -> None:
        """Prepare them.

        Args:
            silences: all of them.
            names: id of the rule by each name that a silence gives, ids among them, in lower case.
        """
        self._held: dict[_Key, Silence] = {}
        self._used: set[tuple[Silence, str]] = set()
        for silence in silences:
            for name in silence.rules if silence.reason else ():
                rule = names.get(name.lower())
                if rule:
                    lines = range(silence.line, silence.last + 1)
                    self._held |= {(silence.span.file, line, rule): silence for line in lines}

    def silences(self, finding: Finding) -> bool:
        """Whether a finding is silenced; remembers that the silence was needed."""
        if finding.span is None or not self._held:
            return False
        silence = self._held.get((finding.span.file, finding.span.start.line, finding.rule))
        if silence is None:
            return False
        self._used.add((silence, finding.rule))
        return True

    def unused(self) -> Iterator[tuple[Silence, str]]:
        """The silences that silenced nothing, each with the rule, in order."""
        held = dict.fromkeys((silence, key[2]) for key, silence in self._held.items())
        return (each for each in held if each not in self._used)
