"""The emulator in a thread of its own, for programs that are not asynchronous."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

from hookwright.emulator.clock import Clock, VirtualClock
from hookwright.emulator.emulator import Emulator, Options
from hookwright.emulator.outgoing import Renderer


class Served:
    """An emulator that runs in another thread, from :func:`serve_in_thread`.

    Attributes:
        url: where it listens.
    """

    def __init__(self, emulator: Emulator, loop: asyncio.AbstractEventLoop) -> None:
        self.url = emulator.url
        self._clock = emulator.clock
        self._loop = loop

    def advance(self, seconds: float) -> None:
        """Let virtual time pass; returns when all that was due in it is done."""
        self._run(self._virtual().advance(seconds))

    def run_out(self) -> None:
        """Let virtual time pass until no attempt is due any more."""
        self._run(self._virtual().run_out())

    def _virtual(self) -> VirtualClock:
        if not isinstance(self._clock, VirtualClock):
            raise TypeError("the emulator runs on a real clock; give it a VirtualClock")
        return self._clock

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


@contextlib.contextmanager
def serve_in_thread(options: Options, render: Renderer, clock: Clock | None = None) -> Iterator[Served]:
    """Run an emulator in a thread while the context lasts.

    Args:
        options: how it behaves.
        render: fills the templates of webhooks in.
        clock: its time; the real one by default.

    Raises:
        LocalError: the database cannot be used, or the port is taken.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="emulator", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        emulator = Emulator(options, render, clock)
        run(emulator.__aenter__())
        try:
            yield Served(emulator, loop)
        finally:
            run(emulator.__aexit__(None, None, None))
    finally:
        run(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
