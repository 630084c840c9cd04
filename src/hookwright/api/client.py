"""The calls of the platform's API in terms of resources.

:class:`Client` has the shape of the gateway that reconciling works against, and the few calls beyond it. Paths and
answers: Refold's API reference, "Webhooks", "Events" and "Workflows".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final, Self, TypeVar
from urllib.parse import quote, urlsplit

from hookwright import __version__
from hookwright.api import wire
from hookwright.api.bucket import TokenBucket
from hookwright.api.call import Call
from hookwright.api.clock import REAL, Clock
from hookwright.api.fields import WireError
from hookwright.api.retry import Retry
from hookwright.api.scrub import Scrubber, host_url
from hookwright.errors import ConfigError, NotFoundError, NotSentError

if TYPE_CHECKING:
    import httpx

    from hookwright.api.exchange import Observe
    from hookwright.model.resources import Event, LiveEvent, LiveWebhook, Webhook, Workflow
    from hookwright.model.source import Json

R = TypeVar("R", "LiveWebhook", "LiveEvent")

CONNECT_TIMEOUT: Final = 5.0
"""Seconds to wait for a connection."""
READ_TIMEOUT: Final = 30.0
"""Seconds to wait for each part of an answer."""

WEBHOOKS: Final = "/api/v2/public/webhook"
_GROUP: Final = "/api/v2/public/webhooks/group/edit"
EVENTS: Final = "/api/v2/public/application/event"
_TRIGGER: Final = "/api/v2/public/event/trigger"


class Client:
    """The platform's API for one key, that is for one environment of one organization.

    Thread-safe: the threads that share a client share its connections and its token bucket. Every call raises
    :class:`~hookwright.errors.ApiError`.

    Args:
        api_url: base URL of the API, ``https://app.refold.ai``.
        api_key: the key.
        transport: takes the place of the network in tests.
        clock: tells the time and sleeps.
        bucket: admits requests; one for all clients of a key.
        retry: whether and when to try again, and how long a call may take.
        connect_timeout: seconds to wait for a connection.
        read_timeout: seconds to wait for each part of an answer.
        redact: values that never show in an error, whoever wrote its text, besides the key.
        key_source: what to call the key in errors, ``${env.REFOLD_TEST_API_KEY}``.
        user_agent: what the platform sees as the program that calls.
        observe: told of every attempt that was answered, from the thread that made it.

    Raises:
        ConfigError: the URL or the key cannot be used.
        LocalError: the proxies or certificates that the process environment names cannot be used.
    """

    def __init__(
        self,
        api_url: str,
        api_key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = REAL,
        bucket: TokenBucket | None = None,
        retry: Retry | None = None,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
        redact: Collection[str] = (),
        key_source: str = "the environment",
        user_agent: str = f"hookwright/{__version__}",
        observe: Observe | None = None,
    ) -> None:
        # httpx takes its time to load: it is loaded for those who call the API, and only when they are about to.
        from hookwright.api.failures import Failures
        from hookwright.api.transport import Transport

        self._api_url = _checked_url(api_url)
        headers = {
            "x-api-key": _checked_key(api_key, key_source),
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": user_agent,
        }
        self._transport = Transport(
            self._api_url,
            headers,
            failures=Failures(Scrubber([api_key, *redact]), key_source, clock, host_url(self._api_url)),
            bucket=bucket or TokenBucket(clock=clock),
            retry=retry or Retry(),
            clock=clock,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            transport=transport,
            observe=observe,
        )

    def __repr__(self) -> str:
        return f"Client({self._api_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    # --- webhooks

    def list_webhooks(self) -> list[LiveWebhook]:
        """All webhooks of the environment. One call."""
        return self._transport.call(Call("GET", WEBHOOKS), wire.webhooks_from_json)

    def get_webhook(self, webhook_id: str) -> LiveWebhook:
        """One webhook.

        Raises:
            NotFoundError: there is none of this id.
        """
        call = Call("GET", record_path(WEBHOOKS, webhook_id, "GET"))
        return self._transport.call(call, _of_id(wire.webhook_from_json, webhook_id))

    def create_webhook(self, webhook: Webhook) -> LiveWebhook:
        """Create a webhook; gives what the platform answered. Sent again only where it certainly was not processed."""
        call = Call("POST", WEBHOOKS, body=wire.webhook_create_json(webhook))
        return self._transport.call(call, wire.webhook_from_json)

    def update_webhook(self, webhook_id: str, webhook: Webhook, fields: Collection[str]) -> LiveWebhook:
        """Send the named fields of ``webhook``; others stay as they are.

        Args:
            webhook_id: the platform's id.
            webhook: has the new values; an empty one clears the field.
            fields: attribute names, never ``group``; ``type`` and ``body`` go together, whichever is named.

        Raises:
            NotFoundError: there is none of this id.
            ValueError: a field that an update cannot send.
        """
        body = wire.webhook_update_json(webhook, fields)
        call = Call("PUT", record_path(WEBHOOKS, webhook_id, "PUT"), body=body)
        return self._transport.call(call, _of_id(wire.webhook_from_json, webhook_id))

    def delete_webhook(self, webhook_id: str) -> list[LiveWebhook]:
        """Delete a webhook; gives those that remain. One that is already gone is no error, and costs a second call."""
        call = Call("DELETE", record_path(WEBHOOKS, webhook_id, "DELETE"))
        try:
            return self._transport.call(call, wire.webhooks_from_json)
        except NotFoundError:
            # Perhaps an attempt whose answer was lost had deleted it.
            return self.list_webhooks()

    def set_group(self, webhook_ids: Sequence[str], group: str) -> list[LiveWebhook]:
        """Set the group of many webhooks, or unset it with an empty string; gives the webhooks affected."""
        if not webhook_ids:
            return []
        call = Call("PUT", _GROUP, body=wire.group_json(webhook_ids, group))
        return self._transport.call(call, wire.webhooks_from_json)

    # --- custom events

    def list_events(self) -> list[LiveEvent]:
        """All custom events of the organization. One call."""
        return self._transport.call(Call("GET", EVENTS), wire.events_from_json)

    def get_event(self, event_id: str) -> LiveEvent:
        """One custom event.

        Raises:
            NotFoundError: there is none of this id.
        """
        call = Call("GET", record_path(EVENTS, event_id, "GET"))
        return self._transport.call(call, _of_id(wire.event_from_json, event_id))

    def create_event(self, event: Event) -> list[LiveEvent]:
        """Create a custom event; gives all of them. Sent again only where it certainly was not processed."""
        call = Call("POST", EVENTS, body=wire.event_create_json(event))
        return self._transport.call(call, wire.events_from_json)

    def update_event(self, event_id: str, event: Event) -> list[LiveEvent]:
        """Replace name, sample and schema of a custom event; gives all of them.

        Raises:
            NotFoundError: there is none of this id.
        """
        call = Call("PUT", record_path(EVENTS, event_id, "PUT"), body=wire.event_update_json(event))
        return self._transport.call(call, wire.events_from_json)

    def delete_event(self, event_id: str) -> list[LiveEvent]:
        """Delete a custom event; gives those that remain. One that is already gone is no error."""
        call = Call("DELETE", record_path(EVENTS, event_id, "DELETE"))
        try:
            return self._transport.call(call, wire.events_from_json)
        except NotFoundError:
            return self.list_events()

    def trigger_event(
        self, event: str, payload: Json, linked_account_id: str = "", config_id: str = "", slug: str = ""
    ) -> str:
        """Fire a custom event.

        Args:
            event: its name, case-sensitive.
            payload: what it carries, any JSON.
            linked_account_id: the account it is fired for.
            config_id: the configuration it is fired for, or empty.
            slug: the application it is fired for, or empty.

        Returns:
            What the platform says to it.

        Raises:
            NotFoundError: there is no such event.
        """
        named = {"linked_account_id": linked_account_id, "config_id": config_id, "slug": slug}
        headers = {name: value for name, value in named.items() if value}
        call = Call("POST", _TRIGGER, body=wire.trigger_json(event, payload), headers=headers)
        return self._transport.call(call, wire.fired_from_json)

    # --- workflows

    def list_workflows(self) -> list[Workflow]:
        """All workflows of the environment, by name. A call per page."""
        from hookwright.api.workflows import list_all

        return list_all(self._transport)

    def find_workflows(self, names: Collection[str]) -> list[Workflow]:
        """The workflows with exactly these names (several may share one), by name. As few calls as paging allows."""
        from hookwright.api.workflows import find

        return find(self._transport, names)


def record_path(collection: str, record_id: str, method: str) -> str:
    """The path of one record of a collection.

    Args:
        collection: the path of all.
        record_id: the platform's id.
        method: the method of the call, for the error.

    Raises:
        NotSentError: no record can have this id.
    """
    # Without these, DELETE of an empty id would be a DELETE of the collection.
    if record_id in ("", ".", ".."):
        raise NotSentError(f"'{record_id}' is not an id of the platform", method=method, path=collection)
    return f"{collection}/{quote(record_id, safe='')}"


def _of_id(read: Callable[[Json], R], record_id: str) -> Callable[[Json], R]:
    """``read``, refusing a record of another id: the answer to a call about one record is that record."""

    def checked(value: Json) -> R:
        record = read(value)
        if record.id != record_id:
            raise WireError(f"{record.id}: another record than {record_id}")
        return record

    return checked


def _checked_url(url: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        ConfigError: it is not an HTTP URL, or holds more than host, port and path.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError("api_url is not a URL", hint="It looks like https://app.refold.ai.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            f"api_url '{host_url(url)}' holds more than an address",
            hint="Leave out user name, password, query and fragment; the key goes into api_key.",
        )
    return url.rstrip("/")


def _checked_key(key: str, source: str) -> str:
    """The key.

    Raises:
        ConfigError: it is empty, or no HTTP header can carry it.
    """
    if not key:
        raise ConfigError(f"the API key of {source} is empty")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            f"the API key of {source} holds characters that no key has",
            hint="Is there a line break, a blank or a quotation mark around it?",
        )
    return key
