"""Whole commands, run in turn so that a machine that drifts drifts for all, with their spread."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import projects

ROOT = Path(__file__).parents[1]


def environment() -> dict[str, str]:
    """The environment of the commands: a user's, in which Python keeps what it has compiled."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}}
    return kept | {"REFOLD_TEST_API_KEY": projects.KEY, "CHECKPOINT_DISABLE": "1"}


@contextmanager
def serving(command: list[str]) -> Iterator[str]:
    """The URL of a server: the last word of the first line that it prints."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()


@dataclass
class Case:
    """One command, and what its runs took: the time of the processor (user and system), of the clock, and memory.

    Attributes:
        name: what it is called.
        command: the command.
        rounds: how often it is run at the most.
        folder: where it is run.
        size: how many things it works on.
        watched: whether its output is read, to see when the first line comes.
    """

    name: str
    command: list[str]
    rounds: int
    folder: Path | None = None
    size: int = 0
    watched: bool = False
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    peak: int = 0

    def run(self, *, counted: bool = True) -> None:
        """Run it once."""
        launch = [sys.executable, "-S", "-E", str(Path(__file__).parent / "launch.py")]
        launch += ["watched" if self.watched else "alone", str(self.folder or ROOT)]
        done = subprocess.run([*launch, *self.command], env=environment(), capture_output=True, text=True, check=True)
        told = json.loads(done.stdout)
        if told["code"]:
            raise SystemExit(f"{self.name}: exit code {told['code']}: {done.stderr}")
        if counted:
            self.wall.append(told["wall"])
            self.cpu.append(told["cpu"])
            self.peak = max(self.peak, told["peak"])
            self.first += [told["first"]] if self.watched else []

    def record(self) -> dict[str, object]:
        """What is kept of it."""
        return {
            "size": self.size,
            "cpu_s": [round(one, 4) for one in self.cpu],
            "wall_s": [round(one, 4) for one in self.wall],
            **({"first_s": [round(one, 4) for one in self.first]} if self.watched else {}),
            "peak_bytes": self.peak,
        }


def run_all(cases: list[Case]) -> None:
    """Run all cases, round by round; those of many rounds are run once before, and that is not counted."""
    for case in cases:
        if case.rounds > 1:
            case.run(counted=False)
    for number in range(max(case.rounds for case in cases)):
        for case in cases:
            if number < case.rounds:
                case.run()


def table(cases: dict[str, dict[str, object]]) -> Iterator[str]:
    """A line for every case: milliseconds of processor and clock (median, minimum to maximum), and peak memory."""
    yield f"{'':48} {'cpu ms':>8} {'min-max':>13} {'wall ms':>8} {'min-max':>13} {'peak MB':>8} {'runs':>5}"
    for name, case in cases.items():
        cells = []
        for key in ("cpu_s", "wall_s"):
            values = case[key]
            assert isinstance(values, list)
            low, high = min(values) * 1000, max(values) * 1000
            cells.append(f"{statistics.median(values) * 1000:8.0f} {f'{low:.0f}-{high:.0f}':>13}")
        runs = case["cpu_s"]
        assert isinstance(runs, list)
        yield f"{name:48} {' '.join(cells)} {megabytes(case['peak_bytes']):>8} {len(runs):5}"


def megabytes(peak: object) -> str:
    """A peak in megabytes, or a dash where it is not known."""
    return f"{peak / 1e6:,.0f}" if isinstance(peak, int) else "-"
