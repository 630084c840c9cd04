"""Exchanges of a probe, made fit to be given away.

Nothing is searched for secrets: a text stays only where it is known to be harmless, and every other becomes a
placeholder, the same one for the same text, so that what was equal is equal still. Harmless are the names of the API's
fields, its fixed words, and what the probe itself sent. Header values and hosts never stay. Like ``wire.py``, this file
knows names of the API's fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from hookwright.api.exchange import Exchange
from hookwright.api.scrub import Scrubber
from hookwright.model.resources import DEFAULT_BODY, METHODS, PLATFORM_EVENTS, Kind, WebhookType
from hookwright.model.source import Json

HOST: Final = "https://app.refold.ai"
"""Where scrubbed requests say that they went."""

_NOTHING: Final = "0" * 24
"""An id that no object has."""
_WORDS: Final = frozenset(
    {"", _NOTHING, DEFAULT_BODY, "text", "object", *METHODS, *PLATFORM_EVENTS, *Kind, *WebhookType}
)
_SEGMENTS: Final = frozenset(
    {"", "api", "v2", "public", "webhook", "webhooks", "group", "edit", "application", "event", "workflow"}
    | {"_emulator", "emit"}
)
_KEPT_HEADERS: Final = re.compile(r"content-type|date|retry-after|(x-)?ratelimit(-[a-z-]+)?|x-rate-limit-[a-z-]+")
_ID: Final = re.compile(r"[0-9a-f]{24}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_MARK: Final = "/hookwright-probe/"
_INVALID: Final = "https://probe.invalid"
_SAID: Final = frozenset({"http_error_type", "error_type", "error", "error_code", "message"})
"""Fields of an error answer that a report is for."""
_HEADERS, _URL = "webhook_headers", "webhook_url"
_SAMPLES: Final = frozenset({"response", "raw_response"})
"""Fields that hold JSON as text."""
_FREE: Final = frozenset({_HEADERS, "webhook_body", "json_schema", "payload"})
"""Fields whose keys and numbers are somebody's own."""
_ERROR: Final = 400


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """One exchange that can be given away.

    Attributes:
        method: HTTP method.
        url: the URL, at :data:`HOST`.
        request: the JSON that was sent; empty where there was none.
        status: HTTP status of the answer.
        headers: headers of the answer.
        response: its body.
    """

    method: str
    url: str
    request: str
    status: int
    headers: Mapping[str, str]
    response: str


class Scrubbing:
    """Scrubs the exchanges of one run.

    Args:
        secrets: values that no message of the platform's may show either.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._scrubber = Scrubber(secrets)
        self._own: set[str] = set()
        self._placeholders: dict[str, dict[str, str]] = {}

    def scrub(self, exchanges: Iterable[Exchange]) -> list[Scrubbed]:
        """The exchanges, scrubbed, in order."""
        kept = list(exchanges)
        for exchange in kept:
            self._learn(exchange.call.body)
        return [self._exchange(exchange) for exchange in kept]

    def _learn(self, body: Json) -> None:
        """Take note of the words that the probe sent."""
        for name, item in body.items() if isinstance(body, dict) else ():
            if name in (_HEADERS, _URL):
                self._own |= set(item) if isinstance(item, dict) else set()
            else:
                self._own |= set(_words(item))
            if name in _SAMPLES and isinstance(item, str):
                self._own |= set(_words(_parsed(item)))

    def _exchange(self, exchange: Exchange) -> Scrubbed:
        call, answer = exchange.call, exchange.answer
        path = "/".join(part if part in _SEGMENTS else self._text(part) for part in call.path.split("/"))
        query = "&".join(
            f"{name}={value if value.isdecimal() else quote(self._text(value))}" for name, value in call.query.items()
        )
        return Scrubbed(
            method=call.method,
            url=f"{HOST}{path}{'?' if query else ''}{query}",
            request="" if call.body is None else _json(self._value(call.body, "")),
            status=answer.status,
            headers={name: value for name, value in answer.headers.items() if _KEPT_HEADERS.fullmatch(name)},
            response=self._body(answer.status, answer.body),
        )

    def _body(self, status: int, body: bytes) -> str:
        value = _parsed(body.decode("utf-8", "replace"))
        if value is None:
            return self._placeholder("answer", body.decode("utf-8", "replace")) if body else ""
        if status >= _ERROR and isinstance(value, dict):
            return _json({name: self._said(name, item) for name, item in value.items()})
        return _json(self._value(value, ""))

    def _said(self, name: str, item: Json) -> Json:
        if name in _SAID and isinstance(item, str):
            return _ID.sub(lambda found: self._text(found.group()), self._scrubber.clean(item))
        return self._value(item, name)

    def _value(self, value: Json, field: str) -> Json:
        """A JSON value; ``field`` is the field of the API that it stands in, or that what it stands in stands in."""
        if isinstance(value, dict):
            if field in _FREE:
                return {self._key(key): self._value(item, field) for key, item in value.items()}
            return {key: self._value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, field) for item in value]
        if isinstance(value, str):
            return self._named(field, value)
        return value if field not in _FREE or isinstance(value, bool | None) else 0

    def _named(self, field: str, text: str) -> str:
        if field == _HEADERS:
            return self._placeholder("header", text)
        if field == _URL:
            return self._url(text)
        if field in _SAMPLES and text not in self._own:
            return _json(self._placeholder("sample", text))
        return self._text(text)

    def _url(self, url: str) -> str:
        host, mark, rest = url.partition(_MARK)
        if not mark:
            return f"https://hooks.invalid/{self._placeholder('url', url)}"
        return f"{host if host == _INVALID else 'https://receiver.invalid'}{mark}{rest}"

    def _key(self, key: str) -> str:
        return key if key in self._own else self._placeholder("key", key)

    def _text(self, text: str) -> str:
        if text in _WORDS:
            return text
        if _ID.fullmatch(text):
            return f"{int(self._placeholder('', text)):024x}"
        harmless = text in self._own or _TIME.fullmatch(text)
        return text if harmless else self._placeholder("text", text)

    def _placeholder(self, kind: str, text: str) -> str:
        """``kind-N``, and only the number where there is no kind; the same for the same text."""
        known = self._placeholders.setdefault(kind, {})
        return known.setdefault(text, f"{kind}-{len(known) + 1}" if kind else str(len(known) + 1))


def _words(value: Json, prefix: str = "") -> Iterator[str]:
    """All texts in a JSON value, its keys, and the keys in dot notation."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield prefix + key
            yield from _words(item, f"{prefix}{key}.")
    elif isinstance(value, list):
        for item in value:
            yield from _words(item, prefix)
    elif isinstance(value, str):
        yield value


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
