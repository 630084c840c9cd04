"""The small parts: ids, clocks, lanes, deadlines, the database, the thread that serves."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Emulator, Options, RealClock, VirtualClock, platform, serve_in_thread, store
from hookwright.emulator.database import Database, Row
from hookwright.emulator.deadlines import Deadlines
from hookwright.emulator.deliveries import Retries
from hookwright.emulator.ids import Ids
from hookwright.emulator.lanes import Lanes
from hookwright.emulator.sender import within
from hookwright.errors import LocalError
from tests.unit.emulator.support import START, Caller, new_key, running


@given(st.lists(st.floats(0, 2**32 - 1), min_size=2, max_size=50))
def test_ids_grow_whatever_the_clock_does(times: list[float]) -> None:
    now = iter(times)
    ids = Ids(lambda: next(now))
    made = [ids() for _ in times]
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {24}


def test_ids_begin_with_their_time_and_go_on_behind_the_last() -> None:
    assert Ids(lambda: 0x6502F6F3)()[:8] == "6502f6f3"
    last = "f" * 23 + "0"
    assert Ids(lambda: 0.0, last)() == "f" * 23 + "1"


def test_waits_grow_by_the_factor_and_end() -> None:
    assert [Retries(2.0, 3.0, 3).wait(attempts) for attempts in (1, 2, 3, 4)] == [2.0, 6.0, 18.0, None]
    assert Retries(most=0).wait(1) is None


def test_virtual_time_goes_from_moment_to_moment() -> None:
    async def run() -> list[tuple[str, float]]:
        clock, seen = VirtualClock(START), list[tuple[str, float]]()

        def note(name: str) -> None:
            seen.append((name, clock.now() - START))

        clock.call_at(START + 2, lambda: note("two"))
        clock.call_at(START + 1, lambda: (note("one"), clock.call_at(START + 1.5, lambda: note("nested")))[0])
        clock.call_at(START + 1, lambda: note("never")).cancel()
        clock.call_at(START - 5, lambda: note("late"))
        await clock.advance(1)
        note("now")
        await clock.advance(0.25)
        await clock.run_out()
        note("end")
        return seen

    assert asyncio.run(run()) == [
        ("late", 0.0),
        ("one", 1.0),
        ("now", 1.0),
        ("nested", 1.5),
        ("two", 2.0),
        ("end", 2.0),
    ]


def test_virtual_time_waits_for_work() -> None:
    async def run() -> float:
        clock = VirtualClock(START)
        work: list[asyncio.Task[None]] = []
        done = 0.0

        async def attempt(release: object) -> None:
            nonlocal done
            await asyncio.sleep(0.05)
            done = clock.now() - START
            assert callable(release)
            release()

        clock.call_at(START + 1, lambda: work.append(asyncio.create_task(attempt(clock.hold()))))
        await clock.advance(100)
        assert clock.now() == START + 100
        return done

    assert asyncio.run(run()) == 1.0


def test_virtual_time_goes_on_while_all_who_hold_it_wait_for_it() -> None:
    async def run() -> list[float]:
        clock = VirtualClock(START)
        times: list[float] = []
        holds = [clock.hold(), clock.hold()]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clock.advance(5), 0.05)
        times.append(clock.now() - START)
        go_on = clock.wait_out(2)
        await clock.advance(5)
        times.append(clock.now() - START)
        holds.pop()()  # One of them has ended, and the other side has not noticed it yet.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clock.advance(5), 0.05)
        times.append(clock.now() - START)
        go_on()
        holds.pop()()
        await clock.advance(5)
        times.append(clock.now() - START)
        return times

    assert asyncio.run(run()) == [0.0, 5.0, 5.0, 10.0]


@pytest.mark.parametrize(("needed", "ended"), [(3.0, 3.0), (30.0, 10.0)])
def test_a_time_out_is_one_of_the_clock(needed: float, ended: float) -> None:
    async def run() -> tuple[bool, float]:
        clock, over = VirtualClock(START), asyncio.Event()
        timed_out = False

        async def work() -> None:
            nonlocal timed_out
            try:
                async with within(10.0, clock):
                    await over.wait()
            except TimeoutError:
                timed_out = True

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        clock.call_at(START + needed, over.set)
        await clock.advance(ended)
        await task
        await clock.advance(1)  # Nobody holds time any more.
        return timed_out, clock.now() - START

    assert asyncio.run(run()) == (needed > 10, ended + 1)


def test_a_deadline_ends_what_takes_too_long_and_nothing_else() -> None:
    async def run() -> list[str]:
        deadlines, told = Deadlines(0.05), []

        async def work(name: str, seconds: float) -> None:
            try:
                async with deadlines.block():
                    await asyncio.sleep(seconds)
                told.append(f"{name} was done")
            except TimeoutError:
                told.append(f"{name} took too long")
                await asyncio.sleep(0)  # It is not cancelled any more.
                told.append(f"{name} went on")

        slow, quick = asyncio.create_task(work("slow", 60)), asyncio.create_task(work("quick", 0))
        await asyncio.sleep(0.02)
        later, in_time = asyncio.create_task(work("later", 60)), asyncio.create_task(work("in time", 0.01))
        await asyncio.wait([slow, quick, later, in_time])
        await work("a new one", 60)
        return told

    assert asyncio.run(run()) == [
        "quick was done",
        "in time was done",
        *("slow took too long", "slow went on"),
        *("later took too long", "later went on"),
        *("a new one took too long", "a new one went on"),
    ]


def test_who_cancels_what_takes_too_long_goes_before_its_deadline() -> None:
    async def run() -> None:
        async def work() -> None:
            async with Deadlines(0.01).block():
                time.sleep(0.02)  # noqa: ASYNC251 - the deadline passes before anybody can see it
                asyncio.get_running_loop().call_later(0, task.cancel)
                await asyncio.sleep(60)

        task = asyncio.create_task(work())
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(run())


def test_real_time_calls_back_when_it_has_come() -> None:
    async def run() -> float:
        clock, came = RealClock(), asyncio.Event()
        due = clock.now() + 0.02
        clock.call_at(due + 60, came.clear).cancel()
        clock.call_at(due, came.set)
        clock.hold()()
        await asyncio.wait_for(came.wait(), 5)
        return clock.now() - due

    assert asyncio.run(run()) >= 0
    assert abs(RealClock().now() - time.time()) < 1


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 3), st.integers(1, 4))
def test_lanes_serve_all_within_their_bounds(names: list[str], per_lane: int, total: int) -> None:
    running_now: list[tuple[str, int]] = []
    served: list[tuple[str, int]] = []

    def start(item: tuple[str, int]) -> None:
        running_now.append(item)
        served.append(item)
        assert len(running_now) <= total
        assert sum(name == item[0] for name, _ in running_now) <= per_lane

    lanes: Lanes[tuple[str, int]] = Lanes(per_lane, total, start)
    for number, name in enumerate(names):
        lanes.put(name, (name, number))
        busy = sum(min(per_lane, count) for count in map([n for n, _ in running_now].count, "abc"))
        assert busy == len(running_now)
    while running_now:
        lanes.done(running_now.pop(0)[0])
    assert sorted(served) == sorted((name, number) for number, name in enumerate(names))
    for name in "abc":
        own = [number for each, number in served if each == name]
        assert own == sorted(own)
    assert lanes._lanes == {}


def test_a_full_lane_leaves_the_places_of_others_free() -> None:
    started: list[str] = []
    lanes: Lanes[str] = Lanes(2, 10, started.append)
    for item in ("slow 1", "slow 2", "slow 3"):
        lanes.put("slow", item)
    lanes.put("fast", "fast 1")
    assert started == ["slow 1", "slow 2", "fast 1"]
    lanes.done("slow")
    assert started[-1] == "slow 3"


def test_a_job_that_fails_spoils_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[object]:
        database = Database(tmp_path / "x.db")
        insert = "INSERT INTO webhooks VALUES (?, 'org', '{}')"
        jobs = [
            database.run(lambda connection: connection.execute(insert, ("a",)).rowcount),
            database.run(lambda connection: connection.execute("nonsense")),
            database.run(lambda connection: connection.execute(insert, ("\ud800",))),
            database.run(lambda connection: connection.execute(insert, ("a",))),
            database.run(lambda connection: connection.execute(insert, (1 << 64,))),
            database.run(lambda connection: connection.execute(insert, ("b",)).rowcount),
        ]
        database.post(lambda connection: connection.execute("nonsense too"))
        outcomes: list[object] = list(await asyncio.gather(*jobs, return_exceptions=True))
        rows = await database.run(lambda connection: connection.execute("SELECT id FROM webhooks").fetchall())
        await database.close()
        return [*outcomes, rows]

    first, nonsense, surrogate, double, large, second, rows = asyncio.run(run())
    assert (first, second, rows) == (1, 1, [("a",), ("b",)])
    assert isinstance(nonsense, sqlite3.OperationalError)
    assert isinstance(surrogate, UnicodeEncodeError)
    assert isinstance(double, sqlite3.IntegrityError)
    assert isinstance(large, OverflowError)
    assert [record.getMessage() for record in caplog.records] == [
        'cannot write to the database: near "nonsense": syntax error'
    ]


def test_a_row_that_cannot_be_written_keeps_no_other_from_being(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def write(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
        together.append(len(rows))
        connection.executemany("INSERT INTO webhooks VALUES (?, 'org', '{}')", rows)

    async def run() -> list[object]:
        database = Database(tmp_path / "x.db")
        for key in ("a", "b"):
            database.gather(write, (key,))
        database.post(lambda connection: connection.execute("DELETE FROM webhooks WHERE id = 'a'"))
        for key in ("a", "\ud800", "c"):
            database.gather(write, (key,))
        rows = await database.run(lambda connection: connection.execute("SELECT id FROM webhooks").fetchall())
        await database.close()
        return rows

    together: list[int] = []
    assert asyncio.run(run()) == [("a",), ("b",), ("c",)]
    assert together == [2, 3, 1, 1, 1, 1, 1]
    assert "surrogates not allowed" in caplog.text


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one" * 100, "CREATE TABLE a (b)"])
def test_other_files_are_left_alone(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "x.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with sqlite3.connect(path) as connection:
            connection.execute(content)
        connection.close()
    before = path.read_bytes()
    with pytest.raises(LocalError, match="cannot use the database"), running(db=path):
        pass
    assert path.read_bytes() == before


def test_a_database_of_another_version_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with running(db=path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(LocalError, match=r"it was made by another version of hookwright$"), running(db=path):
        pass


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with running(db=path):
        pass
    with path.open("r+b") as file:  # the first page alone says what it is a database of
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(LocalError, match=r"^cannot use the database .*: .* malformed$"), running(db=path):
        pass


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "x.db"
    with pytest.raises(LocalError, match=r"cannot open the database .*: No such file or directory$"), running(db=path):
        pass


def test_a_port_that_is_taken_is_told_and_the_database_let_go(tmp_path: Path) -> None:
    with running() as (served, _):
        port = int(served.url.rpartition(":")[2])
        with (
            pytest.raises(LocalError, match=f"^cannot listen on 127.0.0.1 port {port}: address already in use$"),
            running(port=port, db=tmp_path / "x.db"),
        ):
            pass
    with running(db=tmp_path / "x.db"):
        pass


def test_a_disk_that_fails_changes_nothing(tmp_path: Path) -> None:
    with running(db=tmp_path / "x.db") as (_, caller):
        kept = caller.webhook()
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(store._PUT, "webhooks", "no SQL")
            body = {"webhook_url": "https://a.acme.example", "webhook_events": ["Workflow Errored"]}
            envelope = caller.refused("POST", "/webhook", body)
        assert (envelope["status_code"], envelope["error"]) == (500, "SERVER_ERROR")
        assert caller.ok("GET", "/webhook") == [kept]


def test_more_organizations_than_are_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "MAX_ORGANIZATIONS", 3)
    with running() as (_, caller):
        callers = [Caller(caller.url, new_key()) for _ in range(10)]
        made = [each.webhook() for each in callers]
        assert [each.ok("GET", "/webhook") for each in callers] == [[webhook] for webhook in made]


def test_it_can_be_used_in_an_event_loop() -> None:
    async def run() -> str:
        async with Emulator(Options(host="::1"), TemplateRenderer()) as emulator:
            return emulator.url

    assert asyncio.run(run()).startswith("http://[::1]:")


def test_all_addresses_are_named_by_the_loopback_one() -> None:
    with running(host="0.0.0.0") as (served, caller):
        assert served.url.startswith("http://127.0.0.1:")
        assert caller.ok("GET", "/webhook") == []


def test_a_real_clock_cannot_be_advanced() -> None:
    with (
        serve_in_thread(Options(), TemplateRenderer()) as served,
        pytest.raises(TypeError, match="give it a VirtualClock"),
    ):
        served.advance(1)
