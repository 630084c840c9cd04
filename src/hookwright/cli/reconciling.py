"""What plan, apply and drift have in common: from the settings to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookwright.cli.git import head_commit
from hookwright.cli.project import connect, load_declared
from hookwright.reconcile.live import Live, read
from hookwright.reconcile.planner import Request, make_plan
from hookwright.reconcile.workflows import resolve_workflows

if TYPE_CHECKING:
    from hookwright.api.client import Client
    from hookwright.cli.settings import Settings
    from hookwright.model.plan import Plan
    from hookwright.model.resources import Declared


@dataclass(slots=True)
class Session:
    """A project's environment, connected.

    Attributes:
        declared: what is declared for it; the workflows are resolved once a plan was made.
        client: the platform.
        live: what was read last.
        commit: the commit that is checked out, or None.
    """

    declared: Declared
    client: Client
    live: Live
    commit: str | None

    def plan(self, asked: Request) -> Plan:
        """Read the live state and compare.

        Raises:
            ApiError: a read failed.
            RefusedError: an interlock, or doubt about whose a webhook is.
            ConfigError: a workflow's name is not there or ambiguous.
        """
        self.live = read(self.client, self.declared)
        self.declared = resolve_workflows(self.declared, self.live.workflows)
        return make_plan(self.declared, self.live, asked)


def open_session(settings: Settings) -> Session:
    """Load and check the project, choose the environment, connect. Reads nothing yet."""
    project, declared = load_declared(settings)
    return Session(declared, connect(declared), Live(()), head_commit(project.root))
