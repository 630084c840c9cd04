"""Who receives which event after a plan."""

from __future__ import annotations

from dataclasses import replace

from hookwright.model.plan import Subscriber
from hookwright.reconcile.coverage import subscribers
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import FakePlatform, declared, hook
from tests.unit.reconcile.test_apply import NOW, marked

ERRORED = ("Workflow Errored",)


def test_every_kind_of_change_ends_in_what_will_be() -> None:
    platform = FakePlatform()
    same = platform.add(marked("same"))
    updated = platform.add(marked("update", enabled=False))
    platform.add(marked("gone"))
    renamed = platform.add(marked("old-name"))
    by_hand = platform.add(replace(hook("hand").webhook, description="by hand"))
    stranger = platform.add(replace(hook("x").webhook, description="[hookwright:other/x]", enabled=False))
    platform.add(marked("kept", description="[hookwright:acme/kept protected]"))
    conflicting = platform.add(replace(hook("taken").webhook, description=""))
    wanted = declared(
        hook("same"),
        hook("update", events=("Workflow Stopped",)),
        hook("new-name", url="https://hooks.acme.example/old-name", renamed_from="old-name"),
        hook("hand", adopt=by_hand),
        hook("create", enabled=False),
        hook("taken"),
        hook("left-alone", ignore_changes=frozenset({"enabled"})),
    )
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    found = subscribers(live.webhooks, wanted, plan.changes)
    kept = next(one.id for one in live.webhooks if "kept" in one.webhook.description)
    assert found == (
        Subscriber("create", None, enabled=False, events=ERRORED),
        Subscriber("hand", by_hand, enabled=True, events=ERRORED),
        Subscriber("kept", kept, enabled=True, events=ERRORED),
        Subscriber("left-alone", None, enabled=True, events=ERRORED),
        Subscriber("new-name", renamed, enabled=True, events=ERRORED),
        Subscriber("same", same, enabled=True, events=ERRORED),
        Subscriber("update", updated, enabled=True, events=("Workflow Stopped",)),
        Subscriber("", stranger, enabled=False, events=ERRORED),
        Subscriber("", conflicting, enabled=True, events=ERRORED),
    )
    for line in plan.coverage:
        assert sum(one.enabled and line.event in one.events for one in found) == line.after
