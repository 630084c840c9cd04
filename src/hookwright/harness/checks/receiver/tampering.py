"""Bodies that are not the ones their signature was made over."""

from __future__ import annotations

import codecs
from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended
from hookwright.harness.checks.delivery import Change
from hookwright.harness.checks.receiver.contents import indented
from hookwright.harness.checks.samples import is_object, with_text

_UNDECODABLE: Final = {
    "0xFF became 0xFE": (b"a\xffb", b"a\xfeb"),
    "U+FFFD became 0xFF": ("a\ufffdb".encode(), b"a\xffb"),
    "0xFF was put in": (b"a..b", b"a..\xffb"),
}
"""What was signed, and what is sent."""


async def _undecodable(bench: Bench) -> Ended:
    return await bench.rejects(
        *(
            bench.samples.fresh(label).bent(with_text(before)).signed(bench.key).bent(_swapped(before, after))
            for label, (before, after) in _UNDECODABLE.items()
        )
    )


async def _flipped(bench: Bench) -> Ended:
    places = {"near the start": 0.0, "in the middle": 0.5, "at the end": 1.0}
    return await bench.rejects(
        *(bench.samples.fresh(f"a character changed {where}").bent(flip(part)) for where, part in places.items())
    )


async def _blanks(bench: Bench) -> Ended:
    sample = bench.samples.fresh
    changed = [
        sample("a line break added at the end").bent(lambda body: body + b"\n"),
        sample("a blank added at the end").bent(lambda body: body + b" "),
        sample("a blank added at the start").bent(lambda body: b" " + body),
        sample("a byte order mark added at the start").bent(lambda body: codecs.BOM_UTF8 + body),
    ]
    if is_object(sample().body):
        changed += [
            sample("a blank added inside").bent(lambda body: body.replace(b"{", b"{ ", 1)),
            sample("pretty-printed afterwards").bent(indented),
        ]
    return await bench.rejects(*changed)


async def _spliced(bench: Bench) -> Ended:
    other = bench.samples.fresh("another body").bent(with_text(b"another")).signed(bench.key)
    await bench.send(other)  # A receiver may remember signatures that were right.
    return await bench.rejects(bench.samples.fresh("the signature of another body").with_signature(other.signature))


def flip(part: float) -> Change:
    """A change of a body: one letter or digit becomes another, at this part of the way; JSON stays JSON."""

    def change(body: bytes) -> bytes:
        places = [place for place, byte in enumerate(body) if _alike(byte)]
        if not places:
            return body + b"0"
        place = places[int(part * (len(places) - 1))]
        return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]

    return change


def _alike(byte: int) -> bool:
    """Whether the byte and its neighbour are both digits, or both small letters."""
    pair = bytes([byte, byte ^ 1])
    return pair.isdigit() or (pair.isalpha() and pair.islower())


def _swapped(before: bytes, after: bytes) -> Change:
    return lambda body: body.replace(before, after, 1)


CHECKS: Final = (
    Check(
        id="R07",
        title="Bytes that decode alike are told apart",
        sent="Bytes that are no UTF-8 put in for others, with the signature of the body before.",
        expected="Rejected: 4xx and no effect.",
        why="A receiver that verifies a decoded string sees the same replacement character, or nothing, for many "
        "bytes: a changed body passes.",
        hint="Compute the HMAC over the raw bytes, never over text that was decoded and encoded again.",
        judge=_undecodable,
    ),
    Check(
        id="R08",
        title="A changed body is rejected",
        sent="One character of the body changed, near its start, in the middle and at its end, with the old signature.",
        expected="Rejected: 4xx and no effect.",
        why="Integrity is what the signature is for: anybody who can change a delivery on its way can change what "
        "you do.",
        hint="Verify the signature over the whole body, and stop where it does not match.",
        judge=_flipped,
    ),
    Check(
        id="R09",
        title="Changed blanks are a changed body",
        sent="Blanks, line breaks and a byte order mark added to the body, with the old signature.",
        expected="Rejected: 4xx and no effect.",
        why="Acceptance proves that the receiver verifies a trimmed or re-serialised body, not the one that was sent.",
        hint="Verify the raw bytes of the body, before anything parses, decodes or trims them.",
        judge=_blanks,
    ),
    Check(
        id="R13",
        title="A signature fits one body only",
        sent="A delivery with the valid signature of another one, which was sent before.",
        expected="Rejected: 4xx and no effect.",
        why="Signatures can be captured. One that is accepted with any body protects nothing.",
        hint="Compute the HMAC over the body at hand and compare it with the header.",
        judge=_spliced,
    ),
)
