"""Bodies that are validly signed as they are, whatever they hold: only their bytes count."""

from __future__ import annotations

import json
from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended, skipped
from hookwright.harness.checks.delivery import Change, Delivery
from hookwright.harness.checks.samples import is_object, with_member, with_text

_NO_OBJECT: Final = "the declared body is no JSON object"

_NOT_FOUND: Final = 404

_SPELLINGS: Final = {
    "an escaped slash": rb'"a\/b"',
    "an escaped letter": rb'"caf\u00e9"',
    "the number 1.0": b"1.0",
    "the number 1e2": b"1e2",
    "an integer of 20 digits": b"12345678901234567890",
    "keys that are numbers, not in order": b'{"2":"b","1":"a"}',
    "a key that comes twice": b'{"a":1,"a":2}',
}

_CHARACTERS: Final = {
    "letters beyond ASCII": "Zoë Ångström",
    "an emoji": "🚀",
    "U+2028, a line break to JavaScript": "a\u2028b",
}


async def _events(bench: Bench) -> Ended:
    ended = await bench.accepts(*(bench.samples.fresh(event, event) for event in bench.samples.events))
    if any(one.accepted for one in bench.own) or not all(one.rejected for one in bench.own):
        return ended
    if all(one.status == _NOT_FOUND for one in bench.own):
        hint = "All were answered with 404: is the path of the URL the one that takes deliveries?"
    else:
        hint = f"All were rejected: does the receiver verify with the key of {bench.keys[0].name}?"
    return Ended(ended.verdict, ended.observed, hint)


async def _pretty(bench: Bench) -> Ended:
    sample = bench.samples.fresh("pretty-printed")
    if not is_object(sample.body):
        return skipped(_NO_OBJECT)
    return await bench.accepts(sample.bent(indented).signed(bench.key))


async def _spellings(bench: Bench) -> Ended:
    if not is_object(bench.samples.fresh().body):
        return skipped(_NO_OBJECT)
    return await bench.accepts(*(_signed(bench, label, with_member(value)) for label, value in _SPELLINGS.items()))


async def _characters(bench: Bench) -> Ended:
    return await bench.accepts(
        *(_signed(bench, label, with_text(text.encode())) for label, text in _CHARACTERS.items())
    )


async def _line_break(bench: Bench) -> Ended:
    return await bench.accepts(
        _signed(bench, "a line break at the end", lambda body: body + b"\n"),
        _signed(bench, "CR LF at the end", lambda body: body + b"\r\n"),
    )


async def _invalid_utf8(bench: Bench) -> Ended:
    return await bench.survives(
        _signed(bench, "a byte that is no UTF-8", with_text(b"a\xffb")),
        _signed(bench, "a character cut in half", with_text("é".encode()[:1])),
        _signed(bench, "half a surrogate pair", with_text(b"\xed\xa0\x80")),
    )


async def _no_object(bench: Bench) -> Ended:
    bodies = {
        "an empty body": b"",
        "plain text": b"Workflow Errored: Export",
        "JSON that ends too early": b'{"event":"Workflow Err',
        "a JSON array": b'["Workflow Errored"]',
        "a JSON string": b'"Workflow Errored"',
        "null": b"null",
        "an event that is no text": b'{"event":{"name":[1]},"instance_id":[],"linked_account_id":{}}',
    }
    return await bench.survives(*(_signed(bench, label, _always(body)) for label, body in bodies.items()))


async def _unknown(bench: Bench) -> Ended:
    unknown = bench.samples.fresh("an event that is not known").bent(_renamed(bench.samples.event)).signed(bench.key)
    extra = bench.samples.fresh("members that are not known")
    more = (
        [extra.bent(with_member(b'{"since":"2026","list":[1,null,true]}')).signed(bench.key)]
        if is_object(extra.body)
        else []
    )
    return await bench.accepts(unknown, *more)


def indented(body: bytes) -> bytes:
    """The JSON of a body, pretty-printed."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2).encode()


def _renamed(event: str) -> Change:
    return lambda body: body.replace(event.encode(), b"Workflow Archived")


def _always(body: bytes) -> Change:
    return lambda _: body


def _signed(bench: Bench, label: str, change: Change) -> Delivery:
    return bench.samples.fresh(label).bent(change).signed(bench.key)


CHECKS: Final = (
    Check(
        id="R01",
        title="Every declared event is taken",
        sent="A delivery of each event that the webhook subscribes to, validly signed, with the declared method.",
        expected="Each is answered with exactly 200.",
        why="Only 200 is promised to count as delivered: anything else is retried, and in the end lost.",
        hint="Answer 200 as soon as the signature is verified and the delivery is kept.",
        judge=_events,
    ),
    Check(
        id="R02",
        title="Pretty-printed JSON is taken",
        sent="The same JSON with line breaks and indents, signed as sent.",
        expected="It is answered with 200.",
        why="The signature covers bytes. A receiver that parses the body and writes it anew verifies other bytes, "
        "and rejects real deliveries as soon as the platform writes its JSON a little differently.",
        hint="Verify the raw bytes of the body, before anything parses them.",
        judge=_pretty,
    ),
    Check(
        id="R03",
        title="JSON is taken as it is spelt",
        sent=r"Bodies with `\/`, `\u00e9`, `1.0`, `1e2`, an integer of 20 digits, keys that are numbers, and a key "
        r"that comes twice, each signed as sent.",
        expected="Each is answered with 200.",
        why="A trip through a JSON library changes each of these, so that a re-serialised body no longer fits its "
        "signature.",
        hint="Verify the raw bytes of the body, before anything parses them.",
        judge=_spellings,
    ),
    Check(
        id="R04",
        title="Text beyond ASCII is taken",
        sent="Raw UTF-8 with letters beyond ASCII, an emoji, and U+2028.",
        expected="Each is answered with 200.",
        why="Names of customers and workflows hold any character. Escaping or decoding them changes the bytes.",
        hint="Verify the raw bytes; decode them as UTF-8 only afterwards.",
        judge=_characters,
    ),
    Check(
        id="R05",
        title="A line break at the end is part of the body",
        sent="A body that ends in a line break, signed with it.",
        expected="It is answered with 200.",
        why="Middleware that trims bodies makes every signature over the trimmed bytes wrong.",
        hint="Find what strips the body before it is verified.",
        judge=_line_break,
    ),
    Check(
        id="R06",
        title="Bytes that are no UTF-8 do no harm",
        sent="Bodies that are validly signed but no UTF-8.",
        expected="They are answered, with anything but 5xx.",
        why="An error while decoding becomes a 500, which is retried for nothing and fills the log.",
        hint="Catch the error of decoding, after the signature is verified, and answer 400.",
        judge=_invalid_utf8,
    ),
    Check(
        id="R24",
        title="A signed body need not be a JSON object",
        sent="An empty body, plain text, JSON cut short, an array, a string, null and fields of other types, all "
        "signed.",
        expected="They are answered, with anything but 5xx.",
        why="Templates of custom and Slack webhooks make any body, and a mistake in one must not take the receiver "
        "down.",
        hint="Catch what parsing and looking up fields raise, and answer 400.",
        judge=_no_object,
    ),
    Check(
        id="R27",
        title="Unknown events and members are passed over",
        sent="A delivery of an event that does not exist yet, and one with members that do not exist yet.",
        expected="Each is answered with 200.",
        why="The platform adds events and members. A receiver that refuses them is sent the same again and again.",
        hint="Answer 200 to what is signed and not for you.",
        judge=_unknown,
    ),
)
