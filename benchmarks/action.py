"""What the Action costs on a fresh machine: its own shell step, as GitHub runs it, without the download.

Downloads the wheels first, which is not counted, then runs the step of ``action.yml`` in an empty folder, with pip
looking at nothing but these wheels: the environment is made, everything is installed, and hookwright is called. Then
the same where the cache has the environment, and a plan of ``examples/acme`` against the emulator.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "action.json"
ACTION = ROOT / ".github" / "actions" / "hookwright"
KEYS = {
    "REFOLD_TEST_API_KEY": "tk_test_0123456789abcdef",
    "SLACK_TEST_PATH": "T000/B000/test",
    "PAGER_TOKEN": "a-token-of-nobody",
    "REFOLD_CALLBACK_KEY": "tk_test_callback_00000000",
}
Taken = tuple[float, float]
"""Seconds on the clock, and of the processor: the latter mean the same on a machine that is busy with other things."""

LIMITS = {"install on a fresh machine": 10.0, "plan of examples/acme": 1.0}
"""Seconds on the clock that may be taken, by median."""


def script() -> str:
    """The shell step of the Action."""
    steps = yaml.safe_load((ACTION / "action.yml").read_text("utf-8"))["runs"]["steps"]
    (step,) = [step for step in steps if "run" in step]
    return str(step["run"])


def step(home: Path, wheels: Path, **inputs: str) -> Taken:
    """Run the step in a folder; what it took."""
    home.mkdir(exist_ok=True)
    (home / "script.sh").write_text(script(), "utf-8")
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "RUNNER_TEMP": str(home), "PYTHON": sys.executable,
        "VENV": str(home / "hookwright-venv"), "SOURCE": str(ROOT), "CI": "true", "INPUT_VERSION": "",
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_NO_CACHE_DIR": "1",
        "GITHUB_OUTPUT": str(home / "output"), "GITHUB_STEP_SUMMARY": str(home / "summary"),
    } | KEYS | {f"INPUT_{name.upper()}": value for name, value in inputs.items()}  # fmt: skip
    return timed(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(home / "script.sh")], environ)


def timed(command: list[str], environ: dict[str, str]) -> Taken:
    """Run a command to its end; what it took."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, cwd=environ["HOME"])
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def emulator(hookwright: list[str]) -> Iterator[str]:
    """The emulator of an installation; its address."""
    with subprocess.Popen([*hookwright, "emulator"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


def main() -> None:
    """Measure, print, keep in ``benchmarks/action.json``; fail where a limit is passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=5, help="rounds")
    rounds = parser.parse_args().n
    others = ("install where the cache has it", "the whole step, plan, where the cache has it")
    seconds: dict[str, list[Taken]] = {name: [] for name in (*LIMITS, *others)}
    with tempfile.TemporaryDirectory(prefix="hookwright-bench-") as folder:
        wheels = Path(folder) / "wheels"
        download = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        pinned = ["--require-hashes", "-r", str(ROOT / "requirements" / "action.txt")]
        subprocess.run([*download, "--only-binary", ":all:", "-d", str(wheels), *pinned], check=True)
        project = shutil.copytree(ROOT / "examples" / "acme", Path(folder) / "acme")
        home = Path(folder) / "home"
        for _ in range(rounds):
            shutil.rmtree(home, ignore_errors=True)
            seconds["install on a fresh machine"].append(
                step(home, wheels, command="environments", project=str(project))
            )
            seconds["install where the cache has it"].append(
                step(home, wheels, command="environments", project=str(project))
            )
        hookwright = [str(home / "hookwright-venv" / "bin" / "python"), "-I", "-m", "hookwright"]
        with emulator(hookwright) as address:
            file = project / "hookwright.yaml"
            file.write_text(file.read_text("utf-8").replace("    api_key:", f"    api_url: {address}\n    api_key:"))
            environ = {"PATH": os.environ["PATH"], "HOME": str(home), "CI": "true", **KEYS}
            for _ in range(rounds):
                command = [*hookwright, "plan", "-C", str(project), "-e", "test"]
                seconds["plan of examples/acme"].append(timed(command, environ))
                given = {"command": "plan", "environment": "test", "project": str(project)}
                seconds["the whole step, plan, where the cache has it"].append(step(home, wheels, **given))
    median = {name: statistics.median(wall for wall, _ in taken) for name, taken in seconds.items()}
    for name, taken in seconds.items():
        limit = f", at most {LIMITS[name]:g} s" if name in LIMITS else ""
        print(f"{name}: {median[name]:.2f} s ({statistics.median(cpu for _, cpu in taken):.2f} s of cpu){limit}")
    cases = {
        name: {"wall_s": [wall for wall, _ in taken], "cpu_s": [cpu for _, cpu in taken]}
        for name, taken in seconds.items()
    }
    record = {"python": platform.python_version(), "rounds": rounds, "cases": cases}
    RESULTS.write_text(json.dumps(record, indent=1) + "\n")
    if late := [name for name, limit in LIMITS.items() if median[name] > limit]:
        raise SystemExit(f"over the limit: {', '.join(late)}")


if __name__ == "__main__":
    main()
