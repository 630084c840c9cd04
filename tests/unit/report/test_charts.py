"""What charts are drawn of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.conformance import Exchange
from hookwright.report import charts
from tests.unit.report.conformance_examples import LATENCIES, RETRIES, exchange


def attempts(*starts: float, of: str = "", status: int | None = 500, duration: float = 0.1) -> list[Exchange]:
    name = f"{of}, " if of else ""
    return [
        exchange(f"{name}attempt {number}", b"{}", status, started=start, duration=duration)
        for number, start in enumerate(starts, 1)
    ]


def test_a_time_line_says_what_happened_when() -> None:
    line = charts.time_line(attempts(5, 6.1, 8.2, 12.3))
    assert line is not None
    assert line.description == "4 attempts, with pauses of 1 s, 2 s, 4 s"
    (lane,) = line.lanes
    assert [pause.text for pause in lane.pauses] == [
        "1 s",
        "2 s (\N{MULTIPLICATION SIGN}2.0)",
        "4 s (\N{MULTIPLICATION SIGN}2.0)",
    ]
    assert lane.bars[0].title == "attempt 1: 500, 100 ms"
    gaps = [after.x - before.x for before, after in zip(lane.bars, lane.bars[1:], strict=False)]
    assert gaps[1] / gaps[0] == pytest.approx(2.1 / 1.1)
    assert gaps[2] / gaps[0] == pytest.approx(4.1 / 1.1)
    assert [tick.text for tick in line.ticks] == ["0", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s"]
    assert line.ticks[0].x == lane.bars[0].x, "time starts with the first attempt"


def test_several_deliveries_have_a_lane_each_and_start_together() -> None:
    line = charts.time_line(
        [*attempts(0, of="200", status=200), *attempts(3, 4, of="410"), *attempts(9, of="hang", status=None)]
    )
    assert line is not None
    assert [lane.name for lane in line.lanes] == ["200", "410", "hang"]
    assert len({lane.bars[0].x for lane in line.lanes}) == 1
    assert [lane.bars[0].kind for lane in line.lanes] == ["ok", "refused", "cut"]
    assert line.description == "200: 1 attempt; 410: 2 attempts, with pauses of 900 ms; hang: 1 attempt"
    many = charts.time_line([each for number in range(40) for each in attempts(0, 1, of=str(number))])
    assert many is not None
    assert (len(many.lanes), many.left_out) == (16, 24)


def test_requests_are_attempts_too() -> None:
    made = [replace(each, label=f"hangs, request {number}") for number, each in enumerate(attempts(0, 1, 2), 1)]
    line = charts.time_line(made)
    assert line is not None
    assert [(lane.name, len(lane.bars)) for lane in line.lanes] == [("", 3)], "the only one needs no name"
    assert line.description.startswith("hangs: 3 attempts")


def test_there_is_no_time_line_without_a_retry() -> None:
    assert charts.time_line([]) is None
    assert charts.time_line(attempts(0)) is None
    assert charts.time_line([exchange("a", b""), exchange("b", b"")]) is None
    assert charts.time_line(RETRIES.exchanges) is not None


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 100)), min_size=2, max_size=12))
def test_attempts_stay_within_the_chart(times: list[tuple[float, float]]) -> None:
    made = [
        replace(attempts(start)[0], duration=duration, label=f"attempt {number}")
        for number, (start, duration) in enumerate(sorted(times))
    ]
    line = charts.time_line(made)
    assert line is not None
    for lane in line.lanes:
        assert 0 <= lane.y < line.axis < line.height
        for bar in lane.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= charts.WIDTH
    assert len(line.ticks) <= 12


def test_a_histogram_counts_everything() -> None:
    drawn = charts.histogram(LATENCIES)
    assert drawn is not None
    assert sum(int(bucket.title.rpartition(": ")[2]) for bucket in drawn.buckets) == len(LATENCIES)
    assert [mark.text for mark in drawn.marks] == ["p50 7.39 ms", "p95 44.7 ms", "p99 52.5 ms"]
    assert drawn.description.startswith("403 answers: half within 7.39 ms")
    assert [tick.text for tick in drawn.ticks][:4] == ["1 ms", "2 ms", "5 ms", "10 ms"]
    assert charts.histogram(()) is None


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=200))
def test_a_histogram_stays_within_the_chart(latencies: list[float]) -> None:
    drawn = charts.histogram(latencies)
    assert drawn is not None
    assert sum(int(bucket.title.rpartition(": ")[2]) for bucket in drawn.buckets) == len(latencies)
    for bucket in drawn.buckets:
        assert bucket.x >= 0
        assert bucket.x + bucket.width <= charts.WIDTH
        assert 0 < bucket.y < drawn.axis
        assert bucket.y + bucket.height == pytest.approx(drawn.axis)
    assert all(0 <= place.x <= charts.WIDTH for place in (*drawn.ticks, *drawn.marks))
    assert len(drawn.ticks) <= 16
