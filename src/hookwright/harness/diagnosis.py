"""Why a signature does not match.

A signature says nothing about what went wrong, but what could have gone wrong is known: another key, other bytes,
another algorithm, another spelling. Each is tried; the one that fits is the reason.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.harness.bodies import Variant, variants
from hookwright.model.delivery import Diagnosis, Key
from hookwright.signing import verify

RAW_BYTES_HINT: Final = "Verify the raw bytes of the request body, before anything parses, decodes or trims them."

_HASHES: Final = {16: "md5", 20: "sha1", 28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"}
_NAMES: Final = {"md5": "MD5", "sha1": "SHA-1", "sha224": "SHA-224", "sha384": "SHA-384", "sha512": "SHA-512"}
_PREFIX: Final = re.compile(r"(sha-?\d+|hmac(-sha\d+)?|v\d|x-cobalt-signature)\s*[=:,]\s*", re.IGNORECASE)
_SPELLINGS: Final = {
    "prefixed": "has a prefix",
    "quoted": "stands in quotes or has blanks around it",
    "upper-case": "is in upper-case",
    "base64": "is in base64",
}


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A signature as written: the digest it stands for, and how its spelling differs from lower-case hexadecimal."""

    digest: bytes
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A key that may have been used, and what is wrong with that."""

    value: bytes
    name: str
    code: str = ""
    problem: str = ""


def diagnose(body: bytes, signature: str | None, keys: Sequence[Key], others: Sequence[Key] = ()) -> Diagnosis:
    """Tell whether a delivery is validly signed, and why not.

    Args:
        body: the raw bytes of the body.
        signature: the value of the signature header; None where there is none.
        keys: the keys that it may be signed with.
        others: keys that it should not be signed with, but may be: those of other environments.

    Returns:
        The diagnosis; neither it nor its texts hold a key.
    """
    for key in keys:
        if verify(body, signature, key.value):
            return Diagnosis("valid", f"signed with the key of {key.name}", key=key.name)
    if signature is None or not signature.strip():
        return Diagnosis("missing", "there is no signature", "The header x-cobalt-signature carries it.")
    spellings = list(_spellings(signature))
    candidates = list(_candidates(keys, others))
    for spelling in spellings:
        found = _search(body, spelling, candidates)
        if found:
            return found
    if not spellings or "base64" in spellings[0].codes:
        return _not_hex(signature)
    return _unexplained(spellings[0], body, keys)


def _spellings(signature: str) -> Iterator[_Spelling]:
    codes: list[str] = []
    text = signature.strip()
    unprefixed = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    unquoted = unprefixed.strip().strip("\"'").strip()
    if unprefixed != text:
        codes.append("prefixed")
    if unquoted != unprefixed or text != signature:
        codes.append("quoted")
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", unquoted):
        upper = ["upper-case"] if unquoted != unquoted.lower() else []
        yield _Spelling(bytes.fromhex(unquoted), (*codes, *upper))
        if len(unquoted) // 2 in _HASHES:
            return
    try:
        digest = base64.b64decode(
            unquoted.replace("-", "+").replace("_", "/") + "=" * (-len(unquoted) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return
    if len(digest) in _HASHES:
        yield _Spelling(digest, (*codes, "base64"))


def _candidates(keys: Sequence[Key], others: Sequence[Key]) -> Iterator[_Candidate]:
    for key in keys:
        yield _Candidate(key.value.encode("utf-8", "surrogatepass"), key.name)
    for key in others:
        problem = f"it was made with the key of {key.name}"
        yield _Candidate(key.value.encode("utf-8", "surrogatepass"), key.name, "wrong-key", problem)
    for key in keys:
        stripped = key.value.strip().strip("\"'").strip()
        for value, what in (
            (stripped, "without the blanks or quotes around it"),
            (f"{stripped}\n", "with a line break at its end"),
            (f'"{stripped}"', "with quotes around it"),
        ):
            if value == key.value:
                continue
            problem = f"it was made with the key of {key.name} {what}"
            yield _Candidate(value.encode("utf-8", "surrogatepass"), key.name, "misread-key", problem)
    yield _Candidate(b"", "", "empty-key", "it was made with an empty key")


def _search(body: bytes, spelling: _Spelling, candidates: Sequence[_Candidate]) -> Diagnosis | None:
    algorithm = _HASHES.get(len(spelling.digest))
    if algorithm is None:
        return None
    for variant in (Variant("", "", body), *variants(body)):
        for candidate in candidates:
            if hmac.digest(candidate.value, variant.body, algorithm) == spelling.digest:
                return _explained(spelling, variant, candidate, algorithm)
        if hashlib.new(algorithm, variant.body, usedforsecurity=False).digest() == spelling.digest:
            plain = _Candidate(b"", "", "no-key", "it is a plain hash, made with no key")
            return _explained(spelling, variant, plain, algorithm)
    return None


def _explained(spelling: _Spelling, variant: Variant, candidate: _Candidate, algorithm: str) -> Diagnosis:
    reasons: list[tuple[str, str]] = []
    if candidate.code:
        reasons.append((candidate.code, candidate.problem))
    if variant.code:
        reasons.append((variant.code, f"it was made over {variant.what}, not over the body as it is"))
    if algorithm != "sha256":
        reasons.append(("algorithm", f"it was made with {_NAMES[algorithm]}, not SHA-256"))
    reasons += [(code, f"it {_SPELLINGS[code]}") for code in spelling.codes]
    text = "; ".join(reason for _, reason in reasons)
    return Diagnosis(reasons[0][0], f"the signature does not match: {text}", _hint(reasons[0][0]), candidate.name)


def _hint(code: str) -> str:
    if code == "wrong-key":
        return "Each environment signs with its own API key."
    if code == "empty-key":
        return "Anybody can sign with an empty key: the process that signed had no key set."
    if code == "misread-key":
        return "The key was read together with what stands around it."
    if code in {"no-key", "algorithm", *_SPELLINGS}:
        return "It is to be the lower-case hexadecimal HMAC-SHA256 of the raw body, keyed with the API key."
    return RAW_BYTES_HINT


def _not_hex(signature: str) -> Diagnosis:
    other = "" if set(signature) <= set(string.hexdigits) else " characters of something else"
    return Diagnosis(
        "not-hex",
        f"the signature is not 64 hexadecimal characters but {len(signature)}{other}",
        "The header holds the lower-case hexadecimal HMAC-SHA256 of the body and nothing else.",
    )


def _unexplained(spelling: _Spelling, body: bytes, keys: Sequence[Key]) -> Diagnosis:
    if len(spelling.digest) not in _HASHES:
        return Diagnosis(
            "length",
            f"the signature is {len(spelling.digest)} bytes long, 32 are right",
            "The header holds 64 hexadecimal characters.",
        )
    names = " or ".join(key.name for key in keys) or "no key"
    if not body:
        return Diagnosis(
            "no-body",
            f"there is no body: an empty one was not signed with {names}",
            "The captured bytes of the body are what the signature is held against: put them in as they came.",
        )
    return Diagnosis(
        "unexplained",
        f"the signature does not match: neither this body nor a usual variant of it was signed with {names}",
        "Another key or another body: --also-key tries one more key; the body must be the captured bytes, unchanged.",
    )
