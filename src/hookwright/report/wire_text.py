"""What deliveries send before and after a change → text for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.report.http import body_lines
from hookwright.report.style import Painter, printable

_AROUND = 1
"""Lines that stay the same, shown around those that change."""


def wire_lines(changes: Sequence[WireChange], paint: Painter) -> Iterator[str]:
    """The lines of the requests that change, event by event, indented to stand under the change of a webhook.

    Args:
        changes: what differs, by event.
        paint: colours.
    """
    for change in changes:
        yield f"    {paint(f'wire: {printable(change.event)}', 'cyan')}"
        before, after = _lines(change.before), _lines(change.after)
        if before == after:
            yield f"      {paint('only secrets differ', 'yellow')}"
        elif not after:
            yield f"      {paint('nothing is delivered any more', 'red')}"
        else:
            yield from (f"      {line}".rstrip() for line in _difference(before, after, paint))


def _lines(request: DeliveryRequest | None) -> list[str]:
    """A request as lines, its JSON spread over as many as it takes to see what differs."""
    if request is None:
        return []
    headers = [f"{printable(name)}: {printable(value)}" for name, value in request.headers]
    body = body_lines(request.body, pretty=True)
    return [f"{request.method} {printable(request.url)}", *headers, *(["", *body] if body else [])]


def _difference(before: list[str], after: list[str], paint: Painter) -> Iterator[str]:
    hunks = list(difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND))
    for number, hunk in enumerate(hunks):
        if number:
            yield paint("…", "dim")
        for kind, start, end, new_start, new_end in hunk:
            if kind == "equal":
                yield from (f"  {line}" for line in before[start:end])
                continue
            yield from (paint(f"- {line}", "red") for line in before[start:end])
            yield from (paint(f"+ {line}", "green") for line in after[new_start:new_end])
