"""plan --wire and plan --verbose."""

from __future__ import annotations

import json

import pytest

from hookwright.cli.wire import Wire
from hookwright.model.delivery import WireChange
from hookwright.model.plan import Plan
from hookwright.model.resources import DeclaredEvent, Event, LiveWebhook, Webhook, WebhookType
from hookwright.reconcile.live import Live
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.cli.platforms import Estate, Run
from tests.unit.reconcile.fakes import ORG, declared, hook
from tests.unit.reconcile.test_planner import NOW

URL = "https://hooks.acme.example/a"


def live(**fields: object) -> LiveWebhook:
    values = {"url": URL, "events": ("Workflow Errored",), "description": "[hookwright:acme/a]"} | fields
    return LiveWebhook("1", ORG, "test", Webhook(**values))  # type: ignore[arg-type]


def changes(*hooks: object, there: LiveWebhook | None = None, **more: object) -> tuple[WireChange, ...]:
    wanted = declared(*hooks, **more)  # type: ignore[arg-type]
    state = Live((there,) if there else ())
    plan: Plan = make_plan(wanted, state, Request(NOW))
    found = Wire(wanted, state).changes(plan)
    return found.get("a", ())


def test_a_new_webhook_sends_what_it_did_not() -> None:
    (change,) = changes(hook("a", headers={"X-Run": "{{event.instance_id}}"}))
    assert change.event == "Workflow Errored"
    assert change.before is None
    assert change.after is not None
    assert change.after.headers == (("Content-Type", "application/json"), ("X-Run", "656f308b9144bb8f183bfc7b"))
    assert json.loads(change.after.body)["event"] == "Workflow Errored"
    assert change.masked is False


def test_only_events_whose_requests_differ() -> None:
    both = ("Connection Created", "Workflow Errored")
    wanted = hook("a", events=both, type=WebhookType.CUSTOM, body={"what": "{{event.status}}"})
    there = live(events=both, type=WebhookType.CUSTOM, body={"what": "{{event.workflow_id}}"})
    assert [change.event for change in changes(wanted, there=there)] == ["Workflow Errored"]
    assert changes(hook("a", group="on-call"), there=live()) == ()


def test_what_is_disabled_sends_nothing() -> None:
    (change,) = changes(hook("a"), there=live(enabled=False))
    assert (change.before, change.after is not None) == (None, True)
    assert changes(hook("a", enabled=False), there=live(enabled=False, method="PUT")) == ()


def test_an_event_that_is_dropped() -> None:
    (change,) = changes(hook("a"), there=live(events=("Workflow Errored", "Workflow Stopped")))
    assert (change.event, change.before is not None, change.after) == ("Workflow Stopped", True, None)


def test_secrets_are_masked_on_both_sides() -> None:
    wanted = hook(
        "a", headers={"X-Plain": "s3cr3t-new"}, type=WebhookType.CUSTOM, body={"k": "s3cr3t-new", "n": 1},
        secrets=frozenset({"/headers/X-Plain", "/body/k"}),
    )  # fmt: skip
    there = live(
        headers={"X-Plain": "s3cr3t-old", "Authorization": "by hand", "X-Moved": "is s3cr3t-new"},
        type=WebhookType.CUSTOM, body={"k": "s3cr3t-old", "n": 2},
    )  # fmt: skip
    (change,) = changes(wanted, there=there, secret_values=frozenset({"s3cr3t-new"}))
    assert change.before is not None
    assert change.after is not None
    assert change.masked is True
    assert dict(change.before.headers) == {
        "Content-Type": "application/json", "X-Plain": "(secret)", "Authorization": "(secret)", "X-Moved": "(secret)",
    }  # fmt: skip
    assert (change.before.body, change.after.body) == (b'{"k":"(secret)","n":2}', b'{"k":"(secret)","n":1}')


def test_a_secret_that_changes_alone_is_a_change_that_looks_like_none() -> None:
    wanted = hook("a", headers={"Authorization": "s3cr3t-new"})
    (change,) = changes(wanted, there=live(headers={"Authorization": "s3cr3t-old"}))
    assert (change.before, change.masked) == (change.after, True)


def test_what_is_deleted_shows_nothing_that_may_be_a_secret() -> None:
    there = live(url="https://hooks.acme.example/T0/s3cr3t", headers={"X-A": "1"}, type=WebhookType.CUSTOM, body="x")
    wanted, state = declared(), Live((there,))
    found = Wire(wanted, state).changes(make_plan(wanted, state, Request(NOW)))["a"]
    assert found[0].before is not None
    assert found[0].before.url == "https://hooks.acme.example/…"
    assert found[0].before.headers == (("Content-Type", "application/json"), ("X-A", "(secret)"))
    assert found[0].before.body == b"(secret)"
    assert found[0].after is None


def test_a_slack_webhook_is_a_credential() -> None:
    there = live(url="https://slack.acme.example/T0/s3cr3t", type=WebhookType.SLACK)
    (change,) = changes(hook("a"), there=there)
    assert change.before is not None
    assert change.before.url == "https://slack.acme.example/(secret)"


def test_what_is_left_alone_is_shown_as_it_is() -> None:
    wanted = hook("a", method="PUT", ignore_changes=frozenset({"url"}))
    (change,) = changes(wanted, there=live(url="https://by-hand.acme.example/?token=s3cr3t"))
    assert change.before is not None
    assert change.after is not None
    assert change.before.url == change.after.url == "https://by-hand.acme.example/?token=(secret)"
    assert (change.before.method, change.after.method) == ("POST", "PUT")


def test_a_header_that_nothing_can_carry_is_not_sent() -> None:
    (change,) = changes(hook("a", method="PUT"), there=live(headers={"Bad Name": "x"}))
    assert change.before is not None
    assert change.before.headers == (("Content-Type", "application/json"),)


def test_what_conflicts_is_not_sent() -> None:
    wanted, state = declared(hook("a"), DeclaredEvent(Event("a", {}))), Live((live(description=""),))
    plan = make_plan(wanted, state, Request(NOW))
    assert [(change.kind, str(change.action)) for change in plan.changes] == [
        ("webhook", "conflict"), ("event", "create"),
    ]  # fmt: skip
    assert Wire(wanted, state).changes(plan) == {}


def test_plan_shows_it_when_asked(acme: Estate, run: Run) -> None:
    plain = run("plan", "-e", "test", "--format", "json").json
    assert [change for change in plain["changes"] if "wire" in change] == []
    plan = run("plan", "-e", "test", "--wire", "--format", "json").json
    wire = {change["name"]: change["wire"] for change in plan["changes"]}
    assert wire["pager"] == [
        {
            "event": "Workflow Errored",
            "before": None,
            "after": {
                "method": "POST",
                "url": "https://test.acme.example/pager",
                "headers": {"Content-Type": "application/json", "Authorization": "(secret)"},
                "body": '{"run":"656f308b9144bb8f183bfc7b"}',
            },
            "masked": True,
        }
    ]
    assert (
        "    wire: Workflow Errored\n      + POST https://test.acme.example/pager\n"
        in run("plan", "-e", "test", "--wire").out
    )


@pytest.mark.parametrize("arguments", [("plan", "-v"), ("-v", "plan")])
def test_verbose_shows_who_receives_what(acme: Estate, run: Run, arguments: tuple[str, ...]) -> None:
    acme.platforms["test"].add(webhook_url="https://elsewhere.example/", webhook_events=["Workflow Stopped"])
    done = run(*arguments, "-e", "test")
    table = done.out[done.out.index("Coverage after the change") :].split("\n\n")[0].splitlines()
    assert [line.split() for line in table[3:]] == [
        ["pager", "·", "·", "·", "·", "●", "·", "·"],
        ["plain", "●", "·", "·", "·", "·", "·", "·"],
        ["(unmanaged)", "000000000000000000000001", "·", "·", "·", "·", "·", "●", "·"],
        ["receivers", "1", "0", "0", "0", "1", "1", "0"],
    ]
    assert "Coverage after" not in run("plan", "-e", "test").out
    assert "Coverage after" not in run("plan", "-v", "-e", "test", "--format", "json").out
