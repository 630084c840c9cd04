"""Deliveries in a file: byte for byte, bounded, private, and nobody else's file."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hookwright.errors import LocalError
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
