"""Finding workflows by name, through a paged list whose filter is a regular expression."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from hookwright.api import wire
from hookwright.api.call import Call
from hookwright.errors import AnsweredError, OutcomeUnknownError
from hookwright.model.resources import Workflow

if TYPE_CHECKING:
    from hookwright.api.transport import Transport

_WORKFLOWS: Final = "/api/v2/public/workflow"
_PAGE: Final = 100
_BAD_REQUEST: Final = 400
_MOST_PAGES: Final = 200
_LONGEST_TARGET: Final = 1500
"""Characters of path and query: well below the 2,048 that some proxies stop at."""
_SPECIAL: Final = re.compile(r"[\\^$.|?*+()\[\]{}]")


def list_all(transport: Transport) -> list[Workflow]:
    """All workflows of the environment, ordered by name and id. A call per page."""
    return _ordered(_pages(transport, ""))


def find(transport: Transport, names: Collection[str]) -> list[Workflow]:
    """The workflows with exactly these names, ordered by name and id.

    The filter is used to ask for few, never to decide: names are compared here. Where a name is missing, or the filter
    is refused, all workflows are listed once: a server may read the filter in another way, or bound it.
    """
    wanted = frozenset(names)
    found = _filtered(transport, wanted)
    if wanted - {workflow.name for workflow in found}:
        found += [workflow for workflow in _pages(transport, "") if workflow.name in wanted]
    return _ordered(found)


def _filtered(transport: Transport, wanted: frozenset[str]) -> list[Workflow]:
    found: list[Workflow] = []
    try:
        for pattern in _patterns(sorted(wanted)):
            found += [workflow for workflow in _pages(transport, pattern) if workflow.name in wanted]
    except AnsweredError as error:
        if error.status != _BAD_REQUEST:
            raise
    return found


def _ordered(workflows: Iterable[Workflow]) -> list[Workflow]:
    by_id = {workflow.id: workflow for workflow in workflows}
    return sorted(by_id.values(), key=lambda workflow: (workflow.name, workflow.id))


def _pages(transport: Transport, pattern: str) -> Iterator[Workflow]:
    for number in range(1, _MOST_PAGES + 1):
        call = _call(pattern, number)
        page = transport.call(call, wire.workflow_page_from_json)
        yield from page.workflows
        if not page.more:
            return
    raise OutcomeUnknownError(
        f"GET {_WORKFLOWS}: there are more than {_MOST_PAGES} pages of workflows", method="GET", path=_WORKFLOWS
    )


def _call(pattern: str, number: int) -> Call:
    name = {"name": pattern} if pattern else {}
    return Call("GET", _WORKFLOWS, query={"page": str(number), "limit": str(_PAGE), **name})


def _patterns(names: list[str]) -> Iterator[str]:
    """Regular expressions that together match the names, each short enough for a URL."""
    chunk: list[str] = []
    for name in names:
        escaped = _SPECIAL.sub(r"\\\g<0>", name)
        if chunk and len(_call(_alternation([*chunk, escaped]), _MOST_PAGES).target) > _LONGEST_TARGET:
            yield _alternation(chunk)
            chunk = []
        chunk.append(escaped)
    if chunk:
        yield _alternation(chunk)


def _alternation(escaped: list[str]) -> str:
    return f"^(?:{'|'.join(escaped)})$"
