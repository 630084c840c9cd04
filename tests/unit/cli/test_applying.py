"""What happens between the plans and the writes of an apply, on platforms in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest

from hookwright.cli.applying import Apply, outcome_code
from hookwright.cli.fleet import Done, Failed, Fleet
from hookwright.cli.reconciling import Session
from hookwright.cli.settings import Settings
from hookwright.errors import ApiError, HookwrightError, NotSentError, RefusedError
from hookwright.model.plan import Outcome, Plan
from hookwright.model.project import Project
from hookwright.model.resources import Environment, Kind
from hookwright.model.source import Document
from hookwright.reconcile.planner import Request
from tests.unit.reconcile.fakes import FakePlatform, declared, hook
from tests.unit.reconcile.test_apply import NOW

PROJECT = Project(Path(), "acme", Document(Path("hookwright.yaml"), "", {}, None))  # type: ignore[arg-type]
ASKED = Settings(Path(), interactive=True)


class Platform(FakePlatform):
    """A platform whose connections can be closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def session(name: str, number: int) -> Session:
    key = f"tk_{number}_0123456789abcdef"
    environment = Environment(name, Kind.TEST, "https://app.refold.ai", key, "${env.KEY}")
    return Session(declared(hook("a"), environment=environment), Platform())  # type: ignore[arg-type]


def fleet(*names: str) -> Fleet:
    return Fleet(PROJECT, None, [session(name, number) for number, name in enumerate(names)])


def plan(session: Session) -> Plan:
    return session.plan(Request(NOW))


def answer(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> list[str]:
    """Let a person agree, while something happens; the questions."""
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        meanwhile()
        return True

    monkeypatch.setattr(click, "confirm", confirm)
    return asked


def writes(fleet: Fleet) -> list[list[str]]:
    reads = {"list_webhooks", "list_events", "find_workflows"}
    platforms = [one.client for one in fleet.sessions]
    return [[call for call, _ in platform.calls if call not in reads] for platform in platforms]  # type: ignore[attr-defined]


def test_asked_once_for_all_that_have_something_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    three = fleet("one", "two", "three")
    Apply(replace(ASKED, format="json"), Fleet(PROJECT, None, three.sessions[1:2]), plan, None).run(ask=False)
    asked = answer(monkeypatch, lambda: None)
    assert Apply(ASKED, three, plan, None).run(ask=True) == 0
    assert asked == ["Apply this to 'one' and 'three'?"]
    assert Apply(ASKED, three, plan, None).run(ask=True) == 0
    assert len(asked) == 1
    assert writes(three) == [["create_webhook"]] * 3


def test_a_world_that_moved_on_while_somebody_thought(monkeypatch: pytest.MonkeyPatch) -> None:
    two = fleet("one", "two")
    platform = two.sessions[1].client
    answer(monkeypatch, lambda: platform.add(replace(hook("a").webhook, description="[hookwright:acme/a]")))  # type: ignore[attr-defined]
    with pytest.raises(RefusedError, match="the live state of 'two' has changed since the plan was shown"):
        Apply(ASKED, two, plan, None).run(ask=True)
    assert writes(two) == [[], []]


def test_a_world_that_cannot_be_read_any_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    two = fleet("one", "two")
    platform = two.sessions[0].client

    def gone(call: str, argument: object) -> None:
        raise NotSentError("no connection", method="GET", path="/webhook")

    answer(monkeypatch, lambda: setattr(platform, "before", gone))
    assert Apply(replace(ASKED, format="json"), two, plan, None).run(ask=True) == 1
    shown = capsys.readouterr()
    applies = json.loads(shown.out)["applies"]
    assert [(one["environment"], one["error"]["category"]) for one in applies] == [
        ("one", "network"),
        ("two", "refused"),
    ]
    assert shown.err.endswith("Nothing was written to any environment, because 'one' cannot be applied.\n")
    assert writes(two) == [[], []]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome("a")], 0),
        ([Outcome("a", converged=False)], 1),
        ([Outcome("a", converged=False, landed=True)], 3),
        ([Outcome("a", landed=True), Outcome("b", converged=False)], 3),
        ([Outcome("a"), Outcome("b", converged=False)], 1),
    ],
)
def test_the_exit_code_of_all(outcomes: list[Outcome], code: int) -> None:
    assert outcome_code(outcomes) == code


def test_a_fleet_keeps_order_and_failures_apart() -> None:
    broken = Failed("broken", RefusedError("no"))
    first, second = session("first", 1), session("second", 2)

    def work(one: Session) -> str:
        if one is second:
            raise HookwrightError("not me")
        return one.environment

    with Fleet(PROJECT, None, [broken, first, second]) as three:
        ended = list(three.each(work))
    assert ended[0] is broken
    assert ended[1] == Done(first, "first")
    assert isinstance(ended[2], Failed)
    assert (ended[2].environment, ended[2].error.message) == ("second", "not me")
    assert [one.client.closed for one in (first, second)] == [True, True]  # type: ignore[attr-defined]
    assert three.names() == {"a"}


def test_a_fleet_of_one_raises_its_error() -> None:
    with pytest.raises(RefusedError, match="no"):
        list(Fleet(PROJECT, None, [Failed("broken", RefusedError("no"))]).each(plan))

    def work(one: Session) -> None:
        raise NotSentError(one.environment, method="GET", path="/")

    alone = fleet("only")
    with pytest.raises(ApiError, match="only"):
        list(alone.each(work))
    assert alone.names() == frozenset()
