"""Runs of conformance checks to show: one of every verdict, with every kind of evidence."""

from __future__ import annotations

from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict

SIGNATURE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def request(body: bytes, *headers: str, method: str = "POST") -> bytes:
    lines = [f"{method} /refold HTTP/1.1", "Host: 127.0.0.1:8000", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def answer(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def exchange(
    label: str,
    body: bytes,
    status: int | None = 200,
    *,
    started: float = 0.0,
    duration: float = 0.0031,
    error: str = "",
) -> Exchange:
    sent = request(body, f"x-cobalt-signature: {SIGNATURE}")
    came = answer({200: "200 OK", 401: "401 Unauthorized", 500: "500 Internal Server Error"}[status]) if status else b""
    return Exchange(label, started, duration, sent, len(sent), came, len(came), status, error)


PASSED = CheckResult(
    "R01",
    "Each declared event, validly signed",
    Verdict.PASSED,
    expected="exactly 200",
    observed="200 to both events",
    why="Only 200 is promised to count as delivered; every other answer is tried again.",
    duration=0.0065,
    exchanges=(
        exchange("Workflow Errored", b'{"event":"Workflow Errored"}'),
        exchange("Workflow Timed Out", b'{"event":"Workflow Timed Out"}', started=0.0034),
    ),
)
ONE_BLANK_MORE = '{"event": "Workflow Errored", "name": "Gr\u00fc\u00dfe \u2028"}\r\n'.encode() + b"\xff"
FAILED = CheckResult(
    "R09",
    "White space changed, under the old signature",
    Verdict.FAILED,
    expected="a rejection: 4xx, and no effect",
    observed="200 to 'one blank more'",
    why="Acceptance proves that a re-serialised body is verified, not the one that came.",
    hint="Verify the raw bytes of the request body, before anything parses, decodes or trims them.",
    duration=0.0071,
    exchanges=(
        exchange("as signed", b'{"event":"Workflow Errored"}'),
        exchange("one blank more", ONE_BLANK_MORE),
        exchange("a line break at the end", b'{"event":"Workflow Errored"}\n', 401),
    ),
)
CRASHED = CheckResult(
    "R17",
    "Bytes that are no ASCII in the signature header",
    Verdict.FAILED,
    expected="a rejection: 4xx, and no effect",
    observed="the connection was reset",
    why="A constant-time compare of text raises an error for other characters than ASCII.\nPython's does.",
    exchanges=(
        Exchange(
            "UTF-8 in the header",
            0.0,
            0.52,
            request(b"{}", "x-cobalt-signature: f\u00fc\u200bnf"),
            200_000,
            b"HTTP/1.1 500 Int",
            16,
            None,
            "connection reset",
        ),
    ),
)
SKIPPED = CheckResult(
    "R28",
    "The same delivery again, and ten at once",
    Verdict.SKIPPED,
    expected="200 each, one effect",
    observed="needs a probe of effects: --effects",
    why="There is no delivery id to go by.",
)
INFO = CheckResult(
    "R18",
    "An upper-case signature",
    Verdict.INFO,
    expected="not 5xx",
    observed="accepted",
    why="Nothing says whether upper-case is the same signature.",
    hint="The platform sends lower-case: accept nothing else.",
    duration=0.003,
    exchanges=(exchange("upper-case", b"{}"),),
)
LATENCIES = (*(0.001 * 1.01**number for number in range(400)), 0.25, 0.31, 1.2)
BURST = CheckResult(
    "R39",
    "A burst of 403 deliveries, 20 at once",
    Verdict.PASSED,
    expected="no 5xx, none lost",
    observed="403 of 403 answered with 200",
    why="Deliveries come in bursts.",
    duration=2.41,
    facts={"per_second": 167.2, "p50_ms": 7.434, "p95_ms": 44.1, "p99_ms": 51.0, "lost": 0, "slowest": [1200, 310]},
    latencies=LATENCIES,
)
RUN = Conformance(
    "receiver",
    "http://127.0.0.1:8000/refold",
    "incident-pager",
    (PASSED, FAILED, CRASHED, INFO, SKIPPED, BURST),
    8.3171,
)
FINE = Conformance("receiver", "http://127.0.0.1:8000/refold", "", (PASSED, BURST), 2.5)

RETRIES = CheckResult(
    "S04",
    "The pauses between attempts grow",
    Verdict.FAILED,
    expected="each pause at least 1.5 times the one before",
    observed="2.0 s, 2.0 s, 2.0 s: the factor is 1",
    why="A receiver that is down gets no time to come back.",
    hint="Let every pause be a multiple of the one before.",
    duration=0.4,
    exchanges=tuple(
        exchange(f"attempt {number + 1}", b"{}", 500 if number % 2 else None, started=2.05 * number, duration=duration)
        for number, duration in enumerate((0.05, 0.5, 0.05, 0.05))
    ),
    facts={"base_s": 2.0, "factor": 1.0, "ok": False},
)
MATRIX = CheckResult(
    "S08",
    "Which answers end a delivery",
    Verdict.PASSED,
    expected="only 200",
    observed="only 200",
    why="Only 200 is documented to.",
    duration=3.1,
    facts={
        "answers": [
            {"status": 200, "attempts": 1, "stops": True},
            {"status": 204, "attempts": 4, "stops": False},
            {"status": 410, "attempts": 4, "stops": False, "note": "gone"},
        ],
        "by_family": {"2xx": {"stopping": 1}, "4xx": {"stopping": 0}},
        "seen": {"requests": 42, "share": 0.5},
    },
)
SENDER = Conformance("delivery", "emulator", "", (RETRIES, MATRIX), 3.52)
