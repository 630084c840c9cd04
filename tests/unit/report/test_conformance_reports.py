"""What people and programs read of conformance checks."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict
from hookwright.report import conformance_json, conformance_text, evidence
from hookwright.validate.schemas import schema_text
from tests.unit.report import golden
from tests.unit.report.conformance_examples import (
    CRASHED,
    FAILED,
    FINE,
    PASSED,
    RETRIES,
    RUN,
    SENDER,
    SKIPPED,
    exchange,
)

SCHEMA = jsonschema_rs.validator_for(json.loads(schema_text("output/checks")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("checks-lines.txt", "\n".join(map(conformance_text.line, RUN.checks))),
        ("checks-lines-colour.txt", "\n".join(conformance_text.line(check, color=True) for check in RUN.checks)),
        ("checks.txt", conformance_text.to_text(RUN)),
        ("checks-verbose-colour.txt", conformance_text.to_text(RUN, color=True, verbose=True)),
        ("checks-fine.txt", conformance_text.to_text(FINE)),
        ("checks-sender.txt", conformance_text.to_text(SENDER, verbose=True)),
        ("checks.json", conformance_json.to_json(RUN)),
    ],
)
def test_golden(name: str, text: str) -> None:
    golden.check(name, text)


@pytest.mark.parametrize("run", [RUN, FINE, SENDER, replace(FINE, checks=())])
def test_json_is_as_its_schema_says(run: Conformance) -> None:
    value = json.loads(conformance_json.to_json(run))
    SCHEMA.validate(value)
    assert value["summary"]["failed"] == sum(check["status"] == "failed" for check in value["checks"])
    assert (value["summary"]["failed"] > 0) is run.failed


def test_a_json_of_something_else_is_not() -> None:
    value = json.loads(conformance_json.to_json(RUN))
    for broken in (
        value | {"more": 1},
        value | {"subject": "x"},
        value | {"checks": [value["checks"][0] | {"status": "ok"}]},
        value | {"checks": [value["checks"][0] | {"id": "X01"}]},
    ):
        assert not SCHEMA.is_valid(broken)


def test_a_line_is_one_line_whatever_was_seen() -> None:
    hostile = replace(FAILED, observed="one\ntwo\x1b[2J\ttail", title="a\nb")
    text = conformance_text.line(hostile)
    assert text.endswith("a\\nb: one\\ntwo\\x1b[2J\\ttail")
    assert "\n" not in text
    assert "observed" not in conformance_text.line(PASSED)


def test_evidence_is_no_command_to_a_runner() -> None:
    check = replace(FAILED, observed="200 to hostile", exchanges=(exchange("hostile", b"##[error]x\n::error::y"),))
    text = conformance_text.to_text(replace(RUN, checks=(check,)))
    assert "##[" not in text
    assert r"#\x23[error]x" in text
    assert not [line for line in text.splitlines() if line.startswith("::")]


def test_of_many_exchanges_those_that_tell_are_shown() -> None:
    many = tuple(exchange(f"number {number:03}", b"{}", started=number / 10) for number in range(40))
    check = replace(FAILED, exchanges=many, observed="200 to number 017 and to number 023 and to number 031")
    text = conformance_text.to_text(replace(RUN, checks=(check,)))
    assert text.count("--> ") == 2
    assert "--> number 017: 200 in 3.1 ms" in text
    assert "28 more" in text
    whole = conformance_text.to_text(replace(RUN, checks=(check,)), verbose=True)
    assert whole.count("--> ") == 40


def test_what_tells() -> None:
    first, second, third = (exchange(label, b"") for label in ("a", "ab", "c"))
    broken = exchange("d", b"", 500)
    check = replace(FAILED, exchanges=(first, second, broken, third), observed="200 to ab")
    assert evidence.telling(check) == (second,), "'a' is only part of what is named"
    assert evidence.telling(replace(check, observed="boo")) == (broken,)
    assert evidence.telling(replace(check, observed="boo", exchanges=(second, third))) == (third,)
    assert evidence.telling(SKIPPED) == ()
    tenth = exchange("all at once, 10", b"")
    assert evidence.telling(replace(check, exchanges=(tenth, second), observed="10 effects to ab")) == (second,)
    requests = tuple(exchange(f"hangs, request {number}", b"") for number in (1, 2, 12))
    assert evidence.telling(replace(check, exchanges=requests, observed="request 1 is another")) == requests[:1]
    assert evidence.telling(RETRIES) == RETRIES.exchanges, "each had no answer, or one of 5xx"


def test_bytes_that_do_not_show_are_spelt_out() -> None:
    line = evidence.pieces(b"a\t\x00\xff\xc3\xa9\xe2\x80\xa8\xf3\xa0\x81\x81\r\n")
    assert evidence.plain(line) == "a\\t\\x00\\xff\u00e9\\u2028\\U000e0041\\r\\n"
    assert [piece.text for piece in line if not piece.escaped] == ["a", "\u00e9"]


def test_ends_of_lines_are_shown_where_they_are_not_as_in_every_head() -> None:
    usual = evidence.message(b"POST / HTTP/1.1\r\nA: b\r\n\r\n{}\n", 28, most=1000)
    assert [evidence.plain(line) for line in usual.head] == ["POST / HTTP/1.1", "A: b"]
    assert [evidence.plain(line) for line in usual.body] == ["{}\\n"]
    assert usual.left_out == ""
    odd = evidence.message(b"POST / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", 28, most=1000)
    assert [evidence.plain(line) for line in odd.head] == ["POST / HTTP/1.1", "A: b\\n", "C: d"]
    headless = evidence.message(b"garbage", 7, most=1000)
    assert (headless.head, evidence.plain(headless.body[0])) == ((), "garbage")
    cut = evidence.message(b"POST / HTTP/1.1\r\nA: b\r\n\r\n{}", 2_000_000, most=19)
    assert [evidence.plain(line) for line in cut.head] == ["POST / HTTP/1.1", "A:"]
    assert cut.left_out == "19 B of 1953 KiB are shown"


@given(st.binary(max_size=300))
def test_every_byte_shows_somehow(raw: bytes) -> None:
    shown = evidence.message(raw, len(raw), most=len(raw))
    for line in (*shown.head, *shown.body, evidence.pieces(raw)):
        assert all(character.isprintable() for character in evidence.plain(line) if not character.isspace())
        assert "\n" not in evidence.plain(line)
    text = conformance_text.to_text(
        Conformance("receiver", "x", "", (replace(CRASHED, exchanges=(Exchange("x", 0, 0, raw, len(raw)),)),))
    )
    assert "\x1b" not in text


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_counted(verdict: Verdict) -> None:
    check = CheckResult("R01", "t", verdict, "e", "o", "w")
    text = conformance_text.to_text(Conformance("receiver", "x", "", (check,), 1.0))
    assert text.endswith(f"receiver x: 1 {verdict} in 1.0 s")
