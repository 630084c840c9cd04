"""Ctrl-C and SIGTERM during an apply."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hookwright.cli.options import EXIT_PARTIAL


@contextmanager
def stop_on_signals(stop: threading.Event, say: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, the first SIGINT or SIGTERM sets ``stop``, and the second ends the process at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set():
            os._exit(EXIT_PARTIAL)
        stop.set()
        name = signal.Signals(number).name
        say(f"{name}: the calls under way will end, nothing new is begun. Once more ends it at once.")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
