"""The probe of effects: a counter that says how many deliveries the receiver has acted upon.

A status says what a receiver answered, not what it did. Duplicates, and work that a rejected delivery caused all the
same, show only in what was done: the user names a command or a URL that tells.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeGuard

from hookwright.errors import LocalError
from hookwright.harness.checks.delivery import Delivery
from hookwright.harness.checks.wire import Wire

COUNT_NAMES: Final = ("count", "effects", "value")
STATE_NAME: Final = "connected"

_SECONDS: Final = 10.0
_LONGEST: Final = 60.0
_LARGEST: Final = 64 * 1024
_HINT: Final = 'It is to give an integer, or JSON such as {"count": 3}.'


@dataclass(frozen=True, slots=True)
class Reading:
    """What a probe said.

    Attributes:
        count: how many deliveries took effect so far.
        connected: how many connections the receiver takes to be there; None where it does not say.
    """

    count: int
    connected: int | None = None


Read = Callable[[], Awaitable[Reading]]


class Effects:
    """Reads the counter, and waits for work that receivers do after they have answered.

    Args:
        read: reads it once.
        quiet: seconds without a change after which the receiver is taken to be at rest, unless it has once been
            seen to take longer.
        patience: seconds that an effect may take to show, from the one before.
    """

    def __init__(self, read: Read, *, quiet: float = 0.1, patience: float = 3.0) -> None:
        self.read = read
        self._quiet = quiet
        self._patience = patience
        self._pause = quiet / 4

    async def settled(self) -> Reading:
        """The reading once it no longer changes."""
        deadline = time.monotonic() + self._patience
        before = await self.read()
        while True:
            await asyncio.sleep(self._quiet)
            now = await self.read()
            if now == before or time.monotonic() > deadline:
                return now
            before = now

    async def reached(self, count: int) -> Reading:
        """The settled reading once there are at least ``count`` effects, or no more are waited for."""
        begun = changed = time.monotonic()
        last = await self.read()
        while last.count < count:
            if time.monotonic() - changed > self._patience or time.monotonic() - begun > _LONGEST:
                break
            await asyncio.sleep(self._pause)
            now = await self.read()
            if now != last:
                # Whoever takes work from a queue now and then is not at rest before the next turn is over.
                self._quiet = min(self._patience, max(self._quiet, 1.25 * (time.monotonic() - changed)))
                last, changed = now, time.monotonic()
        return await self.settled()


def command(line: str) -> Read:
    """A probe that runs a command and reads its stdout.

    Args:
        line: the command with its arguments, quoted as for a shell; no shell runs it.

    Raises:
        LocalError: it makes no sense. Its reader raises the same where the command fails or gives no count.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise LocalError(f"--effects: the command makes no sense: {error}") from error
    if not words:
        raise LocalError("--effects: the command is empty", hint=_HINT)

    async def read() -> Reading:
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise LocalError(f"--effects: {words[0]} cannot be run: {error.strerror or error}") from error
        try:
            async with asyncio.timeout(_SECONDS):
                out, _ = await process.communicate()
        except TimeoutError:
            raise LocalError(f"--effects: {words[0]} took longer than {_SECONDS:g} s") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            raise LocalError(f"--effects: {words[0]} ended with {process.returncode}", hint="Pipes need 'sh -c \"…\"'.")
        return parse(out)

    return read


def url(wire: Wire) -> Read:
    """A probe that gets a URL; its reader raises LocalError where that gives no count."""
    request = Delivery("effects", "GET", (), b"", b"")

    async def read() -> Reading:
        exchange, answer = await wire.exchange(request, since=time.perf_counter())
        if exchange.error or exchange.status != 200:
            seen = exchange.error or f"{exchange.status}"
            raise LocalError(f"--effects: the URL gives no count: {seen}", hint=_HINT)
        return parse(bytes(answer.body))

    return read


def parse(raw: bytes) -> Reading:
    """Read what a probe gave.

    Raises:
        LocalError: it is neither an integer nor a JSON object with one under ``count``.
    """
    try:
        value = json.loads(raw[:_LARGEST].strip())
    except (ValueError, RecursionError):
        raise LocalError("--effects: what the probe gives is no integer and no JSON", hint=_HINT) from None
    connected = None
    if isinstance(value, dict):
        connected = value.get(STATE_NAME)
        value = next((value[name] for name in COUNT_NAMES if name in value), None)
    return reading(value, connected)


def reading(count: object, connected: object = None) -> Reading:
    """What a probe said, from values that it gave.

    Raises:
        LocalError: one of them is no count.
    """
    if not _is_count(count) or not (connected is None or _is_count(connected)):
        raise LocalError("--effects: what the probe gives holds no count", hint=_HINT)
    return Reading(count, connected)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
