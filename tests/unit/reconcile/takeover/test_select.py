from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hookwright.errors import RefusedError
from hookwright.model.resources import DeclaredWebhook, Event, Kind, Webhook, WebhookType
from hookwright.reconcile.takeover.data import Estate
from hookwright.reconcile.takeover.run import take_over
from tests.unit.reconcile.takeover.estates import Here, a_wish, block, left_out, plan_after, taken, webhook, written


def estate(live: Here, *hooks: DeclaredWebhook, **fields: Any) -> Estate:
    bare = live.estate()
    return replace(bare, declared=replace(bare.declared, webhooks=hooks, **fields))


def declared(name: str, hook: Webhook | None = None, **fields: Any) -> DeclaredWebhook:
    return DeclaredWebhook(name, hook or webhook("elsewhere"), **fields)


def test_what_is_managed_adopted_or_of_others_is_left_alone() -> None:
    live = Here().add(
        webhook("a", description="x [hookwright:acme/a]"),
        webhook("b"),
        webhook("c", description="[hookwright:other/c]"),
        webhook("d", description="[hookwright:broken"),
        webhook("e"),
    )
    hooks = declared("a"), declared("b", adopt="a00000000000000000000001")
    takeover = take_over([estate(live, *hooks)], a_wish(webhooks=frozenset({"a", "b"})))
    assert [item.ids for item in takeover.webhooks] == [{"test": "a00000000000000000000004"}]
    assert left_out(takeover) == ["test: 2 webhooks belong to other projects: left alone"]


def test_one_that_is_declared_and_not_live_takes_its_twin_over() -> None:
    live = Here().add(webhook("a"), webhook("a", events=("Workflow Completed",)))
    takeover = take_over([estate(live, declared("mine", webhook("a")))], a_wish(webhooks=frozenset({"mine"})))
    assert [item.ids for item in takeover.webhooks] == [{"test": "a00000000000000000000001"}]
    (note,) = left_out(takeover)
    assert note == (
        "test: the webhook a00000000000000000000000 was left out: it has the URL and the events of 'mine', which is "
        "declared but not live yet; let that one take it over: adopt: {test: a00000000000000000000000}"
    )


def test_lost_blocks_only_when_asked_for() -> None:
    live = Here().add(
        webhook("a", description="The a [hookwright:acme/a protected]"),
        webhook("b", description="[hookwright:acme/b]"),
        webhook("c", description="[hookwright:acme/c]"),
        webhook("d", description="[hookwright:acme/d]"),
    )
    hooks = (declared("new", renamed_from="b"),)
    found = estate(live, *hooks, removed_webhooks=frozenset({"c"}))
    wish = a_wish(webhooks=frozenset({"new", "d"}))
    assert left_out(take_over([found], wish)) == [
        "test: 1 webhook carries the marker of this project without being declared; see --all"
    ]
    takeover = take_over([found], replace(wish, lost=True))
    assert [item.name for item in takeover.webhooks] == ["a"]
    assert block(takeover) == {
        "url": "https://hooks.acme.example/a",
        "events": ["Workflow Errored"],
        "description": "The a",
        "protect": True,
        "environments": {"production": False},
    }


def test_lost_in_one_environment_and_made_by_hand_in_another(tmp_path: Path) -> None:
    test = Here("test").add(webhook("a", description="x [hookwright:acme/old-name]"))
    production = Here("production").add(webhook("a", description="x"))
    takeover = taken(test, production, lost=True)
    assert block(takeover, "old-name")["adopt"] == {"production": "b00000000000000000000000"}
    assert plan_after(takeover, tmp_path, test).empty
    assert len(plan_after(takeover, tmp_path, production).changes) == 1


def test_names_never_collide_with_what_is_declared_live_or_removed() -> None:
    live = Here().add(
        *(webhook(f"{index}", description="Pager") for index in range(3)),
        webhook("x", description="[hookwright:acme/Pager-2]"),
    )
    found = estate(live, declared("other", renamed_from="pager-3"), removed_webhooks=frozenset({"pager-4"}))
    wish = a_wish(webhooks=frozenset({"pager", "pager-workflow-errored"}))
    assert [item.name for item in take_over([found], wish).webhooks] == ["pager-5", "pager-6", "pager-7"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"events": ()}, "it subscribes to no event"),
        ({"events": ("",)}, "it subscribes to no event"),
        ({"url": "ftp://x.example"}, "its URL is none of http or https"),
        ({"url": "{{event.url}}"}, "its URL is none of http or https"),
        ({"headers": {"a b": "c"}}, "the name of a header is none"),
        ({"headers": {"${a}": "c"}}, "the name of a header is none"),
        ({"body": 5, "type": WebhookType.CUSTOM}, "its body is a bare number or boolean"),
        ({"body": {"a": "\ud800"}, "type": WebhookType.CUSTOM}, "it holds half a surrogate pair, which is no text"),
        ({"body": {"\udfff": 1}, "type": WebhookType.CUSTOM}, "it holds half a surrogate pair, which is no text"),
        ({"body": [float("inf")], "type": WebhookType.CUSTOM}, "it holds a number that JSON cannot hold"),
        ({"slug": "\ud800"}, "it holds half a surrogate pair, which is no text"),
    ],
)
def test_what_cannot_be_declared_is_left_out_and_said(fields: dict[str, Any], reason: str) -> None:
    live = Here().add(webhook(**fields), webhook("fine"))
    takeover = taken(live)
    assert left_out(takeover) == [f"test: the webhook a00000000000000000000000 was left out: {reason}"]
    assert [item.ids["test"] for item in takeover.webhooks] == ["a00000000000000000000001"]


def test_a_body_nested_beyond_reason_is_left_out() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    live = Here().add(webhook(body=deep, type=WebhookType.CUSTOM))
    assert left_out(taken(live)) == [
        "test: the webhook a00000000000000000000000 was left out: it is nested more than 200 levels deep"
    ]


def test_a_body_nested_deep_is_text(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = {"a": deep}
    live = Here().add(webhook(body=deep, type=WebhookType.CUSTOM))
    takeover = taken(live)
    assert isinstance(block(takeover)["body"], str)
    assert len(plan_after(takeover, tmp_path, live).changes) == 1


def test_a_body_of_text_stays_text_where_a_mapping_would_lose_something(tmp_path: Path) -> None:
    bodies = ['{"a": 1, "a": 2}', '{"a": 1e999}', '{"a": NaN}', f'{{"a": {"9" * 4200}}}']
    live = Here().add(*(webhook(f"{index}", body=body, type=WebhookType.CUSTOM) for index, body in enumerate(bodies)))
    takeover = taken(live)
    found = [item.block["body"] for item in sorted(takeover.webhooks, key=lambda item: item.ids["test"])]
    assert found[:3] == bodies[:3]
    assert found[3].replace("\n", "").replace(" ", "") == bodies[3].replace(" ", "")
    assert {field.path for change in plan_after(takeover, tmp_path, live).changes for field in change.fields} == {
        "/description"
    }


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Event(" x", {}), "its name begins with a space or is too long"),
        (Event("x" * 256, {}), "its name begins with a space or is too long"),
        (Event("x", {"a": [{"${b}": 1}]}), "a key of it holds '${'"),
        (Event("x", {}, {"properties": {"${b}": {}}}), "a key of it holds '${'"),
        (Event("x", float("nan")), "it holds a number that JSON cannot hold"),
    ],
)
def test_events_that_cannot_be_declared(event: Event, reason: str) -> None:
    takeover = taken(Here().fire(event, Event("fine", {})))
    assert left_out(takeover) == [f"test: the event '{event.name}' was left out: {reason}"]
    assert [item.name for item in takeover.events] == ["fine"]


def test_events_that_are_declared_or_removed_are_left_alone() -> None:
    live = Here().fire(Event("a", 1), Event("b", 1), Event("c", 1))
    found = estate(live, removed_events=frozenset({"b"}))
    takeover = take_over([found], a_wish(events=frozenset({"a"})))
    assert [item.name for item in takeover.events] == ["c"]


def test_events_whose_sample_is_not_told(tmp_path: Path) -> None:
    live = Here().fire(Event("keys", None, keys=("a.b", "a.c", "d")), Event("nothing", None))
    takeover = taken(live)
    assert 'sample:\n      a:\n        b: ""\n        c: ""\n      d: ""\n' in written(takeover)
    assert [item.comment for item in takeover.events] == [
        "The platform told only the keys of the sample, not its values.", "",
    ]  # fmt: skip
    assert plan_after(takeover, tmp_path, live).unchanged == 2


def test_an_event_that_no_override_can_say_is_left_out() -> None:
    test, production = Here("test").fire(Event("x", {"a": None})), Here("production").fire(Event("x", {"a": 1}))
    takeover = taken(test, production)
    assert takeover.events == ()
    assert takeover.notes == ("the event 'x' was left out: it differs between environments, and holds null",)


def test_the_interlocks_hold() -> None:
    twins = Here().add(*(webhook(name, description="[hookwright:acme/a]") for name in "ab"))
    with pytest.raises(RefusedError, match="both carry the marker"):
        taken(twins)
    foreign = Here().add(webhook())
    foreign.webhooks = [replace(foreign.webhooks[0], environment=str(Kind.PRODUCTION))]
    with pytest.raises(RefusedError, match="of the environment 'production'"):
        taken(foreign)


def test_workflows_by_name_where_it_is_unique(tmp_path: Path) -> None:
    from hookwright.model.resources import Workflow

    live = Here().add(webhook(workflows=("w1", "w2", "w3", "w4")))
    live.workflows = [Workflow("w1", "One ${x}"), Workflow("w2", "Two"), Workflow("w3", "Two")]
    live.workflows.append(Workflow("w5", "Five"))
    takeover = taken(live)
    assert block(takeover)["workflows"] == ["One $${x}", {"id": "w2"}, {"id": "w3"}, {"id": "w4"}]
    assert len(plan_after(takeover, tmp_path, live).changes) == 1


def test_null_in_bodies_that_differ(tmp_path: Path) -> None:
    test = Here("test").add(webhook(body={"a": None, "b": [{"c": None}], "token": "s3cret"}, type=WebhookType.CUSTOM))
    production = Here("production").add(webhook(body={"a": 1, "token": 's3"cret'}, type=WebhookType.CUSTOM))
    takeover = taken(test, production)
    assert isinstance(block(takeover)["body"], str)
    assert isinstance(block(takeover)["environments"]["test"]["body"], str)
    for live in (test, production):
        (change,) = plan_after(takeover, tmp_path, live).changes
        assert [field.path for field in change.fields] == ["/description"]
