"""What somebody would try, or what would happen to somebody, to have a webhook doubled, deleted or claimed wrongly."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hookwright.errors import (
    AnsweredError,
    AuthError,
    ConfigError,
    OutcomeUnknownError,
    RefusedError,
    ServerFailedError,
)
from hookwright.model.plan import Action, Outcome, StepStatus
from hookwright.model.resources import Declared, DeclaredEvent, Event, LiveEvent, LiveWebhook, Webhook
from hookwright.reconcile import planfile
from hookwright.reconcile.apply import TROUBLE, Run, apply
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.live import Live, read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import KEY, FakePlatform, declared, hook, lost

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def marked(name: str, **fields: Any) -> Webhook:
    return replace(hook(name).webhook, **({"description": f"[hookwright:acme/{name}]"} | fields))


def converge(wanted: Declared, platform: FakePlatform, **run: Any) -> Outcome:
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    assert not plan.blocked
    platform.calls.clear()
    return apply(plan, wanted, Run(platform, live.webhooks, lambda seconds: None, events=live.events, **run))


def is_converged(wanted: Declared, platform: FakePlatform) -> bool:
    return make_plan(wanted, read(platform, wanted), Request(NOW)).empty


def by_name(outcome: Outcome) -> dict[str, str]:
    return {step.name: str(step.status) for step in outcome.steps}


# --- what a declaration may hold


@pytest.mark.parametrize("text", ["[hookwright:acme/b]", "see [hookwright:acme/b] too", "[hookwright:x"])
def test_a_declared_description_holds_nothing_of_a_marker(text: str) -> None:
    # Its live description would hold two, and every later plan would be refused.
    platform = FakePlatform()
    with pytest.raises(ConfigError, match="webhook 'a': its description holds '\\[hookwright:'"):
        converge(declared(hook("a", description=text)), platform)
    assert platform.webhooks == {}


def test_one_webhook_is_adopted_once() -> None:
    platform = FakePlatform()
    by_hand = platform.add(hook("hand").webhook)
    with pytest.raises(RefusedError, match=f"'a' and 'b' shall both adopt {by_hand}"):
        converge(declared(hook("a", adopt=by_hand), hook("b", adopt=by_hand)), platform)


def test_an_ignored_description_keeps_its_text_and_its_marker() -> None:
    platform = FakePlatform()
    identity = platform.add(marked("a", description="Edited in the dashboard [hookwright:acme/a]"))
    wanted = declared(hook("a", description="As declared", ignore_changes=frozenset({"description"})))
    assert is_converged(wanted, platform)
    protected = declared(hook("a", protect=True, ignore_changes=frozenset({"description"})))
    assert converge(protected, platform).converged
    kept = platform.webhooks[identity].webhook.description
    assert kept == "Edited in the dashboard [hookwright:acme/a protected]"


def test_excludes_do_not_get_an_empty_declaration_past_the_guard() -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    platform.add(marked("b"))
    plan = make_plan(declared(), read(platform, declared()), Request(NOW, excludes=frozenset({"a"})))
    assert [item.guard for item in plan.blocked] == ["empty"]
    plan = make_plan(declared(), read(platform, declared()), Request(NOW, targets=frozenset({"a"})))
    assert plan.blocked == ()


# --- plan files


@pytest.mark.parametrize(
    "content",
    [
        {"format": "hookwright.plan/1", "asked": {"targets": 5}},
        {"format": "hookwright.plan/1", "asked": {"targets": [[]], "excludes": {"a": 1}}},
        {"format": "hookwright.plan/1", "asked": {}, "changes": [{"kind": [], "name": {}}]},
        {"format": "hookwright.plan/1", "asked": {}, "changes": [{"kind": "webhook", "name": "a", "fields": 1}]},
        {"format": "hookwright.plan/1", "asked": {}, "changes": 1, "created_at": [], "expires_at": 1, "seal": 1},
        {"format": "hookwright.plan/1", "asked": {"allow_deletes": "many"}, "changes": None, "seal": "é"},
    ],
)
def test_a_plan_file_of_nonsense_is_refused(content: dict[str, Any]) -> None:
    wanted = declared(hook("a"))

    def hold() -> None:
        asked = planfile.asked_of(content, NOW, None)
        planfile.check(content, make_plan(wanted, Live([]), asked), Digester(KEY))

    with pytest.raises(RefusedError):
        hold()


# --- answers that are not to be believed


def test_an_answer_with_the_id_of_another_webhook_is_no_claim_to_it() -> None:
    class Confused(FakePlatform):
        def create_webhook(self, webhook: Webhook) -> LiveWebhook:
            super().create_webhook(webhook)
            return self.webhooks[by_hand]

    platform = Confused()
    by_hand = platform.add(replace(hook("hand").webhook, description="by hand"))
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"a": "applied"}
    (step,) = outcome.steps
    assert step.id != by_hand
    assert platform.webhooks[by_hand].webhook.description == "by hand"


def test_a_platform_that_drops_the_marker_is_found_out_and_its_webhook_is_named() -> None:
    platform = FakePlatform()

    def cut(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.edit(max(platform.webhooks), description="[hookwri")

    platform.after = cut
    outcome = converge(declared(hook("a")), platform)
    (step,) = outcome.steps
    assert (step.status, step.error) == (
        StepStatus.FAILED,
        f"the platform accepted it, but {step.id} does not carry its marker",
    )
    platform.after = lambda call, argument: None
    plan = make_plan(declared(hook("a")), read(platform, declared()), Request(NOW))
    assert [change.action for change in plan.changes] == [Action.CONFLICT], "not a second one beside it"


@pytest.mark.parametrize("call", ["create_webhook", "update_webhook", "set_group", "create_event"])
def test_an_answer_is_held_against_what_was_sent_where_nothing_can_be_read_back(call: str) -> None:
    platform = FakePlatform()
    if call != "create_webhook":
        platform.add(marked("a", method="PUT" if call == "update_webhook" else "POST"))
    wanted = declared(
        hook("a", group="g" if call == "set_group" else ""),
        *([DeclaredEvent(Event("e", {"a": 1}))] if call == "create_event" else []),
    )

    def tamper(made: str, argument: object) -> None:
        if made == call == "create_event":
            platform.events = {key: LiveEvent(key, Event("e", {})) for key in platform.events}
        elif made == call:
            platform.edit(max(platform.webhooks), method="PATCH", group="other", url="https://other.acme.example")
        elif made == "list_webhooks" and platform.calls[0][0] == call:
            raise lost("GET")

    class Answers(FakePlatform):
        """Answers what it keeps."""

        def create_webhook(self, webhook: Webhook) -> LiveWebhook:
            super().create_webhook(webhook)
            return self.webhooks[max(self.webhooks)]

        def update_webhook(self, webhook_id: str, *arguments: Any) -> LiveWebhook:
            super().update_webhook(webhook_id, *arguments)
            return self.webhooks[webhook_id]

        def set_group(self, webhook_ids: Any, group: str) -> list[LiveWebhook]:
            super().set_group(webhook_ids, group)
            return [self.webhooks[each] for each in webhook_ids]

        def create_event(self, event: Event) -> list[LiveEvent]:
            super().create_event(event)
            return list(self.events.values())

    platform.__class__ = Answers
    platform.after = tamper
    outcome = converge(wanted, platform)
    (step,) = outcome.steps
    assert step.status is StepStatus.FAILED
    assert "the platform accepted it, but answered with another" in (step.error or "")
    assert outcome.landed


# --- the truth about what landed


def test_an_update_whose_group_failed_has_landed_all_the_same() -> None:
    platform = FakePlatform()
    platform.add(marked("a", method="PUT"))

    def refuse(call: str, argument: object) -> None:
        if call == "set_group":
            raise AuthError("401", method="PUT", path="/group", status=401)

    platform.before = refuse
    outcome = converge(declared(hook("a", group="g")), platform)
    assert by_name(outcome) == {"a": "failed"}
    assert outcome.landed


def test_an_update_interrupted_before_its_group_is_no_withheld_one() -> None:
    platform = FakePlatform()
    platform.add(marked("a", method="PUT"))
    stop = threading.Event()
    platform.after = lambda call, argument: stop.set() if call == "update_webhook" else None
    outcome = converge(declared(hook("a", group="g")), platform, stop=stop)
    (step,) = outcome.steps
    assert (step.status, step.error) == (StepStatus.FAILED, "interrupted before its group was set")
    assert outcome.landed


def test_nothing_landed_where_everything_was_refused() -> None:
    platform = FakePlatform()

    def refuse(call: str, argument: object) -> None:
        if call == "create_webhook":
            raise AuthError("401", method="POST", path="/webhook", status=401)

    platform.before = refuse
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"a": "failed"}
    assert not outcome.landed


def test_an_update_that_timed_out_may_land_yet() -> None:
    platform = FakePlatform()
    platform.add(marked("a", method="PUT"))
    platform.add(marked("b", group="x"))

    def hang(call: str, argument: object) -> None:
        if call in {"update_webhook", "set_group"}:
            raise lost("PUT", may_still_run=True)

    platform.before = hang
    assert by_name(converge(declared(hook("a"), hook("b")), platform)) == {"a": "unknown", "b": "unknown"}


def test_no_more_is_sent_to_a_platform_that_takes_nothing() -> None:
    platform = FakePlatform()

    def refuse(call: str, argument: object) -> None:
        if call == "create_webhook":
            raise AuthError("401", method="POST", path="/webhook", status=401)

    platform.before = refuse
    outcome = converge(declared(*(hook(f"h{n}") for n in range(50))), platform, workers=1)
    assert (outcome.count(StepStatus.FAILED), outcome.count(StepStatus.WITHHELD)) == (TROUBLE, 50 - TROUBLE)


# --- others at work at the same time


def test_a_stop_ends_the_retries_of_a_create() -> None:
    platform = FakePlatform()
    stop = threading.Event()

    def lose(call: str, argument: object) -> None:
        if call == "create_webhook":
            stop.set()
            raise lost()

    platform.before = lose
    assert by_name(converge(declared(hook("a")), platform, stop=stop)) == {"a": "unknown"}
    assert [call for call, _ in platform.calls].count("create_webhook") == 1


def test_both_of_two_applies_were_too_quick_and_none_is_left() -> None:
    platform = FakePlatform()
    wanted = declared(hook("a"))
    rival = "f" * 24

    def act(call: str, argument: object) -> None:
        calls = [name for name, _ in platform.calls]
        if call == "create_webhook" and calls.count(call) == 1:
            platform.add(marked("a"), rival)
        if call == "delete_webhook" and argument != rival:
            platform.webhooks.pop(rival, None)

    platform.after = act
    outcome = converge(wanted, platform)
    (live,) = platform.webhooks.values()
    assert [(step.id, step.status) for step in outcome.steps] == [(live.id, StepStatus.APPLIED)]
    assert outcome.converged
    assert is_converged(wanted, platform)


def test_twins_that_cannot_be_settled_are_named() -> None:
    platform = FakePlatform()

    def rival(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.add(marked("a"), "0" * 24)
        if call == "delete_webhook":
            raise OutcomeUnknownError("lost", method="DELETE", path="/webhook")

    platform.after = rival
    platform.before = lambda call, argument: rival(call, argument) if call == "delete_webhook" else None
    outcome = converge(declared(hook("a")), platform)
    (step,) = outcome.steps
    first, second = sorted(platform.webhooks)
    assert (step.status, step.error) == (
        StepStatus.FAILED, f"the webhooks {first} and {second} both carry its marker; delete one of them (lost)",
    )  # fmt: skip
    with pytest.raises(RefusedError, match="both carry the marker of 'a'"):
        is_converged(declared(hook("a")), platform)


def test_a_copy_of_an_updated_webhook_is_told() -> None:
    platform = FakePlatform()
    platform.add(marked("a", method="PUT"))

    def copy(call: str, argument: object) -> None:
        if call == "update_webhook":
            platform.add(marked("a"))

    platform.after = copy
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"a": "failed"}
    assert not outcome.converged
    assert len(platform.webhooks) == 2, "an apply deletes only what it created"


@pytest.mark.parametrize("deed", ["changed", "deleted", "created"])
def test_what_others_did_meanwhile_is_no_convergence(deed: str) -> None:
    platform = FakePlatform()
    other = platform.add(marked("other"))
    wanted = declared(hook("a"), hook("other"))

    def act(call: str, argument: object) -> None:
        if call == "create_webhook" and len(platform.webhooks) == 2:
            if deed == "changed":
                platform.edit(other, enabled=False)
            elif deed == "deleted":
                platform.webhooks.pop(other)
            else:
                platform.add(marked("stranger"))

    platform.after = act
    outcome = converge(wanted, platform)
    assert by_name(outcome) == {"a": "applied"}
    assert not outcome.converged
    assert f"was {deed} while this apply was running" in outcome.notes[0]
    assert not is_converged(wanted, platform)


# --- deletes


def test_what_an_earlier_delete_shows_to_have_changed_is_not_deleted() -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    platform.add(marked("x"))
    kept = platform.add(marked("y"))
    gone = platform.add(marked("z"))

    def edit(call: str, argument: object) -> None:
        if call == "delete_webhook" and kept in platform.webhooks:
            platform.edit(kept, description="mine now")
            platform.webhooks.pop(gone, None)

    platform.before = edit
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"x": "applied", "y": "withheld", "z": "withheld"}
    assert kept in platform.webhooks


def test_what_is_gone_already_is_not_deleted_again() -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    platform.add(marked("x"))
    gone = platform.add(marked("y"))
    platform.before = lambda call, argument: call == "delete_webhook" and platform.webhooks.pop(gone, None)
    assert by_name(converge(declared(hook("a")), platform)) == {"x": "applied", "y": "applied"}
    assert [call for call, _ in platform.calls] == ["delete_webhook", "list_webhooks"]


@pytest.mark.parametrize("deletes", [True, False])
def test_an_answer_to_a_delete_that_lacks_others_is_not_taken_for_what_is_left(deletes: bool) -> None:
    class Silent(FakePlatform):
        def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
            if deletes:
                super().delete_webhook(webhook_id)
            return []

    platform = Silent()
    for name in ("a", "x", "y"):
        platform.add(marked(name))
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == ({"x": "applied", "y": "applied"} if deletes else {"x": "failed", "y": "withheld"})
    assert outcome.converged is deletes
    assert is_converged(declared(hook("a")), platform) is deletes


def test_an_answer_to_a_delete_that_lacks_others_is_no_proof_where_nothing_can_be_listed() -> None:
    class Silent(FakePlatform):
        def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
            self.before = self.refuse
            return []

        def refuse(self, call: str, argument: object) -> None:
            raise lost("GET")

    platform = Silent()
    platform.add(marked("a"))
    platform.add(marked("x"))
    assert by_name(converge(declared(hook("a")), platform)) == {"x": "unknown"}


def test_a_copy_that_is_made_during_the_deletes_is_told() -> None:
    platform = FakePlatform()
    one = platform.add(marked("a"))
    platform.add(marked("x"))
    copies: list[str] = []

    def copy(call: str, argument: object) -> None:
        if call == "delete_webhook":
            copies.append(platform.add(marked("a")))

    platform.before = copy
    outcome = converge(declared(hook("a")), platform)
    both = f"the webhooks {one} and {copies[0]} both carry its marker; delete one of them"
    assert outcome.notes == (f"'a': {both}",)
    assert not outcome.converged


@pytest.mark.parametrize("deed", ["change", "delete"])
@pytest.mark.parametrize("updated", [True, False])
def test_what_others_did_during_the_deletes_is_no_convergence(deed: str, updated: bool) -> None:
    platform = FakePlatform()
    kept = platform.add(marked("a"))
    platform.add(marked("x"))

    def act(call: str, argument: object) -> None:
        if call == "delete_webhook" and deed == "change":
            platform.edit(kept, description="mine now")
        elif call == "delete_webhook":
            platform.webhooks.pop(kept)

    platform.before = act
    outcome = converge(declared(hook("a", method="PUT" if updated else "POST")), platform)
    assert by_name(outcome)["x"] == "applied"
    assert outcome.notes == (f"'a' was {deed}d while this apply was running; plan again",)
    assert not outcome.converged


def test_what_happened_during_the_deletes_and_cannot_be_listed_is_no_convergence() -> None:
    platform = FakePlatform()
    kept = platform.add(marked("a"))
    platform.add(marked("x"))

    def act(call: str, argument: object) -> None:
        if call == "list_webhooks" and len(platform.webhooks) == 1:
            raise lost("GET")
        if call == "delete_webhook":
            platform.edit(kept, description="mine now")

    platform.before = act
    outcome = converge(declared(hook("a")), platform)
    assert outcome.notes == ("what is left after the deletes could not be read back: the answer was lost",)
    assert not outcome.converged


def test_an_answer_to_a_delete_that_shows_less_of_the_others_is_no_change() -> None:
    class Terse(FakePlatform):
        def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
            left = super().delete_webhook(webhook_id)
            return [replace(live, webhook=replace(live.webhook, description="")) for live in left]

    platform = Terse()
    platform.add(marked("a"))
    platform.add(marked("x"))
    outcome = converge(declared(hook("a")), platform)
    assert outcome.converged
    assert [call for call, _ in platform.calls] == ["delete_webhook", "list_webhooks"]


def test_a_delete_that_was_refused_and_is_gone_all_the_same_was_applied() -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    platform.add(marked("x"))

    def refuse(call: str, argument: object) -> None:
        if call == "delete_webhook":
            raise AnsweredError("see other", method="DELETE", path="/webhook", status=303)

    platform.after = refuse
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"x": "applied"}
    assert outcome.converged


@pytest.mark.parametrize("removed", [True, False])
def test_a_delete_whose_answer_was_lost_is_judged_by_what_is_there(removed: bool) -> None:
    platform = FakePlatform()
    platform.add(marked("a"))
    gone = platform.add(marked("x"))

    def lose(call: str, argument: object) -> None:
        if call == "delete_webhook":
            raise lost("DELETE")

    setattr(platform, "after" if removed else "before", lose)
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"x": "applied" if removed else "unknown"}
    assert (gone in platform.webhooks) is not removed
    assert outcome.converged is removed


def test_an_event_that_changed_while_the_apply_ran_is_not_deleted() -> None:
    platform = FakePlatform()
    platform.events["1"] = LiveEvent("1", Event("old", {"a": 1}))
    wanted = declared(hook("a"), removed_events=frozenset({"old"}))

    def rename(call: str, argument: object) -> None:
        if call == "create_webhook":
            platform.events["1"] = LiveEvent("1", Event("renamed by hand", {"a": 1}))

    platform.after = rename
    outcome = converge(wanted, platform)
    assert by_name(outcome) == {"a": "applied", "old": "withheld"}
    assert platform.events


# --- custom events


def test_an_event_that_did_not_land_is_sent_again_and_one_that_did_is_not() -> None:
    for before in (True, False):
        platform = FakePlatform()
        failures = iter([lost()])

        def lose(call: str, argument: object, failures: Any = failures) -> None:
            if call == "create_event" and (failure := next(failures, None)):
                raise failure

        setattr(platform, "before" if before else "after", lose)
        wanted = declared(hook("a"), DeclaredEvent(Event("e", {"a": 1})))
        assert converge(wanted, platform).converged
        assert [call for call, _ in platform.calls].count("create_event") == (2 if before else 1)
        assert len(platform.events) == 1


def test_two_events_of_one_name_are_refused_where_it_is_the_projects() -> None:
    platform = FakePlatform()
    for identity in ("1", "2"):
        platform.events[identity] = LiveEvent(identity, Event("e", {"a": 1}))
    item = DeclaredEvent(Event("e", {"a": 2}))
    for wanted in (declared(hook("a"), item), declared(hook("a"), removed_events=frozenset({"e"}))):
        with pytest.raises(RefusedError, match="the events 1 and 2 are both named 'e'"):
            converge(wanted, platform)
    other = DeclaredEvent(Event("f", {"a": 2}))
    assert converge(declared(hook("a"), other), platform).converged


@pytest.mark.parametrize(("asked", "waits", "sent"), [(30.0, [30.0, 1.0, 2.0], 2), (3600.0, [60.0, 1.0, 2.0], 1)])
def test_what_the_platform_asks_to_wait_is_waited_before_a_create_is_sent_again(
    asked: float, waits: list[float], sent: int
) -> None:
    platform = FakePlatform()
    failures = iter([ServerFailedError("503", method="POST", path="/webhook", status=503, retry_after=asked)])
    slept: list[float] = []

    def fail(call: str, argument: object) -> None:
        if call == "create_webhook" and (failure := next(failures, None)):
            raise failure

    wanted = declared(hook("a"))
    live = read(platform, wanted)
    platform.before = fail
    outcome = apply(make_plan(wanted, live, Request(NOW)), wanted, Run(platform, live.webhooks, slept.append))
    assert slept == waits
    assert [call for call, _ in platform.calls].count("create_webhook") == sent
    assert outcome.converged is (sent == 2)


def test_a_stop_between_deletes_withholds_the_rest() -> None:
    platform = FakePlatform()
    for name in ("a", "x", "y"):
        platform.add(marked(name))
    stop = threading.Event()
    platform.after = lambda call, argument: stop.set() if call == "delete_webhook" else None
    outcome = converge(declared(hook("a")), platform, stop=stop)
    assert [(step.name, str(step.status), step.error) for step in outcome.steps] == [
        ("x", "applied", None), ("y", "withheld", "interrupted"),
    ]  # fmt: skip


def test_what_is_listed_after_its_delete_was_not_deleted() -> None:
    class Keeping(FakePlatform):
        def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
            return list(self.webhooks.values())

    platform = Keeping()
    platform.add(marked("a"))
    platform.add(marked("x"))
    platform.add(marked("y"))
    outcome = converge(declared(hook("a")), platform)
    assert by_name(outcome) == {"x": "failed", "y": "withheld"}
    assert "still lists it" in (outcome.steps[0].error or "")
