"""Plans and drifts → annotations of a GitHub Actions run, at the lines of what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hookwright.model.plan import Change, FieldChange
from hookwright.model.source import Span
from hookwright.report.findings import ShowPath
from hookwright.report.markdown import value_text, visible
from hookwright.report.review import Group, Level, Review
from hookwright.report.values import show_path, told_apart
from hookwright.report.workflow_commands import command, place

Places = Mapping[tuple[str, str], Span]
"""Where things are declared, by kind and name."""

_FIELDS: Final = 20
_WIDEST: Final = 200
_ORDER: Final = ("error", "warning", "notice")


def to_github(reviews: Sequence[Review], places: Mapping[str, Places], *, path: ShowPath = str) -> str:
    """One workflow command for each thing to know, errors first, and a line of sums for each environment.

    GitHub shows ten annotations of each level and step; all of them stand in the log.

    Args:
        reviews: one for each environment.
        places: by environment where its webhooks and events are declared, and where they are said to be removed.
        path: how files are named; GitHub wants paths from the root of the repository.
    """
    commands = [one for review in reviews for one in _commands(review, places.get(review.environment, {}), path)]
    commands.sort(key=lambda one: _ORDER.index(one[0]))
    return "\n".join([*(command(*one) for one in commands), *map(_sums, reviews)])


_Command = tuple[str, str, dict[str, object]]


def _commands(review: Review, places: Places, path: ShowPath) -> Iterator[_Command]:
    title = _title(review)
    if review.level is Level.FAILED:
        yield "error", f"{review.verdict}: {visible(review.error)}", {"title": title}
    for problem in review.problems:
        where = place(problem.span, path) if problem.span else {}
        yield "error", visible(problem.message), where | {"title": f"{title}: {visible(problem.rule)}"}
    for guard in review.blocked:
        yield "error", visible(guard.message), {"title": f"{title}: blocked by {visible(guard.guard)}"}
    for warning in review.warnings:
        yield "warning", visible(warning), {"title": title}
    for group in review.groups:
        for change in group.changes:
            span = places.get((change.kind, change.name))
            where = place(span, path) if span else {}
            yield _level(review, group), _message(group, change), where | {"title": f"{title}: {group.title.lower()}"}


def _title(review: Review) -> str:
    return " · ".join(visible(part) for part in (f"hookwright {review.what}", review.environment) if part)


def _level(review: Review, group: Group) -> str:
    if group.style == "conflict":
        return "error"
    return "warning" if review.what == "drift" or group.style == "gone" else "notice"


def _message(group: Group, change: Change) -> str:
    lines = [f"{change.kind} {visible(change.name)}{' ' + visible(change.id) if change.id else ''}"]
    if change.note:
        lines.append(visible(change.note))
    lines += [_field(group, field) for field in change.fields[:_FIELDS]]
    if len(change.fields) > _FIELDS:
        lines.append(f"… and {len(change.fields) - _FIELDS} more fields")
    return "\n".join(lines)


def _field(group: Group, field: FieldChange) -> str:
    texts = [None if one is None else value_text(one) for one in group.values(field)]
    sides = [text or "none" for text in told_apart(texts, _WIDEST)]
    masked = ", another" if field.secret and field.old == field.new and len(sides) > 1 else ""
    return f"{show_path(field.path)}: {' → '.join(sides)}{masked}"


def _sums(review: Review) -> str:
    counts = ", ".join(f"{count} {word}" for word, count in review.counts)
    told = f"{review.verdict}{': ' + counts if counts else ''}"
    # With a word of our own first: a line that begins with two colons is a command.
    return f"{_title(review)}: {told}"
