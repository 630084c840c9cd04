"""The platform: the rules of the calls, joined with what is kept on disk and with the deliveries."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from hookwright.emulator import catalogue, outgoing
from hookwright.emulator.bucket import Buckets
from hookwright.emulator.clock import Clock
from hookwright.emulator.deliveries import Deliveries
from hookwright.emulator.ids import Ids
from hookwright.emulator.journal import Journal
from hookwright.emulator.records import Delivery
from hookwright.emulator.state import (
    Asked,
    CallError,
    Organization,
    Outcome,
    Record,
    bad_request,
    identify,
    require_object,
)
from hookwright.emulator.store import Store
from hookwright.model.source import Json

MAX_ORGANIZATIONS: Final = 1000
"""Organizations held in memory; beyond, all are read again from disk when they are next needed."""


class Platform:
    """Carries calls out.

    Args:
        store: the records.
        journal: the deliveries.
        deliveries: makes the attempts.
        buckets: the rate limit.
        renderer: fills the templates in.
        clock: tells the time.
        ids: makes ids.
        retry_after: whether a 429 says when to come back.
    """

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        deliveries: Deliveries,
        buckets: Buckets,
        renderer: outgoing.Renderer,
        clock: Clock,
        ids: Ids,
        retry_after: bool,
    ) -> None:
        self.journal = journal
        self.clock = clock
        self._store = store
        self._deliveries = deliveries
        self._buckets = buckets
        self._renderer = renderer
        self._ids = ids
        self._retry_after = retry_after
        self._organizations: dict[str, Organization] = {}
        self._loading = asyncio.Lock()

    def authenticate(self, key: str | None) -> Organization:
        """Whose key this is; the organization is without its records.

        Raises:
            CallError: 401; it is no key.
        """
        organization = identify(key)
        if organization is None:
            raise CallError(401, "SERVER_ERROR", "Invalid Credentials")
        return organization

    def admit(self, organization: Organization) -> None:
        """Hold a call against the rate limit.

        Raises:
            CallError: 429; too many calls.
        """
        wait = self._buckets.take(organization.id, self.clock.now())
        if wait:
            # Whole seconds, rounded up (RFC 9110 §10.2.3).
            headers = {"Retry-After": str(-int(-wait // 1))} if self._retry_after else {}
            raise CallError(429, "RATE_LIMIT_EXCEEDED", "Too many requests", headers=headers)

    async def perform(
        self,
        rule: Callable[[Asked], Outcome],
        organization: Organization,
        *,
        params: Mapping[str, str] = MappingProxyType({}),
        query: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
        body: Json = None,
    ) -> Json:
        """Carry a call out; what it changed is on disk when this returns its answer.

        Raises:
            CallError: the call is answered with an error; nothing has changed.
            sqlite3.Error: the disk failed; nothing has changed.
        """
        current = await self._current(organization)
        outcome = rule(
            Asked(
                organization=current,
                params=params,
                query=query,
                headers=headers,
                body=body,
                now=self.clock.now(),
                new_id=self._ids,
            )
        )
        try:
            await self._store.write(current.id, outcome.writes)
        except sqlite3.Error:
            self._organizations.pop(current.id, None)
            raise
        return outcome.answer

    async def emit(self, organization: Organization, key: str, body: Json) -> list[str]:
        """Let a platform event happen; its deliveries are on disk and on their way when this returns their ids.

        Args:
            organization: where it happens.
            key: the API key of that organization, which signs.
            body: ``{"event", "payload"?, "workflow_response"?}``.

        Raises:
            CallError: the body is not that, or names no platform event.
        """
        body = require_object(body, frozenset({"event", "payload", "workflow_response"}))
        event, overrides = body.get("event"), body.get("payload", {})
        if not isinstance(event, str):
            raise bad_request("event must be a string")
        if event not in catalogue.EVENTS:
            raise CallError(400, "INVALID_EVENT", "Invalid event. Check events list in documentation.")
        if not isinstance(overrides, dict):
            raise bad_request("payload must be an object")
        current = await self._current(organization)
        now = self.clock.now()
        payload, app = catalogue.payload(event, overrides, current, now=now, new_id=self._ids)
        occurrence = outgoing.Occurrence(event, payload, app, body.get("workflow_response"))
        made = self.deliveries(list(current.webhooks.values()), occurrence, key)
        await self._deliveries.submit(made)
        return [delivery.id for delivery in made]

    def deliveries(self, webhooks: Sequence[Record], occurrence: outgoing.Occurrence, key: str) -> list[Delivery]:
        """The deliveries that an occurrence makes.

        Raises:
            CallError: a body would be too large.
        """
        return outgoing.deliveries(webhooks, occurrence, key, self._renderer, now=self.clock.now(), new_id=self._ids)

    async def reset(self, organization: str) -> None:
        """Remove all that one organization has, or all there is where ``organization`` is empty."""
        self._deliveries.forget(organization)
        self._buckets.clear()
        await self.journal.reset(organization)
        await self._store.reset(organization)
        self._organizations.clear()

    async def _current(self, organization: Organization) -> Organization:
        """The organization with its records: the one object in memory that all calls share."""
        known = self._organizations.get(organization.id)
        if known is None:
            async with self._loading:
                known = self._organizations.get(organization.id)
                if known is None:
                    if len(self._organizations) >= MAX_ORGANIZATIONS:
                        self._organizations.clear()
                    known = self._organizations[organization.id] = await self._store.load(organization)
        return known
