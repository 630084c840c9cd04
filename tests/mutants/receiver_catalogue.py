"""The wrong receivers, and the checks that each of them fails: these and no others."""

from __future__ import annotations

from dataclasses import dataclass

TAKEN = "R01 R02 R03 R04 R05 R22 R23 R25 R26 R27 R28 R29 R30 R31 R38 R39"
"""What fails where nothing valid is answered with 200."""

REJECTED = "R08 R09 R10 R11 R12 R13 R14 R15 R16 R17 R20 R23"
"""What fails where nothing forged is rejected. (R07 sends what is no JSON either.)"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong receiver.

    Attributes:
        name: the flag of :class:`tests.mutants.receivers.Receiver`.
        what: what it does wrong, in one line.
        fails: ids of the checks that it fails, blanks between them.
        certificate: what it shows where it is served over TLS.
    """

    name: str
    what: str
    fails: str
    certificate: str = ""

    @property
    def ids(self) -> set[str]:
        return set(self.fails.split())


FAMILIES = {
    "bytes": (
        Mutant(
            "reserialises-as-javascript", "verifies JSON that it has parsed and written anew", "R02 R03 R05 R06 R09"
        ),
        Mutant("reserialises-as-python", "the same, with the blanks of `json.dumps`", TAKEN),
        Mutant("strips", "trims the body before it verifies it", "R05 R09"),
        Mutant("drops-the-byte-order-mark", "takes the mark at the start for no part of the body", "R09"),
        Mutant("decodes-with-replacement", "verifies text, with U+FFFD for what is no UTF-8", "R07"),
        Mutant("decodes-and-ignores", "verifies text, without what is no UTF-8", "R07"),
        Mutant("decodes-as-ascii", "verifies text, without what is no ASCII", "R04 R09"),
        Mutant("decodes-strictly", "fails where the body is no UTF-8", "R06 R07"),
        Mutant("expects-json", "fails where the body is no JSON", "R06 R24"),
        Mutant("expects-an-object", "fails where the body is no JSON object", "R24"),
    ),
    "verdict": (
        Mutant("ignores-the-verdict", "verifies, and goes on whatever comes of it", REJECTED),
        Mutant("acts-before-it-rejects", "does the work, then verifies", f"R07 R28 {REJECTED}"),
        Mutant("takes-any-hexadecimal", "looks at the form of the signature only", "R08 R09 R10 R11 R13 R14 R20 R23"),
        Mutant("remembers-signatures", "takes a signature that was right before", "R13"),
        Mutant("verifies-what-is-signed-only", "verifies only where there is a signature", "R12"),
        Mutant("verifies-json-only", "verifies only what says that it is JSON", "R23"),
        Mutant("takes-a-plain-hash", "takes SHA-256 of the body without a key", "R20"),
        Mutant("takes-any-algorithm", "chooses the algorithm by the length of the signature", "R20"),
    ),
    "keys": (
        Mutant("falls-back-to-an-empty-key", "verifies with an empty key too", "R11"),
        Mutant("takes-the-word-for-unset", "verifies with `undefined` too, which a key that is unset became", "R11"),
        Mutant("takes-every-environment", "takes the key of production too", "R10"),
        Mutant("knows-one-key", "does not take the old key while it is rotated", "R38"),
        Mutant("tells-the-key", "names the key in its answer", "R35"),
        Mutant("tells-the-signature", "names the expected signature in its answer", "R35"),
        Mutant("shows-a-trace", "answers with a stack trace", "R35"),
    ),
    "forms": (
        Mutant("throws-on-length", "fails on another length, as timingSafeEqual does", "R12 R14 R15 R17 R19 R20"),
        Mutant("compares-a-prefix", "compares as many characters as there are", "R14"),
        Mutant("compares-a-half", "compares the first half", "R14"),
        Mutant("compares-64-characters", "compares the first 64 characters", "R15"),
        Mutant("decodes-hex", "fails on what is not hexadecimal", "R14 R15 R16 R17 R19"),
        Mutant("compares-text", "fails beyond ASCII, as compare_digest on text does", "R17"),
        Mutant("asserts-lower-case", "fails on upper case", "R18"),
        Mutant("expects-a-scheme", "fails on a prefix that it does not know", "R16 R19"),
        Mutant("takes-the-first-signature", "looks at the first of two signatures", "R21"),
        Mutant("fails-on-two-signatures", "fails on two signatures", "R21"),
        Mutant("looks-for-lower-case-name", "looks for the header in lower case", "R22"),
    ),
    "requests": (
        Mutant("knows-five-events", "does not take two of the declared events", "R01"),
        Mutant("answers-202", "answers with 202", TAKEN),
        Mutant("refuses-unknown-events", "refuses events that it does not know", "R27"),
        Mutant("refuses-unknown-members", "refuses members that it does not know", "R03 R04 R25 R27"),
        Mutant("reads-by-length", "reads no body without a Content-Length", "R26"),
        Mutant("reads-without-limit", "reads every body to its end, then verifies", "R25"),
        Mutant("limits-by-content-length", "reads bodies in chunks to their end, however long", "R25"),
        Mutant("fails-on-size", "fails on large bodies", "R25"),
        Mutant("redirects", "redirects to the URL with a slash", f"R07 {TAKEN} {REJECTED} R21 R33"),
        Mutant("fails-on-get", "fails on GET", "R34"),
        Mutant("routes-every-method", "takes a delivery by GET", "R34"),
        Mutant("acts-on-head", "counts HEAD for a delivery", "R34"),
    ),
    "effects": (
        Mutant("does-everything-twice", "does not deduplicate", "R28 R31"),
        Mutant("remembers-the-last-one-only", "compares a delivery with the one before", "R28"),
        Mutant("notes-before-it-verifies", "notes what it has seen, then verifies", "R28"),
        Mutant("deduplicates-after-a-pause", "looks whether it is new, and notes that later", "R28 R31"),
        Mutant("deduplicates-by-run", "takes a run for a delivery", "R29"),
        Mutant("deduplicates-by-account", "takes an account and app for a delivery", "R29 R30"),
        Mutant("believes-the-last-arrival", "passes over createdAt", "R30"),
        Mutant("forgets-what-was-not-answered", "forgets what it did where the sender has gone", "R31"),
        Mutant("fails-on-old-ones", "fails on what is older than a day", "R37"),
    ),
    "load": (
        Mutant("one-at-a-time", "serves one request at a time", "R32"),
        Mutant("loses-under-load", "answers 503 above 20 at once", "R39"),
        Mutant("drops-what-it-cannot-queue", "answers 200 above 20 at once, and does nothing", "R39"),
    ),
    "transport": (
        Mutant("self-signed", "shows a certificate that nobody vouches for", "R36", "self-signed"),
        Mutant("expired", "shows a certificate that has expired", "R36", "expired"),
        Mutant("wrong-host", "shows the certificate of another host", "R36", "wrong-host"),
    ),
}

MUTANTS = tuple(mutant for family in FAMILIES.values() for mutant in family)
