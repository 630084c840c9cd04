"""What plan, apply and drift have in common: from the settings to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwright.cli.project import connect
from hookwright.reconcile.live import Live, read
from hookwright.reconcile.planner import Request, make_plan
from hookwright.reconcile.workflows import resolve_workflows

if TYPE_CHECKING:
    from hookwright.api.bucket import TokenBucket
    from hookwright.api.client import Client
    from hookwright.model.plan import Plan
    from hookwright.model.resources import Declared


class Session:
    """A project's environment, connected.

    Attributes:
        declared: what is declared for it; the workflows are resolved once a plan was made.
        client: the platform.
        live: what was read last.
    """

    def __init__(self, declared: Declared, client: Client) -> None:
        self.declared = declared
        self.client = client
        self.live = Live(())

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self.declared.environment.name

    @property
    def api_key(self) -> str:
        """The environment's API key; empty where there is none."""
        return self.declared.environment.api_key or ""

    def plan(self, asked: Request) -> Plan:
        """Read the live state and compare.

        Raises:
            ApiError: a read failed.
            RefusedError: an interlock, or doubt about whose a webhook is.
            ConfigError: a workflow's name is not there or ambiguous.
        """
        self.read()
        return make_plan(self.declared, self.live, asked)

    def read(self, *, events: bool = False) -> None:
        """Read the live state, and the ids of the workflows that the declaration names.

        Args:
            events: read the custom events even where the declaration has nothing to do with any.

        Raises:
            ApiError: a read failed.
            ConfigError: a workflow's name is not there or ambiguous.
        """
        self.live = read(self.client, self.declared, events=events)
        self.declared = resolve_workflows(self.declared, self.live.workflows)


def open_session(declared: Declared, bucket: TokenBucket | None = None) -> Session:
    """Connect. Reads nothing yet.

    Args:
        declared: what is declared for the environment.
        bucket: admits its requests, where others of the same key may be at work; None for one of its own.

    Raises:
        RefusedError: the key does not fit the environment's kind.
    """
    return Session(declared, connect(declared, bucket))
