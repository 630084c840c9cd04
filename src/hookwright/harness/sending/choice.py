"""S20, S22: to whom a sender delivers at all."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending.check import Check, Finding, Scenario, judged, skipped, times
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import Scene
from hookwright.model.resources import PLATFORM_EVENTS

_UNSPECIFIED: Final = "0.0.0.0"  # noqa: S104 - to be refused
"""Not a loopback address, yet it leads to this machine: a delivery there would be seen."""
_PRIVATE: Final = (
    "http://10.11.12.13/hook",
    "http://172.16.1.1/hook",
    "http://192.168.1.1:8080/hook",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/hook",
    "http://[fd00::1]/hook",
    "http://[::ffff:169.254.169.254]/hook",
    "http://2852039166/latest/meta-data/",
)
"""Private, link-local and metadata addresses; the last is 169.254.169.254 as one number."""


async def _pointing(scene: Scene) -> None:
    await scene.endpoint("control")
    await scene.endpoint("unspecified", host=_UNSPECIFIED)
    for url in _PRIVATE:
        await scene.point_at(url)
    await scene.fire()
    await scene.attempts(1, scene["control"])
    for delivery in scene.fired:
        scene.refused.append(await scene.sending.refused(delivery))
    await scene.quiet()


def _loopback_only(scene: Scene) -> Finding:
    if not scene["control"].arrivals:
        return skipped("nothing arrived at this machine's own address either")
    problems = []
    seen = len(scene["unspecified"].arrivals)
    if seen:
        problems.append(f"{times(seen)} came by way of {_UNSPECIFIED}")
    tried = len(_PRIVATE) + 1 - sum(scene.refused)
    if tried > 0:
        problems.append(f"{times(tried, 'delivery').replace('ys', 'ies')} elsewhere were not refused")
    return judged(problems, f"{len(_PRIVATE) + 1} deliveries elsewhere were refused, the one to this machine was made")


async def _choosing(scene: Scene) -> None:
    foreign = _foreign_event(scene)
    await scene.endpoint("subscribed")
    await scene.endpoint("disabled", enabled=False)
    if foreign:
        await scene.endpoint("unsubscribed", events=(foreign,))
    if Ability.ACCOUNTS not in scene.sending.lacks:
        await scene.endpoint("other-environment", environment=1)
    await scene.fire()
    await scene.attempts(1, scene["subscribed"])
    await scene.quiet()


def _foreign_event(scene: Scene) -> str:
    """An event that the webhook does not subscribe to; an empty string where it subscribes to all."""
    return next((event for event in PLATFORM_EVENTS if event not in scene.webhook.events), "")


def _only_who_asked(scene: Scene) -> Finding:
    if not scene["subscribed"].arrivals:
        return skipped("nothing arrived at the webhook that was subscribed either")
    others = {name: len(endpoint.arrivals) for name, endpoint in scene.endpoints.items() if name != "subscribed"}
    problems = [f"{name}: {times(count)}" for name, count in others.items() if count]
    return judged(problems, f"nothing arrived at: {', '.join(others)}")


CHECKS: Final = (
    Check(
        "S20",
        "The emulator delivers to this machine only",
        "waits; the webhooks point at private, link-local and metadata addresses",
        "Refused without an attempt, unless the emulator was told otherwise.",
        "An emulator in CI takes URLs from pull requests: it must not become a way into the network it runs in.",
        "Refuse every host that is not a loopback address, before connecting. (--allow-any-host lifts this.)",
        Scenario("elsewhere", _pointing, frozenset({Ability.EVENTS, Ability.RECORDS})),
        _loopback_only,
    ),
    Check(
        "S22",
        "Only those who asked are told",
        "waits: unsubscribed, disabled, in another environment",
        "Nothing arrives there.",
        "Test events in production, and events that were switched off, do harm.",
        "Match the event, the environment and whether the webhook is enabled when an event happens.",
        Scenario("choice", _choosing, uses=frozenset({Ability.ACCOUNTS})),
        _only_who_asked,
    ),
)
