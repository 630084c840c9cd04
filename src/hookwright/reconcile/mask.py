"""Which values may be shown.

A value is masked for where it comes from: a process variable flowed into it (``DeclaredWebhook.secrets``), or the name
it stands under says that it is a secret. A live value is masked under the same rules, and also where a declared secret
is in it: it came from there before it was moved. Secrets of the process that are not declared any more count too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from hookwright.model.frozen import dataclass
from hookwright.model.plan import MASK, FieldChange
from hookwright.model.resources import Webhook, WebhookType
from hookwright.model.source import Json, escape, unescape

_SECRET_NAME: Final = re.compile(
    r"authorization|cookie|token|secret|passw(or)?d|passphrase|credential|signature|api[-_]?key|access[-_]?key"
    r"|private[-_]?key|^auth$|[-_]auth$|^x-auth|[-_]key$|^key$|^sig$|^pwd$",
    re.IGNORECASE,
)
_SHORTEST_SECRET: Final = 4
"""Shorter values of process variables (``1``, ``on``) stand in too much text to say where it came from."""


def secret_name(name: str) -> bool:
    """Whether what stands under this name (of a header, a key, a query parameter) is to be taken for a secret."""
    return _SECRET_NAME.search(name) is not None


@dataclass(frozen=True, slots=True)
class Masker:
    """Masks the values of one webhook or event.

    Attributes:
        secrets: JSON pointers of the values that a process variable flowed into.
        values: the values of the process variables, for live values.
    """

    secrets: Collection[str] = ()
    values: Collection[str] = ()

    def change(self, path: str, old: Json, new: Json) -> FieldChange:
        """A field's change with both sides masked where they must be."""
        if self._secret_path(path) or (self._above_secret(path) and not isinstance(new, dict | list)):
            # A text body around a secret, or what it replaces: nothing tells which part of it is the secret.
            return FieldChange(path, None if old is None else MASK, None if new is None else MASK, secret=True)
        shown_old = None if old is None else self.live(path, old)
        shown_new = self._inside(path, new)
        return FieldChange(path, shown_old, shown_new, shown_old != old or shown_new != new)

    def _secret_path(self, path: str) -> bool:
        if self.secrets and (path in self.secrets or any(path.startswith(f"{secret}/") for secret in self.secrets)):
            return True
        return _named_secret(path)

    def _above_secret(self, path: str) -> bool:
        return bool(self.secrets) and any(secret.startswith(f"{path}/") for secret in self.secrets)

    def _masked(self, path: str, value: Json) -> Json:
        """A declared value with its secret parts masked."""
        return MASK if value is not None and self._secret_path(path) else self._inside(path, value)

    def _inside(self, path: str, value: Json) -> Json:
        """The same where the path itself is not that of a secret."""
        kind = value.__class__  # Most values are of these kinds, and to be no Mapping takes a while.
        if kind is str:
            return safe_url(value) if path == "/url" else value
        if kind is dict or isinstance(value, Mapping):
            return {key: self._masked(f"{path}/{escape(key)}", item) for key, item in value.items()}
        if kind is list:
            return [self._masked(f"{path}/{index}", item) for index, item in enumerate(value)]
        return value

    def live(self, path: str, value: Json) -> Json:
        """A live value fit to be shown: masked as a declared one is, and wherever a declared secret is in it."""
        if isinstance(value, str) and (self._above_secret(path) or self.holds_secret(value)):
            return MASK
        if isinstance(value, Mapping) and not self._secret_path(path):
            return {key: self.live(f"{path}/{escape(key)}", item) for key, item in value.items()}
        if isinstance(value, list) and not self._secret_path(path):
            return [self.live(f"{path}/{index}", item) for index, item in enumerate(value)]
        return self._masked(path, value)

    def holds_secret(self, text: str) -> bool:
        """Whether the value of a process variable is in a live text."""
        return any(len(value) >= _SHORTEST_SECRET and value in text for value in self.values)

    def url(self, webhook: Webhook) -> str:
        """The URL of a live webhook, fit to be shown. That of a Slack webhook is a credential: its path is masked."""
        if self.holds_secret(webhook.url):
            return MASK
        return f"{origin(webhook.url)}/{MASK}" if webhook.type is WebhookType.SLACK else safe_url(webhook.url)


@lru_cache(maxsize=4096)  # the webhooks of a project have the same few paths
def _named_secret(path: str) -> bool:
    """Whether a name on the way to a value says that it is a secret."""
    names = path.split("/")[1:]
    if names[0] == "json_schema":  # It names properties; it holds none of their values.
        return False
    return len(names) > 1 and any(secret_name(unescape(name)) for name in names[1:])


def origin(url: str) -> str:
    """Scheme and host of a URL, without user information."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0].rpartition('@')[2]}"


def safe_url(url: str) -> str:
    """A URL without its user information and without the values of secret-looking query parameters."""
    if "@" not in url and "?" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    userinfo, at, host = parts.netloc.rpartition("@")
    query = "&".join(_safe_parameter(parameter) for parameter in parts.query.split("&"))
    shown = urlunsplit(parts._replace(netloc=f"{MASK}@{host}" if at and userinfo else parts.netloc, query=query))
    return shown if query != parts.query or (at and userinfo) else url


def _safe_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={MASK}" if equals and value and not value.startswith("{{") and secret_name(name) else parameter
