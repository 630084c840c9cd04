"""The platforms that the checks of a sender work on, as far as they are alike: they join the harness with the API."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hookwright.harness.sending.clock import RealTime
from hookwright.harness.sending.platform import Ability
from hookwright.model.resources import Webhook
from hookwright.reconcile.probe.marks import Run

if TYPE_CHECKING:
    from hookwright.api.client import Client
    from hookwright.api.emulating import EmulatorClient
    from hookwright.harness.sending.check import Scenario
    from hookwright.model.resources import LiveWebhook
    from hookwright.model.source import Json

DESCRIPTION: Final = "Made by 'hookwright test delivery'. Safe to delete."
QUIET: Final = 2.5
"""After so many of the waits that are expected there is no further attempt."""
_LOOK: Final = 0.02
NOTHING_LACKS: Final[Mapping[Ability, str]] = MappingProxyType({})


class ApiPlatform(RealTime):
    """What the platforms have in common: webhooks are made through the API, one environment for each key.

    Args:
        clients: clients of its environments.
        keys: their keys.
        run: marks the URL of everything that is made.
        base: seconds that it is expected to wait before the first retry.
        timeout: seconds that it is expected to give an attempt.
    """

    lacks: Mapping[Ability, str] = NOTHING_LACKS
    public_url = ""
    host = "127.0.0.1"

    def __init__(
        self, clients: Sequence[Client], keys: Sequence[str], run: Run, *, base: float, timeout: float
    ) -> None:
        self.keys = keys
        self.base = base
        self.timeout = timeout
        self.quiet = QUIET * base
        self._clients = clients
        self._run = run

    async def pass_time(self, seconds: float) -> None:
        """Wait a moment."""
        await asyncio.sleep(min(seconds, _LOOK))

    def path(self, name: str) -> str:
        """The path of a webhook's URL, with the mark of the run."""
        return self._run.url(name, "")

    async def create(self, webhook: Webhook, environment: int = 0) -> str:
        """Create a webhook."""
        return (await self._create(webhook, environment)).id

    async def _create(self, webhook: Webhook, environment: int) -> LiveWebhook:
        wanted = replace(webhook, description=DESCRIPTION)
        return await asyncio.to_thread(self._clients[environment].create_webhook, wanted)

    async def enable(self, webhook_id: str, webhook: Webhook, environment: int = 0) -> None:
        """Let deliveries be made to a webhook."""
        await asyncio.to_thread(self._clients[environment].update_webhook, webhook_id, webhook, ("enabled",))

    async def delete(self, webhook_id: str, environment: int = 0) -> None:
        """Delete a webhook."""
        await asyncio.to_thread(self._clients[environment].delete_webhook, webhook_id)

    async def refused(self, delivery: str) -> bool:
        """Not known."""
        raise NotImplementedError

    async def restart(self) -> None:
        """Not possible."""
        raise NotImplementedError


class EmulatorPlatform(ApiPlatform):
    """An emulator, whoever runs it: events happen on demand, and any key is an environment of its own."""

    lacks: Mapping[Ability, str] = MappingProxyType(
        {
            Ability.RESTART: "only the emulator that the command runs itself can be restarted",
            Ability.TRUST: "only the emulator that the command runs itself trusts the certificates of these checks",
        }
    )

    def __init__(
        self, clients: Sequence[EmulatorClient], keys: Sequence[str], run: Run, *, base: float, timeout: float
    ) -> None:
        super().__init__(clients, keys, run, base=base, timeout=timeout)
        self._emulators = clients

    async def fire(self, event: str, payload: Mapping[str, Json], environment: int = 0) -> list[str]:
        """Let an event happen."""
        return await asyncio.to_thread(self._emulators[environment].emit, event, payload)

    async def refused(self, delivery: str) -> bool:
        """Whether the emulator refused a delivery for where it goes."""
        return await asyncio.to_thread(self._emulators[0].refused, delivery)


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """An emulator that somebody runs; every scenario has keys of its own there.

    Attributes:
        url: its base URL.
        run: the mark of the run.
        base: seconds before the first retry.
        timeout: seconds that an attempt may take.
    """

    url: str
    run: Run
    base: float = 1.0
    timeout: float = 10.0

    @asynccontextmanager
    async def __call__(self, scenario: Scenario) -> AsyncIterator[EmulatorPlatform]:
        """Connect while this lasts."""
        from hookwright.api.emulating import EmulatorClient

        del scenario
        keys = [new_key(), new_key()]
        async with AsyncExitStack() as stack:
            clients = [stack.enter_context(EmulatorClient(self.url, key)) for key in keys]
            yield EmulatorPlatform(clients, keys, self.run, base=self.base, timeout=self.timeout)


def new_key() -> str:
    """A key of nobody's, for an emulator."""
    return f"tk_{secrets.token_hex(16)}"
