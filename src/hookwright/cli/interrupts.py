"""Ctrl-C and SIGTERM while calls are under way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hookwright.cli.options import EXIT_PARTIAL

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
APPLY: Final = "the calls under way will end, nothing new is begun. Once more ends it at once."
PROBE: Final = (
    "what was made is being deleted. Once more ends it at once and leaves the rest to 'hookwright doctor --sweep'."
)
_END: Final = 0
"""The byte that ends the watch; no signal has this number."""


@contextmanager
def stop_on_signals(
    stop: threading.Event, say: Callable[[str], None], *, message: str = APPLY, code: int = EXIT_PARTIAL
) -> Iterator[None]:
    """While this lasts, the first SIGINT or SIGTERM sets ``stop``, and the second ends the process at once.

    A thread of its own hears of the signals: the main thread runs a handler of Python's only between two of its own
    instructions, and one that came just before it began to wait for a call would be heeded only after that.

    Args:
        stop: is set.
        say: told of the first.
        message: what it is told, beside the signal's name.
        code: exit code of the second.
    """

    def watch(source: int) -> None:
        while (number := os.read(source, 1)[0]) != _END:
            if number not in SIGNALS:
                continue
            if stop.is_set():
                os._exit(code)
            stop.set()
            say(f"{signal.Signals(number).name}: {message}")

    source, sink = os.pipe()
    os.set_blocking(sink, False)
    before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
    woken_before = signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    watcher = threading.Thread(target=watch, args=(source,), name="signals", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(sink, bytes([_END]))
        watcher.join()
        os.close(source)
        os.close(sink)
