"""S01 to S07, S18: how often, when and with what bytes a delivery is repeated."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending.acts import ERROR, OK
from hookwright.harness.sending.arrival import Arrival
from hookwright.harness.sending.backoff import fit
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, skipped, times
from hookwright.harness.sending.listener import Endpoint
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import MOST_ATTEMPTS, Scene, gaps
from hookwright.signing import SIGNATURE_HEADER

_FAILING: Final = "always-500"
_OWN: Final = frozenset({"connection", "content-length", "content-type", "host", "transfer-encoding", SIGNATURE_HEADER})
"""Headers that frame the request, or that are looked at elsewhere."""
_NO_RETRY: Final = "there was no retry to look at"


async def _accepting(scene: Scene) -> None:
    await scene.endpoint("accepts")
    events = (scene.event,) if Ability.EVENTS in scene.sending.lacks else scene.webhook.events
    await scene.fire(*events)
    await scene.attempts(len(events))
    await scene.quiet()


def _one_request_each(scene: Scene) -> Finding:
    count = len(scene["accepts"].arrivals)
    wanted = 1 if Ability.EVENTS in scene.sending.lacks else len(scene.webhook.events)
    problems = [] if count == wanted else [f"{times(count)} for {times(wanted, 'event')}"]
    return judged(problems, f"{times(count)} for {times(wanted, 'event')}, then quiet")


async def _failing(scene: Scene) -> None:
    await scene.endpoint(_FAILING, ERROR)
    await scene.fire()
    await scene.attempts(MOST_ATTEMPTS)
    await scene.quiet()


def _four_attempts(scene: Scene) -> Finding:
    count = len(scene[_FAILING].arrivals)
    more = "at least " if count > MOST_ATTEMPTS else ""
    problems = [] if count == MOST_ATTEMPTS else [f"{more}{times(count)}, where {MOST_ATTEMPTS} were expected"]
    return judged(problems, f"{times(count)}, then quiet", {"requests": count})


def _waits_grow(scene: Scene) -> Finding:
    waits = gaps(scene[_FAILING])[: MOST_ATTEMPTS - 1]
    if len(waits) < 2:
        return skipped("there were not two retries to compare")
    backoff = fit(waits)
    listed = ", ".join(f"{wait:.2f}" for wait in waits)
    facts = {
        "waits_s": [round(wait, 3) for wait in waits],
        "base_s": round(backoff.base, 3),
        "factor": round(backoff.factor, 3),
    }
    seen = f"waits of {listed} s: a base of {backoff.base:.2f} s, times {backoff.factor:.2f} each"
    return judged([] if backoff.grows else [seen], seen, facts)


def _same_body(scene: Scene) -> Finding:
    arrivals = _whole(scene[_FAILING])
    if len(arrivals) < 2:
        return skipped(_NO_RETRY)
    different = [number for number, each in enumerate(arrivals, 1) if each.body != arrivals[0].body]
    problems = [f"the body of request {number} is not that of the first" for number in different]
    return judged(problems, f"{len(arrivals)} times the same {len(arrivals[0].body)} bytes")


def _signed(scene: Scene) -> Finding:
    endpoint = scene[_FAILING]
    arrivals = _whole(endpoint)
    if not arrivals:
        return skipped("there was no request to look at")
    return judged(
        [problem for number, each in enumerate(arrivals, 1) if (problem := signature_problem(each, endpoint, number))],
        f"a valid signature on each of {times(len(arrivals))}",
    )


def _same_head(scene: Scene) -> Finding:
    arrivals = _whole(scene[_FAILING])
    if len(arrivals) < 2:
        return skipped(_NO_RETRY)
    first, problems = arrivals[0], []
    if first.method != scene.webhook.method:
        problems.append(f"the method is {first.method}, where {scene.webhook.method} is declared")
    missing = [name for name in scene.webhook.headers if name.lower() not in _OWN and not first.values(name)]
    problems += [f"the declared header {name} is missing" for name in missing]
    for number, each in enumerate(arrivals[1:], 2):
        what = [
            name
            for name, differs in (
                ("method", each.method != first.method),
                ("path", each.target != first.target),
                ("content type", each.values("content-type") != first.values("content-type")),
                ("headers", _custom(each, scene) != _custom(first, scene)),
            )
            if differs
        ]
        if what:
            problems.append(f"request {number} differs from the first in its {' and '.join(what)}")
    return judged(problems, f"{len(arrivals)} times {first.method} with the same path, headers and content type")


def _custom(arrival: Arrival, scene: Scene) -> list[tuple[str, str]]:
    """The headers that must not change: all but those of the framing; a tunnel adds some of its own, too."""
    declared = {name.lower() for name in scene.webhook.headers} if Ability.SOCKETS in scene.sending.lacks else None
    return sorted(
        (name.lower(), value)
        for name, value in arrival.headers
        if name.lower() not in _OWN and (declared is None or name.lower() in declared)
    )


def _whole(endpoint: Endpoint) -> list[Arrival]:
    return [arrival for arrival in endpoint.arrivals if arrival.whole is not None]


def signature_problem(arrival: Arrival, endpoint: Endpoint, number: int) -> str:
    """What is wrong with the signature of an endpoint's request, by its number; an empty string where nothing is."""
    if arrival.signed_with(endpoint.key):
        return ""
    count = len(arrival.values(SIGNATURE_HEADER))
    if count == 1:
        return f"the signature of request {number} is not one of its bytes with the environment's key"
    return f"request {number} carries {times(count, 'signature')}"


async def _recovering(scene: Scene) -> None:
    for failures in range(1, MOST_ATTEMPTS):
        await scene.endpoint(f"fails-{failures}", *[ERROR] * failures, OK)
    await scene.fire()
    for failures in range(1, MOST_ATTEMPTS):
        await scene.attempts(failures + 1, scene[f"fails-{failures}"])
    await scene.quiet()


def _stops_at_success(scene: Scene) -> Finding:
    counts = {failures: len(scene[f"fails-{failures}"].arrivals) for failures in range(1, MOST_ATTEMPTS)}
    problems = [
        f"{times(count)} where the first {failures} failed and the next was answered 200"
        for failures, count in counts.items()
        if count != failures + 1
    ]
    return judged(problems, "2, 3 and 4 requests after 1, 2 and 3 failures")


async def _restarting(scene: Scene) -> None:
    endpoint = await scene.endpoint("fails-3", ERROR, ERROR, ERROR, OK)
    await scene.fire()
    for attempts in (1, 2):
        if not await scene.attempts(attempts, endpoint):
            return
        await scene.sending.restart()
    await scene.attempts(MOST_ATTEMPTS, endpoint)
    await scene.quiet()


def _goes_on(scene: Scene) -> Finding:
    endpoint = scene["fails-3"]
    count, waits = len(endpoint.arrivals), gaps(endpoint)
    problems = []
    if count != MOST_ATTEMPTS:
        problems.append(f"{times(count)} in all, where {MOST_ATTEMPTS} were expected")
    elif waits[0] < scene.sending.base / 2 or not fit(waits).grows:
        problems.append(f"waits of {', '.join(f'{wait:.2f}' for wait in waits)} s: the schedule began anew")
    seen = "restarted after the first and the second request; the third and fourth came on time"
    return judged(problems, seen, {"waits_s": [round(wait, 3) for wait in waits]})


_ONCE: Final = Scenario("accepts", _accepting, uses=frozenset({Ability.EVENTS}))
_ALWAYS: Final = Scenario("always-fails", _failing)

CHECKS: Final = (
    Check(
        "S01",
        "A delivery that is accepted is made once",
        "answers 200",
        "One request for each event, then quiet.",
        "What is sent again after a 200 is worked on again: orders double, mails go out twice.",
        "Take a complete answer of 200 as the end of the delivery.",
        _ONCE,
        _one_request_each,
    ),
    Check(
        "S02",
        "A delivery that fails is tried four times",
        "always answers 500",
        "The first request and three retries, then quiet.",
        "Fewer lose events in a short outage; more load a receiver that is down, for ever.",
        "Retry up to three times (webhooks guide, 'Retries').",
        _ALWAYS,
        _four_attempts,
    ),
    Check(
        "S03",
        "A retry that is accepted ends the delivery",
        "fails once, twice or three times, then answers 200",
        "One request more than failures, then quiet.",
        "Retries that go on after a 200 repeat work that is done.",
        "End a delivery with its first 200, whichever attempt that is.",
        Scenario("recovers", _recovering),
        _stops_at_success,
    ),
    Check(
        "S04",
        "Retries back off",
        "always answers 500",
        "Each wait is at least one and a half times the one before.",
        "Retries at a constant pace keep an overloaded receiver down, and all senders meet again at the same moment.",
        "Multiply the wait after each failure.",
        _ALWAYS,
        _waits_grow,
    ),
    Check(
        "S05",
        "Retries repeat the body byte for byte",
        "always answers 500",
        "The same bytes on every attempt.",
        "A delivery has no id: receivers know a retry by its bytes.",
        "Render a body once, and keep the bytes for the retries.",
        _ALWAYS,
        _same_body,
    ),
    Check(
        "S06",
        "Every attempt is signed",
        "always answers 500",
        "A valid signature over its own bytes on every attempt.",
        "A receiver rejects what is not signed: retries without a signature are never accepted.",
        "Sign the raw bytes that are sent, with the environment's key, on retries too.",
        _ALWAYS,
        _signed,
    ),
    Check(
        "S07",
        "Retries repeat the request as declared",
        "always answers 500",
        "The declared method and headers, and the same path and content type, on every attempt.",
        "A retry with another method or without its headers is refused, or goes to another handler.",
        "Keep the whole request for the retries, not the body alone.",
        _ALWAYS,
        _same_head,
    ),
    Check(
        "S18",
        "A restart of the sender loses nothing",
        "fails three times, while the sender is restarted twice",
        "Four requests in all, on the schedule of a sender that was not restarted.",
        "Deployments restart senders every day; what lives in memory only is lost.",
        "Keep pending deliveries and their next attempts on disk.",
        Scenario("restarts", _restarting, frozenset({Ability.RESTART, Ability.EVENTS})),
        _goes_on,
    ),
)
