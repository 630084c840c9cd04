"""Environments in memory, and the way from what is live to a project on disk and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hookwright.config import load, resolve
from hookwright.config.insert import insert_vars
from hookwright.config.reader import read_text
from hookwright.config.writer import to_yaml
from hookwright.model.plan import Plan
from hookwright.model.resources import (
    Declared,
    Environment,
    Event,
    Kind,
    LiveEvent,
    LiveWebhook,
    Policy,
    Webhook,
    Workflow,
)
from hookwright.model.takeover import Takeover
from hookwright.reconcile.live import Live
from hookwright.reconcile.planner import Request, make_plan
from hookwright.reconcile.takeover.data import Estate, Wish
from hookwright.reconcile.takeover.run import take_over
from hookwright.reconcile.workflows import resolve_workflows
from hookwright.validate import schema

KEYS = {"test": "tk_test_0123456789abcdef", "production": "pk_live_0123456789abcdef"}
ORG = "645270e37917442c4307297a"
NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.TEST_KEY}
  production:
    api_key: ${env.PRODUCTION_KEY}
"""
ENVIRON = {"TEST_KEY": KEYS["test"], "PRODUCTION_KEY": KEYS["production"]}


def webhook(path: str = "a", **fields: Any) -> Webhook:
    """A webhook made by hand."""
    return Webhook(**({"url": f"https://hooks.acme.example/{path}", "events": ("Workflow Errored",)} | fields))


@dataclass
class Here:
    """What is live in one environment."""

    name: str = "test"
    webhooks: list[LiveWebhook] = field(default_factory=list)
    events: list[LiveEvent] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return Kind(self.name)

    def add(self, *webhooks: Webhook) -> Here:
        for item in webhooks:
            prefix = "a" if self.name == "test" else "b"
            self.webhooks.append(LiveWebhook(f"{prefix}{len(self.webhooks):023x}", ORG, self.name, item))
        return self

    def fire(self, *events: Event) -> Here:
        self.events += [LiveEvent(f"e{len(self.events) + index:023x}", item) for index, item in enumerate(events)]
        return self

    def estate(self, declared: Declared | None = None) -> Estate:
        environment = Environment(self.name, self.kind, "https://app.refold.ai", KEYS[self.name])
        bare = Declared("acme", environment, policy=Policy(max_deletes=99))
        return Estate(declared or bare, self.webhooks, self.events, self.workflows, self.variables)


def taken(*lives: Here, **wish: Any) -> Takeover:
    """The takeover of environments, of a project that declares nothing."""
    return take_over([live.estate() for live in lives], a_wish(**wish))


def a_wish(**fields: Any) -> Wish:
    return Wish(**({"project": "acme", "environments": ("test", "production")} | fields))


def written(takeover: Takeover) -> str:
    """The YAML of a takeover."""
    webhooks = {item.name: dict(item.block) for item in takeover.webhooks}
    events = {item.name: dict(item.block) for item in takeover.events}
    return to_yaml({"webhooks": webhooks, "events": events})


def declared_by(takeover: Takeover, folder: Path, environment: str) -> Declared:
    """What a project declares that has only what was taken over; nothing is wrong with its files."""
    project = insert_vars(PROJECT, takeover.vars)
    assert project is not None
    (folder / "hookwright.yaml").write_text(project, "utf-8", newline="")
    (folder / "webhooks").mkdir(exist_ok=True)
    text = written(takeover)
    assert read_text(Path("x"), text)[1] == []
    (folder / "webhooks" / "imported.yaml").write_text(text, "utf-8", newline="")
    loaded = load(folder / "hookwright.yaml")
    environ = ENVIRON | {variable.name: variable.value for variable in takeover.variables}
    declared, findings = resolve(loaded, environment, environ, require_env=True)
    assert [*loaded.findings, *findings, *schema.check_project(loaded)] == []
    return declared


def plan_after(takeover: Takeover, folder: Path, live: Here) -> Plan:
    """The plan of that project."""
    declared = resolve_workflows(declared_by(takeover, folder, live.name), live.workflows)
    return make_plan(declared, Live(live.webhooks, live.events, live.workflows), Request(NOW))


def left_out(takeover: Takeover) -> list[str]:
    """The notes on what was left out."""
    return [note for note in takeover.notes if "was not read" not in note]


def block(takeover: Takeover, name: str = "") -> dict[str, Any]:
    """The block of one webhook; of the only one without a name."""
    found: Sequence[Any] = [item for item in takeover.webhooks if item.name == name or not name]
    (one,) = found
    return dict(one.block)
