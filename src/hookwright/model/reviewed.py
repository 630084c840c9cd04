"""A plan that was reviewed in a pull request: where it is kept until the merge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request whose merge made a commit.

    Attributes:
        number: its number.
        head: the commit that was reviewed: the last of its branch.
    """

    number: int
    head: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a run of a workflow kept.

    Attributes:
        id: its id; what comes later has a higher one.
        run: the id of the run.
        head: the commit that the run was for.
        expired: whether GitHub has deleted it.
        foreign: whether the run was for a commit of another repository, a fork.
    """

    id: int
    run: int
    head: str
    expired: bool
    foreign: bool
