"""Many queues, served in turn: one that is slow takes its own places, never those of the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Lane(Generic[T]):
    waiting: deque[T] = field(default_factory=deque)
    running: int = 0
    ready: bool = False


class Lanes(Generic[T]):
    """Starts items, so many at once per lane and so many in all.

    Args:
        per_lane: most items of one lane at work at once.
        total: most items at work at once.
        start: starts an item; :meth:`done` must follow when it is over.
    """

    def __init__(self, per_lane: int, total: int, start: Callable[[T], None]) -> None:
        self._per_lane = per_lane
        self._free = total
        self._start = start
        self._lanes: dict[str, _Lane[T]] = {}
        self._ready: deque[str] = deque()

    def put(self, name: str, item: T) -> None:
        """Start an item now, or as soon as its lane and the whole have a place for it."""
        lane = self._lanes.setdefault(name, _Lane())
        lane.waiting.append(item)
        self._make_ready(name, lane)
        self._serve()

    def done(self, name: str) -> None:
        """Say that an item of a lane is over."""
        lane = self._lanes[name]
        lane.running -= 1
        self._free += 1
        self._make_ready(name, lane)
        if not lane.running and not lane.waiting:
            del self._lanes[name]
        self._serve()

    def _make_ready(self, name: str, lane: _Lane[T]) -> None:
        if lane.waiting and not lane.ready and lane.running < self._per_lane:
            lane.ready = True
            self._ready.append(name)

    def _serve(self) -> None:
        while self._free and self._ready:
            name = self._ready.popleft()
            lane = self._lanes[name]
            lane.ready = False
            item = lane.waiting.popleft()
            lane.running += 1
            self._free -= 1
            self._make_ready(name, lane)
            self._start(item)
