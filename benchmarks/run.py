"""``make bench``: hookwright beside the floor and its peers, all in one interleaved run.

Writes the figures of every run to ``results.json``, and the tables and the plot to ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import applying, peers, projects, report
from benchmarks.deliveries import Deliveries
from benchmarks.measure import Case, run_all, serving

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = HERE / "results.json"
VENV = ROOT / ".venv"
USER = VENV / "user" / "bin"
"""hookwright as a user has it: the wheel and what it depends on, and nothing else."""
PEERS = VENV / "peers" / "bin"

FEW, SOME, MANY = 7, 3, 2


@contextmanager
def cases(options: argparse.Namespace) -> Iterator[list[Case]]:
    """The commands to be run, while the projects and platforms that they need are there."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as servers:
        builder = _Builder(Path(folder), servers)
        builder.start()
        builder.plans(10, FEW)
        if options.quick:
            builder.files(1000, 2)
            builder.plans(1000, 2, slow=1)
        else:
            builder.files(1000, SOME)
            builder.plans(1000, SOME)
            builder.large(10_000, MANY)
            builder.plans(10_000, MANY, slow=1)
            builder.watched(10_000, MANY)
            builder.alone(50_000, 1)
        yield builder.cases


class _Builder:
    """Writes the projects, starts the platforms, collects the cases."""

    def __init__(self, root: Path, servers: ExitStack) -> None:
        self.cases: list[Case] = []
        self._root = root
        self._servers = servers
        self._python = str(USER / "python")
        self._ours = [str(USER / "hookwright")]
        self._terraform = peers.find_terraform()

    def start(self) -> None:
        """What nobody can be faster than, and what is asked most."""
        self._add("python -c pass", [self._python, "-c", "pass"], FEW)
        self._add("hookwright --version", [*self._ours, "--version"], FEW)
        self._add("hookwright --help", [*self._ours, "--help"], FEW)
        self._add("octodns-sync --help", [str(PEERS / "octodns-sync"), "--help"], FEW)
        libraries = [self._python, str(HERE / "libraries.py"), self._api(10)]
        self._add("the libraries and one call, no more", libraries, FEW)
        root = self._root / "v10"
        projects.write(root, 10)
        self._add("validate, 10", [*self._ours, "validate"], FEW, root, 10)

    def plans(self, size: int, rounds: int, *, slow: int | None = None) -> None:
        """Plans of one size, nothing to do and all to create, beside the peers."""
        for there, what in ((True, "nothing to do"), (False, "all to create")):
            self._plan(f"plan, {size}, {what}", size, rounds, there=there)
            config = peers.octodns(self._root / f"octodns-{size}-{there}", size, there=there)
            self._add(f"octoDNS, {size}, {what}", [str(PEERS / "octodns-sync"), *config], rounds, size=size)
            root = self._root / f"octodns-lean-{size}-{there}"
            config = peers.octodns(root, size, there=there, record=peers.LEAN_RECORD)
            self._add(f"octoDNS, {size} lean, {what}", [str(PEERS / "octodns-sync"), *config], rounds, size=size)
            if self._terraform:
                folder = self._root / f"terraform-{size}-{there}"
                command = [self._terraform, *peers.terraform(folder, size, there=there)]
                self._add(f"Terraform, {size}, {what}", command, slow or rounds, size=size)

    def files(self, size: int, rounds: int) -> None:
        """So many webhooks, each in a file of its own."""
        root, api = self._root / "files", self._api(size)
        projects.write(root, size, files=size, url=api)
        name = f"{size} in {size} files"
        self._add(f"C YAML load, {name}", [*self._floor(), "load", str(root)], rounds, size=size)
        self._add(f"validate, {name}", [*self._ours, "validate"], rounds, root, size)
        self._add(f"plan, {name}, nothing to do", [*self._ours, "plan"], rounds, root, size)
        schema = ROOT / "schemas" / "resources.schema.json"
        one = self._root / "one"
        projects.write(one, size)
        checker = [str(PEERS / "check-jsonschema"), "--schemafile", str(schema), str(one / "webhooks/part-00000.yaml")]
        self._add(f"check-jsonschema, {size}", checker, min(rounds, 3), size=size)

    def large(self, size: int, rounds: int) -> None:
        """Validation of a large project, beside the C parser's ``compose``."""
        root = self._root / f"v{size}"
        projects.write(root, size)
        self._add(f"C YAML compose, {size}", [*self._floor(), "compose", str(root)], rounds, size=size)
        name = f"C YAML compose, {size}, no collector"
        self._add(name, [*self._floor(), "compose-uncollected", str(root)], rounds, size=size)
        self._add(f"validate, {size}", [*self._ours, "validate"], rounds, root, size)

    def alone(self, size: int, rounds: int) -> None:
        """A plan that is too large for the peers."""
        self._plan(f"plan, {size}, nothing to do", size, rounds, there=True)

    def watched(self, size: int, rounds: int) -> None:
        """A long plan whose output is read."""
        name = f"plan, {size}, all to create, read"
        self._plan(name, size, rounds, there=False)
        self.cases[-1].watched = True

    def _plan(self, name: str, size: int, rounds: int, *, there: bool) -> None:
        root = self._root / name.replace(" ", "-")
        projects.write(root, size, url=self._api(size if there else 0))
        self._add(name, [*self._ours, "plan"], rounds, root, size)

    def _api(self, size: int) -> str:
        return self._servers.enter_context(serving([sys.executable, "-m", "benchmarks.live", str(size)]))

    def _floor(self) -> list[str]:
        return [self._python, str(HERE / "floor.py")]

    def _add(self, name: str, command: list[str], rounds: int, folder: Path | None = None, size: int = 0) -> None:
        self.cases.append(Case(name, command, rounds, folder, size))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run everything; gives what is kept in ``results.json``."""
    load = os.getloadavg()[0]
    with cases(options) as found:
        run_all(found)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = [sys.executable, "-m", "hookwright"]
        sent = Deliveries(Path(folder), command, 1000 if options.quick else 3000).measure(3 if options.quick else 5)
        applied = applying.measure(Path(folder) / "apply", command, 30 if options.quick else 100)
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_average": round(load, 1),
        "terraform": peers.find_terraform() is not None,
        "cases": {case.name: case.record() for case in found},
        "deliveries_per_s": {name: [round(rate) for rate in rates] for name, rates in sent.items()},
        "apply": applied,
    }


def main() -> None:
    """Measure, print the tables, and keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds; nothing is kept")
    parser.add_argument("--show", action="store_true", help="measure nothing; show and write what is kept")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if options.show else measure(options)
    print("\n".join(report.lines(results)))
    if options.quick:
        return
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    report.write_page(ROOT / "docs", results)


if __name__ == "__main__":
    main()
