"""Large bodies: real ones, and those that only want to fill the memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hookwright.harness.checks.bench import Bench, Seen
from hookwright.harness.checks.check import Check, Ended, failed, passed
from hookwright.harness.checks.samples import with_text
from hookwright.harness.checks.wire import Pace
from hookwright.model.conformance import Verdict

_MEBIBYTE: Final = 1024 * 1024
_VALID: Final = _MEBIBYTE
_FLOOD: Final = 32 * _MEBIBYTE
_SLOWEST: Final = 15.0
_TOO_LARGE: Final = 413
_FORGED: Final = (b"0" * 64,)
_FLOODS: Final = (
    ("32 MiB, not signed", (), False),
    ("32 MiB, forged", _FORGED, False),
    ("32 MiB in chunks, forged", _FORGED, True),
)
_TOO_LATE: Final = (
    "The limit is kept too late. Compare Content-Length with it before the body is read, count the bytes where there "
    "is none, and close the connection after the 4xx: a parser that refuses a body may read the rest of it."
)


async def _sizes(bench: Bench) -> Ended:
    large = bench.samples.fresh("1 MiB, validly signed").bent(with_text(b"x" * _VALID)).signed(bench.key)
    taken = await bench.accepts(large, allowed=(200, 413))
    if taken.verdict is Verdict.FAILED:
        return taken
    filler = b"x" * _FLOOD
    observed = [taken.observed]
    for label, signatures, chunked in _FLOODS:
        flood = replace(bench.samples.fresh(label), signatures=signatures, body=filler, shown=filler, chunked=chunked)
        # Piece by piece, with a look at what comes back: a server that refuses at once closes the connection, and
        # bytes that are still poured into it could destroy its answer on the way.
        pace = Pace(bench.wire.head_size(flood), pause=0.25, step=_MEBIBYTE, gap=0.015)
        ended = _judge(await bench.send(flood, pace=pace, patience=_SLOWEST))
        if ended.verdict is Verdict.FAILED:
            return ended
        observed.append(ended.observed)
    return passed("; ".join(observed))


def _judge(seen: Seen) -> Ended:
    sent = seen.exchange.request_size
    in_time = seen.exchange.duration < _SLOWEST - 1
    if seen.exchange.status is None and sent < _FLOOD and in_time:
        return passed(f"{seen.exchange.label}: cut off after {sent / _MEBIBYTE:.1f} MiB")
    if not seen.rejected:
        return failed(f"{seen.exchange.label}: {seen.answer}")
    counted = seen.delivery.chunked and seen.status == _TOO_LARGE  # Some read on, but keep nothing of it.
    if sent >= _FLOOD and not counted:
        return failed(f"{seen.exchange.label}: {seen.answer}, but only after all of it was read", _TOO_LATE)
    return passed(f"{seen.exchange.label}: {seen.answer} after {sent / _MEBIBYTE:.1f} MiB")


CHECKS: Final = (
    Check(
        id="R25",
        title="Size is limited before anything else",
        sent="1 MiB, validly signed; then 32 MiB without a signature, with a forged one, and with a forged one in "
        "chunks that do not say how much is to come, piece by piece.",
        expected="200 or 413 to the first; 4xx to the others before all of it is read, or in chunks at least 413.",
        why="To verify a body it must be read: without a limit anybody can fill the memory of the receiver.",
        hint="Set the limit of body size of the server or framework (a few MiB are plenty), and reject without a "
        "signature before the body is read.",
        judge=_sizes,
    ),
)
