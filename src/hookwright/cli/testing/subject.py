"""What ``hookwright test receiver`` sends: deliveries of which webhook, signed with which key, and to which hosts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from hookwright.cli.keys import environment_key, other_keys, variable_key
from hookwright.cli.project import choose_environment, load_project
from hookwright.cli.samples import Sample, choose
from hookwright.cli.unset import load_marked, unset_variables
from hookwright.errors import ConfigError, LocalError, UsageError
from hookwright.harness.masking import without_secrets
from hookwright.model.plan import MASK
from hookwright.model.resources import PLATFORM_EVENTS, Declared, Kind, Webhook
from hookwright.reconcile.mask import safe_url, secret_name

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.delivery import Key
    from hookwright.model.project import Project
    from hookwright.model.source import Json

_SHORTEST: Final = 4
"""Shorter values stand in too much text to be searched for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is sent, and where it may go.

    Attributes:
        name: name of the declared webhook; empty for a plain one.
        webhook: the webhook, with the URL of the receiver.
        masked: the same without its secrets.
        kind: kind of the environment that deliveries say they are of.
        keys: the key to sign with, first; then the other ones that are valid.
        others: keys of other environments.
        sample: what the payloads are made of.
        hosts: hosts that webhooks of test environments declare, and none of production does, in lower case.
        secrets: values that must not be shown.
    """

    name: str
    webhook: Webhook
    masked: Webhook
    kind: Kind
    keys: Sequence[Key]
    others: Sequence[Key]
    sample: Sample
    hosts: Collection[str]
    secrets: Collection[str] = field(repr=False)

    def payload(self, event: str) -> dict[str, Json]:
        """The payload of an event."""
        return self.sample.payload(event, self.kind)

    @property
    def shown_url(self) -> str:
        """The URL of the receiver, fit to be shown."""
        return safe_url(self.webhook.url)

    @property
    def shown_target(self) -> bytes:
        """Path and query of that."""
        parts = urlsplit(self.shown_url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return quote(path, safe="".join(map(chr, range(0x21, 0x7F)))).encode("ascii")

    @property
    def scrub(self) -> Callable[[bytes], bytes]:
        """Takes these secrets out of what a receiver answered: it may echo what it was sent, or tell its key."""
        values = sorted((value.encode() for value in self.secrets if len(value) >= _SHORTEST), key=len, reverse=True)

        def scrub(answer: bytes) -> bytes:
            for value in values:
                answer = answer.replace(value, MASK.encode())
            return answer

        return scrub


def read_subject(
    settings: Settings, url: str, name: str | None, sample: Sample, *, key_env: str | None, also: Sequence[str]
) -> Subject:
    """Find out what to send.

    Args:
        settings: where to look for the project, and which environment was asked for.
        url: where the receiver is.
        name: the declared webhook; None for a plain one with all events of the platform.
        sample: what the payloads are made of.
        key_env: process variable of the key; None for the key of the environment.
        also: process variables of further keys that are valid.

    Raises:
        UsageError: there is no key to sign with, no such webhook or event.
        ConfigError: there is no project though one is needed, it has errors, or a key or a value is unset.
    """
    project = _project(settings, needed=name is not None)
    declared = None
    if project is not None and (name is not None or settings.environments or key_env is None):
        declared = load_marked(settings, choose_environment(project, settings, preferred="test"))
    keys = [_key(settings, declared, key_env), *(variable_key(settings, variable) for variable in also)]
    webhook, masked = _webhook(declared, url, name, sample.event)
    others = other_keys(settings, keys)
    secrets = {key.value for key in (*keys, *others)} | (declared.secret_values if declared else set())
    return Subject(
        name=name or "",
        webhook=webhook,
        masked=masked,
        kind=declared.environment.kind if declared else Kind.TEST,
        keys=keys,
        others=others,
        sample=sample,
        hosts=_hosts(settings, project),
        secrets=secrets,
    )


def _project(settings: Settings, *, needed: bool) -> Project | None:
    try:
        return load_project(settings)
    except (ConfigError, LocalError):
        if needed or settings.environments:
            raise
        return None


def _key(settings: Settings, declared: Declared | None, variable: str | None) -> Key:
    if variable:
        return variable_key(settings, variable)
    if declared is None:
        raise UsageError("which key?", hint="Name its process variable with --key-env, or its environment with -e.")
    return environment_key(declared.environment)


def _webhook(declared: Declared | None, url: str, name: str | None, event: str | None) -> tuple[Webhook, Webhook]:
    """The webhook with the receiver's URL, and the same without secrets."""
    if name is None or declared is None:
        if event is not None and event not in PLATFORM_EVENTS:
            raise UsageError(f"there is no event '{event}'", hint=f"There are: {', '.join(PLATFORM_EVENTS)}.")
        plain = Webhook(url, PLATFORM_EVENTS if event is None else (event,))
        return plain, replace(plain, url=safe_url(url))
    chosen = list(choose(declared, name, event))
    one = chosen[0][0]
    webhook = replace(one.webhook, url=url, events=tuple(event for _, event in chosen))
    unset = unset_variables(webhook, declared)
    if unset:
        raise ConfigError(f"webhook {name} needs {', '.join(unset)}, which is unset")
    masked, _ = without_secrets(one, secret_name, safe_url)
    return webhook, replace(masked, url=safe_url(url))


def _hosts(settings: Settings, project: Project | None) -> frozenset[str]:
    """The hosts that webhooks of test environments declare, and none of a production environment does."""
    from hookwright.config import resolve

    if project is None:
        return frozenset()
    declared = [resolve(project, name, settings.environ)[0] for name in project.environments]
    hosts: dict[Kind, set[str]] = {Kind.TEST: set(), Kind.PRODUCTION: set()}
    for each in declared:
        hosts[each.environment.kind].update(
            host.lower() for one in each.webhooks if (host := _host(one.webhook.url)) is not None
        )
    return frozenset(hosts[Kind.TEST] - hosts[Kind.PRODUCTION])


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
