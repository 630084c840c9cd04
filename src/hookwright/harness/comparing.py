"""A received delivery beside what its declared webhook would have sent for the same payload."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from hookwright.errors import HookwrightError
from hookwright.harness.origin import Known, Origin, secret_spots
from hookwright.harness.request import SLACK_NOTE, build_request
from hookwright.harness.unrender import Reading, parse_body, read_text
from hookwright.model.delivery import Received, find_header
from hookwright.model.inspection import Compared, Comparison, Likeness
from hookwright.model.plan import MASK
from hookwright.model.resources import Webhook, WebhookType
from hookwright.model.source import Json, escape
from hookwright.signing import SIGNATURE_HEADER
from hookwright.templates.syntax import EVENT, WORKFLOW_RESPONSE, parse

MOST_PARTS: Final = 500
"""Parts that are compared; of a larger body the others are left out."""
_LONGEST: Final = 2_000
_BYTES_NOTE: Final = "The JSON is the same, but not its bytes: blanks, escapes or the order of keys differ."


def compare(origin: Origin, received: Received) -> Comparison | None:
    """Hold a delivery against the webhook that it is most likely one of.

    The values that the templates stand for are taken from what was received, so that only what the declaration itself
    says can differ: what is written out, what is there at all, and the same value in two places.

    Args:
        origin: the webhook.
        received: the delivery, as it came.

    Returns:
        The comparison, its secrets masked; None where the webhook cannot be rendered.
    """
    known = origin.known
    webhook = known.declared.webhook
    if webhook.type is WebhookType.SLACK:
        return Comparison(known.declared.name, known.environment, origin.addressed, (), SLACK_NOTE)
    reading = _with_headers(webhook, received, origin.reading)
    context = reading.context()
    try:
        request = build_request(webhook, context.event, context.workflow_response)
    except HookwrightError:
        return None
    method = _part("method", "method", webhook.method, received.method)
    parts = [method, *_headers(known, request.headers, received), *_bodies(known, request.body, received.body, reading)]
    return Comparison(
        known.declared.name,
        known.environment,
        origin.addressed,
        tuple(parts[:MOST_PARTS]),
        _note(request.body, received.body, parts),
        max(0, len(parts) - MOST_PARTS),
    )


def _with_headers(webhook: Webhook, received: Received, reading: Reading) -> Reading:
    """What body and headers tell of the payload; where they disagree, the body is believed."""
    for name, template in webhook.headers.items():
        value = received.header(name)
        if value is not None:
            read_text(template, _unicode(value), reading)
    return reading


def _headers(known: Known, declared: tuple[tuple[str, str], ...], received: Received) -> Iterator[Compared]:
    for name, value in declared:
        if name.lower() == SIGNATURE_HEADER:
            continue
        came = received.header(name)
        shown = find_header(tuple(known.masked.headers.items()), name)
        secret = shown is not None and shown == MASK
        yield _part(name, "header", value, None if came is None else _unicode(came), secret=secret, known=known)


def _bodies(known: Known, declared: bytes, received: bytes, reading: Reading) -> Iterator[Compared]:
    ours, ours_json = parse_body(declared)
    theirs, theirs_json = parse_body(received)
    if known.is_text or not ours_json or not theirs_json:
        sides = (declared.decode("utf-8", "replace"), received.decode("utf-8", "replace"))
        yield _part("", "body", *sides, secret=known.has_secrets, known=known)
        return
    spots = secret_spots(known, ours) | secret_spots(known, theirs)
    left, right = dict(_leaves(ours)), dict(_leaves(theirs))
    written = dict(_leaves(known.template))
    for pointer in dict.fromkeys([*left, *right]):
        one, other = left.get(pointer), right.get(pointer)
        if one != other and _unfilled(written.get(pointer, ""), reading):
            one = written[pointer]
        secret = any(pointer == spot or pointer.startswith(f"{spot}/") for spot in spots)
        yield _part(pointer, "body", one, other, secret=secret, known=known)


def _unfilled(template: str, reading: Reading) -> bool:
    """Whether a template (as JSON) refers to something of which nothing that was received tells the value."""
    roots = {name for name in (EVENT, WORKFLOW_RESPONSE) if name in reading.values}
    return "{{" in template and any(
        one.root not in roots and one.dotted not in reading.values for one in parse(json.loads(template)).expressions
    )


def _leaves(value: Json, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The values that hold no others, as JSON, by their JSON pointers."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{pointer}/{escape(key)}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, json.dumps(value, ensure_ascii=False)


def _part(
    place: str,
    kind: str,
    declared: str | None,
    received: str | None,
    *,
    secret: bool = False,
    known: Known | None = None,
) -> Compared:
    if secret and known and not known.complete:
        likeness = Likeness.UNKNOWN
    elif declared is None:
        likeness = Likeness.EXTRA
    elif received is None:
        likeness = Likeness.MISSING
    else:
        likeness = Likeness.SAME if declared == received else Likeness.DIFFERENT
    return Compared(place, kind, _shown(declared, secret=secret), _shown(received, secret=secret), likeness)


def _shown(value: str | None, *, secret: bool) -> str | None:
    if value is None:
        return None
    if secret:
        return MASK
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _note(declared: bytes, received: bytes, parts: list[Compared]) -> str:
    bodies = [part for part in parts if part.kind == "body"]
    alike = all(part.likeness is Likeness.SAME for part in bodies)
    return _BYTES_NOTE if alike and declared != received else ""


def _unicode(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
