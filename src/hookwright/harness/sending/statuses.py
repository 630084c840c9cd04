"""S08, S09, S16: what a sender makes of an answer."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending.acts import OK, answer
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, skipped, times
from hookwright.harness.sending.scene import Scene, gaps
from hookwright.model.conformance import Verdict
from hookwright.model.source import Json

STATUSES: Final = (200, 201, 202, 204, 300, 304, 400, 401, 404, 410, 429, 500, 503)
REDIRECTS: Final = (301, 302, 307, 308)
_ASKED: Final = (429, 503)
_LATE: Final = 0.95
"""Of what ``Retry-After`` says: clocks differ."""


async def _answering(scene: Scene) -> None:
    for status in STATUSES:
        await scene.endpoint(f"answers-{status}", answer(status))
    await scene.fire()
    repeated = [scene[f"answers-{status}"] for status in STATUSES if status != 200]
    await scene.attempts(1)
    await scene.attempts(2, *repeated)
    await scene.quiet(scene["answers-200"])


def _only_200_stops(scene: Scene) -> Finding:
    retried = {status: len(scene[f"answers-{status}"].arrivals) > 1 for status in STATUSES}
    facts: dict[str, Json] = {
        "retried": {str(status): "retried" if again else "taken for the end" for status, again in retried.items()}
    }
    silent = [status for status in STATUSES if not scene[f"answers-{status}"].arrivals]
    if silent:
        listed = ", ".join(map(str, silent))
        return judged([f"nothing arrived where the answer was to be {listed}"], "", facts)
    problems = ["a 200 was followed by another request"] if retried[200] else []
    final = [str(status) for status in STATUSES if status != 200 and not retried[status]]
    if final:
        problems.append(f"{', '.join(final)} ended the delivery")
    return judged(problems, f"200 ended the delivery; {len(STATUSES) - 1} other answers were each retried", facts)


async def _redirecting(scene: Scene) -> None:
    for status in REDIRECTS:
        target = scene.bystander(f"target-of-{status}")
        await scene.endpoint(f"answers-{status}", answer(status, headers={"Location": target.url}))
    await scene.fire()
    redirecting = [scene[f"answers-{status}"] for status in REDIRECTS]
    await scene.attempts(1, *redirecting)
    await scene.attempts(2, *redirecting)


def _not_followed(scene: Scene) -> Finding:
    asked = [status for status in REDIRECTS if scene[f"answers-{status}"].arrivals]
    if not asked:
        return skipped("there was no request to redirect")
    problems = [
        f"{status}: {times(len(seen))} at the target, the first of them {seen[0].method}"
        for status in asked
        if (seen := scene[f"target-of-{status}"].arrivals)
    ]
    return judged(problems, f"the targets of {', '.join(map(str, asked))} saw nothing")


async def _asking(scene: Scene) -> None:
    asked = _seconds(scene)
    for status in _ASKED:
        await scene.endpoint(f"answers-{status}", answer(status, headers={"Retry-After": str(asked)}), OK)
    await scene.fire()
    await scene.attempts(1)
    await scene.until(
        lambda: all(len(endpoint.arrivals) > 1 for endpoint in scene.endpoints.values()), asked + scene.sending.quiet
    )


def _seconds(scene: Scene) -> int:
    """Whole seconds to ask for: three times what a sender would wait by itself."""
    return max(1, round(3 * scene.sending.base))


def _waits_as_asked(scene: Scene) -> Finding:
    asked = _seconds(scene)
    waits = {status: gaps(scene[f"answers-{status}"])[:1] for status in _ASKED}
    lost = [str(status) for status, waited in waits.items() if not waited]
    facts: dict[str, Json] = {
        "asked_s": asked,
        **{f"after_{status}_s": round(waited[0], 3) for status, waited in waits.items() if waited},
    }
    if lost:
        return judged([f"a {' and a '.join(lost)} with Retry-After: {asked} was not retried"], "", facts)
    shown = ", ".join(f"{waited[0]:.2f} s after a {status}" for status, waited in waits.items())
    if all(waited[0] >= asked * _LATE for waited in waits.values()):
        return judged([], f"Retry-After: {asked} was heeded: {shown}", facts)
    return Finding(Verdict.INFO, f"Retry-After: {asked} was not heeded: retried {shown}", facts)


CHECKS: Final = (
    Check(
        "S08",
        "Only 200 ends a delivery",
        f"answers {', '.join(map(str, STATUSES))}",
        "200 ends the delivery; after every other answer it is tried again.",
        "Only 200 is promised to count: whatever else ended a delivery would lose it without a word.",
        "Retry after everything but a complete 200, 4xx too: a receiver that is being deployed answers 404.",
        Scenario("answers", _answering),
        _only_200_stops,
    ),
    Check(
        "S09",
        "Redirects are not followed",
        f"answers {', '.join(map(str, REDIRECTS))} with another place",
        "The other place sees nothing.",
        "A redirect sends the payload and its signature to where nobody declared it, and can turn a POST into a GET.",
        "Take a redirect for a failure.",
        Scenario("redirects", _redirecting),
        _not_followed,
    ),
    Check(
        "S16",
        "Retry-After",
        "answers 429 and 503 with Retry-After, then 200",
        "Tried again; whether it waits as asked is reported.",
        "No source says that the platform heeds it: a receiver under load cannot count on it.",
        "Retry after a 429 and a 503.",
        Scenario("asks-for-time", _asking),
        _waits_as_asked,
    ),
)
