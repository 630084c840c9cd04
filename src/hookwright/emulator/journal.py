"""The deliveries and their attempts on disk: what is pending survives a restart, what is over is kept within bounds."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from hookwright.emulator.database import Database, Row
from hookwright.emulator.records import Attempt, Delivery, HeaderList

_PRUNE_AFTER: Final = 1000
_PRUNE_AFTER_BYTES: Final = 16 * 1024 * 1024

_INSERT: Final = """
INSERT INTO deliveries (id, org, webhook_id, event, created, method, url, headers, body, status, attempts, due, size)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PENDING: Final = """
SELECT id, org, webhook_id, event, created, method, url, headers, body, status, attempts, due
FROM deliveries WHERE status = 'pending' ORDER BY due, id
"""
_NEWEST: Final = """
SELECT id, org, webhook_id, event, created, method, url, headers, body, status, attempts, due
FROM deliveries WHERE id BETWEEN :low AND :high AND (org = :org OR :org = '') ORDER BY id DESC LIMIT :limit
"""
_AFTER: Final = """
SELECT id, org, webhook_id, event, created, method, url, headers, body, status, attempts, due
FROM deliveries WHERE id > :low AND (org = :org OR :org = '') ORDER BY id LIMIT :limit
"""
_ATTEMPTS: Final = """
SELECT number, started, duration, status, error, headers, body FROM attempts WHERE delivery = ? ORDER BY number
"""
_ATTEMPTED: Final = "UPDATE deliveries SET status = ?, attempts = ?, due = ?, size = size + ? WHERE id = ?"
# A delivery that a reset removed meanwhile is not there to be changed, and its attempt shall leave nothing.
_ATTEMPT: Final = """
INSERT OR REPLACE INTO attempts SELECT ?, ?, ?, ?, ?, ?, ?, ?
WHERE EXISTS (SELECT 1 FROM deliveries WHERE id = ?)
"""
_RESET: Final = (
    "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE org = :org OR :org = '')",
    "DELETE FROM deliveries WHERE org = :org OR :org = ''",
)
# Both are answered from indexes; to count what is finished would take a look at every body.
_FINISHED: Final = """
SELECT (SELECT count(*) FROM deliveries) - (SELECT count(*) FROM deliveries WHERE status = 'pending')
"""
_OLDEST: Final = "SELECT id FROM deliveries WHERE status <> 'pending' ORDER BY id LIMIT 1 OFFSET ?"
_BYTES: Final = "SELECT coalesce(sum(size), 0) FROM deliveries"
_TOO_LARGE: Final = """
SELECT id FROM (
    SELECT id, sum(size) OVER (ORDER BY id DESC) AS bytes FROM deliveries WHERE status <> 'pending')
WHERE bytes > ? ORDER BY id DESC LIMIT 1
"""
_PRUNE: Final = (
    "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE status <> 'pending' AND id <= ?)",
    "DELETE FROM deliveries WHERE status <> 'pending' AND id <= ?",
)
_LAST: Final = "~"
"""Sorts behind every id."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is over stays on disk; what is pending always does.

    Attributes:
        deliveries: number of finished deliveries, the newest; up to a thousand more between two prunings.
        bytes: size of all their bodies, sent and received; up to 16 MiB more between two prunings.
    """

    deliveries: int = 10_000
    bytes: int = 256 * 1024 * 1024


class Journal:
    """Reads and writes deliveries.

    Args:
        database: where they are.
        limits: how much is kept.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits
        self._finished = 0
        self._bytes = 0
        # On disk there are at most so many bytes beyond those taken since the start; some may be removed by now.
        self._base = math.inf
        self._taken = 0

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Store new deliveries; on disk when this returns."""
        rows = [
            (
                each.id,
                each.organization,
                each.webhook_id,
                each.event,
                each.created,
                each.method,
                each.url,
                json.dumps(each.headers),
                each.body,
                each.status,
                each.attempts,
                each.due,
                len(each.body),
            )
            for each in deliveries
        ]

        def job(connection: sqlite3.Connection) -> None:
            connection.executemany(_INSERT, rows)

        self._taken += sum(len(each.body) for each in deliveries)
        await self._database.run(job)

    def record(self, delivery: Delivery, attempt: Attempt) -> None:
        """Store an attempt and what it made of its delivery, soon."""
        row = (
            delivery.id,
            attempt.number,
            attempt.started,
            attempt.duration,
            attempt.status,
            attempt.error,
            _text(attempt.headers),
            attempt.body,
            delivery.status,
            delivery.due,
        )
        self._database.gather(_write_attempts, row)
        self._finished += delivery.due is None
        self._bytes += len(delivery.body) + len(attempt.body)
        self._taken += len(attempt.body)
        if self._finished >= _PRUNE_AFTER or self._bytes >= _PRUNE_AFTER_BYTES:
            self.prune()

    def prune(self) -> None:
        """Remove the oldest finished deliveries that are beyond the limits, soon."""
        self._finished = self._bytes = 0
        before = self._taken  # what is taken from here on is written after this job, and counts beside what it finds

        def job(connection: sqlite3.Connection) -> None:
            (finished,) = connection.execute(_FINISHED).fetchone()
            if finished > self._limits.deliveries:
                _remove(connection, _OLDEST, finished - self._limits.deliveries - 1)
            if self._base + self._taken > self._limits.bytes:
                (found,) = connection.execute(_BYTES).fetchone()
                self._base = found - before
                if found > self._limits.bytes:
                    _remove(connection, _TOO_LARGE, self._limits.bytes)

        self._database.post(job)

    async def pending(self) -> list[Delivery]:
        """The deliveries that are not over, in the order in which they are due."""
        return await self._database.run(lambda connection: [_delivery(row) for row in connection.execute(_PENDING)])

    async def find(
        self, *, organization: str = "", key: str = "", after: str = "", limit: int = 1
    ) -> list[tuple[Delivery, list[Attempt]]]:
        """Deliveries with their attempts, in order of id, which is the order in which they were made.

        Args:
            organization: only those of this one; empty for all.
            key: only that of this id; empty for all.
            after: only those whose id is greater, the oldest first; empty for the newest ones.
            limit: most to give.
        """
        query = _AFTER if after else _NEWEST
        values = {"low": after or key, "high": key or _LAST, "org": organization, "limit": limit}

        def job(connection: sqlite3.Connection) -> list[tuple[Delivery, list[Attempt]]]:
            found = sorted((_delivery(row) for row in connection.execute(query, values)), key=lambda each: each.id)
            return [(each, [_attempt(row) for row in connection.execute(_ATTEMPTS, (each.id,))]) for each in found]

        return await self._database.run(job)

    async def reset(self, organization: str) -> None:
        """Remove all deliveries of one organization; of every one where ``organization`` is empty."""

        def job(connection: sqlite3.Connection) -> None:
            for statement in _RESET:
                connection.execute(statement, {"org": organization})

        await self._database.run(job)


def _write_attempts(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    connection.executemany(
        _ATTEMPTED, ((status, number, due, len(body), key) for key, number, *_, body, status, due in rows)
    )
    connection.executemany(_ATTEMPT, ((*row[:8], row[0]) for row in rows))


def _remove(connection: sqlite3.Connection, query: str, value: int) -> None:
    """Remove the finished delivery that a query finds, if any, and all older ones."""
    last = connection.execute(query, (value,)).fetchone()
    if last is not None:
        for statement in _PRUNE:
            connection.execute(statement, last)


def _delivery(row: tuple[Any, ...]) -> Delivery:
    key, organization, webhook, event, created, method, url, headers, body, status, attempts, due = row
    return Delivery(
        key, organization, webhook, event, created, method, url, _headers(headers), body, status, attempts, due
    )


def _attempt(row: tuple[Any, ...]) -> Attempt:
    number, started, duration, status, error, headers, body = row
    return Attempt(number, started, duration, status, error, _headers(headers), body)


@lru_cache(maxsize=64)  # within a second, the answers of a receiver mostly have the same headers
def _text(headers: HeaderList) -> str:
    return json.dumps(headers)


def _headers(text: str) -> HeaderList:
    return tuple((name, value) for name, value in json.loads(text))
