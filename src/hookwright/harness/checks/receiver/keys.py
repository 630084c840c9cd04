"""Which keys a receiver takes."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended, skipped

_UNSET: Final = ("undefined", "null", "None")
"""What languages make of a variable that is not set where they need text."""


async def _others(bench: Bench) -> Ended:
    forged = [bench.samples.fresh("signed with a key of nobody").signed(f"{bench.key[:2]}_another_key")]
    forged += [bench.samples.fresh(f"signed with the key of {key.name}").signed(key.value) for key in bench.others]
    return await bench.rejects(*forged)


async def _empty(bench: Bench) -> Ended:
    empty = bench.samples.fresh("signed with an empty key")
    forged = [empty.with_signature(hmac.new(b"", empty.body, hashlib.sha256).hexdigest().encode("ascii"))]
    forged += [bench.samples.fresh(f"signed with '{text}'").signed(text) for text in _UNSET]
    return await bench.rejects(*forged)


async def _rotated(bench: Bench) -> Ended:
    if len(bench.keys) < 2:
        return skipped("it needs a second key that the receiver takes: --also-key names its process variable")
    return await bench.accepts(
        *(bench.samples.fresh(f"signed with the key of {key.name}").signed(key.value) for key in bench.keys)
    )


CHECKS: Final = (
    Check(
        id="R10",
        title="Another key is rejected",
        sent="A delivery signed with another key, and one signed with the key of each other environment of the "
        "project.",
        expected="Rejected: 4xx and no effect.",
        why="Each environment signs with its own API key. A receiver that takes both lets tests change production.",
        hint="Give each deployment the key of its own environment, and verify with that one only.",
        judge=_others,
    ),
    Check(
        id="R11",
        title="The empty key is rejected",
        sent="A delivery signed with the empty key, and with what languages write for one that is unset: `undefined`, "
        "`null` and `None`.",
        expected="Rejected: 4xx and no effect.",
        why="A receiver whose secret is unset verifies with an empty key, or with that word: anybody can sign with it.",
        hint="Refuse to start without a key. (hookwright.verify passes over empty ones.)",
        judge=_empty,
    ),
    Check(
        id="R38",
        title="Old and new key are taken while they are rotated",
        sent="A delivery signed with the key, and one signed with each key of --also-key.",
        expected="Each is answered with 200.",
        why="A new API key is a new signing key: without a time in which both are taken, deliveries are lost.",
        hint="Verify with a list of keys, and take the old one out when the new one is in use.",
        judge=_rotated,
    ),
)
