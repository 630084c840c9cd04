"""S17: many deliveries at once, and one receiver that is slow."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending.acts import OK, answer
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, times
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import Scene
from hookwright.model.source import Json

_OTHERS: Final = 6
_FOREIGN: Final = 2
"""Endpoints of a second environment."""
_EVENTS: Final = 5
_SLOW: Final = "slow"


def _delay(scene: Scene) -> float:
    return scene.sending.timeout * 0.6


async def _crowding(scene: Scene) -> None:
    await scene.endpoint(_SLOW, *[answer(500, delay=_delay(scene))] * _EVENTS, OK)
    for number in range(1, _OTHERS + 1):
        await scene.endpoint(f"other-{number}")
    for number in range(1, _FOREIGN + 1):
        await scene.endpoint(f"foreign-{number}", environment=1)
    await scene.storm(_EVENTS, environments=(0, 1))
    quick = [endpoint for name, endpoint in scene.endpoints.items() if name != _SLOW]
    await scene.attempts(_EVENTS, *quick)
    await scene.attempts(2 * _EVENTS, scene[_SLOW])
    await scene.quiet()


def _unharmed(scene: Scene) -> Finding:
    problems: list[str] = []
    lags: list[float] = []
    for name, endpoint in scene.endpoints.items():
        wanted = 2 * _EVENTS if name == _SLOW else _EVENTS
        if len(endpoint.arrivals) != wanted:
            problems.append(f"{name}: {times(len(endpoint.arrivals))}, where {wanted} were expected")
        others = [key for key in scene.sending.keys if key != endpoint.key]
        wrong = sum(any(map(arrival.signed_with, others)) for arrival in endpoint.arrivals)
        if wrong:
            problems.append(f"{name}: {times(wrong)} signed with another environment's key")
        if name != _SLOW:
            lags += [arrival.started - scene.fired_at for arrival in endpoint.arrivals[:_EVENTS]]
    # One after the other, the others would wait for all slow answers but the last one at least.
    latest, allowed = max(lags, default=0.0), (_EVENTS - 1) * _delay(scene) * 0.9
    if latest > allowed:
        problems.append(f"the last of the others came after {latest:.2f} s: they waited for the slow one")
    count = sum(len(endpoint.arrivals) for endpoint in scene.endpoints.values())
    facts: dict[str, Json] = {"requests": count, "last_of_others_s": round(latest, 3)}
    seen = f"{count} requests, none lost, none signed with another environment's key; others within {latest:.2f} s"
    return judged(problems, seen, facts)


CHECKS: Final = (
    Check(
        "S17",
        "One slow receiver does no harm to the others",
        f"is slow and fails at one of {1 + _OTHERS + _FOREIGN} endpoints, while {_EVENTS} events happen at once",
        "The others get theirs on time; none is lost, none is signed with another environment's key.",
        "A queue that all share stands still for all when one receiver does.",
        "Bound the attempts under way for each webhook, not only in all.",
        Scenario("crowd", _crowding, frozenset({Ability.EVENTS, Ability.SOCKETS, Ability.ACCOUNTS})),
        _unharmed,
    ),
)
