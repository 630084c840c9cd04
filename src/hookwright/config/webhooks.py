"""Declared webhooks of one environment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from hookwright.config.bodies import BODY_FILE, BodyFiles
from hookwright.config.interpolate import Interpolator, Walk
from hookwright.config.overlay import EntryPlaces, LayeredPlaces, merged
from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import DEFAULT_BODY, DeclaredWebhook, Webhook, WebhookType, WorkflowRef
from hookwright.model.source import Json, Places, escape

if TYPE_CHECKING:
    from hookwright.model.project import Entry

_TYPES: Final = {str(kind): kind for kind in WebhookType}
_NOTHING: Final[frozenset[str]] = frozenset()
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Webhooks:
    """Makes the declared webhooks of one environment.

    Args:
        environment: name of the environment.
        interpolator: fills in their strings, and collects what is wrong.
        bodies: reads their body files.
    """

    def __init__(self, environment: str, interpolator: Interpolator, bodies: BodyFiles) -> None:
        self._environment = environment
        self._override_pointer = f"/environments/{escape(environment)}"
        self._interpolator = interpolator
        self._bodies = bodies

    def declared(self, entries: Iterable[Entry]) -> tuple[DeclaredWebhook, ...]:
        """The webhooks that are there in this environment, in the order given."""
        found = (self._webhook(entry) for entry in entries)
        return tuple(webhook for webhook in found if webhook is not None)

    def _webhook(self, entry: Entry) -> DeclaredWebhook | None:
        written = self._written(entry)
        if written is None:
            return None
        raw, places = written
        walk = Walk(places)
        value = self._interpolator.value(raw, "", walk)
        get = value.get
        kind, body = _body(value)
        adopt = get("adopt")
        webhook = Webhook(
            url=_text(get("url")),
            events=_events(get("events")),
            type=kind,
            method=_text(get("method")) or "POST",
            headers=_headers(get("headers")),
            body=body,
            description=_text(get("description")),
            enabled=get("enabled") is not False,
            slug=_text(get("slug")),
            group=_text(get("group")),
        )
        return DeclaredWebhook(
            entry.name,
            webhook,
            workflows=_workflows(get("workflows")) if "workflows" in value else (),
            protect=get("protect") is True,
            ignore_changes=_names(get("ignore_changes")) if "ignore_changes" in value else _NOTHING,
            renamed_from=_text(get("renamed_from")),
            adopt=_text(adopt.get(self._environment)) if isinstance(adopt, dict) else "",
            secrets=_secrets(walk.secrets, body) if walk.secrets else _NOTHING,
            raw=raw,
            places=places,
        )

    def _written(self, entry: Entry) -> tuple[dict[str, Json], Places] | None:
        """The webhook with its overrides and its body file, and its places; None where it is not in the environment."""
        value = entry.value
        if not isinstance(value, dict):
            return None
        if "environments" not in value and "body_file" not in value:
            return value, EntryPlaces(entry)
        raw = {key: part for key, part in value.items() if key != "environments"}
        overrides = value.get("environments")
        override = overrides.get(self._environment) if isinstance(overrides, dict) else None
        if override is False:
            return None
        override = override if isinstance(override, dict) else {}
        if override:
            # Whichever of the two an override gives takes the place of the other.
            if override.get("body") is not None:
                raw.pop("body_file", None)
            elif override.get("body_file") is not None:
                raw.pop("body", None)
            raw = merged(raw, override)
        body = self._body_file(entry, raw, override)
        return raw, LayeredPlaces(entry, override, self._override_pointer, body)

    def _body_file(self, entry: Entry, raw: dict[str, Json], override: Mapping[str, Json]) -> Places | None:
        """Put the text of the body file, where there is one, into ``raw``; its places."""
        named = raw.get("body_file")
        if not isinstance(named, str) or "body" in raw:
            return None
        text, body, wrong = self._bodies.read(named, entry.document.path)
        if wrong:
            span = LayeredPlaces(entry, override, self._override_pointer, None).span("/body_file")
            hint = "Name a UTF-8 file inside the project, relative to the file that declares it."
            self._interpolator.findings.append(Finding(BODY_FILE, Severity.ERROR, wrong, span, hint))
            return None
        raw["body"] = text
        return body


def _body(value: Mapping[str, Json]) -> tuple[WebhookType, Json]:
    """Type and body as the platform will have them: it computes the type from the body."""
    body = value.get("body")
    declared = _TYPES.get(value["type"]) if isinstance(value.get("type"), str) else None
    kind = declared or (WebhookType.DEFAULT if body is None else WebhookType.CUSTOM)
    if kind is not WebhookType.CUSTOM:
        return kind, None
    if body is None or (isinstance(body, str) and body.strip() == DEFAULT_BODY):
        return WebhookType.DEFAULT, None
    return kind, body


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _events(value: Json) -> tuple[str, ...]:
    return tuple(sorted(_names(value)))


def _names(value: Json) -> frozenset[str]:
    return frozenset([name for name in value if isinstance(name, str)]) if isinstance(value, list) else _NOTHING


def _headers(value: Json) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return _NO_HEADERS
    for text in value.values():
        if text.__class__ is not str:
            return {name: one if isinstance(one, str) else json.dumps(one) for name, one in value.items()}
    return value


def _workflows(value: Json) -> tuple[WorkflowRef, ...]:
    found: dict[WorkflowRef, None] = {}
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            found[WorkflowRef(name=one)] = None
        elif isinstance(one, dict) and isinstance(one.get("id"), str):
            found[WorkflowRef(id=one["id"])] = None
    return tuple(found)


def _secrets(pointers: list[str], body: Json) -> frozenset[str]:
    """The pointers into the webhook: a body that is not sent has no secrets, and a list that is sorted is one."""
    found = set()
    for pointer in pointers:
        top = pointer.split("/", 2)[1]
        if top in ("events", "workflows"):
            found.add(f"/{top}")
        elif top != "body" or body is not None:
            found.add(pointer)
    return frozenset(found)
