"""The checks of a sender in a real test environment: one event for all of them, and everything deleted at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright.cli.testing.platforms import QUIET, ApiPlatform
from hookwright.errors import ApiError, RefusedError
from hookwright.harness.reach import is_loopback
from hookwright.harness.sending.platform import Ability, NothingHappenedError
from hookwright.model.resources import Environment, Kind, Webhook
from hookwright.reconcile.probe.marks import Run

if TYPE_CHECKING:
    from hookwright.api.probing import ProbeClient
    from hookwright.harness.sending.check import Scenario
    from hookwright.harness.sending.scene import SharedPort
    from hookwright.model.source import Json

_ASK: Final = (
    "Now let one of these happen in '{environment}', once: {events}. Waiting up to {seconds:.0f} s for its deliveries."
)
_ONE_EVENT: Final = "needs several events, or a payload of its own; here one event happens for all checks"
_LACKS: Final[Mapping[Ability, str]] = MappingProxyType(
    {
        Ability.EVENTS: _ONE_EVENT,
        Ability.SOCKETS: "needs the sender to connect to the receiver itself; here a tunnel may stand between them",
        Ability.ACCOUNTS: "needs a second environment",
        Ability.RESTART: "nobody can restart the platform",
        Ability.RECORDS: "is about the emulator",
        Ability.TRUST: "the platform does not trust the certificates of these checks",
    }
)


@dataclass(frozen=True, slots=True)
class Live:
    """A test environment, and how long to wait for it.

    Attributes:
        environment: the environment.
        client: its client.
        run: the mark of the run.
        public_url: base URL under which the platform reaches the receiver.
        events: what the webhooks subscribe to, to be shown.
        base: seconds that the platform is expected to wait before the first retry.
        timeout: seconds that it is expected to give an attempt.
        wait: seconds to wait for an event.
        say: tells a person.
        made: ids of the webhooks that were made.
    """

    environment: Environment
    client: ProbeClient
    run: Run
    public_url: str
    events: tuple[str, ...]
    base: float
    timeout: float
    wait: float
    say: Callable[[str], None]
    made: set[str] = field(default_factory=set)


class LiveEnvironment:
    """Opens the environment for each scenario; the event happens once all that need it are ready.

    Args:
        live: the environment.
        scenarios: the scenarios that will be played.
        port: the receiver.
    """

    def __init__(self, live: Live, scenarios: int, port: SharedPort) -> None:
        self._live = live
        self._port = port
        self._meeting = _Meeting(scenarios, self._happen)

    @asynccontextmanager
    async def __call__(self, scenario: Scenario) -> AsyncIterator[LivePlatform]:
        """The environment, for one scenario."""
        platform = LivePlatform(self._live, self._meeting)
        try:
            yield platform
        finally:
            if playable(scenario) and not platform.fired:
                self._meeting.leave()

    async def _happen(self) -> None:
        """Let an event happen, or ask a person for one, and wait until something arrives.

        Raises:
            NothingHappenedError: nothing arrived.
        """
        live = self._live
        local = is_loopback(urlsplit(live.environment.api_url).hostname or "")
        if not (local and await asyncio.to_thread(live.client.emit, live.events[0], {})):
            events = ", ".join(live.events)
            live.say(_ASK.format(environment=live.environment.name, events=events, seconds=live.wait))
        try:
            async with asyncio.timeout(live.wait):
                await self._port.seen.wait()
        except TimeoutError:
            raise NothingHappenedError(f"no delivery arrived within {live.wait:g} s") from None


def playable(scenario: Scenario) -> bool:
    """Whether a scenario can be played in a real environment at all."""
    return not scenario.needs & _LACKS.keys()


class LivePlatform(ApiPlatform):
    """A real environment, for one scenario."""

    lacks = _LACKS

    def __init__(self, live: Live, meeting: _Meeting) -> None:
        key = live.environment.api_key or ""
        super().__init__([live.client], [key], live.run, base=live.base, timeout=live.timeout)
        self.public_url = live.public_url
        self.quiet = QUIET * live.base
        self.fired = False
        self._live = live
        self._meeting = meeting

    async def create(self, webhook: Webhook, environment: int = 0) -> str:
        """Create a webhook.

        Raises:
            RefusedError: the platform says that it is in an environment other than test.
        """
        made = await self._create(webhook, environment)
        self._live.made.add(made.id)
        if made.environment not in ("", Kind.TEST):
            raise RefusedError(f"the platform created a webhook in '{made.environment}'; the checks ended at once")
        return made.id

    async def delete(self, webhook_id: str, environment: int = 0) -> None:
        """Delete a webhook; where that fails it is tried again at the end of the run."""
        with contextlib.suppress(ApiError):
            await super().delete(webhook_id, environment)
            self._live.made.discard(webhook_id)

    async def fire(self, event: str, payload: Mapping[str, Json], environment: int = 0) -> list[str]:
        """Wait until all scenarios are ready, and the one event for all of them has happened."""
        del event, payload, environment
        self.fired = True
        await self._meeting.come()
        return []


class _Meeting:
    """Lets one thing happen when all parties have come, or left.

    Args:
        parties: how many are expected.
        happen: what is to happen, once.
    """

    def __init__(self, parties: int, happen: Callable[[], Coroutine[None, None, None]]) -> None:
        self._missing = parties
        self._happen = happen
        self._happening: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()

    async def come(self) -> None:
        """Wait for the others, and for what happens then; raises what that raises."""
        self.leave()
        await self._begun.wait()
        if self._happening is None:
            self._happening = asyncio.create_task(self._happen())
        await asyncio.shield(self._happening)

    def leave(self) -> None:
        """Be expected no more."""
        self._missing -= 1
        if self._missing <= 0:
            self._begun.set()
