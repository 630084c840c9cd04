"""Names for webhooks: readable, unique, and the same whenever the same webhooks are taken over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from hookwright.model.resources import Webhook
from hookwright.reconcile.takeover.data import NameFrom

_LONGEST: Final = 48
_SHORTEST: Final = 3
_WORDS_WITHOUT_MEANING: Final = frozenset(
    {"www", "api", "hook", "hooks", "webhook", "webhooks", "app", "http", "https", "services", "public", "staging"}
    | {"stage", "test", "testing", "dev", "prod", "production", "live", "sandbox", "qa", "uat", "preview"}
)
_ID: Final = re.compile(r"v\d+|\d+|[0-9a-f]{12,}|[0-9a-f-]{32,}|(?=.*\d)(?=.*[A-Z])\w{8,}|\w{32,}")
"""Parts of a path that say nothing: versions, ids, tokens."""
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_SPELT_OUT: Final = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
"""Letters that are no other letter with an accent."""


class Names:
    """Gives names, each once.

    Args:
        taken: names that are in use; in any case.
    """

    def __init__(self, taken: set[str]) -> None:
        self._taken = {name.casefold() for name in taken}

    def claim(self, name: str) -> str:
        """Take a name as it is."""
        self._taken.add(name.casefold())
        return name

    def give(self, webhook: Webhook, name_from: NameFrom) -> str:
        """A name for a webhook."""
        candidates = list(dict.fromkeys(name for name in candidates_for(webhook, name_from) if name))
        for name in candidates:
            if name.casefold() not in self._taken:
                return self.claim(name)
        number = 2
        while f"{candidates[0]}-{number}".casefold() in self._taken:
            number += 1
        return self.claim(f"{candidates[0]}-{number}")


def candidates_for(webhook: Webhook, name_from: NameFrom) -> Iterator[str]:
    """Names that fit, the best first; never none."""
    description, url, events = _slug(webhook.description), _from_url(webhook.url), _from_events(webhook)
    first, second = (description, url) if name_from is NameFrom.DESCRIPTION else (url, description)
    best = next((name for name in (first, second) if _is_good(name)), "")
    yield best or events
    if best:
        yield _clipped(f"{best}-{events}")


def _is_good(name: str) -> bool:
    """Whether a slug can be a name: long enough to tell something, with a letter in it."""
    return len(name) >= _SHORTEST and re.search("[a-z]", name) is not None


def _slug(text: str) -> str:
    """Words of a text in lower case, joined by dashes; letters without their accents."""
    spelt = text.casefold().translate(_SPELT_OUT)
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode("ascii")
    return _clipped("-".join(re.findall("[a-z0-9]+", plain.replace("'", ""))))


def _clipped(slug: str) -> str:
    """The slug, cut behind a word where it is too long."""
    if len(slug) <= _LONGEST:
        return slug
    head, dash, _ = slug[: _LONGEST + 1].rpartition("-")
    return head if dash else slug[:_LONGEST]


def _from_url(url: str) -> str:
    """A slug of the telling parts of a URL: its host's name and its path."""
    _, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    words = [part for part in re.split("[/.]", re.split("[?#]", path)[0]) if not _ID.fullmatch(part)]
    telling = [word for word in (_slug(word) for word in words) if word and word not in _WORDS_WITHOUT_MEANING]
    return _clipped("-".join([label for label in [host_label(authority)] if label] + telling[-3:]))


def host_label(authority: str) -> str:
    """The part of a host's name that says whose it is: ``hooks.acme.example:8443`` is ``acme``."""
    host = re.split("[?#]", authority.rpartition("@")[2].lower())[0].partition(":")[0]
    labels = [label for label in host.split(".") if label]
    if not labels or all(label.isdigit() for label in labels):
        return _slug(host)
    owner = labels[-2] if len(labels) > 1 else labels[0]
    if len(labels) > 2 and owner in _SECOND_LEVEL and len(labels[-1]) == 2:  # co.uk, com.au
        owner = labels[-3]
    return _slug(".".join(labels[-2:]) if owner in _WORDS_WITHOUT_MEANING else owner)


def _from_events(webhook: Webhook) -> str:
    """A slug of the events: one by its name, several by what they have in common."""
    if len(webhook.events) == 1:
        return _slug(webhook.events[0]) or "webhook"
    first = {event.split(" ")[0] for event in webhook.events}
    return f"{_slug(first.pop()) or 'webhook'}-events" if len(first) == 1 else "all-events"
