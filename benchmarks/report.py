"""The figures of a run as text, as a table of Markdown and as a plot."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import goals, measure

BEGIN, END = "<!-- figures of the last make bench: begin -->\n", "<!-- figures of the last make bench: end -->\n"
SIZES = (10, 1000, 10_000, 50_000)
LINES = {"plan": ("hookwright", "#0b7285"), "octoDNS": ("octoDNS", "#e8590c"), "Terraform": ("Terraform", "#862e9c")}

Results = dict[str, Any]


def lines(results: Results) -> Iterator[str]:
    """The figures for a terminal."""
    yield from measure.table(results["cases"])
    yield ""
    for what, goal, first, second, reached in goals.rows(results):
        yield f"{what.replace('`', ''):66} {goal:22} {first:>12} {second:>10}  {reached.strip('*')}"


def write_page(docs: Path, results: Results) -> None:
    """Put the figures into ``performance.md``, between their marks, and draw the plot beside it."""
    page = docs / "performance.md"
    text = page.read_text("utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    page.write_text(f"{before}{BEGIN}{markdown(results)}{after}", "utf-8")
    (docs / "images").mkdir(exist_ok=True)
    (docs / "images" / "cost.svg").write_text(plot(results), "utf-8")


def markdown(results: Results) -> str:
    """The tables of the page."""
    made = ["\n| what | goal | by the clock | of the processor | reached |", "|---|---|---:|---:|---|"]
    made += [f"| {' | '.join(row)} |" for row in goals.rows(results)]
    made += [
        "",
        "| command | processor, ms | clock, ms (least to most) | peak, MB | runs |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, case in results["cases"].items():
        cpu, wall = statistics.median(case["cpu_s"]) * 1000, [one * 1000 for one in case["wall_s"]]
        spread = f"{statistics.median(wall):,.0f} ({min(wall):,.0f} to {max(wall):,.0f})"
        made.append(f"| {name} | {cpu:,.0f} | {spread} | {measure.megabytes(case['peak_bytes'])} | {len(wall)} |")
    rates = ", ".join(
        f"{name} {statistics.median(found):,.0f} ({min(found):,} to {max(found):,})"
        for name, found in results["deliveries_per_s"].items()
    )
    applied = results["apply"]
    there = "." if results["terraform"] else "; Terraform was not there."
    made += [
        "",
        f"Deliveries per second: {rates}.",
        "",
        f"`apply` of {applied['creates']} creates: {applied['requests']} requests",
        f"within {applied['requests_s']:.2f} s, the whole command {applied['whole_s']:.2f} s;",
        f"the least possible is {applied['least_s']:.2f} s.",
        "",
        f"Python {results['python']}, {results['processors']} processors{there} Ratios are those of the quickest runs.",
        f"The machine's load average at the start was {results['load_average']:g}: where it is above the number of",
        "processors, others had the machine too, the clock says little, and the processor's column is the one to read.",
        "Milliseconds mean little on another machine.\n\n",
    ]
    return "\n".join(made)


def points(results: Results) -> dict[str, list[tuple[int, float]]]:
    """For every line of the plot the sizes and the seconds of the processor, of plans with nothing to do."""
    found: dict[str, list[tuple[int, float]]] = {}
    for line in LINES:
        cases = [(size, results["cases"].get(f"{line}, {size}, nothing to do")) for size in SIZES]
        found[line] = [(size, min(case["cpu_s"])) for size, case in cases if case]
    return found


def plot(results: Results) -> str:
    """Seconds of the processor against the number of objects, both logarithmic, as SVG."""
    width, height, left, top, right, bottom = 720, 400, 70, 20, 130, 50
    low, high = math.log10(0.05), math.log10(100)

    def x(size: float) -> float:
        return left + (width - left - right) * (math.log10(size) - 1) / (math.log10(SIZES[-1]) - 1)

    def y(seconds: float) -> float:
        return height - bottom - (height - top - bottom) * (math.log10(seconds) - low) / (high - low)

    label = "Processor seconds of a plan with nothing to do, by number of objects"
    head = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" role="img" aria-label="{label}"'
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for seconds in (0.1, 1, 10, 100):
        made.append(f'<path d="M{left} {y(seconds):.1f}H{width - right}" stroke="#ddd"/>')
        made.append(f'<text x="{left - 8}" y="{y(seconds) + 4:.1f}" text-anchor="end">{seconds:g} s</text>')
    for size in (10, 100, 1000, 10_000, 50_000):
        made.append(f'<path d="M{x(size):.1f} {top}V{height - bottom}" stroke="#eee"/>')
        made.append(f'<text x="{x(size):.1f}" y="{height - bottom + 20}" text-anchor="middle">{size:,}</text>')
    middle = left + (width - left - right) / 2
    made.append(f'<text x="{middle}" y="{height - 8}" text-anchor="middle">objects, nothing to do</text>')
    for line, series in points(results).items():
        if not series:
            continue
        name, color = LINES[line]
        path = " ".join(f"{x(size):.1f},{y(seconds):.1f}" for size, seconds in series)
        made.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5"/>')
        made += [f'<circle cx="{x(n):.1f}" cy="{y(s):.1f}" r="4" fill="{color}"/>' for n, s in series]
        size, seconds = series[-1]
        made.append(f'<text x="{x(size) + 10:.1f}" y="{y(seconds) + 4:.1f}" fill="{color}">{name}</text>')
    return "\n".join([*made, "</svg>", ""])
