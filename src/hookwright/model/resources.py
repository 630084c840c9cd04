"""Webhooks and custom events: one shape for the declared and the live."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from hookwright.model.frozen import dataclass
from hookwright.model.source import Json, Places

CONNECTION_EVENTS: Final = ("Connection Created", "Connection Deleted", "Connection Expired")
WORKFLOW_EVENTS: Final = ("Workflow Completed", "Workflow Errored", "Workflow Stopped", "Workflow Timed Out")
PLATFORM_EVENTS: Final = CONNECTION_EVENTS + WORKFLOW_EVENTS
"""What a webhook can subscribe to."""

DEFAULT_API_URL: Final = "https://app.refold.ai"
"""Where the API is, unless an environment says otherwise."""

DEFAULT_BODY: Final = "{{event}}"
"""The body template of a ``default`` webhook."""

METHODS: Final = ("POST", "PUT", "PATCH")


def in_platform_order(events: Iterable[str]) -> list[str]:
    """Names of events in the order in which the platform documents them; others behind these, by name."""
    rank = {name: index for index, name in enumerate(PLATFORM_EVENTS)}
    return sorted(events, key=lambda name: (rank.get(name, len(rank)), name))


class Kind(StrEnum):
    """The two kinds of environment that the platform knows; a key belongs to one of them."""

    TEST = "test"
    PRODUCTION = "production"


class WebhookType(StrEnum):
    """How the platform makes the body of a delivery."""

    DEFAULT = "default"
    SLACK = "slack"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook subscription.

    Attributes:
        url: where deliveries go.
        events: names of the subscribed events, sorted, without repeats.
        type: how the body is made. ``custom`` with the body ``{{event}}`` is ``default``: the platform computes it.
        method: POST, PUT or PATCH.
        headers: extra request headers; the values are templates.
        body: the body template of a ``custom`` webhook, any JSON; None otherwise.
        description: text for people, with the ownership marker at its end where there is one.
        enabled: whether deliveries are made.
        slug: the one app whose workflow events are delivered, or an empty string for all.
        workflows: ids of the workflows whose events are delivered, sorted; empty for all.
        group: the group that the dashboard shows it under, or an empty string.
    """

    url: str
    events: tuple[str, ...]
    type: WebhookType = WebhookType.DEFAULT
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    description: str = ""
    enabled: bool = True
    slug: str = ""
    workflows: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A custom event: a backend fires it, workflows start from it.

    Attributes:
        name: its name, unique in the organization, case-sensitive.
        sample: a sample payload, any JSON. None where the platform did not return it.
        json_schema: JSON Schema of the payload; empty where there is none.
        keys: where ``sample`` is None: the dotted keys of the sample's leaves, sorted, all that the platform returned.
    """

    name: str
    sample: Json
    json_schema: Mapping[str, Json] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveWebhook:
    """A webhook as the platform has it.

    Attributes:
        id: the platform's id.
        org_id: the organization it belongs to; empty where the record does not say.
        environment: ``test`` or ``production``; empty where the record does not say.
        webhook: what it is.
    """

    id: str
    org_id: str
    environment: str
    webhook: Webhook


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """A custom event as the platform has it."""

    id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow of the organization, as far as its name must be resolved to its id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkflowRef:
    """A workflow that a declaration names: by name (looked up in each environment) or by id; the other is empty."""

    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredWebhook:
    """A webhook as the project declares it for one environment.

    Attributes:
        name: its name in the project.
        webhook: what it shall be; ``description`` without marker, ``workflows`` still empty (see ``workflows`` here).
        workflows: the workflows named, to be resolved.
        protect: never deleted or replaced by an apply.
        ignore_changes: top-level fields whose live value is left alone.
        renamed_from: the name it had before, or an empty string.
        adopt: id of a webhook made by hand that it takes over, or an empty string.
        secrets: JSON pointers into the webhook's fields (``/headers/Authorization``, ``/body/token``) whose values
            hold a process variable.
        raw: what the YAML says, overrides of the environment merged, nothing interpolated; a ``body_file`` stands as
            the string ``body``.
        places: where the parts of ``raw`` stand, through overrides and ``body_file``.
    """

    name: str
    webhook: Webhook
    workflows: tuple[WorkflowRef, ...] = ()
    protect: bool = False
    ignore_changes: frozenset[str] = frozenset()
    renamed_from: str = ""
    adopt: str = ""
    secrets: frozenset[str] = frozenset()
    raw: Mapping[str, Json] = field(default_factory=dict, compare=False, repr=False)
    places: Places | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DeclaredEvent:
    """A custom event as the project declares it for one environment; ``raw`` and ``places`` as for a webhook."""

    event: Event
    secrets: frozenset[str] = frozenset()
    raw: Mapping[str, Json] = field(default_factory=dict, compare=False, repr=False)
    places: Places | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """The guards of an apply.

    Attributes:
        max_deletes: most deletes in one apply.
        max_delete_percent: most deletes as a percentage of the managed webhooks; None for no such guard.
    """

    max_deletes: int = 1
    max_delete_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment of a project, as declared.

    Attributes:
        name: its name in the project.
        kind: test or production.
        api_url: base URL of the API, without a trailing slash.
        api_key: the key, or None where its process variable is unset.
        key_source: what to call the key in messages: ``${env.REFOLD_TEST_API_KEY}``; never the key.
        secret_url: whether a process variable flowed into ``api_url``.
    """

    name: str
    kind: Kind
    api_url: str
    api_key: str | None = field(repr=False)
    key_source: str = ""
    secret_url: bool = False

    @property
    def shown_url(self) -> str:
        """What may be shown of ``api_url``: only the host that it leads to, where a process variable flowed into it."""
        if not self.secret_url:
            return self.api_url
        from hookwright.model.plan import MASK

        host = re.match(r"(https?://)(?:[^/?#]*@)?([^/?#@]+)", self.api_url)
        return host[1] + host[2] if host else MASK


@dataclass(frozen=True, slots=True)
class Declared:
    """All that the project declares for one environment.

    Attributes:
        project: name of the project: the ownership scope.
        environment: the environment.
        webhooks: in order of name.
        events: in order of name.
        removed_webhooks: tombstones: names that shall not be there, protected or not.
        removed_events: names of events to delete.
        policy: the guards.
        files: number of included files that matched.
        secret_values: the values of all process variables that were used, for scrubbing text that others wrote.
        missing: names of process variables that are used but unset, sorted.
    """

    project: str
    environment: Environment
    webhooks: tuple[DeclaredWebhook, ...] = ()
    events: tuple[DeclaredEvent, ...] = ()
    removed_webhooks: frozenset[str] = frozenset()
    removed_events: frozenset[str] = frozenset()
    policy: Policy = Policy()
    files: int = 0
    secret_values: frozenset[str] = field(default=frozenset(), repr=False)
    missing: tuple[str, ...] = ()
