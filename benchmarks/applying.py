"""``apply`` of many creates under the documented rate limit, against the emulator, which keeps to it to the request."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks import projects
from benchmarks.deliveries import call
from benchmarks.measure import environment, serving

RATE, BURST = 20, 5


def measure(root: Path, command: list[str], size: int) -> dict[str, Any]:
    """Apply so many creates to an empty platform.

    Returns:
        The seconds of the whole command, those from the first request that the platform got to the last, how many
        requests it got, how many of them it refused, and the least time that so many creates can take.
    """
    with serving([*command, "emulator", "--rate-limit", str(RATE), "--burst", str(BURST)]) as api:
        projects.write(root, size, url=api)
        begun = time.perf_counter()
        subprocess.run(
            [*command, "-C", str(root), "apply", "--yes"], check=True, env=environment(), capture_output=True
        )
        whole = time.perf_counter() - begun
        requests = call(f"{api}/_emulator/requests")["requests"]
    times = [one["time"] for one in requests]
    return {
        "creates": size,
        "whole_s": round(whole, 3),
        "requests_s": round(max(times) - min(times), 3),
        "requests": len(requests),
        "refused": sum(one["status"] == 429 for one in requests),
        "least_s": (size - BURST) / RATE,
    }
