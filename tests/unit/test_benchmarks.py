"""The page on performance shows what the last benchmark measured, and the verdicts follow from the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from benchmarks import goals, report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def results() -> dict[str, Any]:
    """The figures that are kept."""
    found: dict[str, Any] = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
    return found


def test_the_page_and_its_plot_are_of_the_figures_that_are_kept(results: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert f"{report.BEGIN}{report.markdown(results)}{report.END}" in page
    assert (ROOT / "docs" / "images" / "cost.svg").read_text("utf-8") == report.plot(results)


def test_the_plot_is_a_picture_with_a_line_for_each(results: dict[str, Any]) -> None:
    picture = ET.fromstring(report.plot(results))
    lines = [element for element in picture.iter() if element.tag.endswith("polyline")]
    assert len(lines) == sum(bool(series) for series in report.points(results).values())
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        assert all(0 < x < 720 and 0 < y < 400 for x, y in points)
        assert points == sorted(points)


def case(cpu: float, wall: float) -> dict[str, Any]:
    return {"cpu_s": [cpu * 2, cpu], "wall_s": [wall, wall * 2], "peak_bytes": 1}


@pytest.mark.parametrize(
    ("cpu", "wall", "verdict"),
    [(0.05, 0.05, "yes"), (0.05, 0.06, "in part"), (0.06, 0.05, "in part"), (0.06, 0.06, "**no**")],
)
def test_a_goal_is_reached_where_clock_and_processor_say_so(cpu: float, wall: float, verdict: str) -> None:
    results = {
        "cases": {"python -c pass": case(0.01, 0.01), "hookwright --help": case(cpu, wall)},
        "apply": {"requests_s": 5.0, "least_s": 4.75, "refused": 1},
        "deliveries_per_s": {"aiohttp client and server": [100], "send": [70], "emulator": [69]},
    }
    rows = {row[0]: row for row in goals.rows(results)}
    assert rows["`--help` / `python -c pass`"][-1] == verdict
    assert rows["`validate` of 10,000 / the C `compose`"][2:] == ("not measured", "", "")
    assert rows["`apply` of 100 creates / the least possible"][-1] == "**no**"
    assert rows["requests that were refused (429) meanwhile"][2:] == ("1", "", "**no**")
    assert [rows[f"{name} / plain aiohttp, deliveries per second"][-1] for name in ("`send`", "the emulator")] == [
        "yes",
        "**no**",
    ]
