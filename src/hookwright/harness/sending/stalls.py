"""S10, S11, S14: how long a sender waits."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending.acts import DRIP, ENDLESS, HANG, OK, STALL, Act, answer
from hookwright.harness.sending.arrival import Arrival
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, times
from hookwright.harness.sending.listener import Endpoint
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import Scene
from hookwright.model.source import Json

_MARGIN: Final = 1.0
"""Seconds that giving up may come late."""
_SLOWEST: Final = 5.0
"""Seconds that a slow answer takes at most where the time-out is only guessed."""
_STALLS: Final = {"stalls": STALL, "drips": DRIP, "never-ends": ENDLESS}


def bound(scene: Scene) -> float:
    """Seconds within which an attempt must be given up."""
    return scene.sending.timeout * 1.5 + _MARGIN


def given_up_after(arrival: Arrival) -> float | None:
    """Seconds from the whole request to the moment at which the sender ended the connection; None where it did not."""
    return None if arrival.given_up is None or arrival.whole is None else arrival.given_up - arrival.whole


async def _stalling(scene: Scene, stalls: dict[str, Act]) -> None:
    for name, act in stalls.items():
        await scene.endpoint(name, act, OK)
    await scene.fire()
    endpoints = [scene[name] for name in stalls]
    await scene.until(lambda: all(endpoint.arrivals for endpoint in endpoints), scene.sending.quiet)
    if await scene.until(lambda: all(map(_over, endpoints)), bound(scene)):
        await scene.attempts(2, *(scene[name] for name in stalls if name != "never-ends"))
        await scene.quiet()


def _over(endpoint: Endpoint) -> bool:
    """Whether the first attempt was given up, as far as can be seen: a tunnel may keep its end open."""
    return bool(endpoint.arrivals) and (endpoint.arrivals[0].given_up is not None or len(endpoint.arrivals) > 1)


async def _hanging(scene: Scene) -> None:
    await _stalling(scene, {"hangs": HANG})


async def _misbehaving(scene: Scene) -> None:
    await _stalling(scene, dict(_STALLS))


def _time_out(scene: Scene) -> Finding:
    endpoint = scene["hangs"]
    if not endpoint.arrivals:
        return judged(["nothing arrived"], "")
    problems = _unbounded(scene, endpoint) or _not_retried(endpoint)
    after = given_up_after(endpoint.arrivals[0])
    facts: dict[str, Json] = {} if after is None else {"time_out_s": round(after, 3)}
    shown = "given up" if after is None else f"given up after {after:.2f} s"
    return judged(problems, f"{shown}, then retried", facts)


def _all_bounded(scene: Scene) -> Finding:
    problems: list[str] = []
    facts: dict[str, Json] = {}
    for name in _STALLS:
        endpoint = scene[name]
        if not endpoint.arrivals:
            problems.append(f"{name}: nothing arrived")
            continue
        found = _unbounded(scene, endpoint) or ([] if name == "never-ends" else _not_retried(endpoint))
        problems += [f"{name}: {problem}" for problem in found]
        after = given_up_after(endpoint.arrivals[0])
        if after is not None:
            facts[f"{name.replace('-', '_')}_s"] = round(after, 3)
    listed = ", ".join(f"{name.replace('_s', '').replace('_', ' ')} {after} s" for name, after in facts.items())
    return judged(problems, f"every answer was given up: {listed}", facts)


def _unbounded(scene: Scene, endpoint: Endpoint) -> list[str]:
    after = given_up_after(endpoint.arrivals[0])
    if not _over(endpoint) or (after is not None and after > bound(scene)):
        return [f"not given up within {bound(scene):g} s"]
    return []


def _not_retried(endpoint: Endpoint) -> list[str]:
    count = len(endpoint.arrivals)
    return [] if count == 2 else [f"{times(count)}, where 2 were expected"]


def _delay(scene: Scene) -> float:
    half = scene.sending.timeout / 2
    return min(half, _SLOWEST) if Ability.EVENTS in scene.sending.lacks else half


async def _slow(scene: Scene) -> None:
    await scene.endpoint("slow", answer(delay=_delay(scene)))
    await scene.fire()
    await scene.attempts(1)
    await scene.quiet()


def _waited_for(scene: Scene) -> Finding:
    arrivals = scene["slow"].arrivals
    problems = [] if len(arrivals) == 1 else [f"{times(len(arrivals))}, where 1 was expected"]
    if any(arrival.given_up is not None for arrival in arrivals):
        problems.append("an answer within the time-out was not waited for")
    return judged(problems, f"one request; its answer took {_delay(scene):g} s")


CHECKS: Final = (
    Check(
        "S10",
        "A receiver that hangs is given up",
        "takes the request and says nothing, then answers 200",
        "Given up after a bounded time, then retried.",
        "Without a time-out one receiver that hangs keeps a connection, and at last the sender, for ever.",
        "Give an attempt a total time, and take its end for a failure.",
        Scenario("hangs", _hanging),
        _time_out,
    ),
    Check(
        "S11",
        "An answer that does not end is given up",
        "stalls in the header, drips the body, never ends a 200",
        "Each is given up after a bounded time, those without a whole head or body are retried.",
        "A time-out for each read is not enough: a byte now and then keeps such an attempt alive for ever.",
        "Bound the total time of an attempt, and the bytes of an answer that are read.",
        Scenario("stalls", _misbehaving, frozenset({Ability.SOCKETS})),
        _all_bounded,
    ),
    Check(
        "S14",
        "A slow answer is waited for",
        "answers 200 after half the time-out",
        "One request.",
        "Who gives up early sends again what the receiver is working on: everything is done twice.",
        "Wait for the whole time-out.",
        Scenario("slow", _slow),
        _waited_for,
    ),
)
