"""What a plan of the way back knows of the applies that it undoes."""

from __future__ import annotations

from dataclasses import replace

from hookwright.model.plan import Action, Blocked, Change, FieldChange, Plan
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from hookwright.reconcile.undoing import adopted, departed, renamed, spare
from tests.unit.reconcile.fakes import FakePlatform, declared, hook
from tests.unit.reconcile.test_apply import NOW, converge

EMPTY = Plan("acme", "test", None, "https://app.refold.ai", "sha256:0", None, NOW, NOW)


def plan(*changes: Change) -> Plan:
    return replace(EMPTY, changes=changes)


def rename(old: str, new: str) -> Change:
    field = FieldChange("/description", f"x [hookwright:acme/{old}]", f"x [hookwright:acme/{new}]")
    return Change("webhook", new, Action.UPDATE, "1", "sha256:1", (field,))


def test_names_are_followed_through_all_applies() -> None:
    assert renamed([]) == {}
    assert renamed([plan(rename("a", "b"))]) == {"a": "b"}
    assert renamed([plan(rename("a", "b")), plan(rename("b", "c"), rename("x", "y"))]) == {"a": "c", "x": "y"}
    assert renamed([plan(rename("a", "b")), plan(rename("b", "a"))]) == {}
    assert renamed([plan(rename("a", "b"), rename("b", "a"))]) == {"a": "b", "b": "a"}


def test_what_is_no_new_name() -> None:
    protect = FieldChange("/description", "[hookwright:acme/a]", "[hookwright:acme/a protected]")
    adopt = FieldChange("/description", "by hand", "[hookwright:acme/a]")
    other = FieldChange("/description", "[hookwright:other/a]", "[hookwright:acme/b]")
    hidden = FieldChange("/description", "(secret)", "(secret)", secret=True)
    created = FieldChange("/description", None, "[hookwright:acme/a]")
    for field in (protect, adopt, other, hidden, created, FieldChange("/url", "a", "b")):
        assert renamed([plan(Change("webhook", "a", Action.UPDATE, "1", None, (field,)))]) == {}
    assert renamed([plan(Change("webhook", "a", Action.DELETE, "1"), Change("event", "e", Action.UPDATE, "2"))]) == {}


def test_what_was_there_before_is_spared() -> None:
    gone = Change("webhook", "a", Action.DELETE, "1", "sha256:1")
    ids = adopted([plan(Change("webhook", "a", Action.ADOPT, "1")), plan(Change("webhook", "b", Action.CREATE, None))])
    assert ids == {"1"}
    assert spare(plan(gone), {"2"}) == plan(gone)
    (blocked,) = spare(replace(plan(gone), blocked=(Blocked("empty", "x"),)), ids).blocked[1:]
    assert blocked.guard == "adopted"
    assert blocked.message.startswith("webhook 'a' was there before it was adopted")


def test_a_name_that_only_history_tells_is_no_delete_and_create() -> None:
    platform = FakePlatform()
    before, after = declared(hook("a")), declared(hook("b", url=hook("a").webhook.url, renamed_from="a"))
    converge(before, platform)
    (done,) = [make_plan(after, read(platform, after), Request(NOW))]
    converge(after, platform)
    live = read(platform, before)
    assert [change.action for change in make_plan(before, live, Request(NOW)).changes] == [Action.CREATE, Action.DELETE]
    back = make_plan(before, live, Request(NOW, renamed=renamed([done])))
    assert [(change.action, change.name, change.note) for change in back.changes] == [
        (Action.UPDATE, "a", "renamed from b"),
    ]  # fmt: skip
    assert back.config_digest == make_plan(before, live, Request(NOW)).config_digest


def test_what_was_as_declared_is_no_departure() -> None:
    platform = FakePlatform()
    before = declared(hook("a", events=("Workflow Errored",)), hook("b"), hook("c"))
    after = declared(hook("a", url="https://hooks.acme.example/new"), hook("e", renamed_from="b"), hook("d"))
    converge(before, platform)
    done = make_plan(after, read(platform, after), Request(NOW))
    assert {change.name: change.action for change in done.changes} == {
        "a": Action.UPDATE, "c": Action.DELETE, "d": Action.CREATE, "e": Action.UPDATE,
    }  # fmt: skip
    assert departed([done], before) == []


def test_departures() -> None:
    before = declared(hook("a"), hook("b"), hook("c"))
    moved = FieldChange("/url", "https://elsewhere.example/", hook("a").webhook.url)
    masked = FieldChange("/headers/Authorization", "(secret)", "(secret)", secret=True)
    plans = [
        plan(
            Change("webhook", "a", Action.UPDATE, "1", None, (moved,)),
            Change("webhook", "b", Action.CREATE),
            Change("webhook", "c", Action.UPDATE, "3", None, (masked,)),
            Change("webhook", "x", Action.DELETE, "4"),
            Change("event", "e", Action.UPDATE, "5"),
            Change("webhook", "y", Action.ADOPT, "6", None, (moved,)),
        ),
        plan(Change("webhook", "c", Action.UPDATE, "3", None, (moved,)), Change("webhook", "a", Action.DELETE, "1")),
    ]
    assert departed(plans, before) == [("webhook", "a"), ("webhook", "b"), ("webhook", "x"), ("event", "e")]
    assert departed(plans[1:], before) == [("webhook", "c")]
