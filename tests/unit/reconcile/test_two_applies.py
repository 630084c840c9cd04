"""Two applies at once, in every order that chance comes up with, and a rival that appears at every moment."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hookwright.errors import RefusedError
from hookwright.model.plan import Outcome, StepStatus
from hookwright.model.resources import Declared, LiveWebhook, Webhook
from hookwright.reconcile.apply import Run, apply
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import ORG, FakePlatform, declared, hook

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
MARKED = replace(hook("a").webhook, description="[hookwright:acme/a]")


class Turns:
    """Lets one of several threads go on at a time, from one of its calls to the next, chosen by chance."""

    def __init__(self, seed: int, threads: int) -> None:
        self._random = random.Random(seed)
        self._changed = threading.Condition()
        self._waiting: list[int] = []
        self._turn: int | None = None
        self._left = threads

    def take(self, who: int) -> None:
        """Wait for a turn."""
        with self._changed:
            self._waiting.append(who)
            self._choose()
            while self._turn != who:
                assert self._changed.wait(20)
            self._turn = None
            self._waiting.remove(who)

    def end(self) -> None:
        """Never wait again."""
        with self._changed:
            self._left -= 1
            self._choose()

    def _choose(self) -> None:
        if self._turn is None and self._left and len(self._waiting) == self._left:
            self._turn = self._random.choice(sorted(self._waiting))
            self._changed.notify_all()


class Seat:
    """The platform as one of the applies sees it: every call, and every pause, waits for its turn."""

    def __init__(self, platform: FakePlatform, turns: Turns, who: int) -> None:
        self._platform = platform
        self._turns = turns
        self._who = who

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self._turns.take(self._who)
            return getattr(self._platform, name)(*arguments)

        return call

    def pause(self, seconds: float) -> None:
        """However long: the other may be slower yet."""
        self._turns.take(self._who)


class Scattered(FakePlatform):
    """Its ids do not grow: those of two servers of the real one do not either."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def add(self, webhook: Webhook, webhook_id: str | None = None) -> str:
        return super().add(webhook, webhook_id or f"{self._random.getrandbits(96):024x}")


def applies(platform: FakePlatform, wanted: Declared, seed: int, count: int) -> list[Outcome]:
    """So many applies at once, all planned before the first one writes."""
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    turns = Turns(seed, count)
    outcomes: list[Outcome | Exception] = []

    def one(who: int) -> None:
        seat = Seat(platform, turns, who)
        try:
            outcomes.append(apply(plan, wanted, Run(seat, live.webhooks, seat.pause, workers=1)))  # type: ignore[arg-type]
        except (AssertionError, KeyError) as error:
            outcomes.append(error)
        finally:
            turns.end()

    threads = [threading.Thread(target=one, args=(who,)) for who in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]


def markers(webhooks: Collection[LiveWebhook]) -> list[str]:
    return sorted(marker.name for live in webhooks if (marker := read_marker(live.webhook.description)))


@pytest.mark.parametrize("seed", range(400))
def test_one_webhook_of_each_name_stays_and_whoever_lost_is_told(seed: int) -> None:
    platform = Scattered(seed)
    wanted = declared(hook("a"), *([hook("b")] if seed % 2 else []))
    by_hand = platform.add(hook("hand").webhook)
    outcomes = applies(platform, wanted, seed, 2 + seed % 3 // 2)
    assert markers(platform.webhooks.values()) == [item.name for item in wanted.webhooks]
    assert platform.webhooks[by_hand].webhook == hook("hand").webhook
    for outcome in outcomes:
        for step in outcome.steps:
            if step.status is StepStatus.APPLIED:
                assert step.id in platform.webhooks, "who says that it was applied says where"
            else:
                assert step.error
                assert "another apply created it at the same time" in step.error
                assert not outcome.converged
    claims = [outcome for outcome in outcomes if outcome.converged]
    assert len(claims) <= 1, "all but one lost"
    assert make_plan(wanted, read(platform, wanted), Request(NOW)).empty


class Rivalled(FakePlatform):
    """Somebody's webhook with the same marker appears before the n-th call, or after it."""

    def __init__(self, moment: int, *, before: bool, rival: str) -> None:
        super().__init__()
        self.moment = -1
        self._at, self._before, self._rival = moment, before, rival

    def _call(self, call: str, argument: object, work: Callable[[], Any]) -> Any:
        self.moment += 1
        if self.moment == self._at and self._before:
            self._appear()
        result = super()._call(call, argument, work)
        if self.moment == self._at and not self._before:
            self._appear()
        return result

    def _appear(self) -> None:
        self.webhooks[self._rival] = LiveWebhook(self._rival, ORG, "test", MARKED)


@pytest.mark.parametrize("rival", ["0" * 24, "f" * 24], ids=["smaller id", "larger id"])
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("moment", range(3))
def test_a_rival_may_appear_at_every_moment(moment: int, before: bool, rival: str) -> None:
    wanted = declared(hook("a"))
    platform = Rivalled(moment, before=before, rival=rival)
    live = read(platform, wanted)
    plan = make_plan(wanted, live, Request(NOW))
    outcome = apply(plan, wanted, Run(platform, live.webhooks, lambda seconds: None))
    found = markers(platform.webhooks.values())
    if found == ["a", "a"]:
        # It came after the last look: the next plan is refused, and names both.
        assert moment == 2
        assert not before
        with pytest.raises(RefusedError, match="both carry the marker"):
            make_plan(wanted, read(platform, wanted), Request(NOW))
        return
    assert found == ["a"]
    assert make_plan(wanted, read(platform, wanted), Request(NOW)).empty
    if plan.changes and rival in platform.webhooks:
        assert not outcome.converged
        (step,) = outcome.steps
        assert step.id == rival
        assert f"{rival} stays" in (step.error or "")


def test_many_twins_are_settled_together() -> None:
    # Three seconds of patience for each of them would be an hour for a thousand.
    platform = Scattered(7)
    pauses: list[float] = []

    def rival(call: str, argument: object) -> None:
        if call == "create_webhook" and isinstance(argument, Webhook):
            platform.add(argument)

    platform.after = rival
    wanted = declared(*(hook(f"h{n}") for n in range(20)))
    live = read(platform, wanted)
    outcome = apply(make_plan(wanted, live, Request(NOW)), wanted, Run(platform, live.webhooks, pauses.append))
    assert outcome.count(StepStatus.FAILED) == 20
    assert {step.id for step in outcome.steps} == set(platform.webhooks)
    assert markers(platform.webhooks.values()) == sorted(item.name for item in wanted.webhooks)
    assert pauses == [3.0]
