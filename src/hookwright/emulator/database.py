"""SQLite in the event loop: jobs are queued for a moment, and all that wait share one transaction.

A call that changes something is answered when its job's transaction is committed. With a write-ahead log and
``synchronous=NORMAL`` a commit survives the death of the process (``kill -9``) without a disk flush of its own, which
is what lets thousands of them fit into a second.

There is no thread for it: what SQLite does for a delivery takes less time than two threads that pass the interpreter to
and fro. The event loop waits for each job; that is milliseconds, unless megabytes are written at once.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from hookwright.errors import LocalError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]
Row = tuple[Any, ...]
Write = Callable[[sqlite3.Connection, Sequence[Row]], None]

_log = logging.getLogger(__name__)

_GATHERED: Final = 0.005
"""Seconds for which jobs that nobody waits for are gathered, for a transaction of many."""
_APPLICATION_ID: Final = 0x68774D75
"""Marks the file as an emulator's (https://www.sqlite.org/pragma.html#pragma_application_id)."""
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE webhooks (id TEXT PRIMARY KEY, org TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE events (id TEXT PRIMARY KEY, org TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE workflows (org TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (org, id));
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, org TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, due REAL,
    size INTEGER NOT NULL, webhook_id TEXT NOT NULL, event TEXT NOT NULL, created REAL NOT NULL,
    method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX pending ON deliveries (due) WHERE status = 'pending';
CREATE TABLE attempts (
    delivery TEXT NOT NULL, number INTEGER NOT NULL, started REAL NOT NULL, duration REAL NOT NULL,
    status INTEGER, error TEXT, headers TEXT, body BLOB, PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
"""


@dataclass(slots=True)
class _Queued:
    job: Job
    future: asyncio.Future[Any] | None = None
    result: Any = None
    error: BaseException | None = None

    def apart(self) -> Sequence[_Queued]:
        """The jobs that it is made of."""
        return (self,)


class _Gathered(_Queued):
    """Rows that are written by one job."""

    __slots__ = ("rows", "write")

    def __init__(self, write: Write, row: Row) -> None:
        super().__init__(lambda connection: write(connection, self.rows))
        self.write = write
        self.rows = [row]

    def apart(self) -> Sequence[_Queued]:
        """A job for each row."""
        return [_Gathered(self.write, row) for row in self.rows]


class Database:
    """A SQLite database, and the jobs for it.

    Args:
        path: the file; None keeps everything in memory.

    Raises:
        LocalError: the file cannot be written, is no database of an emulator, or another process has it.
    """

    def __init__(self, path: Path | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection = _open(path)
        self._posted: list[_Queued] = []

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job, with all that wait at this moment, and wait until what it wrote is committed.

        Raises:
            Exception: what the job raised; nothing that it wrote stays.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._posted.append(_Queued(job, future))
        self._loop.call_soon(self._work)
        return await future

    def post(self, job: Job) -> None:
        """Run a job soon, without waiting: before any that is run later, and before :meth:`close` returns."""
        self._post(_Queued(job))

    def gather(self, write: Write, row: Row) -> None:
        """Write a row soon, in one go with those that ``write`` was to write just before; else as :meth:`post`."""
        last = self._posted[-1] if self._posted else None
        if isinstance(last, _Gathered) and last.write is write:
            last.rows.append(row)
        else:
            self._post(_Gathered(write, row))

    async def close(self) -> None:
        """Finish all jobs, then close the file."""
        self._work()
        self._connection.close()

    def _post(self, queued: _Queued) -> None:
        if not self._posted:
            self._loop.call_later(_GATHERED, self._work)
        self._posted.append(queued)

    def _work(self) -> None:
        batch, self._posted = self._posted, []
        if batch:
            self._run(batch)
            _settle(batch)

    def _run(self, batch: list[_Queued]) -> None:
        try:
            self._transaction(batch)
        except Exception:  # noqa: BLE001 - whatever one raises, those that wait for the others must not wait for ever
            # One of them spoilt the transaction for all: give each its own.
            for queued in chain.from_iterable(queued.apart() for queued in batch):
                try:
                    self._transaction([queued])
                except Exception as error:  # noqa: BLE001 - as above
                    queued.error = error
                    if queued.future is None:
                        _log.error("cannot write to the database: %s", error)

    def _transaction(self, batch: list[_Queued]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for queued in batch:
                queued.result = queued.job(connection)
            connection.execute("COMMIT")
        except Exception:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _settle(batch: list[_Queued]) -> None:
    for queued in batch:
        if queued.future is None or queued.future.done():
            continue
        if queued.error is None:
            queued.future.set_result(queued.result)
        else:
            queued.future.set_exception(queued.error)


def _open(path: Path | None) -> sqlite3.Connection:
    try:
        if path is not None:
            path.touch(mode=0o600)  # it will hold the headers of webhooks, and those are often secrets
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0.5)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise LocalError(f"cannot open the database {path}: {reason}") from error
    try:
        _prepare(connection)
    except sqlite3.Error as error:
        connection.close()
        hint = "Is another emulator using it?" if "locked" in str(error) else ""
        raise LocalError(f"cannot use the database {path}: {error}", hint=hint) from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # Two emulators on one file would both make its deliveries.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and application != _APPLICATION_ID:
        raise sqlite3.DatabaseError("it is not a database of this emulator")
    if tables and version != _VERSION:
        raise sqlite3.DatabaseError("it was made by another version of hookwright")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    if not tables:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
