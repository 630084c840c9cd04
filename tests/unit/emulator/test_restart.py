"""What is kept: after a restart, and after a kill at any moment."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hookwright.emulator import Retries, VirtualClock, emulator
from hookwright.emulator.deliveries import PER_WEBHOOK
from hookwright.errors import LocalError
from tests.unit.emulator.support import KEY, START, Caller, raw_receiver, receiving, running


def test_records_are_there_after_a_restart(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with running(db=db) as (_, caller):
        webhooks = [caller.webhook(webhook_headers={"A": "b"}) for _ in range(3)]
        caller.ok("PUT", f"/webhook/{webhooks[0]['_id']}", {"description": "changed"})
        caller.ok("DELETE", f"/webhook/{webhooks[1]['_id']}")
        caller.ok("POST", "/application/event", {"name": "hired", "response": "{}"})
        caller.ok("PUT", "/_emulator/workflows", [{"name": "z", "_id": "2"}, {"name": "a", "_id": "1"}])
        before = [caller.ok("GET", path) for path in ("/webhook", "/application/event", "/_emulator/workflows")]
    with running(db=db) as (_, caller):
        after = [caller.ok("GET", path) for path in ("/webhook", "/application/event", "/_emulator/workflows")]
        assert after == before
        assert caller.webhook()["_id"] > webhooks[2]["_id"]
    assert [len(kind) for kind in before] == [2, 1, 2]


def test_the_file_is_its_owners_and_holds_no_key(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with running(db=db) as (served, caller):
        caller.webhook()
        caller.emit()
        served.run_out()
        assert stat.S_IMODE(db.stat().st_mode) == 0o600
    assert KEY.encode() not in db.read_bytes()


@pytest.mark.parametrize("stop_after", [0.0, 1.0, 3.5])
def test_the_schedule_goes_on_where_it_was(tmp_path: Path, stop_after: float) -> None:
    db = tmp_path / "refold.db"
    with receiving() as receiver:
        receiver.answers = lambda number, request: 500
        with running(db=db) as (served, caller):
            caller.webhook(receiver.url)
            (key,) = caller.emit()
            served.advance(stop_after)
        with running(VirtualClock(START + stop_after), db=db) as (served, caller):
            served.run_out()
            delivery = caller.delivery(key)
        requests = list(receiver.received)
    assert [attempt["time"] - START for attempt in delivery["attempts"]] == [0.0, 1.0, 3.0, 7.0]
    assert delivery["status"] == "failed"
    assert requests == [requests[0]] * 4


def test_what_became_due_while_it_was_down_is_made_at_once(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with receiving(500, 500) as receiver:
        with running(db=db) as (served, caller):
            caller.webhook(receiver.url)
            (key,) = caller.emit()
            served.advance(0)
        with running(VirtualClock(START + 500), db=db) as (served, caller):
            served.run_out()
            attempts = caller.delivery(key)["attempts"]
    assert [attempt["time"] - START for attempt in attempts] == [0.0, 500.0, 502.0]


@contextmanager
def process(db: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Caller]]:
    command = [sys.executable, "-m", "hookwright", "emulator", "--db", str(db), "--no-rate-limit", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        line = child.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        try:
            yield child, Caller(line.removeprefix("listening on ").strip())
        finally:
            child.kill()


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.e2e
def test_a_killed_emulator_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with receiving() as receiver:
        receiver.answers = lambda number, request: 500
        with process(db, "--retry-base", "600") as (child, caller):
            webhook = caller.webhook(receiver.url)
            keys = [key for _ in range(20) for key in caller.emit()]
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
        receiver.answers = lambda number, request: 200
        with process(db) as (_, caller):
            assert caller.ok("GET", "/webhook") == [webhook]
            listed = caller.ok("GET", "/_emulator/deliveries")["deliveries"]
            assert [delivery["id"] for delivery in listed] == keys


@pytest.mark.e2e
def test_a_killed_emulator_goes_on_with_its_retries(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with receiving(500) as receiver:
        with process(db, "--retry-base", "1") as (child, caller):
            caller.webhook(receiver.url)
            (key,) = caller.emit()
            wait_for(lambda: caller.delivery(key)["attempts"])
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        with process(db, "--retry-base", "1") as (_, caller):
            wait_for(lambda: caller.delivery(key)["status"] == "delivered")
            first, second = caller.delivery(key)["attempts"]
    assert (first["status"], second["status"]) == (500, 200)
    assert second["time"] - first["time"] >= 1.0


def hang(connection: socket.socket, number: int) -> None:
    while connection.recv(65536):
        pass


def test_an_attempt_under_way_at_the_end_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "_GRACE", 0.05)
    db = tmp_path / "refold.db"
    with raw_receiver(hang) as url:
        with running(db=db) as (_, caller):
            caller.webhook(url)
            keys = [key for _ in range(PER_WEBHOOK + 5) for key in caller.emit()]
        with running(db=db, timeout=0.05, retries=Retries(most=0)) as (served, caller):
            served.run_out()
            attempts = [[each["number"] for each in caller.delivery(key)["attempts"]] for key in keys]
    assert attempts == [[1]] * len(keys)


def test_a_reset_during_an_attempt_leaves_nothing_of_it() -> None:
    with raw_receiver(hang) as url, running(timeout=0.3) as (served, caller):
        caller.webhook(url)
        (key,) = caller.emit()
        caller.ok("POST", "/_emulator/reset")
        served.run_out()
        assert caller.refused("GET", f"/_emulator/deliveries/{key}")["status_code"] == 404
        assert caller.ok("GET", "/_emulator/deliveries") == {"deliveries": []}


def test_two_emulators_cannot_have_one_file(tmp_path: Path) -> None:
    db = tmp_path / "refold.db"
    with (
        running(db=db),
        pytest.raises(LocalError, match=r"cannot use the database .*: database is locked$") as caught,
        running(db=db),
    ):
        pass
    assert caught.value.hint == "Is another emulator using it?"


def test_a_reset_removes_what_one_organization_has_or_everything() -> None:
    with receiving() as receiver, running(retries=Retries(base=5)) as (served, caller):
        receiver.answers = lambda number, request: 500
        other = Caller(caller.url, "pk_test_0123456789abcdef")
        for each in (caller, other):
            each.webhook(receiver.url)
            each.emit()
        served.advance(1)
        assert caller.ok("POST", "/_emulator/reset") == {"message": "reset"}
        assert caller.ok("GET", "/webhook") == []
        assert caller.ok("GET", "/_emulator/deliveries") == {"deliveries": []}
        assert len(other.ok("GET", "/webhook")) == 1
        served.run_out()
        assert len(receiver.received) == 1 + 4
        assert Caller(caller.url, None).ok("POST", "/_emulator/reset") == {"message": "reset"}
        assert Caller(caller.url, None).ok("GET", "/_emulator/deliveries") == {"deliveries": []}
        assert other.ok("GET", "/webhook") == []
