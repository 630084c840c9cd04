"""What deliveries send before and after a change → text for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.report.http import body_lines
from hookwright.report.style import Painter, one_line

_AROUND = 1
"""Lines that stay the same, shown around those that change."""
_STYLES: Final = {"-": ("red",), "+": ("green",), "…": ("dim",), " ": (), "": ("yellow",)}


def wire_lines(changes: Sequence[WireChange], paint: Painter) -> Iterator[str]:
    """The lines of the requests that change, event by event, indented to stand under the change of a webhook.

    Args:
        changes: what differs, by event.
        paint: colours.
    """
    for change in changes:
        yield f"    {paint(f'wire: {one_line(change.event)}', 'cyan')}"
        for sign, line in difference(change):
            shown = f"{sign} {line}" if sign and line else sign or line
            yield f"      {paint(shown, *_STYLES[sign])}".rstrip()


def difference(change: WireChange) -> Iterator[tuple[str, str]]:
    """What differs between two requests, line by line: each with ``-``, ``+``, a blank, or with a sentence and no sign.

    A lone ``…`` stands where lines that are the same are left out.
    """
    before, after = _lines(change.before), _lines(change.after)
    if before == after:
        yield "", "only secrets differ"
    elif not after:
        yield "", "nothing is delivered any more"
    else:
        yield from _difference(before, after)


def _lines(request: DeliveryRequest | None) -> list[str]:
    """A request as lines, its JSON spread over as many as it takes to see what differs."""
    if request is None:
        return []
    headers = [f"{one_line(name)}: {one_line(value)}" for name, value in request.headers]
    body = body_lines(request.body, pretty=True)
    return [f"{request.method} {one_line(request.url)}", *headers, *(["", *body] if body else [])]


def _difference(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    hunks = list(difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND))
    for number, hunk in enumerate(hunks):
        if number:
            yield "…", ""
        for kind, start, end, new_start, new_end in hunk:
            if kind == "equal":
                yield from ((" ", line) for line in before[start:end])
                continue
            yield from (("-", line) for line in before[start:end])
            yield from (("+", line) for line in after[new_start:new_end])
