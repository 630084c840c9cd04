"""What is done: once for each delivery, however often it comes; and for each of those that only look alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.harness.checks.bench import Bench, Seen
from hookwright.harness.checks.check import Check, Ended, failed, passed, skipped
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.effects import STATE_NAME, Effects, Reading
from hookwright.model.resources import CONNECTION_EVENTS, WORKFLOW_EVENTS

_CREATED, _DELETED = "Connection Created", "Connection Deleted"
_ERRORED, _COMPLETED = "Workflow Errored", "Workflow Completed"
_AT_ONCE: Final = 10
_SOON: Final = 0.03
_LATER: Final = 5
_ALIKE: Final = "the declared body leaves out what tells deliveries apart: instance_id, or account, app and createdAt"
_NO_STATE: Final = (
    f"all were taken, but the probe does not tell the state: let it give JSON with `{STATE_NAME}`, the number of "
    "connections that are there"
)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Something sent, and how many effects it is to have.

    Attributes:
        name: what it is, for sentences.
        send: sends it; gives the exchanges that must be answered with 200.
        effects: how many effects are right.
    """

    name: str
    send: Callable[[], Awaitable[Sequence[Seen]]]
    effects: int


async def _duplicates(bench: Bench) -> Ended:
    trials = []
    for event in _kinds(bench):
        first, other, at_once, forged = (bench.samples.fresh(event, event) for _ in range(4))
        between = (first, other.called(f"{event}, another one"), first.called(f"{event}, again"))
        trials.append(_Trial(f"'{event}' twice, another one between", _in_turn(bench, *between), 2))
        trials.append(_Trial(f"'{event}' {_AT_ONCE} times at once", _together(bench, at_once), 1))
        trials.append(_Trial(f"'{event}' after a forged copy of it", _after_forgery(bench, forged), 1))
    return await _try(bench, trials)


async def _sequences(bench: Bench) -> Ended:
    trials = []
    for deliveries in (_of_one_account(bench), _of_runs(bench)):
        if len({delivery.body for delivery in deliveries}) == len(deliveries) > 1:
            name = " → ".join(delivery.label for delivery in deliveries)
            trials.append(_Trial(name, _in_turn(bench, *deliveries), len(deliveries)))
    return await _try(bench, trials)


async def _wrong_order(bench: Bench) -> Ended:
    if not {_CREATED, _DELETED} <= set(bench.samples.events):
        return skipped(f"it needs a webhook that subscribes to {_CREATED} and {_DELETED}")
    effects = _effects(bench)
    first = await bench.settled(effects)
    samples = bench.samples
    there, gone = ({"linked_account_id": samples.account()} for _ in range(2))
    steps = (
        (samples.fresh("a connection is created", _CREATED, createdAt=samples.moment(1), **there), 1),
        (samples.fresh("it is deleted", _DELETED, createdAt=samples.moment(2), **there), 0),
        (samples.fresh("another one is deleted", _DELETED, createdAt=samples.moment(2), **gone), 0),
        (
            samples.fresh(
                "its creation, which was before that, comes late", _CREATED, createdAt=samples.moment(1), **gone
            ),
            0,
        ),
    )
    if len({delivery.body for delivery, _ in steps}) < len(steps):
        return skipped(_ALIKE)
    wrong = []
    for delivery, connected in steps:
        seen = await bench.send(delivery)
        now = await bench.settled(effects)
        wrong += _misjudged(seen, first, now, connected)
    if wrong:
        return failed("; ".join(wrong))
    return (
        skipped(_NO_STATE) if first.connected is None else passed("the state was right after each of the four events")
    )


def _misjudged(seen: Seen, first: Reading, now: Reading, connected: int) -> list[str]:
    label = seen.exchange.label
    if seen.status != 200:
        return [f"{label}: {seen.answer}"]
    if first.connected is None or now.connected is None or now.connected - first.connected == connected:
        return []
    return [f"{label}: {now.connected - first.connected:+d} connections are there, {connected:+d} are right"]


async def _lost_answers(bench: Bench) -> Ended:
    samples, event = bench.samples, bench.samples.event
    trials = []
    for name, cut_after, part in (
        ("cut off in the middle", 0.0, 0.5),
        ("cut off behind its last byte", 0.0, 1.0),
        ("cut off while it is at work", _SOON, 1.0),
    ):
        delivery = samples.fresh(name, event)
        trials.append(_Trial(f"a delivery {name} and sent again", _cut(bench, delivery, cut_after, part), 1))
    return await _try(bench, trials)


def _cut(bench: Bench, delivery: Delivery, cut_after: float, part: float) -> Callable[[], Awaitable[Sequence[Seen]]]:
    async def send() -> Sequence[Seen]:
        head = bench.wire.head_size(delivery)
        await bench.send(delivery, cut_after=cut_after, only=head + int(part * len(delivery.body)))
        await asyncio.sleep(cut_after * _LATER)
        return [await bench.send(delivery.called(f"{delivery.label}, again"))]

    return send


async def _try(bench: Bench, trials: Sequence[_Trial]) -> Ended:
    if not trials or not bench.samples.distinct(bench.samples.event):
        return skipped(_ALIKE)
    effects = _effects(bench)
    wrong = []
    for trial in trials:
        before = (await bench.settled(effects)).count
        seen = await trial.send()
        refused = [one for one in seen if one.status != 200]
        done = (await bench.settled(effects, before + trial.effects)).count - before
        if refused:
            wrong.append(f"{trial.name}: {refused[0].answer} to {len(refused)} of {len(seen)}")
        if done != trial.effects:
            wrong.append(f"{trial.name}: {_counted(done)}, {trial.effects} is right")
    if wrong:
        return failed("; ".join(wrong))
    return passed("; ".join(f"{trial.name}: {_counted(trial.effects)}" for trial in trials))


def _counted(number: int) -> str:
    return "one effect" if number == 1 else f"{number} effects"


def _after_forgery(bench: Bench, delivery: Delivery) -> Callable[[], Awaitable[Sequence[Seen]]]:
    async def send() -> Sequence[Seen]:
        await bench.send(delivery.with_signature(b"0" * 64, label=f"{delivery.label}, forged"))
        return [await bench.send(delivery)]

    return send


def _effects(bench: Bench) -> Effects:
    if bench.effects is None:
        raise LookupError("the check runs only where there is a counter")
    return bench.effects


def _kinds(bench: Bench) -> list[str]:
    """One subscribed event of each family: a run is told by other fields than a change of a connection."""
    families = (
        [event for event in bench.samples.events if event in known] for known in (WORKFLOW_EVENTS, CONNECTION_EVENTS)
    )
    return [events[0] for events in families if events] or [bench.samples.event]


def _of_one_account(bench: Bench) -> list[Delivery]:
    """Changes of one account's connection to one app, each with a time of its own."""
    subscribed = bench.samples.connection_events()
    events = [_CREATED, _DELETED, _CREATED] if {_CREATED, _DELETED} <= set(subscribed) else subscribed[:1] * 2
    account = bench.samples.account()
    return [
        bench.samples.fresh(event, event, linked_account_id=account, createdAt=bench.samples.moment(number))
        for number, event in enumerate(events, 1)
    ]


def _of_runs(bench: Bench) -> list[Delivery]:
    """Two events of one run; two runs of one workflow where the webhook does not subscribe to both."""
    samples = bench.samples
    if {_ERRORED, _COMPLETED} <= set(samples.events):
        run = samples.run()
        return [samples.fresh(event, event, instance_id=run) for event in (_ERRORED, _COMPLETED)]
    events = [event for event in samples.events if event in WORKFLOW_EVENTS][:1] * 2
    return [samples.fresh(event, event) for event in events]


def _in_turn(bench: Bench, *deliveries: Delivery) -> Callable[[], Awaitable[Sequence[Seen]]]:
    async def send() -> Sequence[Seen]:
        return [await bench.send(delivery) for delivery in deliveries]

    return send


def _together(bench: Bench, delivery: Delivery) -> Callable[[], Awaitable[Sequence[Seen]]]:
    return lambda: bench.together(delivery.called(f"{delivery.label}, {number}") for number in range(1, _AT_ONCE + 1))


_ONCE: Final = "Keep the identity of each delivery with a unique constraint, in the transaction of its effect."

CHECKS: Final = (
    Check(
        id="R28",
        title="A delivery that comes again has one effect",
        sent=f"The same delivery again, with another one between; the same delivery {_AT_ONCE} times at once; a forged "
        "copy of a delivery, then the delivery itself.",
        expected="Each but the forged one is answered with 200, and each delivery has one effect.",
        why="Deliveries are retried and carry no id: what is not deduplicated is done twice. What is noted before "
        "it is verified is not done at all once somebody has sent a forged copy.",
        hint=f"{_ONCE} Verify first.",
        judge=_duplicates,
        effects=True,
    ),
    Check(
        id="R29",
        title="Deliveries that only look alike each have their effect",
        sent="Created, deleted and created again for one account and app, each with its own `createdAt`; errored "
        "and then completed for one run.",
        expected="Each is answered with 200 and has its effect.",
        why="Deduplication by account and app alone, or by run alone, drops what really happened.",
        hint="Workflow events: deduplicate by instance_id and status. Connection events: by account, app, event and "
        "createdAt.",
        judge=_sequences,
        effects=True,
    ),
    Check(
        id="R30",
        title="Events in the wrong order leave the right state",
        sent="A connection is created and deleted; of another one the creation comes after the deletion, with an "
        "earlier `createdAt`.",
        expected="Each is answered with 200, and no connection is there at the end.",
        why="A retry arrives after what happened later. Whoever takes the last arrival for the truth revives the dead.",
        hint="Keep the createdAt of the newest event of each account and app, and pass over older ones.",
        judge=_wrong_order,
        effects=True,
    ),
    Check(
        id="R31",
        title="A lost answer does not double the effect",
        sent="A delivery whose connection is cut in its middle, behind its last byte, or while it is worked on; "
        "then the same delivery again.",
        expected="The second is answered with 200, and there is one effect.",
        why="A sender that got no answer sends again: what was begun, and what was finished, must not be done twice.",
        hint=_ONCE,
        judge=_lost_answers,
        effects=True,
    ),
)
