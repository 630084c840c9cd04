"""The calls that came in, for tests that ask what a client did."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from hookwright.emulator.state import Record

KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One call to the API.

    Attributes:
        time: when it came, seconds since the epoch.
        org_id: whose key it came with; empty where it had none that is one.
        method: its method.
        path: its path and query, as sent.
        status: status of the answer; None where a fault left it without one.
        duration: seconds until it was answered.
        fault: the fault that hit it, or an empty string.
    """

    time: float
    org_id: str
    method: str
    path: str
    status: int | None
    duration: float
    fault: str = ""


class RequestLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """Note a call; the oldest goes where there are too many."""
        self._entries.append(entry)

    def clear(self, organization: str = "") -> None:
        """Forget the calls of one organization, or all."""
        kept: Iterable[Entry] = [each for each in self._entries if organization and each.org_id != organization]
        self._entries = deque(kept, maxlen=KEPT)

    def describe(self, organization: str = "", limit: int = KEPT) -> list[Record]:
        """The newest ``limit`` calls as JSON, of one organization or of all."""
        found = [each for each in self._entries if organization in ("", each.org_id)]
        return [asdict(each) for each in found[-limit:]]
