"""An end, in real time, for all that takes too long: one timer for many blocks that may take equally long."""

from __future__ import annotations

import asyncio
from types import TracebackType


class Deadlines:
    """Ends blocks of this event loop that take too long, as :func:`asyncio.timeout` does.

    All may take equally long, so that they end in the order in which they began and one timer is enough: one for each
    request, as aiohttp has it, is a fifteenth of what the request costs.

    Args:
        seconds: how long each block may take.

    Attributes:
        loop: the event loop.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.loop = asyncio.get_running_loop()
        self._open: dict[Block, None] = {}  # in order of their ends
        self._waiting = False

    def block(self) -> Block:
        """A block that ends with :class:`TimeoutError` where it takes too long."""
        return Block(self)

    def enter(self, block: Block) -> float:
        """Watch over a block, which ends at the time of the loop that is returned."""
        end = self.loop.time() + self._seconds
        self._open[block] = None
        if not self._waiting:
            self._waiting = True
            self.loop.call_at(end, self._end)
        return end

    def leave(self, block: Block) -> None:
        """Watch over a block no more."""
        self._open.pop(block, None)

    def _end(self) -> None:
        now = self.loop.time()
        while self._open:
            first = next(iter(self._open))
            if first.end > now:
                self.loop.call_at(first.end, self._end)
                return
            del self._open[first]
            first.expire()
        self._waiting = False


class Block:
    """One use of :class:`Deadlines`: an asynchronous context manager."""

    __slots__ = ("_cancelling", "_deadlines", "_expired", "_task", "end")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._expired = False

    async def __aenter__(self) -> None:
        task = asyncio.current_task(self._deadlines.loop)
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self.end = self._deadlines.enter(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._deadlines.leave(self)
        # Whoever else cancelled the task meanwhile has precedence.
        if self._expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """End the block."""
        self._expired = True
        self._task.cancel()
