"""Two environments against each other: what differs though no declaration says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.errors import RefusedError
from hookwright.model.parity import Difference, FieldDifference, Parity, Unlike
from hookwright.model.resources import (
    Declared,
    DeclaredEvent,
    DeclaredWebhook,
    Environment,
    Event,
    Kind,
    LiveEvent,
    LiveWebhook,
    Webhook,
    WebhookType,
    Workflow,
    WorkflowRef,
)
from hookwright.reconcile.live import Live
from hookwright.reconcile.normalize import desired
from hookwright.reconcile.parity import Side, compare
from hookwright.reconcile.workflows import resolve_workflows
from tests.unit.reconcile.fakes import ORG, declared, hook

OTHER = Environment("other", Kind.TEST, "https://app.refold.ai", "tk_other_0123456789abcdef", "${env.OTHER}")
RIGHT = {"environment": OTHER}


def side(
    wanted: Declared,
    *webhooks: LiveWebhook,
    events: tuple[LiveEvent, ...] = (),
    workflows: tuple[Workflow, ...] = (),
) -> Side:
    return Side(resolve_workflows(wanted, workflows), Live(webhooks, events, workflows))


def live(name: str = "a", identity: str = "1", **fields: object) -> LiveWebhook:
    """The live webhook of ``hook(name)``, with some fields of another value."""
    webhook = desired(hook(name), "acme")
    return LiveWebhook(identity, ORG, "test", replace(webhook, **fields))  # type: ignore[arg-type]


def fields(parity: Parity) -> list[tuple[str, object, object]]:
    return [(field.path, field.left, field.right) for one in parity.differences for field in one.fields]


def test_the_same_on_both_sides_is_alike() -> None:
    found = compare(side(declared(hook()), live()), side(declared(hook(), **RIGHT), live(identity="2")))
    assert found == Parity("acme", "test", "other", alike=1)
    assert found.equal


def test_a_hand_on_one_side_shows() -> None:
    found = compare(
        side(declared(hook()), live(method="PUT", headers={"X-A": "1", "X-B": "2"})),
        side(declared(hook(), **RIGHT), live(identity="2", headers={"X-A": "3"})),
    )
    assert found.differences == (
        Difference(
            "webhook", "a", Unlike.CHANGED, "1", "2",
            (
                FieldDifference("/headers/X-A", "1", "3"),
                FieldDifference("/headers/X-B", "2", None),
                FieldDifference("/method", "PUT", "POST"),
            ),
        ),
    )  # fmt: skip
    assert (found.equal, found.alike, found.count(Unlike.CHANGED), found.count(Unlike.LEFT_ONLY)) == (False, 0, 1, 0)


def test_what_is_declared_to_differ_is_left_out() -> None:
    left, right = hook(), hook(url="https://other.acme.example/a", enabled=False, headers={"X": "1"})
    there = live(identity="2", url="https://other.acme.example/a", enabled=False, headers={"X": "1"})
    assert compare(side(declared(left), live()), side(declared(right, **RIGHT), there)).equal


def test_a_declared_difference_in_other_values_is_one() -> None:
    left, right = hook(), hook(url="https://other.acme.example/a", enabled=False)
    there = live(identity="2", url="https://by-hand.example/a", enabled=False)
    (difference,) = compare(side(declared(left), live()), side(declared(right, **RIGHT), there)).differences
    assert difference.fields == (
        FieldDifference("/url", "https://hooks.acme.example/a", "https://by-hand.example/a", declared=True),
    )


def test_a_declared_difference_that_is_not_live_is_none() -> None:
    right = hook(url="https://other.acme.example/a")
    assert compare(side(declared(hook()), live()), side(declared(right, **RIGHT), live(identity="2"))).equal


def test_what_is_left_alone_may_be_anything() -> None:
    mine = hook(ignore_changes=frozenset({"enabled", "method"}))
    wanted = declared(mine), declared(mine, **RIGHT)
    found = compare(side(wanted[0], live(enabled=False)), side(wanted[1], live(identity="2", method="PUT")))
    assert found.equal
    found = compare(side(wanted[0], live(enabled=False)), side(wanted[1], live(identity="2", group="x")))
    assert fields(found) == [("/group", "", "x")]


@pytest.mark.parametrize(
    ("on_left", "on_right", "declared_left", "declared_right", "unlike"),
    [
        (True, False, True, True, Unlike.LEFT_ONLY),
        (True, False, True, False, None),
        (True, False, False, False, Unlike.LEFT_ONLY),
        (True, False, False, True, Unlike.LEFT_ONLY),
        (False, True, True, True, Unlike.RIGHT_ONLY),
        (False, True, False, True, None),
        (False, False, True, False, None),
        (True, True, True, False, None),
    ],
)
def test_presence(
    on_left: bool, on_right: bool, declared_left: bool, declared_right: bool, unlike: Unlike | None
) -> None:
    left = side(declared(*([hook()] if declared_left else [])), *([live()] if on_left else []))
    right = side(declared(*([hook()] if declared_right else []), **RIGHT), *([live(identity="2")] if on_right else []))
    found = compare(left, right)
    assert [one.unlike for one in found.differences] == ([unlike] if unlike else [])
    assert all((one.left_id, one.right_id) in {("1", None), (None, "2")} for one in found.differences)


def test_presence_of_events_and_their_content() -> None:
    mine, yours = DeclaredEvent(Event("e", {"a": 1})), DeclaredEvent(Event("e", {"a": 2}))
    left, right = declared(mine), declared(yours, **RIGHT)

    def found(*pair: Event | None, right_declared: Declared = right) -> list[tuple[str, object]]:
        events = [tuple(LiveEvent("9", event) for event in ([one] if one else [])) for one in pair]
        parity = compare(side(left, events=events[0]), side(right_declared, events=events[1]))
        return [(one.name, fields(parity) or str(one.unlike)) for one in parity.differences]

    assert found(Event("e", {"a": 1}), Event("e", {"a": 2})) == []
    assert found(Event("e", {"a": 1}), Event("e", {"a": 1})) == []
    assert found(Event("e", {"a": 1}), Event("e", {"a": 3})) == [("e", [("/sample/a", 1, 3)])]
    assert found(Event("e", {"a": 1}), None) == [("e", "left_only")]
    assert found(Event("e", {"a": 1}), None, right_declared=declared(**RIGHT)) == []
    assert found(None, None) == []
    assert found(Event("stranger", {}), None) == []
    # Where a sample was not returned, its keys are compared.
    assert found(Event("e", None, keys=("a",)), Event("e", {"a": 5})) == []
    assert found(Event("e", None, keys=("a", "b")), Event("e", {"a": 5})) == [
        ("e", [("/sample/1", "b", None)]),
    ]
    tombstone = declared(removed_events=frozenset({"old"}))
    parity = compare(
        side(tombstone, events=(LiveEvent("9", Event("old", {})),)),
        side(replace(tombstone, environment=OTHER)),
    )
    assert [(one.name, one.unlike) for one in parity.differences] == [("old", Unlike.LEFT_ONLY)]


def test_workflows_are_compared_by_the_names_declared() -> None:
    mine = hook(workflows=(WorkflowRef(name="Export"), WorkflowRef(id="same")))
    left = side(declared(mine), live(workflows=("l1", "same")), workflows=(Workflow("l1", "Export"),))
    right = (declared(mine, **RIGHT),)
    names = (Workflow("r1", "Export"),)
    assert compare(left, side(*right, live(identity="2", workflows=("r1", "same")), workflows=names)).equal
    found = compare(left, side(*right, live(identity="2", workflows=("r2", "same")), workflows=names))
    assert fields(found) == [("/workflows", ["Export", "same"], ["r2", "same"])]


def test_secrets_are_masked_wherever_either_side_says_so() -> None:
    left = hook(headers={"X-Plain": "s3cr3t-l"}, secrets=frozenset({"/headers/X-Plain"}))
    right = hook(headers={"X-Plain": "s3cr3t-r"})
    found = compare(
        side(
            declared(left, secret_values=frozenset({"s3cr3t-l"})),
            live(headers={"X-Plain": "s3cr3t-x", "Authorization": "a", "X-Moved": "s3cr3t-l"}),
        ),
        side(declared(right, **RIGHT), live(identity="2", headers={"X-Plain": "s3cr3t-y", "X-Moved": "m"})),
    )
    assert found.differences[0].fields == (
        FieldDifference("/headers/Authorization", "(secret)", None, secret=True),
        FieldDifference("/headers/X-Moved", "(secret)", "m", secret=True),
        FieldDifference("/headers/X-Plain", "(secret)", "(secret)", secret=True, declared=True),
    )


def test_a_none_stays_none_behind_a_mask() -> None:
    found = compare(
        side(declared(hook()), live(headers={"Authorization": "s3cr3t"})),
        side(declared(hook(), **RIGHT), live(identity="2")),
    )
    assert fields(found) == [("/headers/Authorization", "(secret)", None)]


def test_of_what_nobody_declares_any_more_nothing_is_shown_that_may_be_a_secret() -> None:
    custom = {"type": WebhookType.CUSTOM, "body": {"k": "s3cr3t"}, "headers": {"X": "s3cr3t"}}
    found = compare(
        side(declared(), live(url="https://a.acme.example/s3cr3t", **custom)),
        side(declared(**RIGHT), live(identity="2", method="PUT")),
    )
    assert "s3cr3t" not in repr(found)
    assert [(path, left) for path, left, _ in fields(found)] == [
        ("/body", "(secret)"), ("/headers/X", "(secret)"), ("/method", "POST"), ("/type", "custom"),
        ("/url", "(secret)"),
    ]  # fmt: skip


def test_a_slack_url_is_a_secret() -> None:
    slack = {"type": WebhookType.SLACK}
    found = compare(
        side(declared(hook()), live(url="https://slack.acme.example/s3cr3t", **slack)),
        side(declared(hook(), **RIGHT), live(identity="2", **slack)),
    )
    assert fields(found) == [("/url", "(secret)", "(secret)")]


def test_unmanaged_webhooks_are_counted_and_doubt_is_refused() -> None:
    stranger = LiveWebhook("9", ORG, "test", Webhook("https://x.example/", ("Workflow Errored",)))
    odd = replace(stranger, id="8", webhook=replace(stranger.webhook, description="[hookwright:half"))
    found = compare(side(declared(), stranger, odd), side(declared(**RIGHT)))
    assert (found.unmanaged, found.equal) == ((2, 0), True)
    assert found.warnings == ("test: the webhook 8 carries a marker that cannot be read; it is left alone",)
    with pytest.raises(RefusedError, match="both carry the marker"):
        compare(side(declared(), live(), live(identity="3")), side(declared(**RIGHT)))
    with pytest.raises(RefusedError, match="is of the environment 'production'"):
        compare(side(declared()), side(declared(**RIGHT), replace(live(), environment="production")))


HOOKS = st.builds(
    lambda **values: values,
    method=st.sampled_from(["POST", "PUT"]),
    enabled=st.booleans(),
    url=st.sampled_from(["https://a.acme.example/", "https://b.acme.example/"]),
    headers=st.dictionaries(st.sampled_from(["X-A", "X/B", "Authorization"]), st.sampled_from(["1", "2"])),
    group=st.sampled_from(["", "on-call"]),
    body=st.one_of(st.none(), st.dictionaries(st.sampled_from("ab"), st.sampled_from([1, True, "1", [1]]))),
)


def _hook(values: dict[str, object]) -> DeclaredWebhook:
    kind = WebhookType.DEFAULT if values["body"] is None else WebhookType.CUSTOM
    return hook(**values, type=kind)


@given(HOOKS, HOOKS, HOOKS)
def test_as_declared_is_always_alike_and_sides_can_be_swapped(
    mine: dict[str, object], yours: dict[str, object], hand: dict[str, object]
) -> None:
    wanted = declared(_hook(mine)), declared(_hook(yours), **RIGHT)
    there = [
        LiveWebhook(identity, ORG, "test", desired(_hook(values), "acme"))
        for identity, values in (("1", mine), ("2", yours), ("2", hand))
    ]
    left, right, edited = side(wanted[0], there[0]), side(wanted[1], there[1]), side(wanted[1], there[2])
    assert compare(left, right).equal
    one, other = compare(left, edited), compare(edited, left)
    assert [(path, b, a) for path, a, b in fields(one)] == fields(other)
    if not one.equal:
        assert there[2].webhook != there[1].webhook
