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


async def _sizes(bench: Bench) -> Ended:
    large = bench.samples.fresh("1 MiB, validly signed").bent(with_text(b"x" * _VALID)).signed(bench.key)
    taken = await bench.accepts(large, allowed=(200, 413))
    if taken.verdict is Verdict.FAILED:
        return taken
    filler = b"x" * _FLOOD
    observed = [taken.observed]
    for label, signatures in (("32 MiB, not signed", ()), ("32 MiB, forged", (b"0" * 64,))):
        flood = replace(bench.samples.fresh(label), signatures=signatures, body=filler, shown=filler)
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
    if sent >= _FLOOD:
        return failed(f"{seen.exchange.label}: {seen.answer}, but only after all of it was read")
    return passed(f"{seen.exchange.label}: {seen.answer} after {sent / _MEBIBYTE:.1f} MiB")


CHECKS: Final = (
    Check(
        id="R25",
        title="Size is limited before anything else",
        sent="1 MiB, validly signed; then 32 MiB without a signature and with a forged one, piece by piece.",
        expected="200 or 413 to the first; 4xx to the others before all of it is read.",
        why="To verify a body it must be read: without a limit anybody can fill the memory of the receiver.",
        hint="Set the limit of body size of the server or framework (a few MiB are plenty), and reject without a "
        "signature before the body is read.",
        judge=_sizes,
    ),
)
