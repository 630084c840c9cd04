"""What deliveries that arrived say of the assumptions about deliveries."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Final

from hookwright.model.delivery import Verdict
from hookwright.model.source import Json
from hookwright.reconcile.probe.bench import Seen, broken, holds, unknown
from hookwright.reconcile.probe.deliveries import (
    ACCEPTED,
    CUSTOM,
    DEFAULT,
    EMPTY,
    FAILING,
    HEADERS,
    MOST_ATTEMPTS,
    MOVED,
    SLACK,
    TARGET,
    TEMPLATE,
    Evidence,
)
from hookwright.templates import Context, render_header, render_value

_DOUBLING: Final = 1.5
"""By what a wait must be longer than the one before: twice, less what jitter and the network may take."""
_TELLING: Final = 3
"""Attempts at the failing receiver after which one that was not called again will not be."""


def success_is_200(evidence: Evidence) -> Seen:
    """A1."""
    repeated = {name: evidence.attempts(name) > 1 for name in (DEFAULT, ACCEPTED, EMPTY)}
    if not evidence.attempts(DEFAULT):
        return unknown(_nothing(evidence, DEFAULT))
    if repeated[DEFAULT]:
        return broken("a delivery that was answered 200 was repeated")
    if evidence.attempts(FAILING) < _TELLING:
        return unknown(f"too few retries came within {evidence.seconds:.0f} s to tell", "Wait longer: --wait.")
    counted = [status for name, status in ((ACCEPTED, 202), (EMPTY, 204)) if evidence.attempts(name) == 1]
    if counted:
        return broken(f"answers that counted as success too: {', '.join(map(str, counted))}")
    return holds("200 was not repeated; 202, 204 and 500 were")


def waits_double(evidence: Evidence) -> Seen:
    """A2."""
    waits = evidence.waits()
    seen = f"{evidence.attempts(FAILING)} attempts; waits of {', '.join(f'{wait:.2f}' for wait in waits) or 'none'} s"
    if not evidence.attempts(FAILING):
        return unknown(_nothing(evidence, FAILING))
    if len(waits) > MOST_ATTEMPTS - 1:
        return broken(f"{seen}: more than three retries")
    if any(after < _DOUBLING * before for before, after in pairwise(waits)):
        return broken(f"{seen}: a wait did not double")
    if not evidence.settled:
        return unknown(f"{seen} within {evidence.seconds:.0f} s; more may come", "Wait longer: --wait.")
    return holds(seen)


def all_types_are_signed(evidence: Evidence) -> Seen:
    """A3."""
    arrived = {name: evidence.arrivals[name][0] for name in (DEFAULT, SLACK, CUSTOM) if evidence.attempts(name)}
    wrong = [f"{name}: {one.signature}" for name, one in arrived.items() if one.signature is not Verdict.VALID]
    if wrong:
        return broken(f"signatures that do not verify with the environment's key: {', '.join(wrong)}")
    missing = [name for name in (DEFAULT, SLACK, CUSTOM) if name not in arrived]
    if missing:
        return unknown(_nothing(evidence, *missing))
    return holds("deliveries of the types default, slack and custom were signed with the environment's key")


def templates_are_filled(evidence: Evidence) -> Seen:
    """A4."""
    if not evidence.attempts(CUSTOM):
        return unknown(_nothing(evidence, CUSTOM))
    received = evidence.arrivals[CUSTOM][0]
    body = _json(received.body)
    whole = body.get("whole") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(whole, dict):
        return broken("'\"{{event}}\"' alone in a string did not become the event's JSON object")
    context = Context(whole)
    wrong = [name for name, template in TEMPLATE.items() if not _rendered(name, template, body.get(name), context)]
    wrong += [name for name, template in HEADERS.items() if received.header(name) != render_header(template, context)]
    if wrong:
        return broken(f"filled in otherwise than assumed: {', '.join(wrong)}")
    return holds("alone, inside text, unknown, and in headers: all as assumed")


def _rendered(name: str, template: Json, got: Json, context: Context) -> bool:
    if name != "whole_inside":
        return bool(render_value(template, context) == got)
    # JSON inside text: its blanks and the order of its keys mean nothing.
    return isinstance(got, str) and got[:1] + got[-1:] == "<>" and _json(got[1:-1].encode()) == context.event


def redirects_are_not_followed(evidence: Evidence) -> Seen:
    """A7."""
    if evidence.attempts(TARGET):
        return broken("a delivery that was answered 302 came to the place that the answer named")
    if not evidence.attempts(MOVED):
        return unknown(_nothing(evidence, MOVED))
    if evidence.attempts(MOVED) == 1 and evidence.attempts(FAILING) < _TELLING:
        return unknown(f"nothing came within {evidence.seconds:.0f} s after the redirect", "Wait longer: --wait.")
    seen = "was repeated" if evidence.attempts(MOVED) > 1 else "was not repeated"
    return holds(f"the place that a 302 named was not called; the delivery {seen}")


JUDGES: Final = {
    "A1": success_is_200,
    "A2": waits_double,
    "A3": all_types_are_signed,
    "A4": templates_are_filled,
    "A7": redirects_are_not_followed,
}
"""By id of the assumption."""


def _nothing(evidence: Evidence, *names: str) -> str:
    refused = [evidence.refused[name] for name in names if name in evidence.refused]
    if refused:
        return f"the webhook could not be made: {refused[0]}"
    return f"no delivery came to {' or '.join(names)} within {evidence.seconds:.0f} s"


def _json(text: bytes) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
