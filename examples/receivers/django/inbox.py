"""What came in: every delivery once, and the newest state of every connection.

Kept in SQLite; any database with unique constraints does. Whatever is done about a delivery is done from here, later
and elsewhere: the sender waits for the answer.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS delivery (identity TEXT PRIMARY KEY, payload TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS connection (
    account TEXT, app TEXT, changed REAL NOT NULL, connected INTEGER NOT NULL, PRIMARY KEY (account, app)
);
"""
_CONNECTION = {"Connection Created": 1, "Connection Deleted": 0, "Connection Expired": 0}


class Inbox:
    """Deliveries that were verified.

    Args:
        path: the file of the database; ``:memory:`` for none.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(_TABLES)

    def take(self, payload: Mapping[str, Any]) -> bool:
        """Keep a delivery; gives whether it is new. A retry of one that is known changes nothing."""
        with self._lock, self._database:  # One transaction: the delivery is known if and only if it had its effect.
            new = self._database.execute(
                "INSERT OR IGNORE INTO delivery VALUES (?, ?)", (identity(payload), json.dumps(payload))
            )
            if not new.rowcount:
                return False
            if str(payload.get("event")) in _CONNECTION:
                self._change_connection(payload)
        return True

    def _change_connection(self, payload: Mapping[str, Any]) -> None:
        """Retries reorder: what happened last counts, not what arrived last."""
        try:
            changed = parsedate_to_datetime(str(payload.get("createdAt"))).timestamp()
        except ValueError:
            return
        self._database.execute(
            "INSERT INTO connection VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
            "SET changed = excluded.changed, connected = excluded.connected WHERE excluded.changed >= changed",
            (
                str(payload.get("linked_account_id")),
                str(payload.get("slug")),
                changed,
                _CONNECTION[str(payload["event"])],
            ),
        )

    def effects(self) -> dict[str, int]:
        """How many deliveries there are, and how many connections are there; for tests."""
        with self._lock:
            (count,) = self._database.execute("SELECT count(*) FROM delivery").fetchone()
            (connected,) = self._database.execute("SELECT count(*) FROM connection WHERE connected").fetchone()
        return {"count": count, "connected": connected}


def identity(payload: Mapping[str, Any]) -> str:
    """What tells a delivery from all others; deliveries carry no id of their own.

    A run of a workflow can give several events. An account can connect the same app again: only the time tells.
    """
    if str(payload.get("event")).startswith("Connection "):
        names = ("linked_account_id", "slug", "event", "createdAt")
    else:
        names = ("instance_id", "event", "status")
    return json.dumps([payload.get(name) for name in names])
