"""An import → text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hookwright.model.takeover import Imported, Taken, Takeover
from hookwright.report.style import Painter, one_line, painter

_MOST: Final = 20
"""Webhooks and events that are listed one by one; files and JSON have them all."""


def to_text(imported: Imported, *, color: bool = False, values_in: str | None = None) -> str:
    """What was taken over, what has to be set by hand, and what to do next.

    Args:
        imported: how the import ended.
        color: whether to colour.
        values_in: the file that was to hold the secrets' values, or None.
    """
    paint = painter(color)
    takeover = imported.takeover
    where = " and ".join(imported.environments)
    if not (takeover.webhooks or takeover.events):
        return "\n".join([*_notes(takeover, paint), f"Nothing to import: all of {where} is declared."])
    count = " and ".join(filter(None, [_count(takeover.webhooks, "webhook"), _count(takeover.events, "event")]))
    verb = "would be imported" if imported.dry_run else "imported"
    lines = [paint(f"{count} of {where} {verb}", "bold")]
    lines += _listed([*takeover.webhooks, *takeover.events], paint)
    lines += _variables(imported, paint, values_in)
    lines += _vars(imported, paint)
    lines += _notes(takeover, paint)
    for finding in imported.findings:
        place = f"{finding.span.file.name}:{finding.span.start.line}: " if finding.span else ""
        lines.append(f"{paint('error', 'red', 'bold')}: {place}{finding.rule}: {one_line(finding.message)}")
    return "\n".join([*lines, _next(imported)])


def _count(items: tuple[Taken, ...], word: str) -> str:
    return f"{len(items)} {word}{'' if len(items) == 1 else 's'}" if items else ""


def _listed(items: list[Taken], paint: Painter) -> Iterator[str]:
    shown = items[:_MOST]
    width = max(len(one_line(item.name)) for item in shown)
    for item in shown:
        yield f"  {paint('+', 'green')} {one_line(item.name):<{width}}  {paint(one_line(', '.join(item.ids)), 'dim')}"
    if len(items) > len(shown):
        yield f"    and {len(items) - len(shown)} more"


def _variables(imported: Imported, paint: Painter, values_in: str | None) -> Iterator[str]:
    unset = [item for item in imported.takeover.variables if item.name not in imported.already_set]
    if not unset:
        return
    if values_in is None:
        values = "--env-file FILE writes their values"
    elif imported.dry_run:
        values = f"their values would be in {one_line(values_in)}"
    else:
        values = f"their values are in {one_line(values_in)}: put them into your secret store, then delete it"
    yield paint(f"Set these process variables; {values}", "bold")
    width = max(len(item.name) for item in unset)
    for item in unset:
        first, *more = (one_line(place.partition("/")[2]) for place in item.used_in)
        rest = f" and {len(more)} more" if more else ""
        yield f"  {paint(f'{item.name:<{width}}', 'yellow')}  {first}{rest}"


def _vars(imported: Imported, paint: Painter) -> Iterator[str]:
    added = imported.takeover.vars
    if not added:
        return
    if imported.inserted:
        verb = "would be added" if imported.dry_run else "added"
        yield paint(f"Vars {verb} to hookwright.yaml", "bold")
    else:
        yield paint("Add these to hookwright.yaml", "bold")
    for environment, values in added.items():
        for name, value in values.items():
            yield f"  environments.{environment}.vars.{name}: {one_line(value)}"


def _notes(takeover: Takeover, paint: Painter) -> Iterator[str]:
    for note in takeover.notes:
        yield f"{paint('note', 'yellow')}: {one_line(note)}"


def _next(imported: Imported) -> str:
    if imported.dry_run:
        return "Nothing was written."
    plan = f"'hookwright plan -e {imported.environments[0]}'"
    if imported.findings:
        return f"Next: correct these errors, then {plan}."
    return f"Next: {plan}: it should show adoptions and nothing else."
