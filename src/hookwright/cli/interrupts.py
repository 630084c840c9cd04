"""Ctrl-C and SIGTERM while something is under way on the platform."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from hookwright.cli.options import EXIT_PARTIAL

APPLY: Final = "the calls under way will end, nothing new is begun. Once more ends it at once."


@contextmanager
def stop_on_signals(
    stop: threading.Event, say: Callable[[str], None], *, message: str = APPLY, code: int = EXIT_PARTIAL
) -> Iterator[None]:
    """While this lasts, the first SIGINT or SIGTERM sets ``stop``, and the second ends the process at once.

    Args:
        stop: is set.
        say: told of the first.
        message: what it is told, beside the signal's name.
        code: exit code of the second.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set():
            os._exit(code)
        stop.set()
        name = signal.Signals(number).name
        say(f"{name}: {message}")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
