"""The environments of one run: each has its own connections and token bucket, and one's failure is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from hookwright.cli.git import head_commit
from hookwright.cli.project import load_environments
from hookwright.cli.reconciling import Session, open_session
from hookwright.errors import HookwrightError
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from concurrent.futures import Future

    from hookwright.api.bucket import TokenBucket
    from hookwright.cli.settings import Settings
    from hookwright.model.project import Project

T = TypeVar("T")

AT_ONCE: Final = 16
"""Environments that are worked on at the same time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An environment whose work ended in an error.

    Attributes:
        environment: its name.
        error: why.
    """

    environment: str
    error: HookwrightError


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """An environment whose work is done.

    Attributes:
        session: the environment.
        value: what came of it.
    """

    session: Session
    value: T

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.session.environment


class Fleet(AbstractContextManager["Fleet"]):
    """The environments of one run, in the order in which they were asked for. A context: its end closes connections.

    Attributes:
        project: the project that is checked out.
        commit: the commit that the declarations are of, or None.
        members: the environments that are connected, and those that could not be.
    """

    def __init__(self, project: Project, commit: str | None, members: Sequence[Session | Failed]) -> None:
        self.project = project
        self.commit = commit
        self.members = tuple(members)

    @property
    def alone(self) -> bool:
        """Whether there is just one: then its errors are those of the command."""
        return len(self.members) == 1

    @property
    def sessions(self) -> list[Session]:
        """The environments that are connected."""
        return [member for member in self.members if isinstance(member, Session)]

    def names(self) -> frozenset[str]:
        """The names of all webhooks and events that any of several environments declares; empty where there is one."""
        if self.alone:
            return frozenset()
        declared = [session.declared for session in self.sessions]
        return frozenset(
            {hook.name for one in declared for hook in one.webhooks}
            | {event.event.name for one in declared for event in one.events}
        )

    def __exit__(self, *_: object) -> None:
        for session in self.sessions:
            session.client.close()

    def each(self, work: Callable[[Session], T]) -> Iterator[Done[T] | Failed]:
        """Do some work for every environment, at the same time.

        Args:
            work: what is to be done; called in threads.

        Yields:
            How it ended for each, in order, as soon as that is known for it and those before it.

        Raises:
            HookwrightError: the only environment there is failed.
        """
        if self.alone:
            (member,) = self.members
            if isinstance(member, Failed):
                raise member.error
            yield Done(member, work(member))
            return
        from hookwright.reconcile.pool import impatient_pool

        with impatient_pool(min(AT_ONCE, len(self.members)), "environment") as pool:
            begun = [
                (member, pool.submit(work, member)) if isinstance(member, Session) else member
                for member in self.members
            ]
            for one in begun:
                yield one if isinstance(one, Failed) else _ended(*one)


def _ended(session: Session, future: Future[T]) -> Done[T] | Failed:
    try:
        return Done(session, future.result())
    except HookwrightError as error:
        return Failed(session.environment, error)


def open_fleet(settings: Settings, *, preferred: str = "") -> Fleet:
    """Load and check the project once, choose the environments, connect. Reads nothing live yet.

    Args:
        settings: where the project is, and which environments were asked for.
        preferred: the environment to take where none was asked for and the project has it.

    Raises:
        ConfigError: the project, or the only environment there is, has errors.
        UsageError: no environment was named and there are several, or there is no such one.
    """
    from hookwright.api.bucket import TokenBucket

    project, declared = load_environments(settings, preferred=preferred)
    buckets: dict[str | None, TokenBucket] = {}
    members: list[Session | Failed] = []
    for name, one in declared.items():
        try:
            if isinstance(one, HookwrightError):
                raise one
            # The platform counts by key: environments that have one in common share what it admits.
            bucket = buckets.setdefault(one.environment.api_key, TokenBucket())
            members.append(open_session(one, bucket))
        except HookwrightError as error:
            members.append(Failed(name, error))
    return Fleet(project, head_commit(project.root), members)
