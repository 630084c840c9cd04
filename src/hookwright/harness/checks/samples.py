"""The deliveries that checks start from: of the declared webhook, each with an identity of its own.

Receivers drop repeats, and a run of checks must not look like a repeat of the run before: each delivery is of a run
(``instance_id``) and an account (``linked_account_id``) that no other one has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from hookwright.harness.checks.delivery import Change, Delivery, Header
from hookwright.harness.request import build_request
from hookwright.model.resources import CONNECTION_EVENTS, WORKFLOW_EVENTS, Webhook
from hookwright.model.source import Json

MEMBER: Final = b'"hookwright_check":'
"""The member that checks add to a JSON object; receivers are to pass over members that they do not know."""


@dataclass(slots=True)
class Samples:
    """Makes deliveries.

    Args:
        webhook: the webhook that they are deliveries of.
        masked: the same without its secrets.
        payload: the documented payload of an event.
        key: what they are signed with.
        token: hexadecimal digits that tell this run from others.
        now: when the run started.
        fixed: keys of the payload that the user has set: they stay.
        workflow_response: what a Response node gave.
    """

    webhook: Webhook
    masked: Webhook
    payload: Callable[[str], Mapping[str, Json]] = field(repr=False)
    key: str = field(repr=False)
    token: str
    now: datetime
    fixed: Collection[str] = ()
    workflow_response: Json = None
    _count: int = 0

    @property
    def events(self) -> tuple[str, ...]:
        """The events that the webhook subscribes to."""
        return self.webhook.events

    @property
    def event(self) -> str:
        """The event that most checks send: of a workflow, where there is one."""
        return next((event for event in self.events if event in WORKFLOW_EVENTS), self.events[0])

    def connection_events(self) -> list[str]:
        """The subscribed events of connections."""
        return [event for event in CONNECTION_EVENTS if event in self.events]

    def fresh(self, label: str = "", event: str | None = None, **fields: Json) -> Delivery:
        """A validly signed delivery that no other one is like.

        Args:
            label: what it is in its check.
            event: its event; the usual one where there is none.
            fields: keys of the payload to set.
        """
        chosen = event or self.event
        self._count += 1
        payload = dict(self.payload(chosen))
        for name, value in self._identity().items():
            if name in payload and name not in self.fixed:
                payload[name] = value
        payload["event"] = chosen
        return self._make(label or chosen, {**payload, **fields}).signed(self.key)

    def series(self, count: int) -> list[Delivery]:
        """Many validly signed deliveries, each like no other: one is rendered, the others are made of its bytes."""
        identity = self._identity(self._count + 1)
        first = self.fresh("a delivery of the burst")
        made = []
        for _ in range(count):
            self._count += 1
            swaps = [
                (old.encode(), new.encode())
                for old, new in zip(identity.values(), self._identity().values(), strict=True)
            ]
            made.append(first.bent(_swapped(swaps)).signed(self.key))
        return made

    def moment(self, seconds: int) -> str:
        """A time so many seconds after the start of the run, as ``createdAt`` has it."""
        return format_datetime(self.now.replace(microsecond=0) + timedelta(seconds=seconds), usegmt=True)

    def account(self) -> str:
        """A linked account that no other delivery has."""
        self._count += 1
        return self._identity()["linked_account_id"]

    def run(self) -> str:
        """A run of a workflow that no other delivery has."""
        self._count += 1
        return self._identity()["instance_id"]

    def distinct(self, event: str) -> bool:
        """Whether the body tells one delivery of an event from another."""
        return self.fresh("", event).body != self.fresh("", event).body

    def _identity(self, number: int | None = None) -> dict[str, str]:
        number = self._count if number is None else number
        return {
            "instance_id": f"{self.token[:16]:0>16}{number:08x}",
            "linked_account_id": f"{int(self.token[:10], 16)}{number:07}",
            "createdAt": self.moment(0),
        }

    def _make(self, label: str, payload: Mapping[str, Json]) -> Delivery:
        real = build_request(self.webhook, payload, self.workflow_response)
        shown = build_request(self.masked, payload, self.workflow_response)
        headers = tuple(
            Header(name.encode("ascii"), _bytes(value), _bytes(masked))
            for (name, value), (_, masked) in zip(real.headers, shown.headers, strict=True)
        )
        return Delivery(label, real.method, headers, real.body, shown.body)


def _swapped(swaps: Sequence[tuple[bytes, bytes]]) -> Change:
    def change(body: bytes) -> bytes:
        for old, new in swaps:
            body = body.replace(old, new)
        return body

    return change


def with_member(value: bytes) -> Change:
    """A change of a body: one more member, its value written as it is; for :meth:`Delivery.bent`."""

    def change(body: bytes) -> bytes:
        inner = body.rstrip()[:-1].rstrip()
        return inner + (b"" if inner == b"{" else b",") + MEMBER + value + b"}"

    return change


def is_object(body: bytes) -> bool:
    """Whether a body is a JSON object, so that members can be added to it."""
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def with_text(text: bytes) -> Change:
    """A change of a body: these bytes put into it, in one more member, or behind a body that is no object."""

    def change(body: bytes) -> bytes:
        return with_member(b'"' + text + b'"')(body) if is_object(body) else body + text

    return change
