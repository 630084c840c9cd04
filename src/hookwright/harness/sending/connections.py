"""S12, S13, S15: connections that break, refuse, or end while they are idle."""

from __future__ import annotations

import asyncio
from typing import Final

from hookwright.harness.sending.acts import CLOSE_IN_HEAD, EMPTY, GARBAGE, OK, RESET, RESET_UNREAD, answer
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, times
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import MOST_ATTEMPTS, Scene
from hookwright.model.source import Json

_BREAKS: Final = {
    "resets-unread": RESET_UNREAD,
    "resets": RESET,
    "closes-in-head": CLOSE_IN_HEAD,
    "answers-garbage": GARBAGE,
    "answers-nothing": EMPTY,
}
_METHODS: Final = ("POST", "PUT")
"""HTTP libraries repeat a PUT of their own accord (RFC 9110 §9.2.2), a POST hardly ever."""
_MOMENT: Final = 0.1
"""Seconds of real time in which the end of a connection reaches the sender."""


async def _breaking(scene: Scene) -> None:
    for name, act in _BREAKS.items():
        await scene.endpoint(name, act, OK)
    await scene.fire()
    await scene.attempts(2)
    await scene.quiet()


def _retried(scene: Scene) -> Finding:
    counts = {name: len(scene[name].arrivals) for name in _BREAKS}
    problems = [f"{name}: {times(count)}, where 2 were expected" for name, count in counts.items() if count != 2]
    facts: dict[str, Json] = {"requests": dict(counts)}
    return judged(problems, f"each of {len(counts)} kinds of failure was retried once, and then delivered", facts)


async def _closed(scene: Scene) -> None:
    endpoint = await scene.endpoint("opens-later", listening=False)
    await scene.fire()
    # The first attempt is made at once: it meets a closed port.
    wait = min(scene.sending.base / 2, 1.0)
    await scene.until(lambda: False, wait, step=wait / 4)
    scene.listen()
    await scene.attempts(1, endpoint)
    await scene.quiet()


def _delivered(scene: Scene) -> Finding:
    arrivals = scene["opens-later"].arrivals
    problems = [] if len(arrivals) == 1 else [f"{times(len(arrivals))} once the port was open, where 1 was expected"]
    facts: dict[str, Json] = {"delivered_after_s": round(arrivals[0].started - scene.began, 3)} if arrivals else {}
    return judged(problems, "delivered by a retry once the port was open", facts)


async def _idle(scene: Scene) -> None:
    for method in _METHODS:
        await scene.endpoint(f"closes-idle-{method.lower()}", answer(close=0.0), OK, method=method)
        await scene.endpoint(f"breaks-off-{method.lower()}", OK, EMPTY, method=method)
    await scene.fire()
    await scene.attempts(1)
    await asyncio.sleep(_MOMENT)
    await scene.fire()
    for method in _METHODS:
        await scene.attempts(2, scene[f"closes-idle-{method.lower()}"])
        await scene.attempts(1 + MOST_ATTEMPTS, scene[f"breaks-off-{method.lower()}"])
    await scene.quiet()


def _no_duplicate(scene: Scene) -> Finding:
    problems: list[str] = []
    for method in _METHODS:
        once = len(scene[f"closes-idle-{method.lower()}"].arrivals) - 1
        if once != 1:
            problems.append(f"{method}: {times(once)} for the second event, after an idle connection was closed")
        tries = len(scene[f"breaks-off-{method.lower()}"].arrivals) - 1
        if tries != MOST_ATTEMPTS:
            why = f"where the first and {MOST_ATTEMPTS - 1} retries were expected"
            problems.append(f"{method}: {times(tries)} that were read and broken off, {why}")
    return judged(problems, "every request that was read was an attempt of the schedule, and none came twice")


CHECKS: Final = (
    Check(
        "S12",
        "A connection that breaks is a failure",
        "resets before and after reading, closes in the header, answers garbage or nothing",
        "Retried each time: two attempts on the wire.",
        "What breaks off may not have been worked on: only a retry makes sure.",
        "Take everything but a whole answer for a failure.",
        Scenario("breaks", _breaking, frozenset({Ability.SOCKETS})),
        _retried,
    ),
    Check(
        "S13",
        "A receiver that is down for a while gets its deliveries",
        "does not listen, then does",
        "Delivered once, by a retry.",
        "Receivers are restarted with every deployment.",
        "Take a refused connection for a failure like any other.",
        Scenario("down", _closed, frozenset({Ability.SOCKETS})),
        _delivered,
    ),
    Check(
        "S15",
        "An idle connection that closes makes no duplicate",
        "closes kept-alive connections: idle, and with a request on them",
        "No request comes twice, but for the retries of the schedule.",
        "Many HTTP clients send a request again at once when a kept connection breaks: the receiver works twice.",
        "Turn the silent repetition of the HTTP client off; count what it does as attempts.",
        Scenario("closes-idle-connections", _idle, frozenset({Ability.SOCKETS, Ability.EVENTS})),
        _no_duplicate,
    ),
)
