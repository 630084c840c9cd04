"""What the checks need of a platform that sends: the bundled emulator, or a real one through its API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from hookwright.errors import HookwrightError
from hookwright.harness.sending.clock import WireClock
from hookwright.model.resources import Webhook
from hookwright.model.source import Json


class Ability(StrEnum):
    """What not every sender can be made to do, or to show; what the fewest can comes first."""

    RESTART = "restart"
    """Be ended and started again."""
    RECORDS = "records"
    """Say that it refused to deliver."""
    TRUST = "trust"
    """Trust the certificate authority of these checks."""
    ACCOUNTS = "accounts"
    """Act for a second environment."""
    SOCKETS = "sockets"
    """Connect to the receiver itself, nothing in between that has connections of its own."""
    EVENTS = "events"
    """Let a chosen event with a chosen payload happen, as often as wanted."""


class NothingHappenedError(HookwrightError):
    """No event happened in the time that there was for it."""


class Sending(WireClock, Protocol):
    """A platform that sends deliveries, with one or two environments of its own for a check.

    Attributes:
        lacks: the abilities that it has not, each with the reason in a few words.
        keys: the API keys of its environments, by number; what each signs with.
        public_url: base URL under which the one shared port is reached; empty where every port is reached.
        host: address to listen on.
        base: seconds that it is expected to wait before the first retry.
        timeout: seconds that it is expected to give an attempt.
        quiet: seconds without a request after which no further one is expected where there is no wait to go by.
    """

    lacks: Mapping[Ability, str]
    keys: Sequence[str]
    public_url: str
    host: str
    base: float
    timeout: float
    quiet: float

    async def pass_time(self, seconds: float) -> None:
        """Let up to so many seconds pass; it may be fewer, but not more."""
        ...

    def path(self, name: str) -> str:
        """The path of a webhook's URL; ``name`` is its last part."""
        ...

    async def create(self, webhook: Webhook, environment: int = 0) -> str:
        """Create a webhook; gives its id."""
        ...

    async def enable(self, webhook_id: str, webhook: Webhook, environment: int = 0) -> None:
        """Let deliveries be made to a webhook."""
        ...

    async def delete(self, webhook_id: str, environment: int = 0) -> None:
        """Delete a webhook."""
        ...

    async def fire(self, event: str, payload: Mapping[str, Json], environment: int = 0) -> list[str]:
        """Let an event happen; gives the ids of the deliveries that it makes, where they are known.

        Raises:
            NothingHappenedError: none did.
        """
        ...

    async def refused(self, delivery: str) -> bool:
        """Whether a delivery was refused for where it goes, without an attempt."""
        ...

    async def restart(self) -> None:
        """End it and start it again."""
        ...
