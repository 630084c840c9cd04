"""A live environment: one event for all scenarios, once all of them are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from hookwright.cli.testing.live import _Meeting, playable
from hookwright.harness.sending.platform import Ability, NothingHappenedError
from hookwright.harness.sending.registry import CHECKS


def meet(parties: int, play: Callable[[_Meeting], object], happen: Callable[[], None] = lambda: None) -> int:
    """How often something happened, with so many parties expected."""
    count = 0

    async def occur() -> None:
        nonlocal count
        count += 1
        await asyncio.sleep(0.01)
        happen()

    async def run() -> None:
        meeting = _Meeting(parties, occur)
        await asyncio.wait_for(play(meeting), 5)  # type: ignore[arg-type]

    asyncio.run(run())
    return count


def test_it_happens_once_when_all_have_come() -> None:
    order: list[str] = []

    async def play(meeting: _Meeting) -> None:
        async def party(name: str, late: float) -> None:
            await asyncio.sleep(late)
            order.append(f"{name} comes")
            await meeting.come()
            order.append(f"{name} goes on")

        await asyncio.gather(party("a", 0), party("b", 0.02), party("c", 0.04))

    assert meet(3, play) == 1
    assert order[:3] == ["a comes", "b comes", "c comes"]
    assert sorted(order[3:]) == ["a goes on", "b goes on", "c goes on"]


def test_who_leaves_is_not_waited_for() -> None:
    async def play(meeting: _Meeting) -> None:
        waiting = asyncio.create_task(meeting.come())
        await asyncio.sleep(0.02)
        assert not waiting.done()
        meeting.leave()
        await waiting

    assert meet(2, play) == 1


def test_all_are_told_that_nothing_happened() -> None:
    def nothing() -> None:
        raise NothingHappenedError("nothing")

    async def play(meeting: _Meeting) -> None:
        told = await asyncio.gather(meeting.come(), meeting.come(), return_exceptions=True)
        assert [type(each) for each in told] == [NothingHappenedError] * 2
        raise NothingHappenedError("nothing")

    with pytest.raises(NothingHappenedError):
        meet(2, play, nothing)


def test_one_who_is_interrupted_does_not_end_it_for_the_others() -> None:
    async def play(meeting: _Meeting) -> None:
        first, second = asyncio.create_task(meeting.come()), asyncio.create_task(meeting.come())
        await asyncio.sleep(0.005)
        first.cancel()
        await second

    assert meet(2, play) == 1


def test_what_needs_more_than_an_event_is_not_played() -> None:
    played = {check.id for check in CHECKS if playable(check.scenario)}
    assert {"S01", "S08", "S22"} < played
    assert {check.id for check in CHECKS if check.scenario.needs & set(Ability)} == {
        check.id for check in CHECKS if check.id not in played
    }
