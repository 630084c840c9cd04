"""One comment, or one issue, that is kept current: found by its marker, never doubled, whoever else is at it.

What is ours begins with the marker and is by the login that the token writes as: a marker alone can be copied. GitHub
gives ids in order, so that of several the first is the same for everybody: it stays, and gets the newest text; whoever
made a later one takes that away again. A run that dies in between leaves this to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from hookwright.api.clock import Clock
from hookwright.api.github.repository import Repository
from hookwright.errors import ApiError, Effect, NotFoundError
from hookwright.model.github import Kept, KeptAction, Post, marker

CLOSING: Final = "closed"
"""Below the key of an issue: the key of the comment that says why it is closed."""

_PAUSES: Final = (1.0, 3.0)
"""Seconds before looking for what a call made whose answer was lost."""


class _Board(Protocol):
    """Where the one thing is kept that a marker names."""

    def find(self) -> list[Post]:
        """Those that are there, first made first; more than one where something went wrong."""
        ...

    def create(self) -> Post:
        """Make it."""
        ...

    def update(self, post: Post) -> bool:
        """Give one the newest text; False where it has it.

        Raises:
            NotFoundError: it is gone.
        """
        ...

    def remove(self, post: Post) -> None:
        """Take one away that is too many. One that is gone is no error."""
        ...


class Comments:
    """The comment of one key on an issue or a pull request.

    Args:
        repository: the repository.
        number: of the issue or pull request.
        key: the key in the marker.
        login: who writes.
        body: the newest text, without the marker.
    """

    def __init__(self, repository: Repository, number: int, key: str, login: str, body: str) -> None:
        self._repository = repository
        self._number = number
        self._sign = marker(key)
        self._login = login
        self._body = marked(key, body)

    def find(self) -> list[Post]:
        """See :class:`_Board`."""
        return _ours(self._repository.comments(self._number), self._sign, self._login)

    def create(self) -> Post:
        """See :class:`_Board`."""
        return self._repository.create_comment(self._number, self._body)

    def update(self, post: Post) -> bool:
        """See :class:`_Board`."""
        if _same(post.body, self._body):
            return False
        self._repository.update_comment(post.id, self._body)
        return True

    def remove(self, post: Post) -> None:
        """See :class:`_Board`."""
        try:
            self._repository.delete_comment(post.id)
        except NotFoundError:
            return


class Issues:
    """The open issue of one key.

    Args:
        repository: the repository.
        key: the key in the marker.
        login: who writes.
        title: its title.
        body: the newest text, without the marker.
        labels: what it gets when it is opened; people may take them away.
    """

    def __init__(
        self,
        repository: Repository,
        key: str,
        login: str,
        title: str = "",
        body: str = "",
        labels: tuple[str, ...] = (),
    ) -> None:
        self._repository = repository
        self._sign = marker(key)
        self._login = login
        self._title = title
        self._body = marked(key, body)
        self._labels = labels

    def find(self) -> list[Post]:
        """See :class:`_Board`."""
        return _ours(self._repository.open_issues(), self._sign, self._login)

    def create(self) -> Post:
        """See :class:`_Board`."""
        return self._repository.create_issue(self._title, self._body, self._labels)

    def update(self, post: Post) -> bool:
        """See :class:`_Board`."""
        if _same(post.body, self._body) and post.title == self._title:
            return False
        self._repository.update_issue(post.id, {"title": self._title, "body": self._body})
        return True

    def remove(self, post: Post) -> None:
        """See :class:`_Board`: an issue can only be closed."""
        self._repository.update_issue(post.id, {"state": "closed", "state_reason": "not_planned"})


def keep_comment(repository: Repository, number: int, key: str, body: str, login: str, clock: Clock) -> Kept:
    """Make the comment of a key, or give it a new text.

    Args:
        repository: the repository.
        number: of the issue or pull request.
        key: the key in the marker.
        body: the text, without the marker.
        login: who writes.
        clock: waits before what a lost call made is looked for.

    Raises:
        ApiError: a call failed.
    """
    post, action, gone = _keep(Comments(repository, number, key, login, body), clock)
    return Kept("comment", action, repository.name, key, number, post.id, post.url, gone)


def keep_issue(
    repository: Repository, key: str, title: str, body: str, labels: tuple[str, ...], login: str, clock: Clock
) -> Kept:
    """Open the issue of a key, or give the open one a new title and text. Closed ones stay as they are.

    Args:
        repository: the repository.
        key: the key in the marker.
        title: its title.
        body: its text, without the marker.
        labels: what it gets when it is opened.
        login: who writes.
        clock: waits before what a lost call made is looked for.

    Raises:
        ApiError: a call failed.
    """
    post, action, gone = _keep(Issues(repository, key, login, title, body, labels), clock)
    return Kept("issue", action, repository.name, key, post.id, None, post.url, gone)


def close_issue(repository: Repository, key: str, comment: str, login: str, clock: Clock) -> Kept:
    """Close the open issue of a key with a comment; nothing is done where there is none.

    Args:
        repository: the repository.
        key: the key in the marker.
        comment: why it is closed.
        login: who writes.
        clock: waits before what a lost call made is looked for.

    Raises:
        ApiError: a call failed.
    """
    board = Issues(repository, key, login)
    found = board.find()
    if not found:
        return Kept("issue", KeptAction.NONE, repository.name, key, None, None, "")
    first, *others = found
    # The comment has a marker too: a run that dies before the issue is closed does not make the next say it again.
    keep_comment(repository, first.id, f"{key}/{CLOSING}", comment, login, clock)
    repository.update_issue(first.id, {"state": "closed", "state_reason": "completed"})
    for other in others:
        board.remove(other)
    gone = tuple(other.id for other in others)
    return Kept("issue", KeptAction.CLOSED, repository.name, key, first.id, None, first.url, gone)


def marked(key: str, body: str) -> str:
    """The text with the marker in its first line; one that it begins with already is not repeated."""
    text = body.removeprefix("\ufeff").removeprefix(marker(key)).lstrip("\r\n")
    return f"{marker(key)}\n{text}"


def _keep(board: _Board, clock: Clock) -> tuple[Post, KeptAction, tuple[int, ...]]:
    """Make it or give it the newest text: what stays, what was done, and the ids of those taken away."""
    found = board.find()
    if found:
        try:
            changed = board.update(found[0])
        except NotFoundError:
            found = []  # Somebody deleted it just now.
        else:
            action = KeptAction.UPDATED if changed else KeptAction.UNCHANGED
            return found[0], action, _remove(board, found[1:])
    mine = _create(board, clock)
    return _settle(board, mine)


def _create(board: _Board, clock: Clock) -> Post:
    """Make it. Where the answer is lost, it is looked for before it is made again."""
    for pause in _PAUSES:
        try:
            return board.create()
        except ApiError as error:
            if error.effect is Effect.NONE:
                raise
        clock.sleep(pause)
        if found := board.find():
            return found[-1]
    return board.create()


def _settle(board: _Board, mine: Post) -> tuple[Post, KeptAction, tuple[int, ...]]:
    """Look again after making it: somebody may have made another at the same time."""
    there = {post.id: post for post in (*board.find(), mine)}
    first, newest = there[min(there)], there[max(there)]
    if mine.id == first.id:
        return first, KeptAction.CREATED, ()  # Whoever made a later one takes it away.
    if mine.id == newest.id:
        try:
            board.update(first)  # The newest text is this one's.
        except NotFoundError:
            return mine, KeptAction.CREATED, ()  # Somebody deleted the first just now.
    return first, KeptAction.UPDATED, _remove(board, [mine])


def _remove(board: _Board, posts: Sequence[Post]) -> tuple[int, ...]:
    for post in posts:
        board.remove(post)
    return tuple(post.id for post in posts)


def _ours(posts: Iterable[Post], sign: str, login: str) -> list[Post]:
    ours = (post for post in posts if post.body.lstrip().startswith(sign) and post.author.lower() == login.lower())
    return sorted(ours, key=lambda post: post.id)


def _same(there: str, here: str) -> bool:
    """Whether two texts are one to a reader: GitHub may end lines in its own way."""
    return [line.rstrip() for line in there.rstrip().splitlines()] == [
        line.rstrip() for line in here.rstrip().splitlines()
    ]
