"""``listen --script``: answers by delivery and attempt, and what is wrong with a script, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.cli.scripting import read_script
from hookwright.errors import ConfigError
from hookwright.harness.answers import Answer, Cut, Script, fault_script
from hookwright.harness.background import serve_receiver_in_thread
from tests.unit.cli.calling import Call
from tests.unit.harness.wire import exchange, post, status

SCRIPT = """\
rules:
  - match: {event: "Workflow *", path: /pager/*, method: PUT}
    answers:
      - {status: 503, retry_after: 2, body: {error: busy}}
      - {reset: true, delay: 0.01}
      - {drop: true}
      - {status: 201, headers: {X-A: b, Content-Type: text/x}, body: "é"}
  - match: {path: "/a?b=*"}
    answers: [{status: 404}]
"""
ERRORED = b'{"event":"Workflow Errored"}'


def read(tmp_path: Path, text: str) -> list[tuple[str, int, int, str]]:
    """What is wrong with a script: rule, line, column, message."""
    (tmp_path / "script.yaml").write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_script(tmp_path / "script.yaml", Script())
    assert raised.value.findings
    return [
        (one.rule, one.span.start.line, one.span.start.column, one.message)
        for one in raised.value.findings
        if one.span is not None
    ]


def test_answers_by_delivery_and_attempt(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT)
    rules = read_script(tmp_path / "s.yaml", fault_script(status=202))
    pager = rules.script_for("PUT", "/pager/1", ERRORED)
    assert [pager.answer(number) for number in range(1, 6)] == [
        Answer(503, headers=(("Retry-After", "2"), ("Content-Type", "application/json")), body=b'{"error": "busy"}'),
        Answer(cut=Cut.RESET, delay=0.01),
        Answer(cut=Cut.DROP),
        *[Answer(201, headers=(("X-A", "b"), ("Content-Type", "text/x")), body="é".encode())] * 2,
    ]
    assert rules.script_for("GET", "/a?b=c", b"").answer(1) == Answer(404)
    for method, path, body in (("POST", "/pager/1", ERRORED), ("PUT", "/other", ERRORED), ("PUT", "/pager/1", b"{}")):
        assert rules.script_for(method, path, body).answer(1) == Answer(202)


def test_on_the_wire(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT)
    rules = read_script(tmp_path / "s.yaml", Script())
    with serve_receiver_in_thread(script=rules) as receiver:
        request = post(b"/pager/1", ERRORED, method=b"PUT")
        busy = exchange(receiver.url, request)
        assert (status(busy), b"\r\nRetry-After: 2\r\n" in busy, busy[-17:]) == (503, True, b'{"error": "busy"}')
        with pytest.raises(ConnectionResetError):
            exchange(receiver.url, request)
        assert exchange(receiver.url, request) == b""
        assert [status(exchange(receiver.url, request)) for _ in range(2)] == [201, 201]
        assert status(exchange(receiver.url, post(b"/other"))) == 200


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rules:\n  - answers: [{staus: 500}]\n", ("HW101", 2, 16, "item 1 of 'answers' has no field 'staus'")),
        ("rules:\n  - match: {}\n", ("HW102", 2, 5, "item 1 of 'rules' lacks 'answers'")),
        ("rules:\n  - answers:\n      - status: 99\n", ("HW106", 3, 17, "'status' must be at least 200")),
        ("rules:\n  - answers: []\n", ("HW106", 2, 14, "'answers' is an empty list")),
        ("rules:\n - answers: [{reset: true, drop: true}]\n", ("HW106", 2, 28, "has both 'reset' and 'drop'")),
        ("rules:\n - answers: [{reset: true, status: 200}]\n", ("HW106", 2, 28, "has both 'reset' and 'status'")),
        ("rules:\n - answers: [{reset: false}]\n", ("HW104", 2, 22, "'reset' must be true, not false")),
        (
            'rules:\n - answers: [{headers: {"a b": x}}]\n',
            ("HW105", 2, 25, "the name 'a b' does not have the form that it needs"),
        ),
        (
            'rules:\n - answers: [{headers: {X-A: "a\\r\\nX-B: c"}}]\n',
            ("HW105", 2, 30, "'X-A' does not have the form that it needs"),
        ),
        (
            "rules:\n - answers: [{headers: {Content-length: '1'}}]\n",
            ("HW106", 2, 25, "the header 'Content-length' frames the answer: 'listen' sets it itself"),
        ),
        ("rules:\n  - answers: [}\n", ("HW002", 2, 15, "")),
        ("- 1\n", ("HW103", 1, 1, "the file must be a mapping, not a list")),
        ("", ("HW103", 1, 1, "the file is empty")),
    ],
)
def test_what_is_wrong_stands_at_its_place(tmp_path: Path, text: str, found: tuple[str, int, int, str]) -> None:
    first, *others = read(tmp_path, text)
    assert (first[:3], others) == (found[:3], [])
    assert found[3] in first[3]


def test_a_file_that_is_not_there(call: Call) -> None:
    done = call("listen", "--script", "none.yaml")
    assert (done.code, done.out) == (1, "")
    assert "none.yaml cannot be read: no such file or directory" in done.err


def test_the_command_shows_the_line(call: Call, project: Path) -> None:
    (project / "s.yaml").write_text("rules:\n  - answers: [{staus: 500}]\n")
    done = call("listen", "--script", "s.yaml")
    assert (done.code, done.out) == (1, "")
    assert "s.yaml:2:16" in done.err
    assert "Did you mean 'status'?" in done.err
