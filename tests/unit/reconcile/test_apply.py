from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hookwright.errors import AuthError, ServerFailedError
from hookwright.model.plan import Action, Outcome, Step, StepStatus
from hookwright.model.resources import Declared, DeclaredEvent, Event, LiveEvent, Webhook, WebhookType
from hookwright.reconcile.apply import Run, apply
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import FakePlatform, declared, hook, lost

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def converge(
    wanted: Declared, platform: FakePlatform, pause: Callable[[float], None] = lambda seconds: None
) -> Outcome:
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    assert not plan.blocked
    platform.calls.clear()
    return apply(plan, wanted, Run(platform, live.webhooks, pause))


def is_converged(wanted: Declared, platform: FakePlatform) -> bool:
    return make_plan(wanted, read(platform, wanted), Request(NOW)).empty


def statuses(outcome: Outcome) -> list[tuple[str, str]]:
    return [(step.name, str(step.status)) for step in outcome.steps]


def marked(name: str, **fields: object) -> Webhook:
    return replace(hook(name).webhook, **({"description": f"[hookwright:acme/{name}]"} | fields))  # type: ignore[arg-type]


def test_everything_in_one_go_and_in_order() -> None:
    platform = FakePlatform()
    platform.add(marked("update", method="PUT"))
    gone = platform.add(marked("gone"))
    by_hand = platform.add(replace(hook("hand").webhook, description="by hand"))
    platform.events["9"] = LiveEvent("9", Event("old", {"a": 1}))
    wanted = declared(
        hook("create"),
        hook("update"),
        hook("hand", adopt=by_hand),
        DeclaredEvent(Event("new", {"a": 1})),
        removed_events=frozenset({"old"}),
    )
    outcome = converge(wanted, platform)
    assert outcome.converged
    assert {status for _, status in statuses(outcome)} == {"applied"}
    assert [step.id for step in outcome.steps if step.name == "new"] == [one.id for one in platform.events.values()]
    names = [call for call, _ in platform.calls]
    assert names[:2] == ["create_event", "create_webhook"] or names[:2] == ["create_webhook", "create_event"]
    assert sorted(names[2:4]) == ["update_webhook", "update_webhook"]
    assert names[4:] == ["list_webhooks", "list_events", "delete_event", "delete_webhook"]
    assert gone not in platform.webhooks
    assert is_converged(wanted, platform)


def test_nothing_to_do_makes_no_call() -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    outcome = converge(declared(hook("a")), platform)
    assert outcome == Outcome("test", (), converged=True)
    assert platform.calls == []


def test_an_update_sends_only_what_changes_and_groups_go_together() -> None:
    platform = FakePlatform()
    one, two = platform.add(marked("one")), platform.add(marked("two"))
    three = platform.add(marked("three", group="x", method="PUT"))
    outcome = converge(declared(hook("one", group="g"), hook("two", group="g"), hook("three")), platform)
    assert outcome.converged
    assert sorted(platform.calls[:-1], key=str) == sorted(
        [
            ("update_webhook", (three, ("method",))),
            ("set_group", ((one, two), "g")),
            ("set_group", ((three,), "")),
        ],
        key=str,
    )


@pytest.mark.parametrize("kind", list(WebhookType))
@pytest.mark.parametrize("other", list(WebhookType))
def test_every_change_of_type_converges(kind: WebhookType, other: WebhookType) -> None:
    platform = FakePlatform()
    body = {"text": "{{event}}"}
    first = declared(hook("a", type=kind, body=body if kind is WebhookType.CUSTOM else None))
    second = declared(hook("a", type=other, body={"x": "{{event}}"} if other is WebhookType.CUSTOM else None))
    assert converge(first, platform).converged
    assert converge(second, platform).converged
    assert is_converged(second, platform)


def test_deletes_are_withheld_after_a_failure() -> None:
    platform = FakePlatform()
    gone = platform.add(marked("gone"))
    calls = iter(range(99))

    def refuse(call: str, argument: object) -> None:
        if call == "create_webhook" and next(calls) == 0:
            raise AuthError("401", method="POST", path="/webhook", status=401)

    platform.before = refuse
    outcome = converge(declared(hook("a"), hook("b")), platform)
    assert sorted(status for _, status in statuses(outcome)[:2]) == ["applied", "failed"]
    assert statuses(outcome)[2] == ("gone", "withheld")
    assert "was not applied" in (outcome.steps[2].error or "")
    assert gone in platform.webhooks
    assert not outcome.converged
    platform.before = lambda call, argument: None
    assert converge(declared(hook("a"), hook("b")), platform).converged


def test_a_create_that_landed_without_an_answer_is_found_and_not_repeated() -> None:
    platform = FakePlatform()
    waits: list[float] = []

    def lose(call: str, argument: object) -> None:
        if call == "create_webhook":
            raise lost()

    platform.after = lose
    outcome = converge(declared(hook("a")), platform, waits.append)
    assert statuses(outcome) == [("a", "applied")]
    assert outcome.converged
    assert [call for call, _ in platform.calls].count("create_webhook") == 1
    assert len(platform.webhooks) == 1
    assert waits == [1.0]


def test_a_create_that_did_not_land_is_looked_up_twice_and_sent_again() -> None:
    platform = FakePlatform()
    failures = iter([lost(), ServerFailedError("500", method="POST", path="/webhook", status=500)])

    def lose(call: str, argument: object) -> None:
        if call == "create_webhook" and (failure := next(failures, None)):
            raise failure

    platform.before = lose
    outcome = converge(declared(hook("a")), platform)
    assert outcome.converged
    assert [call for call, _ in platform.calls] == [
        "create_webhook", "list_webhooks", "list_webhooks",
        "create_webhook", "list_webhooks", "list_webhooks",
        "create_webhook", "list_webhooks",
    ]  # fmt: skip
    assert len(platform.webhooks) == 1


def test_a_create_that_timed_out_is_never_sent_twice() -> None:
    platform = FakePlatform()

    def hang(call: str, argument: object) -> None:
        if call == "create_webhook":
            raise lost(may_still_run=True)

    platform.before = hang
    platform.add(marked("gone"))
    outcome = converge(declared(hook("a")), platform)
    assert statuses(outcome) == [("a", "unknown"), ("gone", "withheld")]
    assert [call for call, _ in platform.calls].count("create_webhook") == 1


def test_an_update_whose_answer_was_lost_is_judged_by_the_read_back() -> None:
    platform = FakePlatform()
    platform.add(marked("a", method="PUT"))

    def lose(call: str, argument: object) -> None:
        if call == "update_webhook":
            raise lost("PUT")

    platform.after = lose
    assert statuses(converge(declared(hook("a")), platform)) == [("a", "applied")]
    platform.edit(next(iter(platform.webhooks)), method="PUT")
    platform.after, platform.before = platform.before, lose
    assert statuses(converge(declared(hook("a")), platform)) == [("a", "failed")]


def test_a_platform_that_keeps_other_values_is_found_out() -> None:
    platform = FakePlatform()

    def tamper(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.edit(next(iter(platform.webhooks)), method="PATCH")

    platform.after = tamper
    outcome = converge(declared(hook("a")), platform)
    (step,) = outcome.steps
    assert step.status is StepStatus.FAILED
    assert step.error == "the platform accepted it, but kept other values of /method"
    assert not outcome.converged


def test_without_a_read_back_nothing_is_deleted_and_nothing_is_claimed() -> None:
    platform = FakePlatform()
    platform.add(marked("gone"))

    wanted = declared(hook("a"))
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))

    def fail(call: str, argument: object) -> None:
        if call == "list_webhooks":
            raise lost("GET")

    platform.before = fail
    outcome = apply(plan, wanted, Run(platform, live.webhooks, lambda seconds: None))
    assert statuses(outcome) == [("a", "applied"), ("gone", "withheld")]
    assert outcome.steps[1].error == "withheld because the read-back failed"
    assert not outcome.converged
    assert "could not be read back" in outcome.notes[0]


def test_what_changed_while_the_apply_ran_is_not_deleted() -> None:
    platform = FakePlatform()
    gone = platform.add(marked("gone"))

    def edit(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.edit(gone, description="taken over by hand")

    platform.after = edit
    outcome = converge(declared(hook("a")), platform)
    assert statuses(outcome) == [("a", "applied"), ("gone", "withheld")]
    assert gone in platform.webhooks


def test_the_first_failed_delete_withholds_the_rest() -> None:
    platform = FakePlatform()
    for name in "xyz":
        platform.add(marked(name))
    platform.add(marked("a"))

    def fail(call: str, argument: object) -> None:
        if call == "delete_webhook" and len([c for c, _ in platform.calls if c == "delete_webhook"]) == 2:
            raise ServerFailedError("502", method="DELETE", path="/webhook/1", status=502)

    platform.before = fail
    outcome = converge(declared(hook("a")), platform)
    assert statuses(outcome) == [("x", "applied"), ("y", "unknown"), ("z", "withheld")]


def test_a_stop_withholds_what_has_not_begun() -> None:
    platform = FakePlatform()
    platform.add(marked("gone"))
    wanted = declared(hook("a"), hook("b"), hook("c"))
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    run = Run(platform, live.webhooks, lambda seconds: None, workers=1)
    platform.after = lambda call, argument: run.stop.set()
    outcome = apply(plan, wanted, run)
    assert statuses(outcome) == [("a", "applied"), ("b", "withheld"), ("c", "withheld"), ("gone", "withheld")]
    assert {step.error for step in outcome.steps[1:]} == {"interrupted"}


def test_progress_hears_of_every_step_once() -> None:
    platform = FakePlatform()
    platform.add(marked("g"))
    platform.add(marked("gone"))
    wanted = declared(hook("a"), hook("g", group="x"))
    live = read(platform, wanted)
    heard: list[Step] = []
    apply(
        make_plan(wanted, live, Request(NOW)),
        wanted,
        Run(platform, live.webhooks, lambda seconds: None, progress=heard.append),
    )
    assert [(step.name, step.action) for step in heard] == [
        ("a", Action.CREATE),
        ("g", Action.UPDATE),
        ("gone", Action.DELETE),
    ]


@pytest.mark.parametrize("other_id", ["0" * 24, "f" * 24])
def test_of_two_applies_at_once_one_webhook_stays_and_the_loser_is_told(other_id: str) -> None:
    platform = FakePlatform()
    wanted = declared(hook("a"))

    def rival(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.add(marked("a"), other_id)

    platform.after = rival
    outcome = converge(wanted, platform)
    assert list(platform.webhooks) == [other_id]
    (step,) = outcome.steps
    assert step.status is StepStatus.FAILED
    assert f"{other_id} stays" in (step.error or "")
    assert is_converged(wanted, platform)


def test_the_winner_of_two_applies_waits_for_the_loser_to_take_its_own_back() -> None:
    platform = FakePlatform()
    wanted = declared(hook("a"))
    rival_id = "f" * 24

    def rival(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.add(marked("a"), rival_id)

    def patience(seconds: float) -> None:
        platform.webhooks.pop(rival_id)

    platform.after = rival
    outcome = converge(wanted, platform, patience)
    assert outcome.converged
    assert len(platform.webhooks) == 1
