"""The emulator that the checks of a sender start for themselves, on virtual time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from hookwright.cli.rendering import TemplateRenderer
from hookwright.cli.testing.platforms import NOTHING_LACKS, EmulatorPlatform, new_key
from hookwright.emulator import Emulator, Options, Retries, VirtualClock
from hookwright.harness.sending.certificates import AUTHORITY
from hookwright.harness.sending.platform import Ability
from hookwright.reconcile.probe.marks import Run

if TYPE_CHECKING:
    from hookwright.harness.sending.check import Scenario

_HELD: Final = 0.25
"""Seconds of real time to wait for attempts under way before virtual time is given up on for the moment."""
_BREATH: Final = 0.001
"""Seconds in which the receiver sees what virtual time has brought."""
_PARTIES: Final = 2
"""Who holds time while the receiver lets an attempt wait: the sender and the receiver."""

VIRTUAL: Final = 60.0
"""Seconds of virtual time before the first retry, and for an attempt. They cost nothing, and beside them the real time
that a busy machine takes is small."""

MakeEmulator = Callable[[Options, VirtualClock], Emulator]


@dataclass(frozen=True, slots=True)
class OwnEmulator:
    """How the emulator is run that a command starts for itself: one for each scenario, on virtual time.

    Attributes:
        run: the mark of the run.
        base: seconds before the first retry, of virtual time.
        timeout: seconds that an attempt may take, of virtual time.
        key: the key that it signs with; None for a random one.
        make: makes the emulator.
    """

    run: Run
    base: float = VIRTUAL
    timeout: float = VIRTUAL
    key: str | None = field(default=None, repr=False)
    make: MakeEmulator = lambda options, clock: Emulator(options, TemplateRenderer(), clock)

    @asynccontextmanager
    async def __call__(self, scenario: Scenario) -> AsyncIterator[_Own]:
        """Run an emulator while this lasts."""
        wanted = scenario.needs | scenario.uses
        async with AsyncExitStack() as stack:
            # A file and certificates take their time: only where a scenario is about them.
            db = None
            if Ability.RESTART in wanted:
                db = Path(stack.enter_context(TemporaryDirectory(prefix="hookwright-"))) / "emulator.db"
            options = Options(
                db=db,
                retries=Retries(self.base),
                timeout=self.timeout,
                rate_limit=None,
                trust=AUTHORITY if Ability.TRUST in wanted else None,
            )
            own = _Own(self, options)
            await own.start(stack)
            yield own


class _Own(EmulatorPlatform):
    """The emulator that a command runs itself. Its time stands still while an attempt is under way."""

    lacks: Mapping[Ability, str] = NOTHING_LACKS

    def __init__(self, wanted: OwnEmulator, options: Options) -> None:
        keys = [wanted.key or new_key(), new_key()]
        super().__init__((), keys, wanted.run, base=wanted.base, timeout=wanted.timeout)
        self._wanted = wanted
        self._clock = VirtualClock()
        self._origin = self._clock.now()
        self._options = options
        self._emulator: Emulator | None = None

    async def start(self, stack: AsyncExitStack) -> None:
        """Start the emulator, and connect to it."""
        from hookwright.api.bucket import TokenBucket
        from hookwright.api.emulating import EmulatorClient

        await self._run_emulator()
        stack.push_async_callback(self._end_emulator)
        emulator = self._emulator
        if emulator is None:
            raise RuntimeError("the emulator has just been started")
        free = TokenBucket(rate=1e6, burst=1_000)
        clients = [EmulatorClient(emulator.url, key, bucket=free) for key in self.keys]
        for client in clients:
            stack.callback(client.close)
        self._clients = self._emulators = clients
        self._options = replace(self._options, port=int(emulator.url.rpartition(":")[2]))

    def now(self) -> float:
        """Seconds of real time, and the virtual time that was jumped over beside."""
        return time.monotonic() + self._clock.now() - self._origin

    def hold(self) -> Callable[[], None]:
        """Let virtual time stand still."""
        return self._clock.hold()

    async def pause(self, seconds: float | None, until: asyncio.Future[None]) -> None:
        """Wait so many seconds of virtual time, or until something is done."""
        over = asyncio.Event()
        until.add_done_callback(lambda _: over.set())
        timer = None if seconds is None else self._clock.call_at(self._clock.now() + seconds, over.set)
        go_on = self._clock.wait_out(_PARTIES)
        try:
            await over.wait()
        finally:
            go_on()
            if timer is not None:
                timer.cancel()

    async def pass_time(self, seconds: float) -> None:
        """Jump to the next moments of virtual time, as far as attempts under way let it."""
        try:
            async with asyncio.timeout(_HELD):
                await self._clock.advance(seconds)
        except TimeoutError:
            pass
        await asyncio.sleep(_BREATH)

    async def delete(self, webhook_id: str, environment: int = 0) -> None:
        """Leave it: it ends with the emulator."""

    async def restart(self) -> None:
        """End the emulator and start it again, on the same file and the same port."""
        await self._end_emulator()
        await self._run_emulator()

    async def _run_emulator(self) -> None:
        emulator = self._wanted.make(self._options, self._clock)
        await emulator.__aenter__()
        self._emulator = emulator

    async def _end_emulator(self) -> None:
        emulator, self._emulator = self._emulator, None
        if emulator is not None:
            await emulator.__aexit__(None, None, None)
