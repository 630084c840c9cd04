"""Received deliveries in a SQLite file, byte for byte and bounded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from hookwright.errors import LocalError
from hookwright.model.delivery import Received, Verdict

KEPT: Final = 10_000
"""Deliveries that are kept; the oldest go first."""
KEPT_BYTES: Final = 512 * 1024 * 1024
"""Bytes of bodies that are kept in all."""

_APPLICATION: Final = 0x68776C73  # "hwls": marks the file as ours (sqlite.org/pragma.html#pragma_application_id)
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    signature TEXT NOT NULL,
    key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    answered INTEGER,
    duration REAL NOT NULL
) STRICT
"""
_COLUMNS: Final = "id, received_at, method, path, headers, body, signature, key, attempt, answered, duration"
_PRUNE_EVERY: Final = 100


class DeliveryStore:
    """Deliveries in a file that only its owner can read: headers of deliveries often hold secrets.

    Args:
        path: the file; made where there is none.
        kept: how many deliveries are kept.
        kept_bytes: how many bytes of bodies are kept.

    Raises:
        LocalError: the file cannot be used, or something else made it.
    """

    def __init__(self, path: Path, *, kept: int = KEPT, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._added = 0
        self._path = path
        try:
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def add(self, received: Received) -> str:
        """Keep a delivery; gives the id it has in the file.

        Raises:
            LocalError: the file cannot be written.
        """
        row = (
            received.received_at.isoformat(),
            received.method,
            received.path,
            json.dumps(received.headers),
            received.body,
            str(received.signature),
            received.key,
            received.attempt,
            received.answered,
            received.duration,
        )
        insert = f"INSERT INTO delivery ({_COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        try:
            cursor = self._connection.execute(insert, row)
            if self._added % _PRUNE_EVERY == 0:
                self._prune()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._added += 1
        return str(cursor.lastrowid)

    def get(self, delivery_id: str) -> Received | None:
        """The delivery of that id; None where there is none."""
        if not (delivery_id.isascii() and delivery_id.isdecimal() and len(delivery_id) < 19):
            return None
        found = self._select("WHERE id = ?", (int(delivery_id),))
        return next(found, None)

    def latest(self, count: int = KEPT) -> list[Received]:
        """The last ``count`` deliveries, oldest first."""
        return list(self._select("ORDER BY id DESC LIMIT ?", (count,)))[::-1]

    def _select(self, clause: str, parameters: tuple[object, ...]) -> Iterator[Received]:
        try:
            rows = self._connection.execute(f"SELECT {_COLUMNS} FROM delivery {clause}", parameters)  # noqa: S608
            yield from map(_received, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _prepare(self) -> None:
        connection = self._connection
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION and tables:
            raise LocalError(f"{self._path} is a database of something else", hint="Name a new file.")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            connection.execute("ROLLBACK")
            raise LocalError(f"{self._path} was made by a newer hookwright")
        if version == 0:
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")

    def _prune(self) -> None:
        self._connection.execute(
            "DELETE FROM delivery WHERE id <= (SELECT id FROM delivery ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (self._kept,),
        )
        (total,) = self._connection.execute("SELECT total(length(body)) FROM delivery").fetchone()
        if total > self._kept_bytes:
            self._connection.execute(
                "DELETE FROM delivery WHERE id IN (SELECT id FROM (SELECT id, sum(length(body)) OVER (ORDER BY id DESC)"
                " AS above FROM delivery) WHERE above > ?)",
                (self._kept_bytes,),
            )

    def _failed(self, error: Exception) -> LocalError:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return LocalError(f"{self._path} cannot be used: {reason or type(error).__name__}")


def _received(row: tuple[int, str, str, str, str, bytes, str, str, int, int | None, float]) -> Received:
    number, at, method, path, headers, body, signature, key, attempt, answered, duration = row
    return Received(
        id=str(number),
        received_at=datetime.fromisoformat(at),
        method=method,
        path=path,
        headers=tuple((name, value) for name, value in json.loads(headers)),
        body=body,
        signature=Verdict(signature),
        key=key,
        attempt=attempt,
        answered=answered,
        duration=duration,
    )
