"""``make bench``: whole commands, timed in turn so that a machine that drifts drifts for all, with their spread.

Every figure is the processor time (user and system) and the wall time of a whole process and its peak memory, as the
operating system accounts them. The ratios at the end are of medians of one run; the milliseconds mean little elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import projects

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
COMMAND = [sys.executable, "-m", "hookwright"]


@dataclass
class Case:
    """One command; ``expect`` is its exit code."""

    name: str
    command: list[str]
    expect: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Run it once and keep what it took."""
        environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environ |= {"REFOLD_TEST_API_KEY": projects.KEY}
        started = time.perf_counter()
        process = subprocess.Popen(self.command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr is not None
        error = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - started)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak.append(usage.ru_maxrss * 1024)
        if process.returncode != self.expect:
            raise SystemExit(f"{self.name}: exit code {process.returncode}: {error.decode()}")


@contextmanager
def platform_with(size: int) -> Iterator[str]:
    """A server that answers the list call with a project of that size, all live."""
    body = projects.live(size)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def cases(*, quick: bool) -> Iterator[tuple[list[Case], list[tuple[str, str, str]]]]:
    """The cases, and the ratios (what, case, floor) to be shown."""
    with tempfile.TemporaryDirectory() as folder, platform_with(10) as few, platform_with(1000) as thousand:
        root = Path(folder)
        projects.write(root / "p10", 10, url=few)
        projects.write(root / "p1000", 1000, files=1000, url=thousand)
        floor = [sys.executable, str(HERE / "floor.py")]
        found = [
            Case("python -c pass", [sys.executable, "-c", "pass"]),
            Case("--help", [*COMMAND, "--help"]),
            Case("validate 10", [*COMMAND, "-C", str(root / "p10"), "validate"]),
            Case("plan 10, nothing to do", [*COMMAND, "-C", str(root / "p10"), "plan"]),
            Case("C YAML load, 1,000 files", [*floor, "load", str(root / "p1000")]),
            Case("validate 1,000 in 1,000 files", [*COMMAND, "-C", str(root / "p1000"), "validate"]),
            Case("plan 1,000 in 1,000 files, nothing to do", [*COMMAND, "-C", str(root / "p1000"), "plan"]),
        ]
        ratios = [
            ("--help", "--help", "python -c pass"),
            ("validate 1,000 files / C YAML load", "validate 1,000 in 1,000 files", "C YAML load, 1,000 files"),
        ]
        if quick:
            yield found, ratios
            return
        with platform_with(10_000) as fleet:
            projects.write(root / "p10000", 10_000, url=fleet)
            found += [
                Case("C YAML compose, 10,000", [*floor, "compose", str(root / "p10000")]),
                Case("validate 10,000", [*COMMAND, "-C", str(root / "p10000"), "validate"]),
                Case("plan 10,000, nothing to do", [*COMMAND, "-C", str(root / "p10000"), "plan"]),
            ]
            ratios.append(("validate 10,000 / C YAML compose", "validate 10,000", "C YAML compose, 10,000"))
            yield found, ratios


def table(found: list[Case]) -> str:
    """Processor and wall milliseconds (median, minimum to maximum) and peak memory of every case."""
    lines = [f"{'':42} {'cpu ms':>8} {'min-max':>13} {'wall ms':>8} {'min-max':>13} {'peak MB':>8}"]
    for case in found:
        cells = []
        for values in (case.cpu, case.wall):
            low, high = min(values) * 1000, max(values) * 1000
            cells.append(f"{statistics.median(values) * 1000:8.0f} {f'{low:.0f}-{high:.0f}':>13}")
        lines.append(f"{case.name:42} {' '.join(cells)} {max(case.peak) / 1e6:8.0f}")
    return "\n".join(lines)


def main() -> None:
    """Run the cases in turn, print the table and the ratios, and keep them in ``benchmarks/results.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("-n", type=int, default=5, help="counted rounds")
    options = parser.parse_args()
    with cases(quick=options.quick) as (found, ratios):
        for case in found:
            case.run()
            case.cpu, case.wall, case.peak = [], [], []
        for _ in range(options.n):
            for case in found:
                case.run()
        median = {case.name: statistics.median(case.cpu) for case in found}
        print(table(found))
        print()
        shown = {what: round(median[case] / median[floor], 2) for what, case, floor in ratios}
        for what, ratio in shown.items():
            print(f"{what}: {ratio} x")
    record = {
        "python": platform.python_version(),
        "rounds": options.n,
        "cases": {case.name: {"cpu_s": case.cpu, "wall_s": case.wall, "peak_bytes": max(case.peak)} for case in found},
        "ratios_of_median_cpu": shown,
    }
    RESULTS.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
