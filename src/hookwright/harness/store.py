"""Received deliveries in a SQLite file, byte for byte and bounded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from hookwright.errors import LocalError
from hookwright.harness.answers import fingerprint
from hookwright.harness.filters import Filter, like, like_path
from hookwright.model.delivery import Received, Summary, Verdict, event_of

KEPT: Final = 10_000
"""Deliveries that are kept; the oldest go first."""
KEPT_BYTES: Final = 512 * 1024 * 1024
"""Bytes of bodies and headers that are kept in all."""
KEPT_IN_MEMORY: Final = 64 * 1024 * 1024
"""The same where there is no file."""

_APPLICATION: Final = 0x68776C73  # "hwls": marks the file as ours (sqlite.org/pragma.html#pragma_application_id)
_VERSION: Final = 2
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
_SECOND: Final = (
    "ALTER TABLE delivery ADD COLUMN target TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivery ADD COLUMN webhook TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivery ADD COLUMN event TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivery ADD COLUMN delivery TEXT NOT NULL DEFAULT ''",
    "UPDATE delivery SET event = event_of(body), delivery = fingerprint(method, path, body)",
    "CREATE INDEX delivery_delivery ON delivery (delivery, id)",
    "CREATE INDEX delivery_list ON delivery (id, event, path, signature, answered)",
)
"""What the second version added to the first."""
_COLUMNS: Final = (
    "id, received_at, method, path, headers, body, signature, key, attempt, answered, duration, target, webhook"
)
_SUMMARY: Final = (
    "id, received_at, method, path, event, signature, attempt, answered, duration, length(body), delivery, webhook"
)
_SIZE: Final = "length(body) + length(headers) + length(path)"
_WANTED: Final = (
    "(:event = '' OR like_event(:event, event)) AND (:path = '' OR like_path(:path, path))"
    " AND (:signature = '' OR signature = :signature) AND NOT (:failed AND answered IS 200)"
)
_LIST: Final = "delivery INDEXED BY delivery_list"
"""For queries that look at all rows: in the table, some columns stand behind bodies of any size."""
_LONGEST_EVENT: Final = 500
_PRUNE_EVERY: Final = 100
_PRUNE_BYTES: Final = 16


class DeliveryStore:
    """Deliveries in a file that only its owner can read: headers of deliveries often hold secrets.

    Args:
        path: the file; None keeps them in memory.
        kept: how many deliveries are kept.
        kept_bytes: how many bytes of bodies and headers are kept; None for what suits a file, or memory.
        create: whether to make the file where there is none.

    Raises:
        LocalError: the file cannot be used, something else made it, or it is not there.
    """

    def __init__(
        self, path: Path | None, *, kept: int = KEPT, kept_bytes: int | None = None, create: bool = True
    ) -> None:
        self._kept = kept
        self._kept_bytes = kept_bytes or (KEPT_BYTES if path else KEPT_IN_MEMORY)
        self._unpruned = 0
        self._unpruned_bytes = 0
        self._path = path
        if path and not create and not path.exists():
            raise LocalError(f"there is no file {path}", hint="'hookwright listen --db FILE' keeps deliveries in one.")
        try:
            if path:
                path.touch(mode=0o600)
            self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=5.0)
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
            received.target,
            received.webhook,
            _storable(received.event)[:_LONGEST_EVENT],
            _fingerprint(received.method, received.path, received.body),
        )
        marks = ", ".join("?" * len(row))
        insert = f"INSERT INTO delivery ({_COLUMNS}, event, delivery) VALUES (NULL, {marks})"  # noqa: S608
        try:
            cursor = self._connection.execute(insert, row)
            self._bound(len(received.body) + len(row[3]))
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return str(cursor.lastrowid)

    def get(self, delivery_id: str) -> Received | None:
        """The delivery of that id; None where there is none."""
        number = _number(delivery_id)
        return next(self._select("WHERE id = ?", (number,)), None) if number is not None else None

    def latest(self, count: int = KEPT) -> list[Received]:
        """The last ``count`` deliveries, oldest first."""
        return list(self._select("ORDER BY id DESC LIMIT ?", (count,)))[::-1]

    def summary(self, delivery_id: str) -> Summary | None:
        """The delivery of that id in one line; None where there is none."""
        number = _number(delivery_id)
        return next(self._summaries("WHERE id = ?", (number,)), None) if number is not None else None

    def search(self, wanted: Filter, count: int, before: str = "") -> list[Summary]:
        """The last deliveries that a filter wants, newest first.

        Args:
            wanted: the filter.
            count: how many at most.
            before: only what came before the delivery of this id; empty for the end.
        """
        parameters = _parameters(wanted) | {"count": count, "before": _number(before)}
        found = (
            f"SELECT id FROM {_LIST} WHERE {_WANTED} AND (:before IS NULL OR id < :before)"  # noqa: S608
            " ORDER BY id DESC LIMIT :count"
        )
        return list(self._summaries(f"WHERE id IN ({found}) ORDER BY id DESC", parameters))

    def last_attempts(self, wanted: Filter, count: int) -> list[Summary]:
        """The last deliveries whose last attempt a filter wants, each only once, newest first; at most ``count``."""
        last = "id IN (SELECT max(id) FROM delivery GROUP BY delivery)"
        clause = f"WHERE {last} AND {_WANTED} ORDER BY id DESC LIMIT :count"
        return list(self._summaries(clause, _parameters(wanted) | {"count": count}))

    def count(self, wanted: Filter) -> int:
        """How many kept deliveries a filter wants."""
        query = f"SELECT count(*) FROM {_LIST} WHERE {_WANTED}"  # noqa: S608
        try:
            (found,) = self._connection.execute(query, _parameters(wanted)).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return int(found)

    def events(self) -> list[str]:
        """The names of the events that kept deliveries say, sorted, at most a hundred."""
        query = f"SELECT DISTINCT event FROM {_LIST} WHERE event <> '' ORDER BY event LIMIT 100"  # noqa: S608
        try:
            return [str(name) for (name,) in self._connection.execute(query)]
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def attempts(self, summary: Summary, count: int = 100) -> list[Summary]:
        """The attempts of the delivery that a kept one is an attempt of, in order; the first ``count``.

        The same bytes may have been delivered before: what belongs together begins with an attempt that is the first.
        """
        first = "(SELECT max(id) FROM delivery WHERE delivery = :delivery AND id <= :id AND attempt = 1)"
        following = "(SELECT min(id) FROM delivery WHERE delivery = :delivery AND id > :id AND attempt = 1)"
        clause = (
            f"WHERE delivery = :delivery AND id >= coalesce({first}, 0)"
            f" AND ({following} IS NULL OR id < {following}) ORDER BY id LIMIT :count"
        )
        parameters = {"delivery": summary.delivery, "id": _number(summary.id), "count": count}
        return list(self._summaries(clause, parameters))

    def _select(self, clause: str, parameters: tuple[object, ...]) -> Iterator[Received]:
        try:
            rows = self._connection.execute(f"SELECT {_COLUMNS} FROM delivery {clause}", parameters)  # noqa: S608
            yield from map(_received, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _summaries(self, clause: str, parameters: tuple[object, ...] | Mapping[str, object]) -> Iterator[Summary]:
        try:
            rows = self._connection.execute(f"SELECT {_SUMMARY} FROM delivery {clause}", parameters)  # noqa: S608
            yield from map(_summary, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _prepare(self) -> None:
        connection = self._connection
        connection.create_function("like_event", 2, like, deterministic=True)
        connection.create_function("like_path", 2, like_path, deterministic=True)
        connection.create_function("event_of", 1, lambda body: _storable(event_of(body))[:_LONGEST_EVENT])
        connection.create_function("fingerprint", 3, _fingerprint)
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
        if version < _VERSION:
            for statement in _SECOND:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")

    def _bound(self, size: int) -> None:
        """Prune now and then, and soon after large deliveries: the bounds may be passed, but not by much."""
        self._unpruned += 1
        self._unpruned_bytes += size
        if (
            self._unpruned == 1
            or self._unpruned > _PRUNE_EVERY
            or self._unpruned_bytes > self._kept_bytes // _PRUNE_BYTES
        ):
            self._prune()
            self._unpruned = 1
            self._unpruned_bytes = 0

    def _prune(self) -> None:
        self._connection.execute(
            "DELETE FROM delivery WHERE id <= (SELECT id FROM delivery ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (self._kept,),
        )
        (total,) = self._connection.execute(f"SELECT total({_SIZE}) FROM delivery").fetchone()  # noqa: S608
        if total > self._kept_bytes:
            self._connection.execute(
                f"DELETE FROM delivery WHERE id IN (SELECT id FROM (SELECT id, sum({_SIZE}) OVER (ORDER BY id DESC)"  # noqa: S608
                " AS above FROM delivery) WHERE above > ?)",
                (self._kept_bytes,),
            )

    def _failed(self, error: Exception) -> LocalError:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return LocalError(f"{self._path or 'the store'} cannot be used: {reason or type(error).__name__}")


def _fingerprint(method: str, path: str, body: bytes) -> str:
    return fingerprint(method, path, body).hex()


def _storable(text: str) -> str:
    """A text that SQLite takes: JSON may hold halves of surrogate pairs, UTF-8 not."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(delivery_id: str) -> int | None:
    """The id as a number; None where it is none."""
    is_one = delivery_id.isascii() and delivery_id.isdecimal() and len(delivery_id) < 19
    return int(delivery_id) if is_one else None


def _parameters(wanted: Filter) -> dict[str, object]:
    return {
        "event": _storable(wanted.event),
        "path": _storable(wanted.path),
        "signature": str(wanted.signature or ""),
        "failed": wanted.failed,
    }


def _received(row: tuple[int, str, str, str, str, bytes, str, str, int, int | None, float, str, str]) -> Received:
    number, at, method, path, headers, body, signature, key, attempt, answered, duration, target, webhook = row
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
        target=target,
        webhook=webhook,
    )


def _summary(row: tuple[int, str, str, str, str, str, int, int | None, float, int, str, str]) -> Summary:
    number, at, method, path, event, signature, attempt, answered, duration, size, delivery, webhook = row
    return Summary(
        id=str(number),
        received_at=datetime.fromisoformat(at),
        method=method,
        path=path,
        event=event,
        signature=Verdict(signature),
        attempt=attempt,
        answered=answered,
        duration=duration,
        size=size,
        delivery=delivery,
        webhook=webhook,
    )
