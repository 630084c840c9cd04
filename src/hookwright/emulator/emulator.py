"""The emulator as a whole: put together, started and ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from hookwright.emulator.bucket import Buckets
from hookwright.emulator.clock import Clock, RealClock
from hookwright.emulator.database import Database
from hookwright.emulator.deliveries import Deliveries, Retries
from hookwright.emulator.faults import Faults, Rule
from hookwright.emulator.ids import Ids
from hookwright.emulator.journal import Journal, Limits
from hookwright.emulator.outgoing import Renderer
from hookwright.emulator.platform import Platform
from hookwright.emulator.sender import Sender
from hookwright.emulator.server import Server
from hookwright.emulator.store import Store
from hookwright.errors import LocalError, not_listening

_GRACE: Final = 2.0
"""Seconds that calls and attempts under way get when the emulator ends."""
_REOPEN: Final = 0.1
"""Seconds between two tries to get a port back."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator behaves.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        db: the SQLite file; None keeps everything in memory.
        retries: when failed deliveries are repeated.
        timeout: seconds for an attempt at a delivery.
        rate_limit: calls per second and key; None for no limit.
        burst: calls at once after a pause.
        retry_after: whether a 429 carries ``Retry-After``; the platform's documentation does not say.
        allow_any_host: deliver to other machines than this one.
        trust: file with certificates (PEM) of authorities to trust besides those that this machine trusts.
        faults: faults put into the API from the start.
        limits: how much of the finished deliveries is kept.
    """

    host: str = "127.0.0.1"
    port: int = 0
    db: Path | None = None
    retries: Retries = field(default_factory=Retries)
    timeout: float = 10.0
    rate_limit: float | None = 20.0
    burst: int = 5
    retry_after: bool = False
    allow_any_host: bool = False
    trust: Path | None = None
    faults: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)


class Emulator:
    """The Refold API and its deliveries on this machine: an asynchronous context manager.

    A subclass may put other parts in the place of :meth:`sender`, :meth:`schedule` and :meth:`platform`: the wrong
    senders that prove the checks of senders do.

    Args:
        options: how it behaves.
        render: fills the templates of webhooks in.
        clock: its time; the real one by default.

    Attributes:
        url: where it listens, ``http://127.0.0.1:PORT``; set while it runs.
        clock: its time.
    """

    def __init__(self, options: Options, render: Renderer, clock: Clock | None = None) -> None:
        self.url = ""
        self.clock = clock or RealClock()
        self._options = options
        self._render = render
        self._port = options.port
        self._reopening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Open the database, take up pending deliveries, and listen.

        Raises:
            LocalError: the database or the certificates cannot be used, or the port is taken.
        """
        options = self._options
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(_telling_damage(options.db))
            database = Database(options.db)
            stack.push_async_callback(database.close)
            store, journal = Store(database), Journal(database, options.limits)
            sender = self.sender(options)
            stack.push_async_callback(sender.close)
            deliveries = self.schedule(options, journal, sender)
            stack.push_async_callback(deliveries.close, _GRACE)
            ids = Ids(self.clock.now, await store.last_id())
            platform = self.platform(options, store, journal, deliveries, ids)
            server = Server(platform, Faults(options.faults), self._close_port)
            self._runner = runner = web.AppRunner(
                server.application(), access_log=None, logger=_quiet(), shutdown_timeout=_GRACE
            )
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            stack.callback(server.closing.set)
            try:
                await self._listen(runner)
            except (OSError, UnicodeError, OverflowError) as error:
                raise not_listening(options.host, options.port, error) from error
            await deliveries.resume()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop listening, let calls and attempts under way end, write everything down."""
        if self._reopening is not None:
            self._reopening.cancel()
        await self._stack.aclose()

    def sender(self, options: Options) -> Sender:
        """What makes the attempts.

        Raises:
            LocalError: the certificates cannot be used.
        """
        return Sender(options.timeout, self.clock, allow_any_host=options.allow_any_host, trust=options.trust)

    def schedule(self, options: Options, journal: Journal, sender: Sender) -> Deliveries:
        """What says when which attempt is made."""
        return Deliveries(journal, sender, self.clock, options.retries)

    def platform(self, options: Options, store: Store, journal: Journal, deliveries: Deliveries, ids: Ids) -> Platform:
        """What carries the calls out."""
        return Platform(
            store=store,
            journal=journal,
            deliveries=deliveries,
            buckets=Buckets(options.rate_limit, options.burst),
            renderer=self._render,
            clock=self.clock,
            ids=ids,
            retry_after=options.retry_after,
        )

    async def _listen(self, runner: web.AppRunner) -> None:
        await web.TCPSite(runner, self._options.host, self._port).start()
        address = runner.addresses[0]
        self._port = int(address[1])
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], str(address[0]))  # noqa: S104 - only compared
        self.url = f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def _close_port(self, seconds: float) -> None:
        if self._reopening is None or self._reopening.done():
            self._reopening = asyncio.create_task(self._refuse(self._runner, seconds))

    async def _refuse(self, runner: web.AppRunner, seconds: float) -> None:
        """Refuse new connections for some seconds."""
        for site in list(runner.sites):
            await site.stop()
        await asyncio.sleep(seconds)
        while True:
            try:
                return await self._listen(runner)
            except OSError:  # somebody has taken the port meanwhile
                await asyncio.sleep(_REOPEN)


@contextlib.contextmanager
def _telling_damage(path: Path | None) -> Iterator[None]:
    """A database can be opened whatever is wrong behind its first page: that shows when it is read."""
    try:
        yield
    except sqlite3.Error as error:
        raise LocalError(f"cannot use the database {path}: {error}") from error


def _quiet() -> logging.Logger:
    """A logger for the HTTP server that is silent about requests that are no HTTP: they are answered with 400."""
    logger = logging.getLogger(f"{__name__}.http")
    logger.addFilter(_own_failure)
    return logger


def _own_failure(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError))
