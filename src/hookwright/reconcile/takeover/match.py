"""Which webhooks of several environments are one and the same to those who made them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from hookwright.reconcile.takeover.select import Candidate
from hookwright.reconcile.takeover.text import parts_of

Match = list[Candidate]
"""Webhooks that correspond: one of each environment at the most, the first the one that others were held against."""

_ORIGIN: Final = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^/?#]*")
_HIDDEN: Final = "\0"


def match(environments: Sequence[Sequence[Candidate]]) -> list[Match]:
    """Group webhooks that correspond, by ever weaker likeness: their marker, then what they are for and where they go.

    Strong likeness pairs off as many as there are on both sides, in order of id; weak likeness only what cannot be
    mistaken.

    Args:
        environments: the webhooks of each environment.
    """
    matches: list[Match] = []
    for candidates in environments:
        open_matches = list(range(len(matches)))
        left = list(candidates)
        for likeness, strong in _LIKENESSES:
            open_matches, left = _pair(matches, open_matches, left, likeness, strong=strong)
        matches += [[candidate] for candidate in left]
    return matches


def _pair(
    matches: list[Match],
    open_matches: list[int],
    candidates: list[Candidate],
    likeness: Callable[[Candidate], Hashable],
    *,
    strong: bool,
) -> tuple[list[int], list[Candidate]]:
    """Add to matches the candidates that are like them; the matches and candidates that remain."""
    there: dict[Hashable, list[int]] = defaultdict(list)
    for index in open_matches:
        there[likeness(matches[index][0])].append(index)
    here: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        here[likeness(candidate)].append(candidate)
    taken: set[int] = set()
    paired: set[str] = set()
    for key, mine in here.items():
        theirs = there.get(key, [])
        if key is None or not (strong or (len(mine) == 1 and len(theirs) == 1)):
            continue
        for index, candidate in zip(theirs, mine, strict=False):
            if _may_pair(matches[index], candidate):
                matches[index].append(candidate)
                taken.add(index)
                paired.add(candidate.id)
    return (
        [index for index in open_matches if index not in taken],
        [candidate for candidate in candidates if candidate.id not in paired],
    )


def _may_pair(found: Match, candidate: Candidate) -> bool:
    """Two different markers are two webhooks, whatever they look like."""
    names = {one.marker.name for one in [*found, candidate] if one.marker}
    return len(names) < 2


def _path(candidate: Candidate) -> str:
    """A URL without its origin, the values of its query, and what is secret in it."""
    shape = "".join(part if isinstance(part, str) else _HIDDEN for part in parts_of(candidate.url))
    return re.sub(r"=[^&#]*", "=", _ORIGIN.sub("", shape, count=1))


def _tells(candidate: Candidate) -> bool:
    """Whether its description or its path says which webhook this is, even beside others like it."""
    return bool(_description(candidate)) or len(_path(candidate).replace(_HIDDEN, "").strip("/")) > 0


def _description(candidate: Candidate) -> str:
    return " ".join(candidate.webhook.description.casefold().split())


def _by_marker(candidate: Candidate) -> Hashable:
    return candidate.marker.name if candidate.marker else None


def _by_all(candidate: Candidate) -> Hashable:
    if not _tells(candidate):
        return None
    webhook = candidate.webhook
    rest = (webhook.type, webhook.method, webhook.slug, webhook.group, frozenset(webhook.headers))
    return _description(candidate), _path(candidate), webhook.events, rest


def _by_purpose(candidate: Candidate) -> Hashable:
    if not _tells(candidate):
        return None
    return _description(candidate), _path(candidate), candidate.webhook.events


def _by_path_and_events(candidate: Candidate) -> Hashable:
    return _path(candidate), candidate.webhook.events, candidate.webhook.type


def _by_description_and_events(candidate: Candidate) -> Hashable:
    return (_description(candidate), candidate.webhook.events) if _description(candidate) else None


def _by_description(candidate: Candidate) -> Hashable:
    return _description(candidate) or None


def _by_path(candidate: Candidate) -> Hashable:
    path = _path(candidate).strip("/")
    return (path, candidate.webhook.type) if path else None


_LIKENESSES: Final[tuple[tuple[Callable[[Candidate], Hashable], bool], ...]] = (
    (_by_marker, True),
    (_by_all, True),
    (_by_purpose, True),
    (_by_path_and_events, False),
    (_by_description_and_events, False),
    (_by_description, False),
    (_by_path, False),
)
"""Likenesses from the strongest, and whether several of one likeness may be paired off."""
