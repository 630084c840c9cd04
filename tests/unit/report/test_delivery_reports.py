"""Sent, received and rendered deliveries and diagnoses, as text and as JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.delivery import (
    Attempt,
    DeliveryRequest,
    Diagnosis,
    Received,
    RenderedDelivery,
    Sent,
    SentDelivery,
    Verdict,
)
from hookwright.report import diagnosis as diagnosis_report
from hookwright.report import http, requests, sent
from hookwright.report import received as received_report

RECEIVED = Received(
    id="7",
    received_at=datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC),
    method="POST",
    path="/refold?x=\xc3\xa9",
    headers=(
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer s3cr3t"),
        ("X-A", "1"),
        ("X-A", "\xc3\xa9"),
    ),
    body='{"event":"Workflow Errored","a":["é"]}'.encode(),
    signature=Verdict.VALID,
    key="environment test",
    attempt=2,
    answered=500,
    duration=0.0123,
)
REQUEST = DeliveryRequest(
    "PUT", "https://hooks.acme.example/x", (("A", "b"), ("x-cobalt-signature", "ab12")), b'{"a":1}'
)
DELIVERY = SentDelivery("hook", "Workflow Errored", REQUEST, Sent((Attempt(200, 0.0121, 2, b"ok"),)))


def secret(name: str) -> bool:
    return name == "Authorization"


def as_text(received: Received = RECEIVED, *, diagnosis: Diagnosis | None = None, verified: bool = True) -> str:
    return received_report.to_text(received, secret, diagnosis=diagnosis, verified=verified)


def test_a_received_delivery_as_a_line_of_json() -> None:
    line = received_report.to_json_line(RECEIVED, secret)
    assert "\n" not in line
    assert json.loads(line) == {
        "id": "7",
        "received_at": "2026-05-04T03:02:01.123Z",
        "method": "POST",
        "path": "/refold?x=é",
        "headers": {"Content-Type": "application/json", "Authorization": "(secret)", "X-A": "1, é"},
        "body_base64": base64.b64encode(RECEIVED.body).decode(),
        "signature": "valid",
        "answered": 500,
    }


def test_a_cut_connection_is_null_in_json() -> None:
    assert json.loads(received_report.to_json_line(replace(RECEIVED, answered=None), secret))["answered"] is None


def test_a_received_delivery_as_text() -> None:
    assert as_text() == (
        "#7 03:02:01.123  POST /refold?x=é  Workflow Errored  (attempt 2)\n"
        "  signature valid (environment test) · answered 500 · 39 B · 12 ms\n"
        "    Content-Type: application/json\n"
        "    Authorization: (secret)\n"
        "    X-A: 1\n"
        "    X-A: é\n"
        "\n"
        "    {\n"
        '      "event": "Workflow Errored",\n'
        '      "a": [\n'
        '        "é"\n'
        "      ]\n"
        "    }\n"
        "\n"
    )


def test_why_a_signature_is_not_valid_is_said() -> None:
    text = as_text(
        replace(RECEIVED, signature=Verdict.INVALID, key=""),
        diagnosis=Diagnosis("wrong-key", "it is another's", "Look."),
    )
    assert "  signature invalid · " in text
    assert "\n  it is another's\n  hint: Look.\n" in text


def test_without_a_key_a_signature_is_not_called_invalid() -> None:
    assert "signature not verified (no key)" in as_text(replace(RECEIVED, signature=Verdict.INVALID), verified=False)
    assert "signature missing" in as_text(replace(RECEIVED, signature=Verdict.MISSING, key=""), verified=False)


def test_a_cut_connection_and_an_empty_body_as_text() -> None:
    text = as_text(replace(RECEIVED, answered=None, body=b"", attempt=1))
    assert "connection cut · 0 B" in text
    assert text.endswith("X-A: é\n\n")


def test_what_a_sender_wrote_does_not_drive_the_terminal() -> None:
    text = as_text(
        replace(
            RECEIVED,
            path="/\x1b[2J\x9b",
            headers=(("X-\x1b", "a\x07b"),),
            body=b'{"event":"\\u001b[31m\\nForged line","x":"\\u202e\\ud800"}',
            key="\x1b]0;x\x07",
        )
    )
    assert not any(ord(character) < 0x20 and character != "\n" for character in text)
    assert not set("\x7f\x9b\u202e\ud800") & set(text)
    assert text.splitlines()[0].endswith("Forged line  (attempt 2)")
    text.encode()


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"", []),
        (b"text\x1b[31m\nmore", ["text\\x1b[31m", "more"]),
        (b"\xff\xfe", ["(2 bytes that are no UTF-8) ff fe"]),
        (b"\xff" * 65, ["(65 bytes that are no UTF-8) " + " ".join(["ff"] * 64) + " …"]),
        (b'{"a":1}', ["{", '  "a": 1', "}"]),
        (b"3", ["3"]),
        (b"null", ["null"]),
    ],
)
def test_bodies(body: bytes, lines: list[str]) -> None:
    assert http.body_lines(body, pretty=True) == lines


def test_a_body_is_not_indented_unless_asked() -> None:
    assert http.body_lines(b'{"a": 1}', pretty=False) == ['{"a": 1}']


@pytest.mark.parametrize(
    "body", [b"[" + b"1," * 500_000 + b"1]", b"x" * 100_000, b"a\n" * 100, b"[" * 900 + b"]" * 900]
)
def test_what_is_shown_of_a_body_is_bounded(body: bytes) -> None:
    lines = http.body_lines(body, pretty=True)
    assert len(lines) <= http.MOST_LINES + 1
    assert sum(map(len, lines)) <= http.MOST_CHARACTERS + 100
    assert lines[-1] == f"… ({len(body)} bytes in all)"


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_nothing_received_upsets_a_report(body: bytes, name: str, value: str) -> None:
    received = replace(RECEIVED, body=body, path=value, headers=((name, value),))
    as_text(received).encode()
    json.loads(received_report.to_json_line(received, secret))


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (9_999, "9999 B"), (10_240, "10 KiB"), (20 * 1024 * 1024, "20 MiB")]
)
def test_sizes(count: int, shown: str) -> None:
    assert http.size(count) == shown


def test_sent_deliveries_as_json() -> None:
    failed = replace(DELIVERY, sent=Sent((Attempt(500, 1.0), Attempt(None, 0.5, error="connection refused"))))
    assert json.loads(sent.to_json([DELIVERY, failed])) == {
        "format": "hookwright.deliveries/1",
        "deliveries": [
            {
                "webhook": "hook",
                "event": "Workflow Errored",
                "method": "PUT",
                "url": "https://hooks.acme.example/x",
                "status": 200,
                "duration_ms": 12.1,
                "error": None,
                "attempts": 1,
                "signature": "ab12",
            },
            {
                "webhook": "hook",
                "event": "Workflow Errored",
                "method": "PUT",
                "url": "https://hooks.acme.example/x",
                "status": None,
                "duration_ms": 500.0,
                "error": "connection refused",
                "attempts": 2,
                "signature": "ab12",
            },
        ],
    }


@pytest.mark.parametrize(
    ("attempts", "line"),
    [
        ((Attempt(200, 0.0121),), "✓ hook  Workflow Errored  200  12 ms  https://hooks.acme.example/x"),
        (
            (Attempt(500, 1), Attempt(200, 20)),
            "✓ hook  Workflow Errored  200 after 2 attempts  20.0 s  https://hooks.acme.example/x",
        ),
        (
            (Attempt(204, 0),),
            "✗ hook  Workflow Errored  204 (only 200 counts as delivered)  0 ms  https://hooks.acme.example/x",
        ),
        (
            (Attempt(302, 0),),
            "✗ hook  Workflow Errored  302 (redirects are not followed)  0 ms  https://hooks.acme.example/x",
        ),
        (
            (Attempt(None, 0, error="connection refused"),),
            "✗ hook  Workflow Errored  connection refused  0 ms  https://hooks.acme.example/x",
        ),
    ],
)
def test_sent_deliveries_as_lines(attempts: tuple[Attempt, ...], line: str) -> None:
    assert sent.line(replace(DELIVERY, sent=Sent(attempts))) == line


def test_verbose_shows_what_was_sent_and_answered() -> None:
    assert sent.line(DELIVERY, verbose=True).splitlines()[1:] == [
        "    A: b",
        "    x-cobalt-signature: ab12",
        "",
        '    {"a":1}',
        "    answer:",
        "    ok",
    ]


def test_sums() -> None:
    good, bad = Sent((Attempt(200, 0.1),)), Sent((Attempt(500, 0.3),))
    assert sent.summary([good, bad], 1.0) == "1 of 2 delivered"
    assert sent.summary([good] * 19 + [bad], 2.0) == (
        "19 of 20 delivered in 2.00 s, 10 a second; answers p50 100 ms, p95 100 ms, p99 300 ms"
    )


def test_rendered_requests() -> None:
    rendered = RenderedDelivery("hook", "test", "Workflow Errored", REQUEST, masked=True, note="Not signed.")
    assert requests.to_text([rendered, replace(rendered, note="")]) == (
        "── hook · test · Workflow Errored\n"
        "PUT https://hooks.acme.example/x\n"
        "A: b\n"
        "x-cobalt-signature: ab12\n"
        "\n"
        '{"a":1}\n'
        "note: Not signed.\n"
        "\n"
        "── hook · test · Workflow Errored\n"
        "PUT https://hooks.acme.example/x\n"
        "A: b\n"
        "x-cobalt-signature: ab12\n"
        "\n"
        '{"a":1}'
    )
    assert json.loads(requests.to_json([rendered])) == {
        "format": "hookwright.requests/1",
        "requests": [
            {
                "webhook": "hook",
                "environment": "test",
                "event": "Workflow Errored",
                "method": "PUT",
                "url": "https://hooks.acme.example/x",
                "headers": {"A": "b", "x-cobalt-signature": "ab12"},
                "body": '{"a":1}',
                "body_base64": "eyJhIjoxfQ==",
                "signature": "ab12",
                "masked": True,
                "note": "Not signed.",
            }
        ],
    }


def test_diagnoses() -> None:
    good = Diagnosis("valid", "signed with the key of environment test", key="environment test")
    bad = Diagnosis("missing", "there is no signature", "Look.")
    assert diagnosis_report.to_text(good) == "valid: signed with the key of environment test"
    assert diagnosis_report.to_text(bad) == "not valid: there is no signature\nhint: Look."
    assert json.loads(diagnosis_report.to_json(bad)) == {
        "format": "hookwright.verification/1",
        "valid": False,
        "reason": "missing",
        "message": "there is no signature",
        "hint": "Look.",
        "key": None,
    }
    assert json.loads(diagnosis_report.to_json(good))["key"] == "environment test"


def test_colour_changes_nothing_but_colour() -> None:
    import re

    plain = as_text()
    coloured = received_report.to_text(RECEIVED, secret, diagnosis=None, verified=True, color=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
