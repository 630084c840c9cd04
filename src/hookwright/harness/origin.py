"""Which declared webhook a received delivery is one of, and which of its values are secrets by where they come from."""

from __future__ import annotations

import json
import re
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
_ANYTHING: Final = "{{secret}}"
_REFERENCE: Final = re.compile(r"\$\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Known:
    """A webhook that a delivery may be one of.

    Attributes:
        environment: name of the environment that declares it.
        declared: the webhook.
        masked: the same webhook with every secret value masked.
        complete: whether all process variables that it needs are set.
        address: path and query of its URL.
        template: the template of its body.
        hidden: the same with a mask in the place of every secret.
        is_text: whether it makes text rather than JSON.
    """

    environment: str
    declared: DeclaredWebhook
    masked: Webhook
    complete: bool
    address: str = field(repr=False)
    template: Json = field(repr=False)
    hidden: Json = field(repr=False)
    is_text: bool

    @property
    def has_secrets(self) -> bool:
        """Whether there are any in its body."""
        return bool(self.hidden != self.template)


@dataclass(frozen=True, slots=True)
class Origin:
    """A declared webhook that a delivery is held against.

    Attributes:
        known: the webhook.
        addressed: whether the delivery came to the path of its URL.
        same_method: whether it came with its method.
        reading: what the body tells, held against the webhook's template; a secret is any value there.
    """

    known: Known
    addressed: bool
    same_method: bool
    reading: Reading


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
            _know(environment, declared, without_secrets(declared, secret_name, safe_url)[0], complete=complete)
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
        """A request target without secrets: that of a URL that holds a process variable is masked as a whole.

        Where the variable is not set, anything that may be its value counts, unless another webhook has that target, or
        nothing but the variable stands in the path: any target would be that of such a URL.
        """
        addressed = [one for one in self._known if one.address == path]
        if any(_secret_url(one) for one in addressed) or (
            not addressed and any(_may_address(one, path) for one in self._known)
        ):
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
        likely = [one for one in origins if one.addressed or (one.reading.fits and one.reading.literals)]
        value, is_json = parse_body(received.body)
        if not is_json:
            # A body that was cut off may hold the secret all the same, and nothing tells where.
            suspects = likely or (origins if received.body.lstrip()[:1] in (b"{", b"[") else [])
            hidden = any(one.known.has_secrets for one in suspects)
            return (replace(received, body=MASK.encode()), True) if hidden else (received, False)
        spots: set[str] = set()
        for origin in likely or origins:
            if not origin.known.is_text:
                spots |= secret_spots(origin.known, value)
            elif origin.known.has_secrets and likely:
                spots.add("")
        if not spots:
            return received, False
        return replace(received, body=splice(received.body, spots, _WRITTEN_MASK)), True

    def _origins(self, received: Received) -> list[Origin]:
        value, is_json = parse_body(received.body)
        found = []
        for known in self._known:
            if known.declared.webhook.type is WebhookType.SLACK:
                continue
            reading = Reading()
            if known.is_text:
                read_text(_open_text(known), received.body.decode("utf-8", "replace"), reading)
            elif is_json:
                read_back(_open(known.template, known.hidden), value, reading)
            else:
                reading.departures = 1
            same_method = known.declared.webhook.method == received.method
            found.append(Origin(known, known.address == received.path, same_method, reading))
        return found


def secret_spots(known: Known, value: Json) -> set[str]:
    """JSON pointers into the body of a delivery where the webhook has a secret.

    Args:
        known: the webhook; its body makes JSON.
        value: the body of a delivery that may be one of it.
    """
    spots: set[str] = set()
    _spots(known.template, known.hidden, value, "", spots)
    return spots


def _know(environment: str, declared: DeclaredWebhook, masked: Webhook, *, complete: bool) -> Known:
    template, is_text = body_template(declared.webhook)
    hidden, _ = body_template(masked)
    if masked.body == MASK and not is_text:
        hidden = _masked_structure(declared, template)
    address = _address(declared.webhook.url)
    return Known(environment, declared, masked, complete, address, template, hidden, is_text)


def _open(template: Json, hidden: Json) -> Json:
    """A JSON template that any value fits in the place of a secret: it may have been another when it was sent."""
    if hidden == MASK and template != MASK:
        return _ANYTHING
    if isinstance(template, Mapping) and isinstance(hidden, Mapping):
        return {key: _open(part, hidden.get(key, part)) for key, part in template.items()}
    if isinstance(template, list) and isinstance(hidden, list):
        return [_open(part, mask) for part, mask in zip(template, hidden, strict=False)]
    return template


def _open_text(known: Known) -> str:
    """As :func:`_open` for a text template; what is written there as a reference stands for anything."""
    written = known.declared.raw.get("body")
    if known.hidden != MASK or not isinstance(written, str):
        return str(known.template)
    return _REFERENCE.sub(_ANYTHING, written)


def _secret_url(known: Known) -> bool:
    return "/url" in known.declared.secrets


def _may_address(known: Known, path: str) -> bool:
    """Whether a target is that of a URL, whatever the process variables in it are that stand there by name."""
    written = _REFERENCE.split(known.address)
    told = _secret_url(known) and len(written) > 1 and any(part.strip("/?") for part in written)
    return told and re.fullmatch(".+".join(map(re.escape, written)), path) is not None


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
