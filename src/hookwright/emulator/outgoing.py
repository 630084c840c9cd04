"""A webhook and an event → the request of a delivery, rendered and signed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from hookwright.emulator.catalogue import WORKFLOW_STATUS
from hookwright.emulator.records import Delivery, HeaderList
from hookwright.emulator.state import CallError, Record
from hookwright.model.source import Json
from hookwright.signing import SIGNATURE_HEADER, sign

MAX_BODY: Final = 8 * 1024 * 1024
"""Largest body of a delivery, in bytes: a small template can repeat a large payload many times."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_OURS: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        SIGNATURE_HEADER,
    }
)
"""Headers that a webhook cannot set: they frame the request, or are the platform's."""


class Renderer(Protocol):
    """Fills templates in. Passed in, so that the emulator knows nothing of the template language."""

    def body(self, template: Json, event: Mapping[str, Json], workflow_response: Json | None) -> bytes:
        """The body of a delivery from the webhook's body template, an event and what a Response node gave."""
        ...

    def header(self, value: str, event: Mapping[str, Json], workflow_response: Json | None) -> str:
        """The value of a header from its template."""
        ...


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened in an organization.

    Attributes:
        event: name of the platform event.
        payload: its payload.
        app: slug of the app that it is about.
        workflow_response: what the workflow's Response node gave, or None.
    """

    event: str
    payload: Mapping[str, Json]
    app: str
    workflow_response: Json | None = None


def wants(webhook: Record, occurrence: Occurrence) -> bool:
    """Whether a webhook is to be told: enabled, subscribed, and of the app and workflow that it asks for.

    ``workflow_ids`` narrow workflow events only; connection events have no workflow.
    """
    if not webhook["is_enabled"] or occurrence.event not in webhook["webhook_events"]:
        return False
    if webhook.get("slug") and webhook["slug"] != occurrence.app:
        return False
    ids = webhook["workflow_ids"]
    return not ids or occurrence.event not in WORKFLOW_STATUS or occurrence.payload.get("workflow_id") in ids


def deliveries(
    webhooks: Iterable[Record],
    occurrence: Occurrence,
    key: str,
    renderer: Renderer,
    *,
    now: float,
    new_id: Callable[[], str],
) -> list[Delivery]:
    """The deliveries that an occurrence makes, due at once.

    Each request is rendered and signed here, once: every attempt sends the same bytes, and no key is kept.

    Args:
        webhooks: the webhooks of the organization.
        occurrence: what happened.
        key: the API key of the organization.
        renderer: fills the templates in.
        now: seconds since the epoch.
        new_id: makes ids.

    Raises:
        CallError: 413; a body would be larger than :data:`MAX_BODY`.
    """
    bodies = _Bodies(occurrence, key, renderer)
    made = []
    for webhook in webhooks:
        if wants(webhook, occurrence):
            body, signature = bodies.signed(webhook["webhook_body"])
            made.append(
                Delivery(
                    id=new_id(),
                    organization=webhook["org_id"],
                    webhook_id=webhook["_id"],
                    event=occurrence.event,
                    created=now,
                    method=webhook["method"],
                    url=webhook["webhook_url"],
                    headers=_headers(webhook["webhook_headers"], occurrence, renderer, signature),
                    body=body,
                    due=now,
                )
            )
    return made


class _Bodies:
    """The bodies of an occurrence's deliveries; of those with one text, ``{{event}}`` mostly, it is made once."""

    def __init__(self, occurrence: Occurrence, key: str, renderer: Renderer) -> None:
        self._occurrence = occurrence
        self._key = key
        self._renderer = renderer
        self._size = len(json.dumps([occurrence.payload, occurrence.workflow_response]))
        self._of_text: dict[str, tuple[bytes, str]] = {}

    def signed(self, template: Json) -> tuple[bytes, str]:
        """The body that a template makes, and its signature; raises as :func:`deliveries`."""
        known = self._of_text.get(template) if isinstance(template, str) else None
        if known is None:
            body = self._rendered(template)
            known = body, sign(body, self._key)
            if isinstance(template, str):
                self._of_text[template] = known
        return known

    def _rendered(self, template: Json) -> bytes:
        text = template if isinstance(template, str) else json.dumps(template)
        if len(text) + text.count("{{") * self._size > MAX_BODY:
            raise CallError(413, "PAYLOAD_TOO_LARGE", "the rendered body could be too large")
        return self._renderer.body(template, self._occurrence.payload, self._occurrence.workflow_response)


def _headers(given: Mapping[str, Json], occurrence: Occurrence, renderer: Renderer, signature: str) -> HeaderList:
    made = {"content-type": ("Content-Type", "application/json")}
    for name, value in given.items():
        if name.lower() not in _NOT_OURS:
            text = value if isinstance(value, str) else json.dumps(value)
            rendered = renderer.header(text, occurrence.payload, occurrence.workflow_response)
            # Whatever a renderer gives: no value ends its header or starts another.
            made[name.lower()] = (name, _CONTROL.sub(" ", rendered).strip(" "))
    return (*made.values(), (SIGNATURE_HEADER, signature))
