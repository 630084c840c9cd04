"""Work that ends when somebody wants it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

_LOOK: Final = 0.05
"""Seconds between two looks at whether the work is to end."""


async def until_stopped(futures: Iterable[asyncio.Future[Any]], stop: Callable[[], bool]) -> None:
    """Wait until all are done, or ``stop`` says that they shall end: then, or when the caller ends, cancel the rest."""
    waiting = set(futures)
    try:
        while waiting:
            _, waiting = await asyncio.wait(waiting, timeout=_LOOK)
            if waiting and stop():
                break
    finally:
        for future in waiting:
            future.cancel()
        if waiting:
            await asyncio.wait(waiting)
