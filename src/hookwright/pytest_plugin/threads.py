"""Asynchronous work for tests that are not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run asynchronous work in a thread of its own, and wait for it.

    Not in this thread: an event loop may run in it without the test knowing, as Playwright's does.
    """
    with ThreadPoolExecutor(1, "hookwright-pytest") as threads:
        return threads.submit(lambda: asyncio.run(work())).result()


def in_loop() -> bool:
    """Whether an event loop runs in this thread: one that a blocking call keeps from doing anything else."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
