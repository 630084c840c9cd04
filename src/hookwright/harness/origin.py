"""Which declared webhook a received delivery is one of, and which of its values are secrets by where they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from hookwright.harness.masking import NameTest, without_secrets
from hookwright.harness.splice import splice
from hookwright.harness.unrender import LARGEST, Reading, body_template, parse_body, read_back, read_text
from hookwright.model.delivery import Received
from hookwright.model.plan import MASK
from hookwright.model.resources import DeclaredWebhook, Webhook, WebhookType
from hookwright.model.source import Json, escape
from hookwright.templates.render import body_structure

_WRITTEN_MASK: Final = json.dumps(MASK)


@dataclass(frozen=True, slots=True)
class Known:
    """A webhook that a delivery may be one of.

    Attributes:
        environment: name of the environment that declares it.
        declared: the webhook.
        masked: the same webhook with every secret value masked.
        complete: whether all process variables that it needs are set.
        address: path and query of its URL.
    """

    environment: str
    declared: DeclaredWebhook
    masked: Webhook
    complete: bool = True
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """A declared webhook that a delivery is held against.

    Attributes:
        known: the webhook.
        addressed: whether the delivery came to the path of its URL.
        same_method: whether it came with its method.
        reading: what the body tells, held against the webhook's template.
        is_text: whether the template makes text rather than JSON.
    """

    known: Known
    addressed: bool
    same_method: bool
    reading: Reading
    is_text: bool


class Origins:
    """The declared webhooks of a project, to know received deliveries by.

    Args:
        webhooks: name of the environment, the webhook, and whether all process variables that it needs are set.
        secret_name: which names say themselves that their value is a secret.
        safe_url: a URL without user information and secret parameters.
    """

    def __init__(
        self,
        webhooks: Sequence[tuple[str, DeclaredWebhook, bool]],
        secret_name: NameTest,
        safe_url: Callable[[str], str],
    ) -> None:
        self._known = [
            Known(
                environment,
                declared,
                without_secrets(declared, secret_name, safe_url)[0],
                complete,
                _address(declared.webhook.url),
            )
            for environment, declared, complete in webhooks
        ]
        self._secret_name = secret_name
        self._safe_url = safe_url
        self._secret_bodies = any(one.masked.body != one.declared.webhook.body for one in self._known)
        self._secret_headers = frozenset(
            name.lower()
            for _, declared, _ in webhooks
            for name in declared.webhook.headers
            if f"/headers/{escape(name)}" in declared.secrets
        )

    @property
    def any(self) -> bool:
        """Whether there are any webhooks."""
        return bool(self._known)

    def secret_header(self, name: str) -> bool:
        """Whether the value of a header is a secret: its name says so, or a webhook puts a process variable there."""
        return name.lower() in self._secret_headers or self._secret_name(name)

    def shown_path(self, path: str) -> str:
        """A request target without secrets: that of a URL that holds a process variable is masked as a whole."""
        if any("/url" in one.declared.secrets and one.address == path for one in self._known):
            return f"/{MASK}"
        return self._safe_url(path)

    def best(self, received: Received) -> Origin | None:
        """The webhook that a delivery is most likely one of; None where none would have sent anything like it."""
        event = received.event
        candidates = [origin for origin in self._origins(received) if _plausible(origin, event)]
        return max(candidates, key=lambda one: _rank(one, event), default=None)

    def without_secrets(self, received: Received) -> tuple[Received, bool]:
        """A delivery whose body is fit to be shown, and whether anything in it was masked.

        Where it can be told which webhooks it may be a delivery of, the values are masked that a process variable
        flowed into there. Where it cannot, a value is masked where any webhook of the project has a secret. A body that
        is too large to be looked into is masked as a whole if any webhook of the project has a secret in its body.
        """
        if not self._secret_bodies:
            return received, False
        if len(received.body) > LARGEST:
            return replace(received, body=MASK.encode()), True
        origins = self._origins(received)
        certain = [one for one in origins if one.addressed and one.reading.fits] or [
            one for one in origins if one.reading.fits and one.reading.literals
        ]
        value, is_json = parse_body(received.body)
        spots: set[str] = set()
        for origin in certain or origins:
            if is_json and not origin.is_text:
                spots |= secret_spots(origin.known, value)
            elif origin.known.masked.body == MASK and (certain or origin.addressed):
                return replace(received, body=MASK.encode()), True
        if not spots:
            return received, False
        return replace(received, body=splice(received.body, spots, _WRITTEN_MASK)), True

    def _origins(self, received: Received) -> list[Origin]:
        value, is_json = parse_body(received.body)
        found = []
        for known in self._known:
            webhook = known.declared.webhook
            if webhook.type is WebhookType.SLACK:
                continue
            template, is_text = body_template(webhook)
            reading = Reading()
            if is_text:
                read_text(template, received.body.decode("utf-8", "replace"), reading)
            elif is_json:
                read_back(template, value, reading)
            else:
                reading.departures = 1
            same_method = webhook.method == received.method
            found.append(Origin(known, known.address == received.path, same_method, reading, is_text))
        return found


def secret_spots(known: Known, value: Json) -> set[str]:
    """JSON pointers into the body of a delivery where the webhook has a secret.

    Args:
        known: the webhook; its body makes JSON.
        value: the body of a delivery that may be one of it.
    """
    template, _ = body_template(known.declared.webhook)
    hidden, _ = body_template(known.masked)
    if known.masked.body == MASK and not isinstance(template, str):
        hidden = _masked_structure(known.declared, template)
    spots: set[str] = set()
    _spots(template, hidden, value, "", spots)
    return spots


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _plausible(origin: Origin, event: str) -> bool:
    """Whether a delivery can be told to be one of a webhook: it came there, or looks like it for the most part."""
    reading = origin.reading
    subscribed = event in origin.known.declared.webhook.events
    if origin.addressed or reading.literals > 2 * reading.departures:
        return True
    return subscribed and (reading.fits or reading.literals > reading.departures)


def _rank(origin: Origin, event: str) -> tuple[bool, bool, bool, int, bool]:
    reading = origin.reading
    subscribed = event in origin.known.declared.webhook.events
    return origin.addressed, reading.fits, subscribed, reading.literals - reading.departures, origin.same_method


def _masked_structure(declared: DeclaredWebhook, template: Json) -> Json:
    """The template in a text body that holds secrets, masked where the text as it is written refers to anything.

    Where what is written is no JSON by itself, everything in the template is masked.
    """
    written = declared.raw.get("body")
    structure = body_structure(written) if isinstance(written, str) else None
    return MASK if structure is None or type(structure) is not type(template) else _marked(structure)


def _marked(written: Json) -> Json:
    if isinstance(written, str):
        return MASK if "${" in written else written
    if isinstance(written, Mapping):
        return {key: _marked(value) for key, value in written.items()}
    return [_marked(item) for item in written] if isinstance(written, list) else written


def _spots(template: Json, hidden: Json, value: Json, pointer: str, spots: set[str]) -> None:
    """Collect the JSON pointers into a value where its template, with its secrets masked, has a mask."""
    if hidden == MASK and template != MASK:
        spots.add(pointer)
    elif isinstance(template, Mapping) and isinstance(hidden, Mapping) and isinstance(value, Mapping):
        for key, part in template.items():
            # What the name of a key was rendered to is not known: it may be any that is not written out.
            named = [key] if "{{" not in key else [name for name in value if name not in template]
            for name in named:
                if name in value:
                    _spots(part, hidden.get(key, part), value[name], f"{pointer}/{escape(name)}", spots)
    elif isinstance(template, list) and isinstance(hidden, list) and isinstance(value, list):
        for index, (part, mask, item) in enumerate(zip(template, hidden, value, strict=False)):
            _spots(part, mask, item, f"{pointer}/{index}", spots)
