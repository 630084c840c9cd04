"""Whole commands, run in turn so that a machine that drifts drifts for all, with their spread."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
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
    """

    name: str
    command: list[str]
    rounds: int
    folder: Path | None = None
    size: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: int = 0

    def run(self, *, counted: bool = True) -> None:
        """Run it once."""
        started = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=self.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        error = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name}: exit code {process.returncode}: {error.decode(errors='replace')}")
        if counted:
            self.wall.append(time.perf_counter() - started)
            self.cpu.append(usage.ru_utime + usage.ru_stime)
            self.peak = max(self.peak, usage.ru_maxrss * 1024)

    def record(self) -> dict[str, object]:
        """What is kept of it."""
        return {
            "size": self.size,
            "cpu_s": [round(one, 4) for one in self.cpu],
            "wall_s": [round(one, 4) for one in self.wall],
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
        peak, runs = case["peak_bytes"], case["cpu_s"]
        assert isinstance(peak, int)
        assert isinstance(runs, list)
        yield f"{name:48} {' '.join(cells)} {peak / 1e6:8.0f} {len(runs):5}"
