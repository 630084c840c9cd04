"""Runs one command and tells what it took, as a line of JSON.

It is small on purpose: a process counts its parent's memory as its own, and a large parent hides small peaks.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(folder: str, command: list[str]) -> None:
    """Run the command there, its output thrown away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, 1)]
    os.chdir(folder)
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    told = {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
