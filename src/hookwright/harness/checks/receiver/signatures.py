"""Signatures that are none: missing, cut, padded, of another alphabet or another algorithm."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from hookwright.harness.checks.bench import Bench, Seen
from hookwright.harness.checks.check import Check, Ended, info
from hookwright.harness.checks.delivery import Delivery
from hookwright.model.conformance import Verdict

_LENGTH: Final = 64
_NO_THROW: Final = "Compare in constant time what has the right form, and answer 4xx to everything else."


async def _missing(bench: Bench) -> Ended:
    return await bench.rejects(
        bench.samples.fresh("no signature header").with_signature(),
        bench.samples.fresh("an empty signature header").with_signature(b""),
    )


async def _short(bench: Bench) -> Ended:
    half, zeros = _LENGTH // 2, b"0" * (_LENGTH // 2)
    first, second = (
        bench.samples.fresh("its first half, then zeros"),
        bench.samples.fresh("zeros, then its second half"),
    )
    return await bench.rejects(
        *(_cut(bench, length) for length in (1, half, _LENGTH - 1)),
        first.with_signature(first.signature[:half] + zeros),
        second.with_signature(zeros + second.signature[half:]),
    )


async def _long(bench: Bench) -> Ended:
    sample = bench.samples.fresh
    one, two = sample("65 characters"), sample("128 characters")
    return await bench.rejects(one.with_signature(one.signature + b"0"), two.with_signature(two.signature * 2))


async def _not_hex(bench: Bench) -> Ended:
    return await bench.rejects(
        bench.samples.fresh("64 letters that are not hexadecimal").with_signature(b"z" * _LENGTH),
        bench.samples.fresh("64 other characters").with_signature(b"-_%=" * (_LENGTH // 4)),
    )


async def _not_ascii(bench: Bench) -> Ended:
    sample = bench.samples.fresh("one byte of the signature is 0xE9")
    return await bench.rejects(
        sample.with_signature(sample.signature[:-1] + b"\xe9"),
        bench.samples.fresh("64 bytes of UTF-8").with_signature("é".encode() * (_LENGTH // 2)),
    )


async def _upper_case(bench: Bench) -> Ended:
    sample = bench.samples.fresh("in upper case")
    return await _reported(bench, sample.with_signature(sample.signature.upper()))


async def _schemes(bench: Bench) -> Ended:
    prefixed, encoded = bench.samples.fresh("behind sha256="), bench.samples.fresh("in base64")
    digest = base64.b64encode(bytes.fromhex(encoded.signature.decode("ascii")))
    return await _reported(
        bench, prefixed.with_signature(b"sha256=" + prefixed.signature), encoded.with_signature(digest)
    )


async def _algorithms(bench: Bench) -> Ended:
    key = bench.key.encode()
    plain, *keyed = (bench.samples.fresh(name) for name in ("plain SHA-256", "HMAC-SHA1", "HMAC-SHA512"))
    forged = [plain.with_signature(hashlib.sha256(plain.body).hexdigest().encode("ascii"))]
    for sample, algorithm in zip(keyed, ("sha1", "sha512"), strict=True):
        forged.append(sample.with_signature(hmac.new(key, sample.body, algorithm).hexdigest().encode("ascii")))
    return await bench.rejects(*forged)


async def _two(bench: Bench) -> Ended:
    first, second = (
        bench.samples.fresh("a valid one, then a forged one"),
        bench.samples.fresh("a forged one, then a valid one"),
    )
    forged = b"0" * _LENGTH
    seen = [
        await bench.send(first.with_signature(first.signature, forged)),
        await bench.send(second.with_signature(forged, second.signature)),
    ]
    ended = bench.judge(seen, lambda one: one.accepted or one.rejected, "taken or rejected")
    if ended.verdict is not Verdict.PASSED:
        return ended
    return bench.judge(
        seen, lambda one: one.accepted == seen[0].accepted, f"treated as the first was ({_verdict(seen[0])})"
    )


def _verdict(seen: Seen) -> str:
    return "taken" if seen.accepted else "rejected"


def _cut(bench: Bench, length: int) -> Delivery:
    sample = bench.samples.fresh(f"its first {length} characters" if length > 1 else "its first character")
    return sample.with_signature(sample.signature[:length])


async def _reported(bench: Bench, *deliveries: Delivery) -> Ended:
    """Failed on 5xx; otherwise what was answered is for the reader."""
    ended = await bench.survives(*deliveries)
    return info(_answers(bench.own)) if ended.verdict is Verdict.PASSED else ended


def _answers(seen: Sequence[Seen]) -> str:
    return "; ".join(f"{one.exchange.label}: {_verdict(one)} with {one.answer}" for one in seen)


CHECKS: Final = (
    Check(
        id="R12",
        title="A missing signature is rejected",
        sent="A delivery without the signature header, and one with an empty one.",
        expected="Rejected: 4xx and no effect.",
        why="Who leaves the header out must not get around the check.",
        hint="Treat a missing header as a wrong signature.",
        judge=_missing,
    ),
    Check(
        id="R14",
        title="A signature cut short is rejected",
        sent="The first 1, 32 and 63 characters of the valid signature, and each half of it with zeros for the other.",
        expected="Rejected: 4xx and no effect.",
        why="Constant-time compares throw on another length (timingSafeEqual in Node does), and a compare of "
        "a part takes what is easier to guess.",
        hint=_NO_THROW,
        judge=_short,
    ),
    Check(
        id="R15",
        title="A signature with something behind it is rejected",
        sent="The valid signature with one character more, and twice in a row.",
        expected="Rejected: 4xx and no effect.",
        why="Constant-time compares throw on another length, and a compare of prefixes passes over the rest.",
        hint=_NO_THROW,
        judge=_long,
    ),
    Check(
        id="R16",
        title="A signature that is not hexadecimal is rejected",
        sent="64 characters that are not hexadecimal.",
        expected="Rejected: 4xx and no effect.",
        why="Decoding them raises an error, or gives fewer bytes than expected: a 500, which is retried, or worse.",
        hint=_NO_THROW,
        judge=_not_hex,
    ),
    Check(
        id="R17",
        title="A signature beyond ASCII is rejected",
        sent="Bytes beyond ASCII in the signature header.",
        expected="Rejected: 4xx and no effect.",
        why="hmac.compare_digest raises TypeError on such text: anybody can fill the log with 500s.",
        hint="Compare bytes, or look at the form before you compare.",
        judge=_not_ascii,
    ),
    Check(
        id="R18",
        title="A signature in upper case",
        sent="The valid signature in upper case.",
        expected="Not 5xx; whether it is taken is not specified.",
        why="The platform writes lower case. To take both does no harm; to depend on it does.",
        hint=_NO_THROW,
        judge=_upper_case,
    ),
    Check(
        id="R19",
        title="A signature as other platforms write it",
        sent="The valid signature behind `sha256=`, and its digest in base64.",
        expected="Not 5xx; whether it is taken is not specified.",
        why="Code that was copied from a receiver of another platform expects these forms.",
        hint=_NO_THROW,
        judge=_schemes,
    ),
    Check(
        id="R20",
        title="Another algorithm is rejected",
        sent="Plain SHA-256 of the body, HMAC-SHA1 and HMAC-SHA512 with the right key.",
        expected="Rejected: 4xx and no effect.",
        why="A plain hash needs no key, and a receiver that lets the sender choose the algorithm takes the weakest.",
        hint="Compute HMAC-SHA256 and nothing else.",
        judge=_algorithms,
    ),
    Check(
        id="R21",
        title="Two signatures are treated alike in both orders",
        sent="A delivery with a valid and a forged signature header, in both orders.",
        expected="The same verdict on both, and not 5xx.",
        why="Proxies and frameworks differ in which of two headers they take: one verifies what the other does not "
        "see.",
        hint="Reject a delivery that has more than one signature header.",
        judge=_two,
    ),
)
