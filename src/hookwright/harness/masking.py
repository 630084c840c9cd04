"""A declared webhook without its secrets.

What is rendered from it can be shown: secrets are taken out where they come in, never searched for in what came out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from hookwright.model.frozen import dataclass
from hookwright.model.plan import MASK
from hookwright.model.resources import DeclaredWebhook, Webhook
from hookwright.model.source import Json, escape

NameTest = Callable[[str], bool]
"""Whether what stands under a name (of a header, of a key) is to be taken for a secret."""


def without_secrets(
    declared: DeclaredWebhook, secret_name: NameTest, safe_url: Callable[[str], str]
) -> tuple[Webhook, bool]:
    """The webhook with every secret value replaced by a mask, and whether there was any.

    Args:
        declared: the webhook; its ``secrets`` say which values a process variable flowed into.
        secret_name: which names say themselves that their value is a secret.
        safe_url: a URL without user information and secret parameters.
    """
    masker = _Masker(declared.secrets, secret_name)
    webhook = declared.webhook
    url = MASK if masker.holds("/url") else safe_url(webhook.url)
    headers = {name: str(masker.mask(f"/headers/{escape(name)}", value)) for name, value in webhook.headers.items()}
    body = masker.mask("/body", webhook.body)
    masked = replace(webhook, url=url, headers=headers, body=body)
    return masked, (url, headers, body) != (webhook.url, dict(webhook.headers), webhook.body)


@dataclass(frozen=True, slots=True)
class _Masker:
    secrets: Collection[str]
    secret_name: NameTest

    def holds(self, pointer: str) -> bool:
        """Whether a process variable flowed into the value there, or into one that it is a part of."""
        return any(pointer == secret or pointer.startswith(f"{secret}/") for secret in self.secrets)

    def mask(self, pointer: str, value: Json) -> Json:
        name = pointer.rpartition("/")[2]
        if value is not None and (self.holds(pointer) or (pointer.count("/") > 1 and self.secret_name(name))):
            return MASK
        if isinstance(value, dict):
            return {key: self.mask(f"{pointer}/{escape(key)}", item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask(f"{pointer}/{index}", item) for index, item in enumerate(value)]
        if isinstance(value, str) and any(secret.startswith(f"{pointer}/") for secret in self.secrets):
            return MASK  # Text around a secret: nothing tells which part of it is the secret.
        return value
