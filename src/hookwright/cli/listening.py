"""The run of ``hookwright listen``, from its first line to its end."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hookwright.cli.settings import Settings
from hookwright.cli.showing import Showing
from hookwright.errors import HookwrightError
from hookwright.harness.answers import Script
from hookwright.harness.filters import Filter
from hookwright.harness.forward import Forwarder
from hookwright.harness.reach import Target, read_target
from hookwright.harness.receiver import Receiver, Scripts
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Received
from hookwright.report import received as report

if TYPE_CHECKING:
    from hookwright.cli.inspecting import Inspection
    from hookwright.harness.inspector.server import Inspector


@dataclass(frozen=True, slots=True)
class Options:
    """How to listen.

    Attributes:
        host: address to listen on.
        port: port; 0 for a free one.
        script: what to answer.
        target: where to pass deliveries on, or None.
        db: file to keep them in, or None.
        wanted: which of them to show.
        most: how many to show before the end; None for no end.
        ui: port of the inspector; None for no inspector.
    """

    host: str
    port: int
    script: Script | Scripts
    target: Target | None
    db: Path | None
    wanted: Filter
    most: int | None
    ui: int | None = None


class Listener:
    """Shows what a receiver receives, until it is told to end.

    Args:
        settings: where and how to show it.
        showing: what may be shown.
        options: how to listen.
    """

    def __init__(self, settings: Settings, showing: Showing, options: Options) -> None:
        self._settings = settings
        self._showing = showing
        self._options = options
        self._shown = 0
        self._stop = asyncio.Event()
        self._failure: Exception | None = None
        self._store: DeliveryStore | None = None
        self._inspection: Inspection | None = None
        self._inspector: Inspector | None = None

    def run(self) -> None:
        """Listen until SIGINT, SIGTERM or the last delivery asked for.

        Raises:
            LocalError: the address or the file cannot be used.
            BrokenPipeError: the reader of our output has gone.
        """
        if self._options.db is None and self._options.ui is None:
            asyncio.run(self._run())
            return
        with DeliveryStore(self._options.db) as self._store:
            asyncio.run(self._run())

    async def _run(self) -> None:
        options = self._options
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        async with AsyncExitStack() as stack:
            forwarder = None
            if options.target:
                forwarder = Forwarder(options.target)
                stack.push_async_callback(forwarder.close)
            receiver = Receiver(
                self._record,
                self._settings.now,
                keys=self._showing.keys,
                script=options.script,
                forwarder=forwarder,
            )
            url = await receiver.start(options.host, options.port)
            stack.push_async_callback(receiver.close)
            address = await self._inspect(stack, url, self._options.ui) if self._options.ui is not None else ""
            self._settings.emit(ready_line(url, self._settings.format))
            self._introduce()
            if address:
                # Not a message that --quiet leaves out: it is the only way in.
                sys.stderr.write(f"inspector: {address}\n")
                sys.stderr.flush()
            await self._stop.wait()
        if self._failure:
            raise self._failure

    async def _inspect(self, stack: AsyncExitStack, url: str, port: int) -> str:
        """Start the inspector; gives the address to open."""
        from hookwright.cli.inspecting import Inspection
        from hookwright.harness.inspector.server import Inspector
        from hookwright.report.inspector.pages import Pages

        if self._store is None:
            raise TypeError("the inspector needs a store")
        self._inspection = Inspection(
            self._store,
            self._showing,
            receiver=url,
            target=self._options.target or read_target(reachable(url)),
            db=self._options.db,
            now=self._settings.now,
        )
        self._inspector = Inspector(self._inspection, Pages(self._showing.secret))
        address = await self._inspector.start(port)
        stack.push_async_callback(self._inspector.close)
        return address

    def _introduce(self) -> None:
        if self._showing.keys:
            self._settings.say(
                f"Signatures are verified with the key of {' or '.join(key.name for key in self._showing.keys)}."
            )
        else:
            self._settings.say(
                "No key to verify with: signed deliveries are reported as invalid. -e ENV or --key-env VAR names one."
            )

    async def _record(self, received: Received) -> None:
        """Keep and show one delivery; what fails here ends the listener, not the delivery's answer."""
        most = self._options.most
        if most is not None and self._shown >= most:
            return
        try:
            received = self._showing.named(received)
            if self._store:
                received = replace(received, id=self._store.add(received))
                self._tell(self._store, received.id)
            if self._options.wanted.matches(received):
                self._shown += 1
                self._settings.emit(self._text(received))
        except (OSError, HookwrightError) as error:
            self._failure = error
            self._stop.set()
        if self._shown == most:
            self._stop.set()

    def _tell(self, store: DeliveryStore, number: str) -> None:
        """Tell the inspector's open pages of a new delivery."""
        inspection = self._inspection
        if self._inspector and inspection and (summary := store.summary(number)):
            self._inspector.feed.publish(summary, lambda: inspection.message(summary))

    def _text(self, received: Received) -> str:
        shown, masked = self._showing.delivery(received)
        if self._settings.format == "json":
            return report.to_json_line(shown, self._showing.secret, masked=masked)
        return report.to_text(
            shown,
            self._showing.secret,
            diagnosis=self._showing.diagnosis(received),
            verified=bool(self._showing.keys),
            size=len(received.body),
            color=self._settings.color,
        )


def ready_line(url: str, output_format: str) -> str:
    """What a server prints when it is ready (contract, "Servers")."""
    return json.dumps({"url": url}) if output_format == "json" else f"listening on {url}"


def reachable(url: str) -> str:
    """The URL under which a server on this machine is reached from here, whatever addresses it listens on."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
