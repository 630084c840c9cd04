"""A receiver in a thread, for tests and demonstrations that are not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from hookwright.harness.answers import Script
from hookwright.harness.receiver import Receiver
from hookwright.model.delivery import Key, Received


class BackgroundReceiver:
    """A receiver that runs in a thread of its own; made by :func:`serve_receiver_in_thread`.

    Attributes:
        url: its base URL, without a slash at its end.
    """

    def __init__(self, kept: int) -> None:
        self.url = ""
        self._deliveries: deque[Received] = deque(maxlen=kept)
        self._total = 0
        self._changed = threading.Condition()

    @property
    def deliveries(self) -> tuple[Received, ...]:
        """What was received so far, in order; recorded before it is answered."""
        with self._changed:
            return tuple(self._deliveries)

    def wait(self, count: int, timeout: float = 10.0) -> tuple[Received, ...]:
        """Wait until so many deliveries have been received; gives those that are kept.

        Args:
            count: how many, since the start.
            timeout: seconds to wait at most.

        Raises:
            TimeoutError: there were fewer.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._total >= count, timeout):
                raise TimeoutError(f"{self._total} of {count} deliveries after {timeout:g} s")
            return tuple(self._deliveries)

    async def record(self, received: Received) -> None:
        """Keep one delivery."""
        with self._changed:
            self._deliveries.append(received)
            self._total += 1
            self._changed.notify_all()


@contextmanager
def serve_receiver_in_thread(
    *,
    keys: Sequence[Key] = (),
    script: Script | Callable[[str], Script] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    kept: int = 10_000,
) -> Iterator[BackgroundReceiver]:
    """Run a receiver while the ``with`` block runs.

    Args:
        keys: keys to verify with.
        script: what to answer, or a function that says it for a path; 200 where there is none.
        host: address to listen on.
        port: port; 0 for a free one.
        kept: how many deliveries are kept, the last ones.

    Raises:
        LocalError: the address cannot be listened on.
    """
    background = BackgroundReceiver(kept)
    receiver = Receiver(background.record, lambda: datetime.now(UTC), keys=keys, script=script)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop,), name="hookwright-receiver", daemon=True)
    thread.start()
    try:
        background.url = asyncio.run_coroutine_threadsafe(receiver.start(host, port), loop).result()
        yield background
    finally:
        asyncio.run_coroutine_threadsafe(receiver.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped, and end what is left in it: answers that their sender has given up."""
    with asyncio.Runner(loop_factory=lambda: loop):
        loop.run_forever()
