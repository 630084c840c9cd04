"""Deliveries in a file: byte for byte, bounded, private, and nobody else's file."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hookwright.errors import LocalError
from hookwright.harness.filters import Filter
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Received, Verdict

DELIVERY = Received(
    id="7",
    received_at=datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC),
    method="POST",
    path="/a?b=\xff",
    headers=(("X-A", "\xc3\xa9\xff"), ("X-A", "2")),
    body=bytes(range(256)),
    signature=Verdict.VALID,
    key="environment test",
    attempt=2,
    answered=None,
    duration=0.25,
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db") as store:
        assert [store.add(DELIVERY), store.add(replace(DELIVERY, answered=500))] == ["1", "2"]
        assert store.get("1") == replace(DELIVERY, id="1")
        assert store.get("2") == replace(DELIVERY, id="2", answered=500)
        assert [received.id for received in store.latest()] == ["1", "2"]
        assert [received.id for received in store.latest(1)] == ["2"]


@pytest.mark.parametrize("wanted", ["3", "x", "", "-1", "9" * 30, "\u0661"])
def test_an_id_that_is_none(tmp_path: Path, wanted: str) -> None:
    with DeliveryStore(tmp_path / "d.db") as store:
        store.add(DELIVERY)
        assert store.get(wanted) is None


def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db") as store:
        store.add(DELIVERY)
    with DeliveryStore(tmp_path / "d.db") as store:
        assert store.add(DELIVERY) == "2"
        assert len(store.latest()) == 2


def test_two_at_once_share_a_file(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db") as one, DeliveryStore(tmp_path / "d.db") as other:
        assert [one.add(DELIVERY), other.add(DELIVERY), one.add(DELIVERY)] == ["1", "2", "3"]


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db") as store:
        store.add(DELIVERY)
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_oldest_go_first(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db", kept=50) as store:
        for _ in range(201):
            store.add(DELIVERY)
        kept = store.latest()
    assert [received.id for received in kept] == [str(number) for number in range(152, 202)]


def test_bodies_are_bounded_together(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db", kept_bytes=1000) as store:
        for _ in range(101):
            store.add(DELIVERY)
        assert [received.id for received in store.latest()] == ["99", "100", "101"]


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(LocalError, match="is a database of something else"):
        DeliveryStore(file)
    assert file.read_bytes() == before


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    DeliveryStore(tmp_path / "d.db").close()
    with sqlite3.connect(tmp_path / "d.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LocalError, match="made by a newer hookwright"):
        DeliveryStore(tmp_path / "d.db")


@pytest.mark.parametrize("content", [b"not a database, but some text that is long enough to be read as one" * 20])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.txt").write_bytes(content)
    with pytest.raises(LocalError, match="cannot be used: file is not a database"):
        DeliveryStore(tmp_path / "d.txt")
    assert (tmp_path / "d.txt").read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"d\.db cannot be used: No such file or directory"):
        DeliveryStore(tmp_path / "no" / "d.db")


def test_a_file_that_breaks_while_it_is_used(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db") as store:
        with sqlite3.connect(tmp_path / "d.db") as connection:
            connection.execute("DROP TABLE delivery")
        connection.close()
        with pytest.raises(LocalError, match="no such table"):
            store.add(DELIVERY)
        with pytest.raises(LocalError, match="no such table"):
            store.latest()


def at(number: int, body: bytes = b"{}", **changes: Any) -> Received:
    """The delivery of a second of its own."""
    return replace(DELIVERY, received_at=DELIVERY.received_at + timedelta(seconds=number), body=body, **changes)


def test_headers_count_as_bodies_do(tmp_path: Path) -> None:
    large = replace(DELIVERY, body=b"", headers=(("X-All", "x" * 400),))
    with DeliveryStore(tmp_path / "d.db", kept_bytes=1000) as store:
        for _ in range(5):
            store.add(large)
        assert [received.id for received in store.latest()] == ["4", "5"]


def test_large_bodies_do_not_wait_for_their_turn(tmp_path: Path) -> None:
    with DeliveryStore(tmp_path / "d.db", kept_bytes=10_000) as store:
        for _ in range(10):
            store.add(replace(DELIVERY, body=bytes(3000)))
        assert len(store.latest()) == 3


def test_memory_will_do() -> None:
    with DeliveryStore(None) as store:
        assert store.add(DELIVERY) == "1"
        assert store.get("1") == replace(DELIVERY, id="1")


def test_a_file_that_is_not_there_is_not_made_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="there is no file"):
        DeliveryStore(tmp_path / "d.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_the_first_version_is_read_on(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "d.db") as connection:
        connection.executescript(FIRST_VERSION)
        for attempt in (1, 2):
            row = ("2026-05-04T03:02:01+00:00", "POST", "/x", "[]", b'{"event": "E"}', "valid", "", attempt, 500, 0.1)
            connection.execute(f"INSERT INTO delivery VALUES (NULL, {', '.join('?' * 10)})", row)
    connection.close()
    with DeliveryStore(tmp_path / "d.db") as store:
        store.add(replace(DELIVERY, method="POST", path="/x", body=b'{"event": "E"}', attempt=3))
        newest, *_ = store.search(Filter(event="E"), 10)
        assert [one.id for one in store.attempts(newest)] == ["1", "2", "3"]
        first = store.get("1")
        assert first is not None
        assert (first.answered, first.target) == (500, "")


FIRST_VERSION = """
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, signature TEXT NOT NULL, key TEXT NOT NULL, attempt INTEGER NOT NULL,
    answered INTEGER, duration REAL NOT NULL
) STRICT;
PRAGMA application_id = 1752657011;
PRAGMA user_version = 1;
"""


def test_filters_and_pages() -> None:
    with DeliveryStore(None) as store:
        for number in range(10):
            body = b'{"event": "Workflow Errored"}' if number % 2 else b'{"event": "\\ud800"}'
            verdict = Verdict.VALID if number < 6 else Verdict.MISSING
            store.add(at(number, body, path=f"/{number}?q", signature=verdict, answered=200 if number < 3 else None))

        def ids(count: int = 100, before: str = "", **wanted: Any) -> list[str]:
            return [one.id for one in store.search(Filter(**wanted), count, before)]

        assert ids(event="Workflow *") == ["10", "8", "6", "4", "2"]
        assert ids(event="Workflow *", signature=Verdict.VALID) == ["6", "4", "2"]
        assert ids(path="/4") == ["5"]
        assert ids(path="/4?x") == []
        assert ids(failed=True, count=2) == ["10", "9"]
        assert ids(before="9", count=3) == ["8", "7", "6"]
        assert store.count(Filter(failed=True)) == 7
        assert store.events() == ["?", "Workflow Errored"]
        summary = store.summary("2")
        assert summary is not None
        assert (summary.size, summary.path, summary.event) == (29, "/1?q", "Workflow Errored")
        assert store.summary("11") is None


def test_attempts_of_one_delivery_and_not_those_of_the_same_bytes_before() -> None:
    with DeliveryStore(None) as store:
        for attempt, body in ((1, b"a"), (2, b"a"), (1, b"b"), (3, b"a"), (1, b"a"), (2, b"a")):
            store.add(at(0, body, attempt=attempt, answered=200 if attempt == 3 else 500))

        def together(number: str) -> list[str]:
            summary = store.summary(number)
            assert summary is not None
            return [one.id for one in store.attempts(summary)]

        assert together("2") == ["1", "2", "4"]
        assert together("4") == ["1", "2", "4"]
        assert together("3") == ["3"]
        assert together("6") == ["5", "6"]
        assert [one.id for one in store.last_attempts(Filter(), 10)] == ["6", "3"]
        assert [one.id for one in store.last_attempts(Filter(failed=True), 1)] == ["6"]
