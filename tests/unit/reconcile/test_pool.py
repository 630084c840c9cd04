from __future__ import annotations

import threading
import time
from concurrent.futures import Future

import pytest

from hookwright.reconcile.pool import impatient_pool


def test_work_is_waited_for_where_nothing_is_raised() -> None:
    with impatient_pool(2, "test") as pool:
        futures = [pool.submit(lambda value: value * 2, value) for value in range(5)]
    assert [future.result(0) for future in futures] == [0, 2, 4, 6, 8]


def test_who_interrupts_does_not_wait_for_what_hangs() -> None:
    hang = threading.Event()
    futures: list[Future[bool]] = []

    def interrupted() -> None:
        with impatient_pool(1, "test") as pool:
            futures.extend(pool.submit(hang.wait, 30) for _ in range(2))
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - began < 10
    running, waiting = futures
    assert waiting.cancelled()
    hang.set()
    assert running.result(10)
