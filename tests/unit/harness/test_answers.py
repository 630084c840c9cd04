"""Scripts of answers, and counting attempts."""

from __future__ import annotations

import pytest

from hookwright.harness.answers import Answer, Attempts, Cut, Script, fault_script


def statuses(script: Script, attempts: int = 4) -> list[object]:
    return [answer.cut or answer.status for answer in map(script.answer, range(1, attempts + 1))]


@pytest.mark.parametrize(
    ("wish", "answers"),
    [
        ({}, [200, 200, 200, 200]),
        ({"fail": 2}, [500, 500, 200, 200]),
        ({"status": 204}, [204, 204, 204, 204]),
        ({"fail": 1, "status": 204}, [500, 204, 204, 204]),
        ({"cut": Cut.RESET}, [Cut.RESET] * 4),
        ({"fail": 3, "cut": Cut.DROP}, [Cut.DROP, Cut.DROP, Cut.DROP, 200]),
    ],
)
def test_fault_script(wish: dict[str, int], answers: list[object]) -> None:
    assert statuses(fault_script(**wish)) == answers


def test_delay_holds_for_every_answer() -> None:
    script = fault_script(fail=1, delay=0.5)
    assert [script.answer(attempt).delay for attempt in (1, 2, 3)] == [0.5, 0.5, 0.5]


def test_what_a_fault_is() -> None:
    assert not Answer().fault
    assert Answer(201).fault
    assert Answer(500).fault
    assert Answer(cut=Cut.DROP).fault


def test_attempts_are_counted_by_method_path_and_body() -> None:
    attempts = Attempts()
    assert [attempts.count("POST", "/a", b"1") for _ in range(3)] == [1, 2, 3]
    assert attempts.count("PUT", "/a", b"1") == 1
    assert attempts.count("POST", "/b", b"1") == 1
    assert attempts.count("POST", "/a", b"2") == 1
    assert attempts.count("POST", "/a", b"1") == 4


def test_the_least_recent_is_forgotten() -> None:
    attempts = Attempts(remembered=2)
    attempts.count("POST", "/", b"1")
    attempts.count("POST", "/", b"2")
    assert attempts.count("POST", "/", b"1") == 2
    attempts.count("POST", "/", b"3")
    assert attempts.count("POST", "/", b"1") == 3
    assert attempts.count("POST", "/", b"2") == 1
