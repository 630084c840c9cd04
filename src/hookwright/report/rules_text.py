"""The pages of rules, for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from hookwright.model.finding import Severity
from hookwright.model.rulepage import RulePage, files_of
from hookwright.report.style import Painter, painter

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_WIDTH: Final = 80
_INDENT: Final = "    "


def to_text(page: RulePage, *, color: bool = False) -> str:
    """The page of a rule: what it means, why it matters, what to do, and an example of each side.

    Args:
        page: the page.
        color: whether to colour.
    """
    paint = painter(color)
    state = str(page.severity) if page.enabled else f"{page.severity}, off unless 'rules:' turns it on"
    return "\n".join(
        [
            f"{paint(page.id, _COLOURS[page.severity], 'bold')}: {paint(page.title, 'bold')}",
            paint(f"{page.name} · {state} · {page.family.title.lower()}", "dim"),
            "",
            *_wrapped(page.why),
            "",
            *_wrapped(page.hint, first="What to do: ", paint=paint),
            "",
            *_example("This gives the finding:", page.failing, "red", paint),
            "",
            *_example("This does not:", page.passing, "green", paint),
        ]
    )


def listed(pages: Sequence[RulePage], *, color: bool = False) -> str:
    """A line for each rule: id, name, severity, title."""
    paint = painter(color)
    width = max((len(page.name) for page in pages), default=0)
    return "\n".join(
        f"{page.id}  {page.name:<{width}}  {paint(f'{_state(page):<7}', _COLOURS[page.severity])}  {page.title}"
        for page in pages
    )


def _state(page: RulePage) -> str:
    return str(page.severity) if page.enabled else "off"


def _wrapped(text: str, *, first: str = "", paint: Painter | None = None) -> list[str]:
    lines = textwrap.wrap(first + text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    if paint and first:
        lines[0] = paint(first.rstrip(), "cyan") + lines[0][len(first.rstrip()) :]
    return lines


def _example(title: str, example: str, colour: str, paint: Painter) -> Iterator[str]:
    files = files_of(example)
    yield paint(title, colour, "bold")
    for path, text in files.items():
        yield ""
        if len(files) > 1:
            yield f"  {paint(f'{path}:', 'dim')}"
        yield from textwrap.indent(text.rstrip("\n"), _INDENT).splitlines()
