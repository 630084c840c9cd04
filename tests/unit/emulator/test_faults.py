from __future__ import annotations

import http.client
import json
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hookwright.emulator import RealClock
from hookwright.emulator.faults import FAULTS, Faults, RuleError, parse_rules
from tests.unit.emulator.support import API, KEY, Caller, bad_request, running

NEW = {"webhook_url": "https://hooks.acme.example", "webhook_events": ["Workflow Errored"]}
BROKEN = (ConnectionError, http.client.HTTPException)


def add(caller: Caller, fault: str, *, match: Any = None, **more: Any) -> None:
    rule = {"match": match or {}, "fault": fault, **more}
    assert caller.ok("POST", "/_emulator/faults", rule)["rules"][-1]["fault"] == fault


def clear(caller: Caller) -> None:
    assert caller.ok("DELETE", "/_emulator/faults") == {"rules": []}


@pytest.mark.parametrize(
    ("fault", "commits"),
    [("refuse", False), ("reset_before", False), ("reset_after", True)],
)
@pytest.mark.parametrize("commit", [None, True, False])
def test_resets(fault: str, commits: bool, commit: bool | None) -> None:
    with running() as (_, caller):
        add(caller, fault, times=1, **({} if commit is None else {"commit": commit}))
        with pytest.raises(BROKEN):
            caller.call("POST", "/webhook", NEW)
        assert len(caller.ok("GET", "/webhook")) == (commits if commit is None else commit)


@pytest.mark.parametrize("commit", [True, False])
def test_silence_ends_with_the_connection(commit: bool) -> None:
    with running(RealClock()) as (_, caller):
        add(caller, "timeout", times=1, delay=0.2, commit=commit)
        started = time.monotonic()
        with pytest.raises(BROKEN):
            caller.call("POST", "/webhook", NEW)
        assert 0.2 <= time.monotonic() - started < 5
        assert len(caller.ok("GET", "/webhook")) == commit


@pytest.mark.parametrize("fault", ["timeout", "reset_before"])
def test_a_call_may_be_carried_out_when_its_client_has_gone(fault: str) -> None:
    with running(RealClock()) as (_, caller):
        add(caller, fault, times=1, delay=0.1, commit="late")
        place = urlsplit(caller.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=0.05)
        connection.request(
            "POST", API + "/webhook", json.dumps(NEW), {"x-api-key": KEY, "content-type": "application/json"}
        )
        with pytest.raises((TimeoutError, *BROKEN)):
            connection.getresponse()
        connection.close()
        assert caller.ok("GET", "/webhook") == []
        deadline = time.monotonic() + 5
        while not caller.ok("GET", "/webhook"):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_silence_does_not_keep_the_emulator_from_ending() -> None:
    started = time.monotonic()
    with running() as (_, caller):
        add(caller, "timeout")
        place = urlsplit(caller.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port)
        connection.request("GET", API + "/webhook")
        time.sleep(0.1)
    connection.close()
    assert time.monotonic() - started < 5


def test_a_refusal_with_a_delay_closes_the_port_for_that_time() -> None:
    with running() as (_, caller):
        caller.webhook()
        add(caller, "refuse", times=1, delay=0.3)
        with pytest.raises(BROKEN):
            caller.call("GET", "/webhook")
        time.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            caller.call("GET", "/webhook")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                assert len(caller.ok("GET", "/webhook")) == 1
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        else:
            pytest.fail("the port stayed closed")


def test_a_port_that_was_taken_while_it_was_closed_is_taken_back() -> None:
    with running() as (_, caller):
        add(caller, "refuse", times=1, delay=0.1)
        with pytest.raises(BROKEN):
            caller.call("GET", "/webhook")
        place = urlsplit(caller.url)
        with socket.create_server((place.hostname or "", place.port or 0)):
            time.sleep(0.3)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                assert caller.ok("GET", "/webhook") == []
                break
            except BROKEN:
                time.sleep(0.02)
        else:
            pytest.fail("the port stayed closed")


@pytest.mark.parametrize(
    ("fault", "status", "code", "message"),
    [
        ("429", 429, "RATE_LIMIT_EXCEEDED", "Too many requests"),
        ("500", 500, "SERVER_ERROR", "Something went wrong"),
        ("401", 401, "SERVER_ERROR", "Invalid Credentials"),
    ],
)
@pytest.mark.parametrize("commit", [False, True])
def test_error_answers(fault: str, status: int, code: str, message: str, commit: bool) -> None:
    with running() as (_, caller):
        add(caller, fault, times=1, commit=commit)
        envelope = caller.refused("POST", "/webhook", NEW)
        assert (envelope["status_code"], envelope["error"], envelope["message"]) == (status, code, message)
        assert len(caller.ok("GET", "/webhook")) == commit


def test_retry_after() -> None:
    with running() as (_, caller):
        for given, expected in ((None, None), (0, "0"), (3, "3"), (0.5, "0.5")):
            clear(caller)
            add(caller, "429", **({} if given is None else {"retry_after": given}))
            assert caller.call("GET", "/webhook").headers.get("Retry-After") == expected


def test_a_proxys_page() -> None:
    with running() as (_, caller):
        add(caller, "502_html")
        answer = caller.call("POST", "/webhook", NEW)
        assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
        assert answer.raw.startswith(b"<html>")


def test_half_an_answer_is_no_json() -> None:
    with running() as (_, caller):
        add(caller, "truncated_json")
        for body in (NEW, None):
            answer = caller.call("GET" if body is None else "POST", "/webhook", body)
            assert answer.status == 200
            with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
                json.loads(answer.raw)
        add(caller, "truncated_json", commit=False)
        clear(caller)
        assert len(caller.ok("GET", "/webhook")) == 1


def test_answers_of_another_shape() -> None:
    with running() as (_, caller):
        add(caller, "wrong_shape")
        (webhook,) = caller.ok("POST", "/webhook", NEW)
        assert caller.ok("GET", "/webhook") == {"data": [webhook]}
        clear(caller)
        add(caller, "wrong_shape", commit=False)
        assert caller.ok("GET", "/webhook") == [{}]


def test_a_delay_postpones_the_answer() -> None:
    with running(RealClock()) as (_, caller):
        add(caller, "500", delay=0.2)
        started = time.monotonic()
        assert caller.call("GET", "/webhook").status == 500
        assert time.monotonic() - started >= 0.2


def test_rules_match_method_path_and_count() -> None:
    with running() as (_, caller):
        add(caller, "500", match={"method": "get", "path": "/webhook$", "nth": 2})
        add(caller, "429", match={"path": "event", "every": 3}, times=2)

        def statuses(method: str, path: str, count: int) -> list[int]:
            return [caller.call(method, path).status for _ in range(count)]

        assert statuses("GET", "/webhook", 4) == [200, 500, 200, 200]
        assert statuses("POST", "/webhook", 3) == [415] * 3
        assert statuses("GET", "/application/event", 10) == [200, 200, 429] * 2 + [200] * 4
        assert caller.ok("GET", "/_emulator/faults")["rules"] == [
            {"fault": "500", "method": "GET", "path": "/webhook$", "seen": 4, "fired": 1},
            {"fault": "429", "method": "", "path": "event", "seen": 10, "fired": 2},
        ]


def test_the_first_rule_wins_and_all_count() -> None:
    faults = Faults(parse_rules([{"fault": "500", "times": 1}, {"fault": 429, "match": {"nth": 2}}]))
    hits = [faults.hit("GET", "/x") for _ in range(3)]
    assert [hit.fault if hit else None for hit in hits] == ["500", "429", None]


def test_faults_are_in_the_log_and_do_not_hit_control_calls() -> None:
    with running() as (_, caller):
        add(caller, "reset_before", match={"path": "/webhook"}, times=1)
        add(caller, "500")
        with pytest.raises(BROKEN):
            caller.call("GET", "/webhook")
        caller.call("GET", "/workflow")
        entries = caller.ok("GET", "/_emulator/requests")["requests"]
        assert [(each["status"], each["fault"]) for each in entries] == [(None, "reset_before"), (500, "500")]


def test_faults_can_be_there_from_the_start() -> None:
    with running(faults=tuple(parse_rules({"rules": [{"fault": "401"}]}))) as (_, caller):
        assert caller.call("GET", "/webhook").status == 401
        Caller(caller.url, None).ok("POST", "/_emulator/reset")
        assert caller.call("GET", "/webhook").status == 200


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (1, "a rule must be an object"),
        ([[]], "rule 1: a rule must be an object"),
        ([{"fault": "500"}, {"fault": "500", "times": 0}], "rule 2: times must be a whole number from 1"),
        ({"rules": [], "x": 1}, "unknown field: rules"),
        ({"fault": "500", "match": []}, "match must be an object"),
        ({"fault": "500", "when": 1}, "unknown field: when"),
        ({"fault": "500", "match": {"host": "a"}}, "unknown field: host"),
        ({}, f"fault must be one of {', '.join(FAULTS)}"),
        ({"fault": "503"}, f"fault must be one of {', '.join(FAULTS)}"),
        ({"fault": True}, f"fault must be one of {', '.join(FAULTS)}"),
        ({"fault": "500", "commit": 1}, "commit must be a boolean or 'late'"),
        ({"fault": "500", "match": {"method": 1}}, "method and path must be strings"),
        ({"fault": "500", "match": {"path": None}}, "method and path must be strings"),
        ({"fault": "500", "match": {"path": "("}}, "path: it is not a regular expression"),
        ({"fault": "500", "match": {"nth": 0}}, "nth must be a whole number from 1"),
        ({"fault": "500", "match": {"every": 1.5}}, "every must be a whole number from 1"),
        ({"fault": "500", "times": True}, "times must be a whole number from 1"),
        ({"fault": "429", "retry_after": -1}, "retry_after must be a number of seconds, at most a day"),
        ({"fault": "429", "delay": 1e9}, "delay must be a number of seconds, at most a day"),
        ({"fault": "429", "delay": False}, "delay must be a number of seconds, at most a day"),
        ([{"fault": "500"}] * 1001, "at most 1000 rules"),
    ],
)
def test_rules_that_make_no_sense_are_refused(caller: Caller, rules: Any, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(rules)
    assert str(caught.value) == message
    assert caller.refused("POST", "/_emulator/faults", rules) == bad_request(message)


def test_every_fault_can_be_loaded_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps([{"fault": fault} for fault in FAULTS]), "utf-8")
    assert [rule.fault for rule in parse_rules(json.loads(file.read_text("utf-8")))] == list(FAULTS)
