"""What answers give away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import replace
from typing import Final

from hookwright.harness.checks.bench import Bench, Seen
from hookwright.harness.checks.check import Check, Ended, failed, passed
from hookwright.harness.checks.receiver.tampering import flip

_TRACES: Final = re.compile(
    rb"Traceback \(most recent call last\)"
    rb"|File (?:\\?\"|&quot;|&#34;)[^\n]{1,300}?, line \d+"  # Python
    rb"|(?:\n|\\n)(?:[ \t]|\\t)+at (?:[\w$]+\.)+[^\s(]+\("  # Java, C#; in JSON too
    rb"|\([\w$]+\.(?:java|kt|scala|groovy):\d+\)"
    rb"|\.cs:line \d+"
    rb"|(?:\(|at )(?:/|file:|node:|webpack[\w-]*:|[A-Za-z]:\\)[^\n()]{1,300}?:\d+:\d+"  # JavaScript
    rb"|goroutine \d+ \["
    rb"|\.php(?:\(\d+\)|:\d+|(?:</b>)? on line |\", ?\"line\":)"
    rb"|\.rb:\d+:in "
    rb"|\.exs?:\d+: "
    rb"|Werkzeug Debugger|DEBUG = True"
)

_DIGEST: Final = re.compile(rb"[0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}")


async def _leaks(bench: Bench) -> Ended:
    sample = bench.samples.fresh
    for delivery in (
        sample("no signature").with_signature(),
        sample("64 zeros").with_signature(b"0" * 64),
        sample("not hexadecimal").with_signature("é".encode() * 32),
        sample("a changed body").bent(flip(0.5)),
        sample("no JSON").bent(lambda _: b"{").signed(bench.key),
    ):
        await bench.send(delivery)
    refused = [seen for seen in bench.seen if seen.exchange.status and not seen.accepted]
    found = {leak: seen for seen in reversed(refused) for leak in _found(bench, seen)}
    if not found:
        return passed(f"nothing of the kind in {len(refused)} answers that were not 2xx")
    bench.keep(replace(seen.exchange, started=0.0) for seen in found.values() if seen not in bench.own)
    return failed("; ".join(f"{leak}, in the answer to: {seen.exchange.label}" for leak, seen in found.items()))


def _found(bench: Bench, seen: Seen) -> list[str]:
    leaks = []
    if any(key.value.encode() in seen.answered for key in (*bench.keys, *bench.others)):
        leaks.append("a key")
    if any(_expected_in(seen, key.value) for key in bench.keys):
        leaks.append("the signature that was expected")
    if _TRACES.search(seen.answered):
        leaks.append("a stack trace")
    return leaks


def _expected_in(seen: Seen, key: str) -> bool:
    """Whether the right signature is in the answer and was not in the request: an echo tells nothing."""
    if not _DIGEST.search(seen.answered):
        return False
    sent = b"\n".join(seen.delivery.signatures)
    digest = hmac.new(key.encode("utf-8", "surrogatepass"), seen.delivery.body, hashlib.sha256).digest()
    in_hex = digest.hex().encode("ascii")
    if in_hex in seen.answered.lower() and in_hex not in sent.lower():
        return True
    in_base64 = (base64.b64encode(digest).rstrip(b"="), base64.urlsafe_b64encode(digest).rstrip(b"="))
    return any(one in seen.answered and one not in sent for one in in_base64)


CHECKS: Final = (
    Check(
        id="R35",
        title="Answers give nothing away",
        sent="A few forged and broken deliveries; and every answer of the run that was not 2xx is looked at.",
        expected="No key, no expected signature and no stack trace in any of them.",
        why="The expected signature in an answer signs whatever was sent: the next request is accepted. Stack "
        "traces name files, versions and sometimes values.",
        hint="Answer with a status and a fixed word; log the rest. Turn the debug mode off.",
        judge=_leaks,
        last=True,
    ),
)
