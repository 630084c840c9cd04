"""One run of the checks: what becomes of a check that cannot be made, is stopped, or only reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hookwright.errors import NotSentError
from hookwright.harness.sending.check import Check, Finding, Scenario
from hookwright.harness.sending.clock import RealTime
from hookwright.harness.sending.platform import Ability, NothingHappenedError
from hookwright.harness.sending.registry import CHECKS
from hookwright.harness.sending.run import Wishes, run
from hookwright.harness.sending.scene import Scene
from hookwright.model.conformance import INTERRUPTED, CheckResult, Verdict
from hookwright.model.resources import Webhook

WEBHOOK = Webhook("http://127.0.0.1/", ("Workflow Errored",))


class Silent(RealTime):
    """A platform that takes webhooks, and never sends anything."""

    lacks: Mapping[Ability, str] = {}
    keys = ("tk_test_key", "tk_other_key")
    public_url = ""
    host = "127.0.0.1"
    base = 0.01
    timeout = 0.01
    quiet = 0.01

    def __init__(self) -> None:
        self.there: dict[str, Webhook] = {}
        self.made = 0

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def path(self, name: str) -> str:
        return f"/{name}"

    async def create(self, webhook: Webhook, environment: int = 0) -> str:
        self.made += 1
        self.there[str(self.made)] = webhook
        return str(self.made)

    async def enable(self, webhook_id: str, webhook: Webhook, environment: int = 0) -> None:
        self.there[webhook_id] = webhook

    async def delete(self, webhook_id: str, environment: int = 0) -> None:
        del self.there[webhook_id]

    async def fire(self, event: str, payload: Mapping[str, Any], environment: int = 0) -> list[str]:
        return ["a"]

    async def refused(self, delivery: str) -> bool:
        return False

    async def restart(self) -> None:
        pass


def check(
    play: Callable[[Scene], Any], verdict: Verdict = Verdict.PASSED, needs: frozenset[Ability] = frozenset()
) -> Check:
    scenario = Scenario("scenario", play, needs)
    return Check("S01", "title", "does", "expected", "why", "hint", scenario, lambda _: Finding(verdict, "seen"))


def ended(
    *checks: Check, platform: Silent | None = None, stop: Callable[[], bool] = lambda: False, **wishes: Any
) -> list[CheckResult]:
    used = platform or Silent()
    told: list[CheckResult] = []

    @asynccontextmanager
    async def open_it(_scenario: Scenario) -> AsyncIterator[Silent]:
        yield used

    results = asyncio.run(run(checks, open_it, Wishes(WEBHOOK, 4, stop, told.append, **wishes)))
    assert not used.there, "every webhook is deleted"
    assert sorted(result.id for result in told) == [each.id for each in results if each.observed != INTERRUPTED]
    return list(results)


async def two_endpoints(scene: Scene) -> None:
    await scene.endpoint("a")
    await scene.endpoint("b")
    assert not any(webhook.enabled for webhook in scene.sending.there.values())  # type: ignore[attr-defined]
    await scene.fire()
    assert all(webhook.enabled for webhook in scene.sending.there.values())  # type: ignore[attr-defined]


def test_webhooks_are_enabled_only_to_fire_and_deleted_afterwards() -> None:
    platform = Silent()
    (result,) = ended(check(two_endpoints), platform=platform)
    assert (result.verdict, result.observed, result.hint) == (Verdict.PASSED, "seen", "")
    assert platform.made == 2


@pytest.mark.parametrize(
    ("error", "verdict", "observed"),
    [
        (
            NotSentError("no connection", method="POST", path="/x"),
            Verdict.FAILED,
            "could not be checked: no connection",
        ),
        (NothingHappenedError("no delivery arrived"), Verdict.FAILED, "no delivery arrived"),
    ],
)
def test_what_could_not_be_made_is_told(error: Exception, verdict: Verdict, observed: str) -> None:
    async def play(scene: Scene) -> None:
        await scene.endpoint("a")
        raise error

    (result,) = ended(check(play))
    assert (result.verdict, result.observed, result.hint) == (verdict, observed, "")


def test_what_takes_too_long_fails() -> None:
    async def play(scene: Scene) -> None:
        await scene.endpoint("a")
        await asyncio.sleep(5)

    (result,) = ended(check(play), limit=0.1)
    assert (result.verdict, result.observed) == (Verdict.FAILED, "did not end within 0.1 s")


def test_what_the_sender_cannot_do_is_skipped_for_the_rarest_reason() -> None:
    platform = Silent()
    platform.lacks = {Ability.EVENTS: "no events", Ability.RESTART: "no restart"}
    (result,) = ended(check(two_endpoints, needs=frozenset(Ability)), platform=platform)
    assert (result.verdict, result.observed, platform.made) == (Verdict.SKIPPED, "no restart", 0)


def test_a_run_that_is_stopped_deletes_what_it_made_and_skips_the_rest() -> None:
    begun: list[bool] = []

    async def play(scene: Scene) -> None:
        await scene.endpoint("a")
        begun.append(True)
        await asyncio.sleep(30)

    platform = Silent()
    (result,) = ended(check(play), platform=platform, stop=lambda: bool(begun))
    assert (result.verdict, result.observed, platform.made) == (Verdict.SKIPPED, "interrupted", 1)


@pytest.mark.parametrize(("strict", "verdict"), [(False, Verdict.INFO), (True, Verdict.FAILED)])
def test_an_info_fails_only_if_asked(strict: bool, verdict: Verdict) -> None:
    (result,) = ended(check(two_endpoints, Verdict.INFO), strict=strict)
    assert (result.verdict, result.hint) == (verdict, "hint" if strict else "")


def test_a_sender_that_sends_nothing_passes_nothing() -> None:
    results = ended(*CHECKS)
    assert [result.id for result in results] == [f"S{number:02}" for number in range(1, 23)]
    assert {result.id for result in results if result.verdict is Verdict.PASSED} == set()
    skipped = {result.id for result in results if result.verdict is Verdict.SKIPPED}
    assert skipped == {"S04", "S05", "S06", "S07", "S09", "S20", "S22"}
