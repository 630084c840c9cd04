from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hookwright.errors import RefusedError, UsageError
from hookwright.model.plan import Action, Coverage, FieldChange, Plan, Unmanaged
from hookwright.model.resources import Declared, DeclaredEvent, Event, Kind, LiveEvent, Policy, Webhook, WebhookType
from hookwright.reconcile.guard import Permits
from hookwright.reconcile.live import Live, read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import KEY, TEST, FakePlatform, declared, hook

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def plan_of(wanted: Declared, platform: FakePlatform, **request: object) -> Plan:
    return make_plan(wanted, read(platform, wanted), Request(NOW, **request))  # type: ignore[arg-type]


def live_hook(name: str = "a", **fields: object) -> Webhook:
    webhook = hook(name).webhook
    return replace(webhook, **({"description": f"[hookwright:acme/{name}]"} | fields))  # type: ignore[arg-type]


def test_create_lists_the_fields_that_say_something() -> None:
    item = hook("a", headers={"X-A": "1", "Authorization": "Bearer s"}, secrets=frozenset({"/headers/Authorization"}))
    plan = plan_of(declared(item), FakePlatform())
    (change,) = plan.changes
    assert (change.action, change.kind, change.name, change.id, change.live_digest) == (
        Action.CREATE, "webhook", "a", None, None,
    )  # fmt: skip
    assert change.fields == (
        FieldChange("/url", None, "https://hooks.acme.example/a"),
        FieldChange("/events", None, ["Workflow Errored"]),
        FieldChange("/headers/Authorization", None, "(secret)", secret=True),
        FieldChange("/headers/X-A", None, "1"),
        FieldChange("/description", None, "[hookwright:acme/a]"),
    )
    assert plan.coverage == (Coverage("Workflow Errored", 0, 1),)


def test_equal_is_unchanged_and_costs_one_call() -> None:
    platform = FakePlatform()
    platform.add(live_hook())
    plan = plan_of(declared(hook()), platform)
    assert plan.empty
    assert plan.unchanged == 1
    assert platform.calls == [("list_webhooks", None)]


def test_events_are_read_only_where_the_project_has_any() -> None:
    platform = FakePlatform()
    plan_of(declared(hook(), DeclaredEvent(Event("created", {"id": "1"}))), platform)
    assert sorted(call for call, _ in platform.calls) == ["list_events", "list_webhooks"]


def test_update_names_each_field_and_keeps_the_digest_of_the_live_one() -> None:
    platform = FakePlatform()
    identity = platform.add(live_hook(method="PUT", headers={"X-A": "1", "X-B": "2"}))
    plan = plan_of(declared(hook(headers={"X-A": "3"})), platform)
    (change,) = plan.changes
    assert (change.action, change.id) == (Action.UPDATE, identity)
    assert change.fields == (
        FieldChange("/headers/X-A", "1", "3"),
        FieldChange("/headers/X-B", "2", None),
        FieldChange("/method", "PUT", "POST"),
    )
    assert change.live_digest is not None
    before = change.live_digest
    platform.edit(identity, slug="hubspot")
    assert plan_of(declared(hook(headers={"X-A": "3"})), platform).changes[0].live_digest != before


@pytest.mark.parametrize(
    ("body", "live"),
    [
        ({"a": "{{event.x}}"}, '{"a": "{{event.x}}"}'),
        ('{"a": 1, "b": [2]}', {"b": [2], "a": 1}),
        ({"n": 1.0}, {"n": 1}),
        ("plain {{event.x}}", "plain {{event.x}}"),
    ],
)
def test_bodies_that_mean_the_same_are_equal(body: object, live: object) -> None:
    platform = FakePlatform()
    platform.add(live_hook(type=WebhookType.CUSTOM, body=live))
    assert plan_of(declared(hook(type=WebhookType.CUSTOM, body=body)), platform).empty


@pytest.mark.parametrize(("body", "live"), [({"a": True}, {"a": 1}), ({"a": [0]}, {"a": [False]}), ({"a": None}, {})])
def test_bodies_that_only_python_finds_equal_differ(body: object, live: object) -> None:
    platform = FakePlatform()
    platform.add(live_hook(type=WebhookType.CUSTOM, body=live))
    assert [
        change.action for change in plan_of(declared(hook(type=WebhookType.CUSTOM, body=body)), platform).changes
    ] == [Action.UPDATE]


def test_a_custom_webhook_with_the_default_body_is_a_default_one() -> None:
    platform = FakePlatform()
    platform.add(live_hook())
    assert plan_of(declared(hook(type=WebhookType.CUSTOM, body=" {{event}} ")), platform).empty


def test_what_others_own_is_counted_and_left_alone() -> None:
    platform = FakePlatform()
    mine, theirs = (
        platform.add(replace(live_hook(), description="made by hand")),
        platform.add(replace(live_hook("b"), description="[hookwright:other/b]")),
    )
    plan = plan_of(declared(hook("new")), platform)
    assert [change.action for change in plan.changes] == [Action.CREATE]
    assert plan.unmanaged == (
        Unmanaged("webhook", mine, "https://hooks.acme.example/a"),
        Unmanaged("webhook", theirs, "https://hooks.acme.example/b"),
    )


def test_a_webhook_whose_block_is_gone_is_deleted_last() -> None:
    platform = FakePlatform()
    gone = platform.add(live_hook("gone"))
    plan = plan_of(declared(hook("new")), platform)
    assert [(change.action, change.name, change.id) for change in plan.changes] == [
        (Action.CREATE, "new", None),
        (Action.DELETE, "gone", gone),
    ]
    assert not plan.blocked


def test_a_protected_webhook_outlives_its_block_until_a_tombstone_names_it() -> None:
    platform = FakePlatform()
    platform.add(live_hook("vital", description="[hookwright:acme/vital protected]"))
    plan = plan_of(declared(hook("new")), platform)
    assert plan.count(Action.DELETE) == 0
    assert [(item.guard, "removed.webhooks" in item.message) for item in plan.blocked] == [("conflict", True)]
    plan = plan_of(declared(hook("new"), removed_webhooks=frozenset({"vital"})), platform)
    assert plan.count(Action.DELETE) == 1
    assert not plan.blocked


def test_two_webhooks_with_one_marker_are_an_error_that_names_both() -> None:
    platform = FakePlatform()
    first, second = platform.add(live_hook()), platform.add(live_hook())
    with pytest.raises(RefusedError, match=f"{first} and {second}"):
        plan_of(declared(hook()), platform)


def test_a_broken_marker_of_the_project_is_refused_one_of_another_is_warned_of() -> None:
    platform = FakePlatform()
    platform.add(live_hook(description="[hookwright:other/a] edited"))
    plan = plan_of(declared(hook("b")), platform)
    assert "cannot be read" in plan.warnings[0]
    platform.add(live_hook(description="[hookwright:acme/a] edited"))
    with pytest.raises(RefusedError, match="not whole, once and at its end"):
        plan_of(declared(hook("b")), platform)


def test_an_unmanaged_webhook_with_the_same_url_is_a_conflict() -> None:
    platform = FakePlatform()
    identity = platform.add(live_hook(description=""))
    plan = plan_of(declared(hook()), platform)
    assert [change.action for change in plan.changes] == [Action.CONFLICT]
    assert plan.blocked[0].guard == "conflict"
    assert f"adopt: {{test: {identity}}}" in plan.blocked[0].message
    allowed = plan_of(declared(hook()), platform, permits=Permits(duplicate_url=True))
    assert [change.action for change in allowed.changes] == [Action.CREATE]
    assert not allowed.blocked


def test_adoption_marks_what_was_made_by_hand() -> None:
    platform = FakePlatform()
    identity = platform.add(live_hook(description="by hand"))
    plan = plan_of(declared(hook(adopt=identity)), platform)
    (change,) = plan.changes
    assert (change.action, change.id) == (Action.ADOPT, identity)
    assert change.fields == (FieldChange("/description", "by hand", "[hookwright:acme/a]"),)
    assert plan.unmanaged == ()
    platform.edit(identity, description="[hookwright:acme/a]")
    done = plan_of(declared(hook(adopt=identity)), platform)
    assert done.empty
    assert done.warnings == (f"'a' has adopted {identity}; its 'adopt' can go",)


@pytest.mark.parametrize(
    ("description", "message"),
    [("[hookwright:other/x]", "belongs to another project"), ("[hookwright:acme/x]", "is managed as 'x'")],
)
def test_what_has_an_owner_is_not_adopted(description: str, message: str) -> None:
    platform = FakePlatform()
    identity = platform.add(live_hook(description=description))
    with pytest.raises(RefusedError, match=message):
        plan_of(declared(hook(adopt=identity)), platform)


def test_an_adoption_of_nothing_and_a_second_one_are_refused() -> None:
    platform = FakePlatform()
    with pytest.raises(RefusedError, match="is not in the environment 'test'"):
        plan_of(declared(hook(adopt="f" * 24)), platform)
    platform.add(live_hook())
    other = platform.add(live_hook(description=""))
    with pytest.raises(RefusedError, match="already carries its marker"):
        plan_of(declared(hook(adopt=other)), platform)


def test_a_rename_is_an_update_of_the_marker() -> None:
    platform = FakePlatform()
    identity = platform.add(live_hook("old", url="https://hooks.acme.example/new"))
    plan = plan_of(declared(hook("new", renamed_from="old")), platform)
    (change,) = plan.changes
    assert (change.action, change.id, change.note) == (Action.UPDATE, identity, "renamed from old")
    assert change.fields == (FieldChange("/description", "[hookwright:acme/old]", "[hookwright:acme/new]"),)


def test_a_delete_and_a_create_that_are_alike_suggest_a_rename() -> None:
    platform = FakePlatform()
    platform.add(live_hook("old", url="https://hooks.acme.example/new"))
    plan = plan_of(declared(hook("new")), platform)
    assert any("renamed_from: old" in warning for warning in plan.warnings)


def test_ignored_changes_keep_the_live_value() -> None:
    platform = FakePlatform()
    platform.add(live_hook(enabled=False, headers={"X": "by hand"}))
    item = hook(ignore_changes=frozenset({"enabled", "headers"}))
    assert plan_of(declared(item), platform).empty
    changed = replace(item, webhook=replace(item.webhook, method="PUT"))
    assert [field.path for field in plan_of(declared(changed), platform).changes[0].fields] == ["/method"]


def test_deletes_are_held_against_the_policy_without_a_floor() -> None:
    platform = FakePlatform()
    for name in "abc":
        platform.add(live_hook(name))
    only_a = declared(hook("a"), policy=Policy(max_deletes=1))
    assert [item.guard for item in plan_of(only_a, platform).blocked] == ["max_deletes"]
    assert plan_of(only_a, platform, permits=Permits(deletes=2)).blocked == ()
    assert [item.guard for item in plan_of(only_a, platform, permits=Permits(deletes=1)).blocked] == ["max_deletes"]
    two = declared(hook("a"), hook("b"), policy=Policy(max_deletes=9, max_delete_percent=30))
    (blocked,) = plan_of(two, platform).blocked
    assert blocked.guard == "max_delete_percent"
    assert "1 of 3 managed webhooks deleted are 33 %" in blocked.message


def test_an_empty_declaration_is_refused_unless_it_is_meant() -> None:
    assert [item.guard for item in plan_of(declared(), FakePlatform()).blocked] == ["empty"]
    assert "no file matched" in plan_of(declared(files=0), FakePlatform()).blocked[0].message
    assert plan_of(declared(), FakePlatform(), permits=Permits(empty=True)).blocked == ()


@pytest.mark.parametrize(
    ("key", "kind", "message"),
    [
        ("pk_live", Kind.TEST, "belongs to production"),
        ("tk_test", Kind.PRODUCTION, "belongs to test"),
        ("xx_what", Kind.TEST, "is no API key"),
        (None, Kind.TEST, "is unset or empty"),
        ("", Kind.TEST, "is unset or empty"),
    ],
)
def test_the_key_must_fit_the_kind_and_is_never_shown(key: str | None, kind: Kind, message: str) -> None:
    environment = replace(TEST, api_key=key, kind=kind)
    with pytest.raises(RefusedError, match=message) as caught:
        plan_of(declared(hook(), environment=environment), FakePlatform())
    assert not key or key not in f"{caught.value.message}{caught.value.hint}"


def test_records_of_the_other_environment_or_of_two_organizations_are_refused() -> None:
    platform = FakePlatform()
    platform.add(live_hook())
    first = platform.list_webhooks()[0]
    for other, message in (
        (replace(first, id="x", environment="production"), "is of the environment 'production'"),
        (replace(first, id="x", org_id="other"), "several organizations"),
    ):
        with pytest.raises(RefusedError, match=message):
            make_plan(declared(hook()), Live([first, other]), Request(NOW))


def test_events_are_matched_by_name_and_deleted_only_by_a_tombstone() -> None:
    platform = FakePlatform()
    platform.events["1"] = LiveEvent("1", Event("same", {"a": 1}))
    platform.events["2"] = LiveEvent("2", Event("changed", {"a": 1}))
    platform.events["3"] = LiveEvent("3", Event("old", {"a": 1}))
    platform.events["4"] = LiveEvent("4", Event("theirs", {"a": 1}))
    wanted = declared(
        hook(),
        DeclaredEvent(Event("same", {"a": 1})),
        DeclaredEvent(Event("changed", {"a": True})),
        DeclaredEvent(Event("new", {"a": "x"})),
        removed_events=frozenset({"old", "never there"}),
    )
    platform.add(live_hook())
    plan = plan_of(wanted, platform)
    assert [(change.action, change.name, change.id) for change in plan.changes] == [
        (Action.CREATE, "new", None),
        (Action.UPDATE, "changed", "2"),
        (Action.DELETE, "old", "3"),
    ]
    assert plan.unchanged == 2
    assert plan.unmanaged == (Unmanaged("event", "4", ""),)


def test_a_sample_of_which_only_the_keys_came_back_is_compared_by_its_keys() -> None:
    platform = FakePlatform()
    platform.events["1"] = LiveEvent("1", Event("e", None, keys=("a", "b.c")))
    assert (
        plan_of(declared(hook("x"), DeclaredEvent(Event("e", {"a": 1, "b": {"c": 2}}))), platform).count(Action.UPDATE)
        == 0
    )
    assert plan_of(declared(hook("x"), DeclaredEvent(Event("e", {"a": 1}))), platform).count(Action.UPDATE) == 1


def test_targets_limit_the_plan_and_must_exist() -> None:
    platform = FakePlatform()
    platform.add(live_hook("gone"))
    wanted = declared(hook("a"), hook("b"))
    assert [c.name for c in plan_of(wanted, platform, targets=frozenset({"a"})).changes] == ["a"]
    assert [c.name for c in plan_of(wanted, platform, excludes=frozenset({"a"})).changes] == ["b", "gone"]
    with pytest.raises(UsageError, match="no webhook or event 'zzz'"):
        plan_of(wanted, platform, targets=frozenset({"zzz"}))


def test_an_event_that_loses_its_last_subscriber_is_a_warning() -> None:
    platform = FakePlatform()
    platform.add(live_hook())
    plan = plan_of(declared(hook(enabled=False)), platform)
    assert plan.coverage == (Coverage("Workflow Errored", 1, 0),)
    assert plan.warnings == ("Workflow Errored will have no subscriber",)


def test_the_plan_is_the_same_to_the_byte_and_depends_on_the_key() -> None:
    platform = FakePlatform()
    platform.add(live_hook(method="PUT"))
    wanted = declared(hook())
    assert plan_of(wanted, platform) == plan_of(wanted, platform)
    other = declared(hook(), environment=replace(TEST, api_key=KEY + "x"))
    assert plan_of(other, platform).config_digest != plan_of(wanted, platform).config_digest
    assert plan_of(other, platform).changes[0].live_digest != plan_of(wanted, platform).changes[0].live_digest


def test_what_may_have_been_a_secret_once_is_not_shown() -> None:
    platform = FakePlatform()
    platform.add(live_hook("gone", url="https://user:pw@hooks.acme.example:8443/s3cr3t?token=s3cr3t"))
    platform.add(live_hook("a", type=WebhookType.SLACK, url="https://hooks.slack.example/s3cr3t"))
    platform.add(Webhook("https://hooks.slack.example/s3cr3t", ("Workflow Errored",), type=WebhookType.SLACK))
    platform.add(Webhook("https://user:s3cr3t@hooks.acme.example/x?sig=s3cr3t&page=1", ("Workflow Errored",)))
    plan = plan_of(declared(hook("a")), platform)
    assert "s3cr3t" not in repr(plan)
    assert plan.changes[1].fields[0].old == "https://hooks.acme.example:8443/…"
    assert [item.url for item in plan.unmanaged] == [
        "https://hooks.slack.example/(secret)",
        "https://(secret)@hooks.acme.example/x?sig=(secret)&page=1",
    ]


def test_a_secret_that_moved_is_masked_where_it_was() -> None:
    platform = FakePlatform()
    platform.add(
        live_hook(headers={"X-Run": "s3cr3t"}, type=WebhookType.CUSTOM, body={"a": "has s3cr3t in it", "b": [1]})
    )
    wanted = declared(
        hook(type=WebhookType.CUSTOM, body={"b": {"c": "s3cr3t"}}, secrets=frozenset({"/body/b/c"})),
        secret_values=frozenset({"s3cr3t"}),
    )
    plan = plan_of(wanted, platform)
    assert "s3cr3t" not in repr(plan)
    assert [(field.path, field.old, field.new) for field in plan.changes[0].fields] == [
        ("/body/a", "(secret)", None),
        ("/body/b", [1], {"c": "(secret)"}),
        ("/headers/X-Run", "(secret)", None),
    ]


def test_the_last_webhook_goes_only_by_name_even_where_events_are_declared() -> None:
    platform = FakePlatform()
    platform.add(live_hook("last"))
    event = DeclaredEvent(Event("created", {"id": "1"}))
    (blocked,) = plan_of(declared(event), platform).blocked
    assert (blocked.guard, "no webhook is declared any more" in blocked.message) == ("empty", True)
    assert plan_of(declared(event, removed_webhooks=frozenset({"last"})), platform).blocked == ()
    assert plan_of(declared(event), platform, permits=Permits(empty=True)).blocked == ()
    assert plan_of(declared(event), FakePlatform()).blocked == ()


def test_no_more_than_the_host_of_an_address_with_a_process_variable_is_in_the_plan() -> None:
    there = replace(TEST, api_url="https://gate.acme.example/hush", secret_url=True)
    plan = make_plan(declared(hook("a"), environment=there), Live([]), Request(NOW))
    assert plan.api_url == "https://gate.acme.example"
