"""What the emulator keeps of the organizations on disk: webhooks, custom events and workflows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from hookwright.emulator.database import Database
from hookwright.emulator.state import Organization, Write

_PUT: Final = {
    "webhooks": "INSERT OR REPLACE INTO webhooks (org, id, record) VALUES (?, ?, ?)",
    "events": "INSERT OR REPLACE INTO events (org, id, record) VALUES (?, ?, ?)",
    "workflows": "INSERT OR REPLACE INTO workflows (org, id, record) VALUES (?, ?, ?)",
}
_REMOVE: Final = {
    "webhooks": "DELETE FROM webhooks WHERE org = ? AND id = ?",
    "events": "DELETE FROM events WHERE org = ? AND id = ?",
    "workflows": "DELETE FROM workflows WHERE org = ? AND id = ?",
}
_RESET: Final = (
    "DELETE FROM webhooks WHERE org = :org OR :org = ''",
    "DELETE FROM events WHERE org = :org OR :org = ''",
    "DELETE FROM workflows WHERE org = :org OR :org = ''",
)
_LAST_ID: Final = """
SELECT coalesce(max(id), '') FROM (
    SELECT max(id) AS id FROM webhooks UNION ALL SELECT max(id) FROM events UNION ALL SELECT max(id) FROM deliveries)
"""


class Store:
    """Reads and writes the records of the organizations.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, organization: Organization) -> Organization:
        """That organization as it is on disk."""

        def job(connection: sqlite3.Connection) -> Organization:
            read = Organization(organization.id, organization.environment)
            one = (organization.id,)
            # Ids grow, so that the order of ids is the order of creation; workflows are in the order they were given.
            for key, record in connection.execute("SELECT id, record FROM webhooks WHERE org = ? ORDER BY id", one):
                read.webhooks[key] = json.loads(record)
            for key, record in connection.execute("SELECT id, record FROM events WHERE org = ? ORDER BY id", one):
                read.events[key] = json.loads(record)
            for (record,) in connection.execute("SELECT record FROM workflows WHERE org = ? ORDER BY rowid", one):
                read.workflows.append(json.loads(record))
            return read

        return await self._database.run(job)

    async def last_id(self) -> str:
        """The greatest id in use, or an empty string."""

        def job(connection: sqlite3.Connection) -> str:
            (greatest,) = connection.execute(_LAST_ID).fetchone()
            return str(greatest)

        return await self._database.run(job)

    async def write(self, organization: str, writes: Sequence[Write]) -> None:
        """Store or remove records of an organization, all or none; on disk when this returns."""
        if not writes:
            return

        def job(connection: sqlite3.Connection) -> None:
            for write in writes:
                if write.record is None:
                    connection.execute(_REMOVE[write.table], (organization, write.id))
                else:
                    connection.execute(_PUT[write.table], (organization, write.id, json.dumps(write.record)))

        await self._database.run(job)

    async def reset(self, organization: str) -> None:
        """Remove all records of one organization; of every one where ``organization`` is empty."""

        def job(connection: sqlite3.Connection) -> None:
            for statement in _RESET:
                connection.execute(statement, {"org": organization})

        await self._database.run(job)
