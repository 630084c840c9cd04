"""Findings → text for people: the line, a mark under what is wrong, and what to do about it."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.report import style
from hookwright.report.findings import ShowPath, Sources, address_of, counted

if TYPE_CHECKING:
    from hookwright.model.source import Span
    from hookwright.report.style import Painter

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_TAB: Final = 4
"""Columns that a tab is shown with, at most."""
_CUT: Final = "…"
_BLOT: Final = "*"
_SECRETS: Final = frozenset({"HW302", "HW304", "HW305", "HW306", "HW307"})
"""Rules whose findings mark a secret that stands in clear."""


def to_text(
    findings: Sequence[Finding], sources: Sources, *, color: bool = False, width: int = 100, path: ShowPath = str
) -> str:
    """All findings, and how many there are.

    Args:
        findings: the findings, in the order to be shown.
        sources: the texts of the files.
        color: whether to colour.
        width: columns that a line of source is shown in; longer ones are clipped around what is wrong.
        path: how files are named.
    """
    writer = _Writer(style.painter(color), sources, width, path, link=color)
    writer.hide(findings)
    blocks = ["\n".join(writer.finding(finding)) for finding in findings]
    if not findings:
        return "no findings"
    return "\n\n".join([*blocks, f"{counted(findings)}; {_more(findings)}"])


def _more(findings: Sequence[Finding]) -> str:
    """Where to read on: about the first error, as that is what has to be put right; else about what stands first."""
    error = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    of = " error" if error not in {None, findings[0]} else ""
    return f"'hookwright explain {(error or findings[0]).rule}' says more about the first{of}"


class _Writer:
    """Writes findings; splits each file into lines once."""

    def __init__(self, paint: Painter, sources: Sources, width: int, path: ShowPath, *, link: bool) -> None:
        self._paint = paint
        self._link = link
        self._sources = sources
        self._width = width
        self._path = path
        self._lines: dict[Path, list[str]] = {}
        self._hidden: dict[tuple[Path, int], list[tuple[int, int]]] = {}

    def hide(self, findings: Sequence[Finding]) -> None:
        """Show nothing of what findings say is a secret in clear: reports are kept where many can read them."""
        for span in (finding.span for finding in findings if finding.rule in _SECRETS):
            if span is None:
                continue
            for line in range(span.start.line, span.end.line + 1):
                start = span.start.column - 1 if line == span.start.line else 0
                end = span.end.column - 1 if line == span.end.line else sys.maxsize
                self._hidden.setdefault((span.file, line), []).append((start, end))

    def finding(self, finding: Finding) -> Iterator[str]:
        """The lines that one finding is shown in."""
        colour = _COLOURS[finding.severity]
        head = self._paint(f"{finding.severity}[{finding.rule}]", colour, "bold")
        if self._link:  # a hyperlink, for the terminals that know them; the others show the text (OSC 8)
            head = f"\x1b]8;;{address_of(finding.rule)}\x1b\\{head}\x1b]8;;\x1b\\"
        yield f"{head}: {self._paint(style.one_line(finding.message), 'bold')}"
        if finding.span:
            where = f" ({', '.join(finding.environments)})" if finding.environments else ""
            yield f"  {self._paint('-->', 'blue')} {self._place(finding.span)}{style.printable(where)}"
            yield from self._excerpt(finding.span, colour)
        for related in finding.related:
            yield f"  {self._paint(':::', 'blue')} {self._place(related.span)}: {style.one_line(related.message)}"
            yield from self._excerpt(related.span, "blue", mark="-")
        if finding.hint:
            yield f"  {self._paint('hint', 'cyan')}: {style.one_line(finding.hint)}"

    def _place(self, span: Span) -> str:
        return f"{style.one_line(self._path(span.file))}:{span.start.line}:{span.start.column}"

    def _excerpt(self, span: Span, colour: str, mark: str = "^") -> Iterator[str]:
        line = self._line(span)
        if line is None:
            return
        last = len(line) if span.end.line > span.start.line else span.end.column - 1
        before, shown, length = clipped(line, span.start.column - 1, last, self._width)
        number = str(span.start.line)
        bar = self._paint("|", "blue")
        yield f"  {self._paint(number, 'blue')} {bar} {shown}"
        yield f"  {' ' * len(number)} {bar} {' ' * before}{self._paint(mark * length, colour, 'bold')}"

    def _line(self, span: Span) -> str | None:
        if span.file not in self._lines:
            text = self._sources(span.file)
            self._lines[span.file] = [] if text is None else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = self._lines[span.file]
        number = span.start.line
        if not 0 < number <= len(lines):
            return None
        line = lines[number - 1]
        for start, end in self._hidden.get((span.file, number), ()):
            line = line[:start] + _BLOT * len(line[start:end]) + line[end:]
        return line


def clipped(line: str, start: int, end: int, width: int) -> tuple[int, str, int]:
    """A line as it is shown, and where in it the mark goes.

    Args:
        line: the line.
        start: index of the first character that is marked; may be just behind the line's end.
        end: index behind the last one.
        width: columns to show it in, the marked part longer than that clipped too.

    Returns:
        Columns before the mark, the line as shown, and columns of the mark (at least 1).
    """
    line = line.rstrip()
    cells = [_shown(character) for character in line]
    for command in re.finditer(r"#(?=#\[)", line):  # a command to GitHub's runner, wherever it stands
        cells[command.end()] = r"\x23"
    widths = [_width(cell) for cell in cells]
    start = min(max(start, 0), len(cells))
    end = min(max(end, start), len(cells))
    first, last = 0, len(cells)
    if sum(widths) > width:
        first = start
        room = width // 3
        while first and room - widths[first - 1] >= 0:
            first -= 1
            room -= widths[first]
        last, room = first, width
        while last < len(cells) and room - widths[last] >= 0:
            room -= widths[last]
            last += 1
    head = _CUT if first else ""
    shown = head + "".join(cells[first:last]) + (_CUT if last < len(cells) else "")
    return len(head) + sum(widths[first:start]), shown, max(1, sum(widths[start : min(end, last)]))


def _shown(character: str) -> str:
    return " " * _TAB if character == "\t" else style.printable(character)


def _width(cell: str) -> int:
    """Columns that a terminal shows a text in (Unicode Annex #11: wide and full-width characters take two)."""
    if cell.isascii():
        return len(cell)
    return sum(
        0 if unicodedata.combining(each) or unicodedata.category(each) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(each) in ("W", "F") else 1
        for each in cell
    )  # fmt: skip
