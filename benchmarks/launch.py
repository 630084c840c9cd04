"""Runs one command and tells what it took, as a line of JSON.

It is small on purpose: a process counts its parent's memory as its own, and a large parent hides small peaks.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time

LARGEST_PIPE = 1024 * 1024
"""Bytes: what Linux lets a process ask for."""


def main(folder: str, watched: bool, command: list[str]) -> None:
    """Run the command there, its output thrown away; ``watched``: and tell when its first line came."""
    read, write = os.pipe()
    if watched and sys.platform == "linux":
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, LARGEST_PIPE)  # so that the command seldom waits for its reader
    out = write if watched else os.open(os.devnull, os.O_WRONLY)
    os.chdir(folder)
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])
    os.close(write)
    first = None
    while os.read(read, LARGEST_PIPE):
        first = first or time.perf_counter() - begun
    _, status, usage = os.wait4(child, 0)
    told = {
        "wall": time.perf_counter() - begun,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
        "code": os.waitstatus_to_exitcode(status),
        "first": first,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[1] == "watched", sys.argv[3:])
