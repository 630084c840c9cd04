"""The counter of effects."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator

import pytest

from hookwright.errors import LocalError
from hookwright.harness.checks.effects import Effects, Reading, command, parse


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        (b"7\n", Reading(7)),
        (b' {"count": 3} ', Reading(3)),
        (b'{"effects": 3, "connected": 1, "more": "x"}', Reading(3, 1)),
        (b'{"value": 0}', Reading(0)),
    ],
)
def test_what_a_probe_gives(raw: bytes, reading: Reading) -> None:
    assert parse(raw) == reading


@pytest.mark.parametrize(
    "raw",
    [b"", b"many", b"true", b"-1", b"1.5", b"[]", b'{"n": 1}', b'{"count": "3"}', b'{"count": 1, "connected": "x"}'],
)
def test_what_is_no_count(raw: bytes) -> None:
    with pytest.raises(LocalError, match="--effects"):
        parse(raw)


def test_a_command() -> None:
    assert asyncio.run(command("echo 12")()) == Reading(12)
    assert asyncio.run(command("sh -c 'echo 1 2 3 | wc -w'")()) == Reading(3)


@pytest.mark.parametrize("line", ["", "'", "/nonexistent", f"{sys.executable} -c 'exit(1)'", "echo x"])
def test_a_command_that_gives_nothing(line: str) -> None:
    with pytest.raises(LocalError, match="--effects"):
        asyncio.run(command(line)())


def _reader(counts: Iterator[int]) -> Effects:
    last = 0

    async def read() -> Reading:
        nonlocal last
        last = next(counts, last)
        return Reading(last)

    return Effects(read, quiet=0.001, patience=0.2)


def test_as_long_as_effects_show_more_are_waited_for() -> None:
    begun = time.monotonic()

    async def read() -> Reading:
        return Reading(min(5, int((time.monotonic() - begun) / 0.15)))

    assert asyncio.run(Effects(read, quiet=0.01, patience=0.3).reached(5)) == Reading(5)  # 0.75 s in all


def test_it_rests_no_sooner_than_it_was_seen_to_take() -> None:
    """A queue that is looked at every now and then: that nothing changes for a moment says nothing."""
    turn, begun = 0.2, time.monotonic()

    async def read() -> Reading:
        return Reading(int((time.monotonic() - begun) / turn))

    async def after_the_first() -> int:
        counter = Effects(read, quiet=0.01, patience=0.3)
        await counter.reached(1)
        before = (await read()).count
        return (await counter.settled()).count - before

    assert asyncio.run(after_the_first()) >= 1


def test_it_is_read_until_it_rests() -> None:
    assert asyncio.run(_reader(iter([1, 2, 3, 3, 9])).settled()) == Reading(3)


def test_effects_that_come_late_are_waited_for_and_those_too_many_seen() -> None:
    assert asyncio.run(_reader(iter([0, 0, 0, 1, 2, 2])).reached(1)) == Reading(2)
    assert asyncio.run(_reader(iter([0])).reached(1)) == Reading(0)
