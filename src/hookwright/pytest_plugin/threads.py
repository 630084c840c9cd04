"""Asynchronous work for tests that are not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run asynchronous work in a thread of its own, and wait for it; what ends the waiting, as Ctrl-C, ends the work.

    Not in this thread: an event loop may run in it without the test knowing, as Playwright's does.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(work())

    def end() -> T:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.get_loop().run_until_complete(task)

    with ThreadPoolExecutor(1, "hookwright-pytest") as threads:
        ended = threads.submit(end)
        try:
            return ended.result()
        finally:
            if not ended.done():
                with suppress(RuntimeError):  # the loop is closed: the work has just ended
                    loop.call_soon_threadsafe(task.cancel)


def in_loop() -> bool:
    """Whether an event loop runs in this thread: one that a blocking call keeps from doing anything else."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
