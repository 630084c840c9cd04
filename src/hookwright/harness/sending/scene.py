"""The scene of some checks: endpoints on the wire, the webhooks that point at them, and the time that passes."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from hookwright.harness.sending.acts import OK, Act
from hookwright.harness.sending.arrival import Arrival
from hookwright.harness.sending.clock import WireClock
from hookwright.harness.sending.listener import Endpoint, Listener
from hookwright.harness.sending.platform import Sending
from hookwright.model.conformance import Exchange
from hookwright.model.resources import Webhook
from hookwright.model.source import Json

MOST_ATTEMPTS: Final = 4
"""Attempts of one delivery: the first and three retries (webhooks guide, "Retries")."""

NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})
_QUIET: Final = 2.5
"""A further attempt would come after at least twice the last wait: after this many of them there is none."""


@dataclass(slots=True)
class _Made:
    """A webhook that was made, and whether it is yet to be enabled."""

    id: str
    webhook: Webhook
    environment: int
    to_enable: bool


class Scene:
    """Makes endpoints and webhooks, fires events, and waits for what arrives.

    Args:
        name: its name: ``[a-z0-9-]``.
        sending: the platform that sends.
        webhook: what every webhook is made from: its events, method, headers and templates.
        shared: the listener of all endpoints where the platform reaches only one port, else None.
    """

    def __init__(self, name: str, sending: Sending, webhook: Webhook, shared: SharedPort | None = None) -> None:
        self.name = name
        self.sending = sending
        self.webhook = webhook
        self.endpoints: dict[str, Endpoint] = {}
        self.fired: list[str] = []
        self.fired_at = self.began = sending.now()
        self.refused: list[bool] = []
        self._shared = shared
        self._listeners: list[Listener] = []
        self._webhooks: list[_Made] = []
        self._numbers = itertools.count(1)

    def __getitem__(self, name: str) -> Endpoint:
        return self.endpoints[name]

    @property
    def event(self) -> str:
        """The event that is fired where a check names none: the first that the webhook subscribes to."""
        return self.webhook.events[0]

    async def endpoint(
        self,
        name: str,
        *acts: Act,
        environment: int = 0,
        listening: bool = True,
        enabled: bool = True,
        tls: ssl.SSLContext | None = None,
        host: str = "",
        **changes: Any,
    ) -> Endpoint:
        """Make an endpoint, and a webhook that points at it. The webhook is disabled until an event is fired.

        Args:
            name: its name: ``[a-z0-9-]``.
            acts: what is done with the attempts, in order; 200 to all where none is given.
            environment: number of the environment whose webhook it is.
            listening: whether it takes connections yet; :meth:`listen` lets it.
            enabled: whether the webhook is ever enabled.
            tls: for an ``https`` endpoint.
            host: the host to put into the URL instead of the address.
            changes: fields of the webhook that differ.
        """
        endpoint = Endpoint(name, acts or (OK,), self.sending.keys[environment])
        self.endpoints[name] = endpoint
        endpoint.url = self._open(endpoint, listening=listening, tls=tls, host=host)
        webhook = replace(self.webhook, url=endpoint.url, enabled=False, **changes)
        await self._create(webhook, environment, enabled=enabled)
        return endpoint

    def _open(self, endpoint: Endpoint, *, listening: bool, tls: ssl.SSLContext | None = None, host: str = "") -> str:
        path = self.sending.path(f"{self.name}-{endpoint.name}")
        if self._shared is not None:
            endpoint.single = True
            self._shared.add(path, endpoint)
            return self.sending.public_url + path
        listener = Listener(lambda _: endpoint, self.sending, lambda: next(self._numbers), only=endpoint, tls=tls)
        self._listeners.append(listener)
        listener.bind(self.sending.host)
        if listening:
            listener.listen()
        shown = host or (f"[{self.sending.host}]" if ":" in self.sending.host else self.sending.host)
        return f"{'https' if tls else 'http'}://{shown}:{listener.port}{path}"

    def bystander(self, name: str) -> Endpoint:
        """Make an endpoint that no webhook points at."""
        endpoint = self.endpoints[name] = Endpoint(name)
        endpoint.url = self._open(endpoint, listening=True)
        return endpoint

    async def point_at(self, url: str) -> None:
        """Make a webhook that points elsewhere."""
        await self._create(replace(self.webhook, url=url, enabled=False), 0, enabled=True)

    def listen(self) -> None:
        """Let the endpoint that was made last take connections."""
        self._listeners[-1].listen()

    async def fire(self, *events: str, payload: Mapping[str, Json] = NOTHING) -> None:
        """Enable the webhooks and let events happen one after the other, the usual one where none is named."""
        await self._enable()
        for event in events or (self.event,):
            self.fired += await self.sending.fire(event, payload)

    async def storm(self, count: int, environments: Sequence[int]) -> None:
        """Enable the webhooks and let many events happen at once, so many in each environment."""
        await self._enable()
        storm = [self.sending.fire(self.event, NOTHING, each) for each in environments for _ in range(count)]
        for ids in await asyncio.gather(*storm):
            self.fired += ids

    async def _create(self, webhook: Webhook, environment: int, *, enabled: bool) -> str:
        webhook_id = await self.sending.create(webhook, environment)
        self._webhooks.append(_Made(webhook_id, webhook, environment, enabled))
        return webhook_id

    async def _enable(self) -> None:
        for made in self._webhooks:
            if made.to_enable:
                made.to_enable = False
                await self.sending.enable(made.id, replace(made.webhook, enabled=True), made.environment)
        self.fired_at = self.sending.now()

    async def until(self, holds: Callable[[], bool], within: float, step: float | None = None) -> bool:
        """Let time pass until something holds; gives whether it does.

        Args:
            holds: what is waited for.
            within: seconds to wait at most.
            step: seconds between two looks; half the first wait of a sender by default.
        """
        deadline = self.sending.now() + within
        step = self.sending.base / 2 if step is None else step
        while not holds():
            left = deadline - self.sending.now()
            if left <= 0:
                return False
            await self.sending.pass_time(min(step, left))
        return True

    async def attempts(self, count: int, *endpoints: Endpoint) -> bool:
        """Wait until each endpoint has had so many attempts, all over; gives whether they came."""
        chosen = endpoints or tuple(self.endpoints.values())

        def there() -> bool:
            return all(len(over(endpoint)) >= count for endpoint in chosen)

        def seen() -> int:
            return sum(len(endpoint.arrivals) for endpoint in chosen)

        async def more_than(before: int) -> bool:
            return await self.until(lambda: there() or seen() > before, self._patience(chosen))

        # As long as attempts come, the next one may take longer than the last did.
        while not there():
            if not await more_than(seen()):
                return False
        return True

    async def quiet(self, *endpoints: Endpoint) -> None:
        """Wait until it is certain that nothing more comes, or until more came than ever may."""
        chosen = endpoints or tuple(self.endpoints.values())
        most = {endpoint.name: max(MOST_ATTEMPTS, len(endpoint.arrivals)) for endpoint in chosen}
        await self.until(
            lambda: any(len(endpoint.arrivals) > most[endpoint.name] for endpoint in chosen), self._patience(chosen)
        )

    def _patience(self, endpoints: Sequence[Endpoint]) -> float:
        """Seconds after which no further attempt comes."""
        waits = [wait for endpoint in endpoints for wait in gaps(endpoint)]
        return max(self.sending.quiet, _QUIET * max(waits, default=0.0)) + self.sending.timeout

    def exchanges(self) -> Iterator[Exchange]:
        """All that came over the wire, in order of time."""
        now = self.sending.now()
        found = [
            (arrival.started, endpoint.name, number, arrival)
            for endpoint in self.endpoints.values()
            for number, arrival in enumerate(endpoint.arrivals, 1)
        ]
        for _, name, number, arrival in sorted(found, key=lambda each: each[:3]):
            yield arrival.exchange(f"{name}, request {number}", self.began, now)

    async def close(self) -> None:
        """Close the endpoints, then delete the webhooks; every one of them is tried."""
        for listener in self._listeners:
            await listener.close()
        if self._shared is not None:
            self._shared.remove(self.endpoints.values())
        failure: Exception | None = None
        for made in self._webhooks:
            try:
                await self.sending.delete(made.id, made.environment)
            except Exception as error:  # noqa: BLE001 - raised below, when all were tried
                failure = error
        if failure is not None:
            raise failure


class SharedPort:
    """One port for all endpoints: that to which a tunnel leads.

    Args:
        clock: the time on the wire.
        host: address to listen on.
        port: port to listen on.

    Attributes:
        seen: set once something has arrived.
        url: its URL on this machine.

    Raises:
        LocalError: the address cannot be listened on.
    """

    def __init__(self, clock: WireClock, host: str, port: int) -> None:
        self.seen = asyncio.Event()
        self.url = ""
        self._endpoints: dict[str, Endpoint] = {}
        numbers = itertools.count(1)
        self._listener = Listener(self._find, clock, lambda: next(numbers))
        self._listener.bind(host, port)
        self._listener.listen()
        self.url = f"http://[{host}]:{self._listener.port}" if ":" in host else f"http://{host}:{self._listener.port}"

    def add(self, path: str, endpoint: Endpoint) -> None:
        """Let requests to a path arrive at an endpoint."""
        self._endpoints[path] = endpoint

    def remove(self, endpoints: Iterable[Endpoint]) -> None:
        """Let nothing arrive at some endpoints any more."""
        gone = {id(endpoint) for endpoint in endpoints}
        self._endpoints = {path: each for path, each in self._endpoints.items() if id(each) not in gone}

    def _find(self, target: str) -> Endpoint | None:
        path = target.partition("?")[0]
        found = next((each for known, each in self._endpoints.items() if path.endswith(known)), None)
        if found is not None:
            self.seen.set()
        return found

    async def close(self) -> None:
        """Stop listening."""
        await self._listener.close()


def over(endpoint: Endpoint) -> list[Arrival]:
    """The attempts at an endpoint that are over."""
    return [arrival for arrival in endpoint.arrivals if arrival.ended is not None]


def gaps(endpoint: Endpoint) -> list[float]:
    """Seconds that the sender waited: from the end of each attempt to the start of the next."""
    return [
        max(0.0, after.started - (before.started if before.ended is None else before.ended))
        for before, after in pairwise(endpoint.arrivals)
    ]
