"""Plans and drifts → Markdown for a comment, an issue or a job summary.

Whatever the values hold, they are shown and nothing else (see :mod:`hookwright.report.markdown`). The text keeps to a
size that GitHub takes; what finds no room is counted where it would stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final, TypeVar

from hookwright.model.delivery import WireChange
from hookwright.model.plan import Change, FieldChange
from hookwright.report.budget import Lines, Part, fit, size
from hookwright.report.markdown import WIDEST, code, fenced, html_code, prose, row, rule, value_text
from hookwright.report.review import Group, Level, Review
from hookwright.report.values import clipped, show_path, told_apart
from hookwright.report.wire_text import difference

T = TypeVar("T")

LARGEST: Final = 60_000
"""Characters: GitHub takes 65,536 as a comment, with what is put around this."""

_SIGNS: Final = {Level.FINE: "✅", Level.LOOK: "🟡", Level.DANGER: "🔴", Level.FAILED: "❌"}
_LEAST: Final = 5_000
"""Characters for the details of one environment: more than its parts take at least."""
_FIELDS: Final = 25
_LINES: Final = 40
_LINE: Final = 200
_NAME: Final = 100
_GUARDS, _CHANGES, _SUBSCRIBERS, _WARNINGS, _WIRE = range(5)


def to_markdown(reviews: Sequence[Review], *, limit: int = LARGEST) -> str:
    """The reviews of one run as one document.

    Args:
        reviews: one for each environment, in order; at least one.
        limit: most characters; at least 10,000.
    """
    lines = _alone(reviews[0], limit) if len(reviews) == 1 else _several(reviews, limit)
    return "\n".join(lines).rstrip("\n")


def _alone(review: Review, limit: int) -> Lines:
    return fit(
        _parts(review, f"## {_SIGNS[review.level]} {_named(review.what, review.project, review.environment)}"), limit
    )


def _several(reviews: Sequence[Review], limit: int) -> Lines:
    """A table of all environments, and the details of those that have any."""
    told = [review for review in reviews if review.level is not Level.FINE or review.warnings]
    detailed = min(len(told), limit // 2 // _LEAST)
    project = next((review.project for review in reviews if review.project), "")
    worst = max((review.level for review in reviews), key=list(Level).index)
    overview = _part(
        [f"## {_SIGNS[worst]} {_named(reviews[0].what, project)}", "", row(_OVERVIEW), rule(len(_OVERVIEW))],
        reviews,
        lambda review: [row(_overview(review))],
        lambda count: [row((f"… and {count:,} more environments", "", "", "", ""))],
    )
    left = limit - size(_missing(len(told) - detailed))
    lines = fit([overview], left - detailed * _LEAST)
    left -= size(lines)
    shown = 0
    # Those that there was room for in any case share it; what they leave is for more.
    while shown < len(told) and (room := left // max(detailed - shown, 1)) >= _LEAST:
        heading = f"### {_SIGNS[told[shown].level]} {code(told[shown].environment or '?', _NAME)}"
        section = fit(_parts(told[shown], heading), room)
        left -= size(section)
        lines += section
        shown += 1
    return lines + _missing(len(told) - shown)


def _missing(count: int) -> Lines:
    return [f"… and the details of {count:,} more environments.", ""] if count else []


_OVERVIEW: Final = ("environment", "verdict", "changes", "unchanged", "unmanaged")


def _overview(review: Review) -> tuple[str, ...]:
    name, verdict = code(review.environment or "?", _NAME), f"{_SIGNS[review.level]} {review.verdict}"
    if review.error:
        return name, f"{verdict}: {prose(review.error, 120)}", "", "", ""
    return name, verdict, _counts(review) or "none", f"{review.unchanged:,}", f"{review.unmanaged:,}"


def _named(what: str, *names: str) -> str:
    return " · ".join([f"hookwright {what}", *(code(name, _NAME) for name in names if name)])


def _parts(review: Review, heading: str) -> list[Part]:
    """All that is shown of one environment."""
    if review.error:
        problems = _part(
            [],
            review.problems,
            lambda one: [f"- ⛔ {code(one.where) + ' ' if one.where else ''}{code(one.rule)}: {prose(one.message)}"],
            lambda count: [f"- … and {count:,} more"],
        )
        return [Part([heading, "", f"**{review.verdict}:** {prose(review.error, 500)}", ""]), problems]
    about = [f"commit {code(review.commit)}"] if review.commit else []
    parts = [
        Part([heading, "", _verdict(review), ""]),
        _part(
            ["**Guards**", ""],
            review.blocked,
            lambda one: [f"- ⛔ {code(one.guard)}: {prose(one.message)}"],
            lambda count: [f"- … and {count:,} more"],
            _GUARDS,
        ),
        _part(
            ["**Warnings**", ""],
            review.warnings,
            lambda one: [f"- ⚠️ {prose(one)}"],
            lambda count: [f"- … and {count:,} more"],
            _WARNINGS,
        ),
        *(_group(group) for group in review.groups),
        _part(
            ["#### Subscribers", "", row(("event", "before", "after")), rule(3)],
            review.coverage,
            lambda one: [row((code(one.event), f"{one.before:,}", f"{one.after:,}{'' if one.after else ' ⚠️'}"))],
            lambda count: [row((f"… and {count:,} more", "", ""))],
            _SUBSCRIBERS,
        ),
        _part(
            ["#### What deliveries send", ""],
            [(name, changes) for name, changes in review.wire.items() if changes],
            lambda one: _folded(*one),
            lambda count: [f"… and of {count:,} more webhooks.", ""],
            _WIRE,
        ),
        Part([f"<sub>{' · '.join([*about, code(review.place)])}</sub>", ""]),
    ]
    return [part for part in parts if part.head]


def _part(
    head: Lines,
    items: Sequence[T],
    unit: Callable[[T], Lines],
    more: Callable[[int], Lines],
    rank: int = 0,
) -> Part:
    """A part of so many items, or an empty one where there are none."""
    if not items:
        return Part()
    return Part(head, map(unit, items), more, [""], rank, len(items))


def _verdict(review: Review) -> str:
    counts = _counts(review)
    rest = f"{review.unchanged:,} {'as declared' if review.what == 'drift' else 'unchanged'}"
    passed = " No guard objects." if review.guarded and review.groups and not review.blocked else ""
    return f"**{review.verdict}.** {counts + '; ' if counts else ''}{rest}, {review.unmanaged:,} unmanaged.{passed}"


def _counts(review: Review) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in review.counts)


def _group(group: Group) -> Part:
    columns = ("webhook or event", "field", *group.sides)
    return _part(
        [f"#### {group.title} ({len(group.changes):,})", "", row(columns), rule(len(columns))],
        group.changes,
        lambda change: list(_change(group, change)),
        lambda count: [row((f"… and {count:,} more", "", *("" for _ in group.sides)))],
        _CHANGES,
    )


def _change(group: Group, change: Change) -> Iterator[str]:
    """The rows of a change: one for each field, the first with the name."""
    identity = f"<br>{code(change.id, _NAME)}" if change.id else ""
    note = f"<br>{prose(change.note)}" if change.note else ""
    name = f"{change.kind} {code(change.name, _NAME)}{identity}{note}"
    none = ("",) * len(group.sides)
    if not change.fields:
        yield row((name, "", *none))
    for field in change.fields[:_FIELDS]:
        yield row((name, code(show_path(field.path), _NAME), *_values(group, field)))
        name = ""
    if len(change.fields) > _FIELDS:
        yield row(("", f"… and {len(change.fields) - _FIELDS:,} more", *none))


def _values(group: Group, field: FieldChange) -> tuple[str, ...]:
    texts = (None if one is None else value_text(one) for one in group.values(field))
    cells = tuple("none" if text is None else code(text) for text in told_apart([*texts], WIDEST))
    masked = field.secret and field.old == field.new and len(cells) > 1
    return (*cells[:-1], f"{cells[-1]}, another") if masked else cells


def _folded(name: str, changes: Sequence[WireChange]) -> Lines:
    """The requests of a webhook that change, to be unfolded."""
    events = f"{len(changes):,} event{'' if len(changes) == 1 else 's'}"
    lines = [f"<details><summary>{html_code(name)}, {events}</summary>", ""]
    for change in changes:
        lines += [code(change.event), "", *fenced(_shown(difference(change)), "diff"), ""]
    return [*lines, "</details>", ""]


def _shown(pairs: Iterable[tuple[str, str]]) -> Lines:
    runs = [(sign, [line for _, line in run]) for sign, run in groupby(pairs, itemgetter(0))]
    for (before, gone), (after, come) in pairwise(runs):
        if (before, after, len(gone)) == ("-", "+", len(come)):
            gone[:], come[:] = zip(*(told_apart(both, _LINE) for both in zip(gone, come, strict=True)), strict=True)
    lines = [clipped(f"{sign} {line}".rstrip() if sign else line, _LINE) for sign, run in runs for line in run]
    return lines if len(lines) <= _LINES else [*lines[:_LINES], f"… and {len(lines) - _LINES:,} more lines"]
