"""The probe on a platform that is as assumed, and on platforms that are not in one respect each."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hookwright.errors import ApiError, AuthError, NotSentError, RefusedError
from hookwright.model.examination import Check, CheckStatus, Leftover, Probed
from hookwright.model.resources import Event, Kind, LiveWebhook, Webhook, Workflow
from hookwright.reconcile.probe.assumptions import ALL
from hookwright.reconcile.probe.cleaning import ROUNDS
from hookwright.reconcile.probe.deliveries import Patience
from hookwright.reconcile.probe.marks import Run
from hookwright.reconcile.probe.run import Probe, Wishes, sweep
from tests.unit.reconcile.fakes import TEST, lost
from tests.unit.reconcile.probe import platforms
from tests.unit.reconcile.probe.platforms import NOW, RUN, Clock, Deliveries, Documented

OK, FAILED, SKIPPED = CheckStatus.OK, CheckStatus.FAILED, CheckStatus.SKIPPED
IDS = [one.id for one in ALL]
DELIVERIES = ["A1", "A2", "A3", "A4", "A7"]
BYSTANDER = Webhook("https://hooks.acme.example/refold", ("Workflow Errored",), description="by hand")


def wishes(clock: Clock | None = None, **fields: Any) -> Wishes:
    clock = clock or Clock()
    base = Wishes(RUN, clock.pause, threading.Event(), NOW, patience=Patience(600.0, clock.monotonic, clock.pause))
    return replace(base, **fields)


def probe(platform: Documented, **fields: Any) -> Probed:
    return Probe(platform, TEST, wishes(**fields)).run()


def delivered(platform: Documented | None = None, **fields: Any) -> Probed:
    """Probe with a receiver whose deliveries are as the fields say."""
    platform, clock = platform or Documented(), Clock()
    return probe(platform, clock=clock, post=Deliveries(platform, clock, **fields))


def by_status(probed: Probed, status: CheckStatus) -> list[str]:
    return [check.id for check in probed.checks if check.status is status]


def found(probed: Probed, key: str) -> str:
    return next(check.found for check in probed.checks if check.id == key)


def test_everything_holds_and_nothing_is_left() -> None:
    platform = Documented()
    bystander = platform.add(BYSTANDER)
    platform.create_event(Event("candidate_created", {}))
    probed = delivered(platform)
    assert by_status(probed, OK) == IDS == [check.id for check in probed.checks]
    assert (list(platform.webhooks), [live.event.name for live in platform.events.values()]) == (
        [bystander],
        ["candidate_created"],
    )
    assert platform.webhooks[bystander].webhook == BYSTANDER
    assert (probed.failed, probed.ended, probed.leftovers, probed.swept, probed.recent) == (False, "", (), (), ())
    assert probed.made == 43


def test_without_a_receiver_what_needs_deliveries_is_skipped() -> None:
    platform = Documented()
    probed = probe(platform)
    assert by_status(probed, SKIPPED) == DELIVERIES
    assert by_status(probed, OK) == [key for key in IDS if key not in DELIVERIES]
    assert {check.found for check in probed.checks if check.id in DELIVERIES} == {"needs real deliveries"}
    assert not probed.failed
    created = [argument for call, argument in platform.calls if call == "create_webhook"]
    assert created
    for webhook in created:
        assert isinstance(webhook, Webhook)
        assert not webhook.enabled
        assert webhook.url.startswith(f"https://probe.invalid/hookwright-probe/{RUN}/")
        assert "[hookwright:" not in webhook.description


def test_every_check_says_how_and_what_for() -> None:
    for check, assumption in zip(probe(Documented()).checks, ALL, strict=True):
        assert (check.title, check.how, check.depends) == (assumption.text, assumption.how, assumption.depends)
        assert check.environment == "test"


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        (platforms.Truncates, "A5"),
        (platforms.Trims, "A5"),
        (platforms.ListsTheDeleted, "A6 Q3"),
        (platforms.IgnoresTypeDefault, "A8"),
        (platforms.KeepsBodyBelow, "A8"),
        (platforms.MergesHeaders, "A8"),
        (platforms.LosesBodies, "A8"),
        (platforms.GroupsQuietly, "Q2"),
        (platforms.LosesSlugs, "Q5"),
        (platforms.LosesWorkflows, "Q6"),
        (platforms.CreatesEventsQuietly, "Q7"),
        (platforms.KeepsEvents, "Q7"),
        (platforms.Replaces, "Q1"),
        (platforms.TakesGroupInUpdate, "Q2"),
        (platforms.KeepsGroup, "Q2"),
        (platforms.AnswersDeleted, "Q3"),
        (platforms.ForgetsNothing, "Q4"),
        (platforms.AnswersTeapot, "Q4"),
        (platforms.KeepsSlug, "Q5"),
        (platforms.KeepsWorkflows, "Q6"),
        (platforms.LosesSamples, "Q7"),
        (platforms.RewritesSamples, "Q7"),
        (platforms.TakesBodyAlone, "Q8"),
        (platforms.KeepsMethod, "Q9"),
        (platforms.OneWebhookPerUrl, "Q10"),
        (platforms.TakesAnyEvent, "Q11"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else value,
)
def test_what_does_not_hold_is_found(kind: type[Documented], broken: str) -> None:
    platform = kind()
    probed = probe(platform)
    assert by_status(probed, FAILED) == broken.split()
    assert probed.failed
    assert not platform.webhooks
    advice = {check.advice for check in probed.checks if check.status is FAILED}
    assert advice == {"hookwright leans on this: please report it, with this report attached."}


def test_a_stricter_platform_breaks_nothing() -> None:
    probed = probe(platforms.Strict())
    assert by_status(probed, FAILED) == []
    assert by_status(probed, SKIPPED) == ["A1", "A2", "A3", "A4", "A7", "Q5", "Q6"]
    assert by_status(probed, CheckStatus.WARNING) == ["Q4"]
    assert found(probed, "Q2") == ("the group call set and unset the group; an update that names one was refused (400)")
    assert found(probed, "Q8") == "a body without the type custom was refused (400)"
    assert not probed.failed


def test_a_list_that_ends_after_ten_or_is_late_is_found() -> None:
    assert "A6" in by_status(probe(platforms.ListsTen()), FAILED)
    assert "of 21 webhooks were not listed" in found(probe(platforms.ListsTen()), "A6")
    assert "as it was before" in found(probe(platforms.ListsLate()), "A6")


@pytest.mark.parametrize(
    ("fields", "broken", "said"),
    [
        ({"succeeds": (200, 202, 204)}, ["A1"], "answers that counted as success too: 202, 204"),
        ({"succeeds": ()}, ["A1"], "a delivery that was answered 200 was repeated"),
        ({"waits": (10.0, 10.0, 10.0)}, ["A2"], "4 attempts; waits of 10.00, 10.00, 10.00 s: a wait did not double"),
        ({"waits": (1.0, 2.0, 4.0, 8.0)}, ["A2"], "more than three retries"),
        ({"unsigned": ("type-slack",)}, ["A3"], "type-slack: missing"),
        ({"render": platforms.whole_as_text}, ["A4"], "did not become the event's JSON object"),
        ({"render": platforms.unknown_stays}, ["A4"], "filled in otherwise than assumed: unknown"),
        ({"render": platforms.no_json}, ["A4"], "did not become the event's JSON object"),
        ({"header": lambda value, context: value}, ["A4"], "X-Probe-Event, X-Probe-Unknown"),
        ({"follows": True}, ["A7"], "came to the place that the answer named"),
    ],
)
def test_deliveries_that_are_not_as_assumed_are_found(fields: dict[str, Any], broken: list[str], said: str) -> None:
    probed = delivered(**fields)
    assert by_status(probed, FAILED) == broken
    assert said in found(probed, broken[0])


def test_deliveries_that_do_not_come_prove_nothing() -> None:
    probed = delivered(happens=False)
    assert by_status(probed, SKIPPED) == DELIVERIES
    assert found(probed, "A2") == "no delivery came to answers-500 within 600 s"


def test_retries_that_take_too_long_prove_only_what_was_seen() -> None:
    probed = delivered(waits=(500.0, 1000.0, 2000.0))
    assert by_status(probed, SKIPPED) == ["A1", "A2"]
    assert found(probed, "A2") == "2 attempts; waits of 500.00 s within 600 s; more may come"
    probed = delivered(waits=(700.0, 1400.0, 2800.0))
    assert by_status(probed, SKIPPED) == ["A1", "A2", "A7"]


def test_a_type_that_the_platform_refuses_is_skipped_for_its_deliveries() -> None:
    class NoSlack(Documented):
        def create_webhook(self, webhook: Webhook) -> LiveWebhook:
            if webhook.type == "slack":
                raise platforms.refusal()
            return super().create_webhook(webhook)

    probed = delivered(NoSlack())
    assert (by_status(probed, SKIPPED), found(probed, "A3")) == (["A3"], "the webhook could not be made: refused")


def test_a_platform_that_has_workflows_is_asked_with_one_of_them() -> None:
    platform = Documented()
    platform.workflows = [Workflow("6495792b9b6ca6d77a17e513", "Export")]
    assert found(probe(platform), "Q6") == "no workflow was left"
    created = [argument for call, argument in platform.calls if call == "create_webhook"]
    assert ("6495792b9b6ca6d77a17e513",) in [webhook.workflows for webhook in created if isinstance(webhook, Webhook)]


# --- interlocks


@pytest.mark.parametrize(
    "act", [lambda platform, env: Probe(platform, env, wishes()).run(), lambda p, e: sweep(p, e, wishes())]
)
def test_production_is_refused_without_a_call(act: Any) -> None:
    platform = Documented()
    production = replace(TEST, name="live", kind=Kind.PRODUCTION, api_key="pk_live_0123456789abcdef")
    with pytest.raises(RefusedError, match="only test environments are probed"):
        act(platform, production)
    with pytest.raises(RefusedError, match="belongs to production"):
        act(platform, replace(TEST, api_key="pk_live_0123456789abcdef"))
    assert platform.calls == []


def test_records_of_production_are_refused_before_a_write() -> None:
    platform = Documented()
    identity = platform.add(BYSTANDER)
    platform.webhooks[identity] = replace(platform.webhooks[identity], environment="production")
    with pytest.raises(RefusedError, match="is of the environment 'production'"):
        probe(platform)
    assert [call for call, _ in platform.calls] == ["list_webhooks"]


def test_a_record_of_production_ends_the_probe_at_once() -> None:
    class Production(Documented):
        def create_webhook(self, webhook: Webhook) -> LiveWebhook:
            live = super().create_webhook(webhook)
            self.webhooks[live.id] = replace(live, environment="production")
            return self.webhooks[live.id]

    platform = Production()
    probed = probe(platform)
    assert (probed.made, platform.webhooks) == (1, {})
    assert probed.ended == "the platform created a webhook in 'production'; the probe ended at once"
    assert (by_status(probed, SKIPPED), probed.failed) == (IDS, True)


# --- whatever happens, everything is deleted


@pytest.mark.parametrize("number", [1, 2, 5, 20, 40, 60, 80, 104])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a mistake of ours")])
def test_an_exception_at_any_call_leaves_nothing(number: int, when: str, error: BaseException) -> None:
    platform = Documented()
    bystander = platform.add(BYSTANDER)

    def raise_once(call: str, argument: object) -> None:
        if len(platform.calls) == number + 3:
            raise error

    setattr(platform, when, raise_once)
    run = Probe(platform, TEST, wishes())
    with pytest.raises(type(error)):
        run.run()
    assert list(platform.webhooks) == [bystander]
    assert not platform.events
    assert run.cleaned is not None
    assert run.cleaned.left == []


@pytest.mark.parametrize("error", [lost(), NotSentError("no network", method="GET", path="/x"), platforms.refusal(500)])
def test_calls_that_fail_break_their_check_and_leave_nothing(error: ApiError) -> None:
    for number in range(5, 100, 9):
        platform = Documented()

        def fail(call: str, argument: object, platform: Documented = platform, number: int = number) -> None:
            if len(platform.calls) == number:
                raise error

        platform.after = fail
        probed = probe(platform)
        assert not platform.webhooks
        assert not platform.events
        assert probed.leftovers == ()
        assert probed.ended == ("no network" if isinstance(error, NotSentError) and number < 70 else "")


def test_an_answer_that_was_lost_refutes_nothing() -> None:
    platform, clock = Documented(), Clock()

    def lose(call: str, argument: object) -> None:
        if call == "create_webhook" and isinstance(argument, Webhook) and argument.url.startswith(platforms.RECEIVER):
            raise lost()

    platform.after = lose
    probed = probe(platform, clock=clock, post=Deliveries(platform, clock))
    assert by_status(probed, FAILED) == DELIVERIES
    check = next(check for check in probed.checks if check.id == "A1")
    assert (check.found, check.advice) == ("could not be checked: the answer was lost", "Probe again.")
    assert not platform.webhooks


def test_a_key_that_is_refused_midway_ends_it() -> None:
    platform, clock = Documented(), Clock()

    def refuse(call: str, argument: object) -> None:
        if call == "create_webhook" and isinstance(argument, Webhook) and argument.url.startswith(platforms.RECEIVER):
            raise AuthError("the key was refused", method="POST", path="/x", status=401)

    platform.before = refuse
    probed = probe(platform, clock=clock, post=Deliveries(platform, clock))
    assert (probed.ended, by_status(probed, SKIPPED)) == ("the key was refused", DELIVERIES)


def test_a_platform_that_fails_while_deliveries_are_prepared() -> None:
    platform, clock = Documented(), Clock()

    def fail(call: str, argument: object) -> None:
        if call == "create_webhook" and isinstance(argument, Webhook) and argument.url.startswith(platforms.RECEIVER):
            raise platforms.refusal(409, "CONFLICT")

    platform.before = fail
    probed = probe(platform, clock=clock, post=Deliveries(platform, clock))
    assert (found(probed, "A1"), by_status(probed, FAILED)) == ("refused", DELIVERIES)


def test_an_answer_that_was_lost_leaves_nothing() -> None:
    platform = Documented()

    def lose(call: str, argument: object) -> None:
        if call in ("create_webhook", "create_event"):
            raise lost()

    platform.after = lose
    probed = probe(platform)
    assert not platform.webhooks
    assert not platform.events
    assert probed.made > 10


def test_a_stop_ends_the_calls_and_cleans_up() -> None:
    platform, stop = Documented(), threading.Event()
    seen: list[Check] = []

    def progress(check: Check) -> None:
        seen.append(check)
        if check.id == "Q1":
            stop.set()

    probed = probe(platform, stop=stop, progress=progress)
    assert not platform.webhooks
    assert (probed.ended, probed.failed) == ("interrupted", True)
    assert by_status(probed, OK) == ["A5", "A6", "A8", "Q1"]
    assert len(seen) == len(IDS)


def test_a_stop_while_waiting_for_deliveries_cleans_up() -> None:
    platform, clock, stop = Documented(), Clock(), threading.Event()
    post = Deliveries(platform, clock)

    def pause(seconds: float) -> None:
        clock.pause(seconds)
        stop.set()

    patience = Patience(600.0, clock.monotonic, pause)
    probed = probe(platform, stop=stop, post=post, patience=patience)
    assert (probed.ended, by_status(probed, SKIPPED)) == ("interrupted", DELIVERIES)
    assert not platform.webhooks


def test_deletes_that_fail_are_tried_again() -> None:
    platform, pauses = Documented(), list[float]()
    failures = {"left": 30}

    def fail(call: str, argument: object) -> None:
        if call == "delete_webhook" and failures["left"] and len(platform.calls) > 60:
            failures["left"] -= 1
            raise lost("DELETE")

    platform.before = fail
    probed = probe(platform, pause=pauses.append)
    assert not platform.webhooks
    assert probed.leftovers == ()
    assert pauses == [1.0]


def test_what_cannot_be_deleted_is_named() -> None:
    platform = Documented()

    def fail(call: str, argument: object) -> None:
        if call in ("delete_webhook", "delete_event") or (call == "list_webhooks" and len(platform.calls) > 90):
            raise AuthError("the key was refused", method="DELETE", path="/x", status=401)

    platform.before = fail
    probed = probe(platform)
    assert probed.failed
    assert {left.id for left in probed.leftovers} == {*platform.webhooks, *platform.events}
    assert {left.why for left in probed.leftovers} == {"the key was refused"}


def test_a_platform_that_is_gone_is_not_called_for_everything_that_is_left() -> None:
    """Each call waits long for a connection: what was made is named after a few of them, not after hundreds."""
    platform, gone = Documented(), list[str]()

    def fail(call: str, argument: object) -> None:
        if gone or len(platform.calls) > 70:
            gone.append(call)
            raise NotSentError("there is no connection", method="GET", path="/x")

    platform.before = fail
    probed = probe(platform)
    assert len(platform.webhooks) > 20
    assert {left.id for left in probed.leftovers if left.kind == "webhook"} == platform.webhooks.keys()
    assert {left.why for left in probed.leftovers} == {"there is no connection"}
    assert len(gone) <= 1 + 2 * (ROUNDS + 1)


def test_a_platform_that_never_lists_again_is_told() -> None:
    platform = Documented()

    def fail(call: str, argument: object) -> None:
        if call == "list_webhooks" and len(platform.calls) > 70:
            raise lost("GET")

    platform.before = fail
    probed = probe(platform)
    assert platform.webhooks == {}
    assert probed.leftovers == (Leftover("webhook", "unknown", "the answer was lost"),)


def test_what_a_short_list_hides_is_found_page_by_page() -> None:
    class Pages(Documented):
        def list_webhooks(self) -> list[LiveWebhook]:
            return super().list_webhooks()[:2]

    platform = Pages()
    for number in range(25):
        platform.add(Webhook(OLD.url(f"a6-{number}"), ("Workflow Errored",)))
    assert len(sweep(platform, TEST, wishes()).swept) == 25
    assert platform.webhooks == {}


def test_what_is_listed_although_it_was_deleted_is_named() -> None:
    class Undying(Documented):
        def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
            return self._call("delete_webhook", webhook_id, lambda: list(self.webhooks.values()))

    platform, pauses = Undying(), list[float]()
    identity = platform.add(Webhook(OLD.url("a5"), ("Workflow Errored",)))
    swept = sweep(platform, TEST, wishes(pause=pauses.append))
    assert (swept.swept, pauses) == ((), [2.0, 3.0, 4.0, 5.0])
    assert swept.leftovers == (Leftover("webhook", identity, "its delete was answered, but it is listed still"),)


# --- leftovers of earlier runs

OLD = Run(NOW - timedelta(minutes=1), "aaaaaaaa")
YOUNG = Run(NOW + timedelta(minutes=1), "bbbbbbbb")


def left_behind(platform: Documented, run: Run) -> tuple[str, str]:
    """A webhook and an event that a run made before it was killed."""
    webhook = platform.add(Webhook(run.url("a5"), ("Workflow Errored",), enabled=False))
    platform.create_event(Event(run.event(), {}))
    return webhook, list(platform.events)[-1]


def test_what_a_crash_left_is_swept_by_the_next_run() -> None:
    platform = Documented()
    bystander = platform.add(BYSTANDER)
    webhook, event = left_behind(platform, OLD)
    probed = probe(platform)
    assert probed.swept == (Leftover("webhook", webhook), Leftover("event", event))
    assert (list(platform.webhooks), platform.events, probed.failed) == ([bystander], {}, False)


def test_a_run_that_may_be_under_way_is_left_alone_unless_asked() -> None:
    platform = Documented()
    webhook, event = left_behind(platform, YOUNG)
    probed = probe(platform)
    assert (probed.swept, probed.failed) == ((), False)
    assert probed.recent == (Leftover("webhook", webhook), Leftover("event", event))
    assert (list(platform.webhooks), list(platform.events)) == ([webhook], [event])
    swept = sweep(platform, TEST, wishes())
    assert (swept.swept, swept.checks, swept.made) == (probed.recent, (), 0)
    assert (platform.webhooks, platform.events) == ({}, {})


@pytest.mark.parametrize(
    "webhook",
    [
        replace(BYSTANDER, url=f"{OLD.url('a5')}/more"),
        replace(BYSTANDER, url=f"{OLD.url('a5')}?query"),
        replace(BYSTANDER, url="https://probe.invalid/hookwright-probe/20260131T120000Z-xyz/a5"),
        replace(BYSTANDER, url="https://probe.invalid/hookwright-probe/20269931T120000Z-0123abcd/a5"),
        replace(BYSTANDER, url=f"https://hooks.acme.example/?x={OLD.url('a5')}"),
        replace(BYSTANDER, url=OLD.url("a5"), description="Taken over [hookwright:acme/alerts]"),
        replace(BYSTANDER, url=OLD.url("a5"), description="Taken over [hookwright:acme/"),
    ],
)
def test_what_is_not_certainly_a_probes_is_never_swept(webhook: Webhook) -> None:
    platform = Documented()
    identity = platform.add(webhook)
    platform.create_event(Event(f"{OLD.event()}x", {}))
    assert sweep(platform, TEST, wishes()).swept == ()
    assert probe(platform).swept == ()
    assert (list(platform.webhooks), len(platform.events)) == ([identity], 1)


def test_a_sweep_never_touches_what_belongs_to_a_receivers_project() -> None:
    platform = Documented()
    mine = platform.add(Webhook(OLD.url("type-default", "https://tunnel.acme.example/x"), ("Workflow Errored",)))
    assert sweep(platform, TEST, wishes()).swept == (Leftover("webhook", mine),)
