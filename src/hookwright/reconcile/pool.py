"""Threads for calls that are made at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def impatient_pool(workers: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """A pool whose work is left behind when something is raised: who interrupts does not wait for calls that hang.

    Args:
        workers: threads at the most.
        name: what the threads are called.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
