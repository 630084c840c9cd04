"""Comments and issues on GitHub that are kept current: found again by a marker, changed instead of repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LARGEST_BODY: Final = 65_536
"""Characters that GitHub takes as the body of a comment or an issue."""

LARGEST_TITLE: Final = 256
"""Characters that GitHub takes as the title of an issue."""

_KEY: Final = re.compile(r"[A-Za-z0-9]+(?:[._/-][A-Za-z0-9]+)*")
_LONGEST_KEY: Final = 100


def is_key(text: str) -> bool:
    """Whether this can be a key. It stands in an HTML comment: nothing in it can end that."""
    return len(text) <= _LONGEST_KEY and _KEY.fullmatch(text) is not None


def marker(key: str) -> str:
    """What the text of a kept comment or issue begins with; nobody sees it."""
    return f"<!-- hookwright:{key} -->"


@dataclass(frozen=True, slots=True)
class Post:
    """A comment or an issue as it is on GitHub.

    Attributes:
        id: a comment's id, an issue's number: what comes later has a higher one.
        author: login of who made it.
        body: its text; empty where there is none.
        url: where people see it.
        title: an issue's title; empty for a comment.
    """

    id: int
    author: str
    body: str
    url: str
    title: str = ""


class KeptAction(StrEnum):
    """What was done to keep a comment or an issue current."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a comment or an issue.

    Attributes:
        kind: ``comment`` or ``issue``.
        action: what was done; ``none`` where there was nothing to close.
        repository: ``owner/name``.
        key: the key in its marker.
        number: of the issue or pull request; None where there is none.
        id: the comment's id; None for an issue.
        url: where people see it; empty where there is nothing to see.
        duplicates: ids of those that stood beside it and were taken away.
    """

    kind: str
    action: KeptAction
    repository: str
    key: str
    number: int | None
    id: int | None
    url: str
    duplicates: tuple[int, ...] = ()
