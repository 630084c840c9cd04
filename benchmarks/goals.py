"""The goals, and what of them holds in a run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """One line of the table of goals.

    Attributes:
        what: what is measured.
        goal: what was to be reached, in words.
        figure: the figure of a run, and another with it where there is one (processor time beside the clock's); None
            where the run did not measure it.
        reached: whether a figure is good enough; None where there is no goal.
        unit: how the figure is written.
    """

    what: str
    goal: str
    figure: Callable[[Results], tuple[float, float | None] | None]
    reached: Callable[[float], bool] | None
    unit: str = "{:.2f} x"


def times(results: Results, slow: str, quick: str) -> tuple[float, float | None] | None:
    """How many times as long one case takes as another: by the clock, and of the processor; the best runs of both."""
    cases = results["cases"]
    if slow not in cases or quick not in cases:
        return None
    wall, cpu = (min(cases[slow][key]) / min(cases[quick][key]) for key in ("wall_s", "cpu_s"))
    return wall, cpu


def _ratio(one: str, other: str) -> Callable[[Results], tuple[float, float | None] | None]:
    return lambda results: times(results, one, other)


def _memory(results: Results) -> tuple[float, float | None] | None:
    cases = results["cases"]
    ours, theirs = "plan, 10000, nothing to do", "octoDNS, 10000, nothing to do"
    return (cases[ours]["peak_bytes"] / cases[theirs]["peak_bytes"], None) if ours in cases else None


def _growth(results: Results) -> tuple[float, float | None] | None:
    """The time for one more object between 1,000 and 10,000, against that between 10 and 1,000."""
    cases = results["cases"]
    names = [f"plan, {size}, nothing to do" for size in (10, 1000, 10_000)]
    if names[-1] not in cases:
        return None
    few, some, many = (min(cases[name]["cpu_s"]) for name in names)
    return ((many - some) / 9000) / ((some - few) / 990), None


def _first(results: Results) -> tuple[float, float | None] | None:
    """When the first line of a long plan is there, as a part of the whole time."""
    case = results["cases"].get("plan, 10000, all to create, read")
    parts = zip(case["first_s"], case["wall_s"], strict=True) if case else ()
    return (statistics.median(first / whole for first, whole in parts), None) if case else None


def _applied(results: Results) -> tuple[float, float | None]:
    return results["apply"]["requests_s"] / results["apply"]["least_s"], None


def _refused(results: Results) -> tuple[float, float | None]:
    return float(results["apply"]["refused"]), None


def _rate(name: str) -> Callable[[Results], tuple[float, float | None]]:
    def figure(results: Results) -> tuple[float, float | None]:
        rates = results["deliveries_per_s"]
        pairs = zip(rates[name], rates["aiohttp client and server"], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs), None

    return figure


def _at_most(most: float) -> Callable[[float], bool]:
    return lambda figure: figure <= most


def _at_least(least: float) -> Callable[[float], bool]:
    return lambda figure: figure >= least


def _faster(what: str, ours: str, theirs: str, by: float) -> Goal:
    return Goal(what, f"at least {by:g} x faster", _ratio(theirs, ours), _at_least(by))


def _lean(ours: str, theirs: str) -> Goal:
    return Goal("the same: octoDNS with one A record each / ours", "for comparison", _ratio(theirs, ours), None)


def _plans() -> Iterator[Goal]:
    nothing, create = "nothing to do", "all to create"
    files = "plan, 1000 in 1000 files, nothing to do"
    yield _faster(
        "`plan` of 1,000 in 1,000 files, nothing to do: octoDNS / ours", files, f"octoDNS, 1000, {nothing}", 4
    )
    yield _lean(files, f"octoDNS, 1000 lean, {nothing}")
    yield _faster("the same: Terraform / ours", files, f"Terraform, 1000, {nothing}", 10)
    for size, octodns, terraform in ((1000, 3.5, 10), (10_000, 5, 20)):
        ours = f"plan, {size}, {create}"
        yield _faster(f"`plan` of {size:,}, all to create: octoDNS / ours", ours, f"octoDNS, {size}, {create}", octodns)
        yield _lean(ours, f"octoDNS, {size} lean, {create}")
        yield _faster("the same: Terraform / ours", ours, f"Terraform, {size}, {create}", terraform)
    ours = f"plan, 10000, {nothing}"
    yield _faster("`plan` of 10,000, nothing to do: octoDNS / ours", ours, f"octoDNS, 10000, {nothing}", 6)
    yield _lean(ours, f"octoDNS, 10000 lean, {nothing}")
    yield _faster("the same: Terraform / ours", ours, f"Terraform, 10000, {nothing}", 20)


GOALS = (
    Goal("`--version` / `python -c pass`", "at most 5", _ratio("hookwright --version", "python -c pass"), _at_most(5)),
    Goal("`--help` / `python -c pass`", "at most 5", _ratio("hookwright --help", "python -c pass"), _at_most(5)),
    Goal(
        "`validate` of 10 / `octodns-sync --help`",
        "below 1",
        _ratio("validate, 10", "octodns-sync --help"),
        lambda figure: figure < 1,
    ),
    Goal(
        "`plan` of 10, nothing to do / octoDNS",
        "at most 1",
        _ratio("plan, 10, nothing to do", "octoDNS, 10, nothing to do"),
        _at_most(1),
    ),
    Goal(
        "the same / loading the libraries and calling the API once",
        "for comparison",
        _ratio("plan, 10, nothing to do", "the libraries and one call, no more"),
        None,
    ),
    *_plans(),
    Goal(
        "first line of a plan of 10,000, all to create / the whole plan",
        "at most 0.9",
        _first,
        _at_most(0.9),
    ),
    Goal("peak memory of a plan of 10,000, nothing to do / octoDNS's", "below 1", _memory, lambda figure: figure < 1),
    Goal("time for one more object, 1,000 to 10,000 / 10 to 1,000", "not growing", _growth, _at_most(1.1)),
    Goal(
        "`validate` of 10,000 / the C `compose`",
        "at most 1.5",
        _ratio("validate, 10000", "C YAML compose, 10000"),
        _at_most(1.5),
    ),
    Goal(
        "the same / the C `compose` without the cyclic collector",
        "for comparison",
        _ratio("validate, 10000", "C YAML compose, 10000, no collector"),
        None,
    ),
    Goal(
        "`validate` of 1,000 in 1,000 files / the C loader",
        "at most 3",
        _ratio("validate, 1000 in 1000 files", "C YAML load, 1000 in 1000 files"),
        _at_most(3),
    ),
    Goal("`apply` of 100 creates / the least possible", "at most 1.05", _applied, _at_most(1.05)),
    Goal("requests that were refused (429) meanwhile", "none", _refused, _at_most(0), "{:.0f}"),
    Goal("`send` / plain aiohttp, deliveries per second", "at least 0.7", _rate("send"), _at_least(0.7)),
    Goal("the emulator / plain aiohttp, deliveries per second", "at least 0.7", _rate("emulator"), _at_least(0.7)),
)


def rows(results: Results) -> Iterator[tuple[str, str, str, str, str]]:
    """What, goal, figure by the clock, figure of the processor, and whether the goal is reached."""
    for goal in GOALS:
        figures = goal.figure(results)
        if figures is None:
            yield goal.what, goal.goal, "not measured", "", ""
            continue
        first, second = figures
        shown = goal.unit.format(first), "" if second is None else goal.unit.format(second)
        held = [goal.reached(one) for one in figures if one is not None and goal.reached]
        verdict = "yes" if all(held) else "in part" if any(held) else "**no**"
        yield goal.what, goal.goal, *shown, verdict if held else ""
