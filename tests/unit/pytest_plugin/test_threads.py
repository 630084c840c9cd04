"""Asynchronous work in a thread of its own."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest

from hookwright.pytest_plugin import threads


def test_an_interrupt_ends_the_work() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    begun = time.monotonic()
    interrupt = threading.Timer(0.2, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        threads.run(work)
    interrupt.join()
    assert ended == ["cancelled"]
    assert time.monotonic() - begun < 10


def test_what_comes_of_the_work_comes_back() -> None:
    async def work(error: Exception | None) -> str:
        assert threading.current_thread() is not threading.main_thread()
        if error:
            raise error
        return "done"

    assert threads.run(lambda: work(None)) == "done"
    with pytest.raises(ValueError, match="not done"):
        threads.run(lambda: work(ValueError("not done")))
