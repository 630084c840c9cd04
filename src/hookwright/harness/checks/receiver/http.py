"""What HTTP allows a sender and the proxies on the way, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended, failed
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.receiver.tampering import flip
from hookwright.model.conformance import Verdict
from hookwright.signing import sign

_TYPES: Final = {
    "text/plain": b"text/plain",
    "a form": b"application/x-www-form-urlencoded",
    "bytes": b"application/octet-stream",
    "a form of several parts": b"multipart/form-data; boundary=x",
    "no content type": None,
}


async def _cases(bench: Bench) -> Ended:
    names = (b"X-Cobalt-Signature", b"X-COBALT-SIGNATURE", b"x-CoBaLt-SiGnAtUrE")
    return await bench.accepts(
        *(replace(bench.samples.fresh(name.decode("ascii")), signature_header=name) for name in names)
    )


async def _content_types(bench: Bench) -> Ended:
    valid = [bench.samples.fresh(label).with_content_type(value) for label, value in _TYPES.items()]
    forged = [
        bench.samples.fresh(f"{label}, forged").with_content_type(value).bent(flip(0.5))
        for label, value in _TYPES.items()
    ]
    ended = await bench.accepts(*valid, allowed=(200, 415))
    rejected = await bench.rejects(*forged)
    if Verdict.FAILED not in (ended.verdict, rejected.verdict):
        return ended
    return failed("; ".join(one.observed for one in (ended, rejected) if one.verdict is Verdict.FAILED))


async def _chunked(bench: Bench) -> Ended:
    return await bench.accepts(
        *(
            replace(bench.samples.fresh(f"{event}, in chunks", event), chunked=True)
            for event in bench.samples.events[:2]
        )
    )


async def _redirect(bench: Bench) -> Ended:
    seen = await bench.send(bench.samples.fresh("to the URL as given"))
    return bench.judge([seen], lambda one: not 300 <= one.status < 400, "answered without a redirect")


async def _reads(bench: Bench) -> Ended:
    sample = bench.samples.fresh
    empty = sign(b"", bench.key).encode("ascii")
    requests = (
        replace(_bare(sample("GET")), method="GET"),
        replace(_bare(sample("HEAD")), method="HEAD"),
        replace(_bare(sample("GET, signed")), method="GET", signatures=(empty,)),
        replace(sample("GET with a signed delivery"), method="GET"),
    )
    return await bench.without_effect(requests, lambda one: 0 < one.status < 500, "answered, none with 5xx")


def _bare(delivery: Delivery) -> Delivery:
    return replace(delivery.with_content_type(None), body=b"", shown=b"", signatures=())


CHECKS: Final = (
    Check(
        id="R22",
        title="The name of the header is taken in any case",
        sent="The signature header in mixed and in upper case.",
        expected="Each is answered with 200.",
        why="Names of headers have no case; proxies and HTTP/2 write them as they like.",
        hint="Look the header up through the framework, not in a table of your own.",
        judge=_cases,
    ),
    Check(
        id="R23",
        title="The content type does not get around the check",
        sent="Valid and forged deliveries as text, as bytes, as forms, and without a content type.",
        expected="Valid ones are answered with 200 or 415; forged ones are rejected: 4xx and no effect.",
        why="Hooks that keep the raw body often run for JSON only: for other types they verify nothing, or an empty "
        "body.",
        hint="Read the raw body before the framework looks at its type.",
        judge=_content_types,
    ),
    Check(
        id="R26",
        title="A body in chunks is taken",
        sent="A validly signed delivery in chunks, without a Content-Length.",
        expected="It is answered with 200.",
        why="Framing is up to the sender and the proxies on the way; a receiver that reads by Content-Length sees "
        "no body.",
        hint="Let a server that knows HTTP/1.1 read the body.",
        judge=_chunked,
    ),
    Check(
        id="R33",
        title="The URL does not redirect",
        sent="A delivery to the URL as it is given.",
        expected="The answer is not 3xx.",
        why="Deliveries do not follow redirects, and what does turns a POST into a GET on 301: the delivery is lost.",
        hint="Declare the URL that the receiver ends up at: scheme, host, and the slash at its end.",
        judge=_redirect,
    ),
    Check(
        id="R34",
        title="GET and HEAD do nothing",
        sent="GET and HEAD to the same URL: bare, signed, and with a delivery in it.",
        expected="Not 5xx, and no effect.",
        why="Browsers, crawlers and previews of links make such requests, more than once.",
        hint="Route the declared method only; everything else is answered with 405.",
        judge=_reads,
    ),
)
