"""``refold_emulator``: the platform, with an organization for each test."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final, Self

from hookwright.model.resources import Webhook, WebhookType
from hookwright.pytest_plugin.declared import DeclaredProject, readable

if TYPE_CHECKING:
    from hookwright.api.client import Client
    from hookwright.emulator import Options, Served
    from hookwright.model.source import Json

_PENDING: Final = "pending"
_LOOK: Final = 0.01
_PATIENCE: Final = 10.0


def default_options() -> Options:
    """Retries after 50, 100 and 200 ms, five seconds for a receiver, no limit of calls."""
    from hookwright.emulator import Options, Retries

    return Options(retries=Retries(0.05, 2.0), timeout=5.0, rate_limit=None)


def serve(options: Options) -> AbstractContextManager[Served]:
    """Run the emulator in a thread while the context lasts."""
    from hookwright.cli.rendering import TemplateRenderer
    from hookwright.emulator import serve_in_thread

    return serve_in_thread(options, TemplateRenderer())


@dataclass(frozen=True, slots=True)
class EmulatedDelivery:
    """A delivery that the emulator makes.

    Attributes:
        id: its id.
        event: name of the event.
        url: where it goes.
        status: ``pending``, ``delivered``, ``failed`` or ``refused`` (a host of another machine).
        statuses: what each attempt so far was answered with, in order; None where there was no answer.
    """

    id: str
    event: str
    url: str
    status: str
    statuses: tuple[int | None, ...]


class RefoldEmulator:
    """The platform with an organization of one test's own.

    Args:
        url: where it listens.
        key: the API key of the organization.
        project: where declared webhooks are found.

    Attributes:
        url: where it listens: the base URL of the API.
        key: the API key of the organization.
    """

    def __init__(self, url: str, key: str, project: DeclaredProject) -> None:
        self.url = url
        self.key = key
        self._project = project

    def __enter__(self) -> Self:
        self._call("POST", "reset")
        return self

    def __exit__(self, *_: object) -> None:
        if "_client" in self.__dict__:
            self._client.close()
        self._call("POST", "reset")

    def subscribe(
        self,
        to: str,
        *events: str,
        webhook: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
        method: str = "POST",
    ) -> str:
        """Create a webhook; gives its id.

        Args:
            to: the URL that it delivers to; of this machine.
            events: the events that it subscribes to; those of the declared webhook where none is given.
            webhook: name of a declared webhook, which says all that is not given here.
            headers: its headers, templates allowed.
            body: template of its body; the whole event where there is none.
            method: POST, PUT or PATCH.
        """
        __tracebackhide__ = True
        with readable():
            if webhook is None:
                kind = WebhookType.DEFAULT if body is None else WebhookType.CUSTOM
                made = Webhook(to, events, type=kind, method=method, headers=headers or {}, body=body)
            else:
                declared = self._project.webhook(webhook)
                # Apps and workflows narrow down whose events are delivered, and are not there: any event is to come.
                made = replace(declared, url=to, events=events or declared.events, slug="", workflows=(), group="")
            return self._client.create_webhook(made).id

    def emit(
        self, event: str, payload: Mapping[str, Json] | None = None, *, workflow_response: Json = None
    ) -> list[str]:
        """Let a platform event happen; gives the ids of the deliveries that it makes.

        Args:
            event: name of the platform event.
            payload: keys to set in its payload.
            workflow_response: what the workflow's Response node gave.
        """
        __tracebackhide__ = True
        wanted: dict[str, Json] = {"event": event, "payload": dict(payload or {})}
        if workflow_response is not None:
            wanted["workflow_response"] = workflow_response
        return list(self._call("POST", "emit", wanted)["deliveries"])

    @property
    def deliveries(self) -> tuple[EmulatedDelivery, ...]:
        """The deliveries of the organization, oldest first."""
        return tuple(
            EmulatedDelivery(
                found["id"],
                found["event"],
                found["url"],
                found["status"],
                tuple(attempt["status"] for attempt in found["attempts"]),
            )
            for found in self._call("GET", "deliveries?limit=1000")["deliveries"]
        )

    def settle(self, within: float = 5.0) -> tuple[EmulatedDelivery, ...]:
        """Wait until every delivery has ended, its retries among it; gives all of them.

        It blocks: in an asynchronous test, await :meth:`asettle`.

        Args:
            within: seconds to wait at most.

        Raises:
            AssertionError: one had not.
        """
        __tracebackhide__ = True
        deadline = time.monotonic() + within
        while True:
            found = self.deliveries
            pending = [each for each in found if each.status == _PENDING]
            if not pending:
                return found
            if time.monotonic() > deadline:
                shown = "\n".join(f"  {each.event!r} to {each.url}: answered {each.statuses}" for each in pending)
                raise AssertionError(f"{len(pending)} deliveries are still pending after {within:g} s\n{shown}")
            time.sleep(_LOOK)

    async def asubscribe(
        self,
        to: str,
        *events: str,
        webhook: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
        method: str = "POST",
    ) -> str:
        """:meth:`subscribe` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        return await asyncio.to_thread(
            self.subscribe, to, *events, webhook=webhook, headers=headers, body=body, method=method
        )

    async def aemit(
        self, event: str, payload: Mapping[str, Json] | None = None, *, workflow_response: Json = None
    ) -> list[str]:
        """:meth:`emit` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        return await asyncio.to_thread(self.emit, event, payload, workflow_response=workflow_response)

    async def asettle(self, within: float = 5.0) -> tuple[EmulatedDelivery, ...]:
        """:meth:`settle` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        return await asyncio.to_thread(self.settle, within)

    @cached_property
    def _client(self) -> Client:
        from hookwright.api.bucket import TokenBucket
        from hookwright.api.client import Client

        return Client(self.url, self.key, bucket=TokenBucket(rate=1e6, burst=1_000))

    def _call(self, method: str, path: str, body: Json = None) -> Any:
        """One of the emulator's control calls; no proxy that the process environment names stands in between."""
        __tracebackhide__ = True
        connection = HTTPConnection(self.url.partition("://")[2], timeout=_PATIENCE)
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"x-api-key": self.key, "content-type": "application/json"}
            connection.request(method, f"/_emulator/{path}", sent, headers)
            answer = connection.getresponse()
            value = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(f"the emulator answered {answer.status}: {value.get('message', value)}")
        return value
