"""The run of ``hookwright listen``, from its first line to its end."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from hookwright.cli.settings import Settings
from hookwright.errors import HookwrightError
from hookwright.harness.answers import Script
from hookwright.harness.diagnosis import diagnose
from hookwright.harness.forward import Forwarder
from hookwright.harness.reach import Target
from hookwright.harness.receiver import Receiver
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Diagnosis, Key, Received, Verdict
from hookwright.reconcile.mask import secret_name
from hookwright.report import received as report
from hookwright.signing import SIGNATURE_HEADER

_LARGEST_DIAGNOSED: Final = 1024 * 1024


class Listener:
    """Shows what a receiver receives, until it is told to end.

    Args:
        settings: where and how to show it.
        keys: keys to verify with.
        others: other keys of the project, to say whose key a wrong signature was made with.
        most: how many deliveries to end after; None for no end.
        reveal: whether to show the values of secret-looking headers.
    """

    def __init__(
        self, settings: Settings, keys: Sequence[Key], others: Sequence[Key], *, most: int | None, reveal: bool
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._others = others
        self._most = most
        self._reveal = reveal
        self._shown = 0
        self._stop = asyncio.Event()
        self._failure: Exception | None = None
        self._store: DeliveryStore | None = None

    def run(self, host: str, port: int, script: Script, target: Target | None, db: Path | None) -> None:
        """Listen until SIGINT, SIGTERM or the last delivery asked for.

        Args:
            host: address to listen on.
            port: port; 0 for a free one.
            script: what to answer.
            target: where to pass deliveries on, or None.
            db: file to keep them in, or None.

        Raises:
            LocalError: the address or the file cannot be used.
            BrokenPipeError: the reader of our output has gone.
        """
        if db is None:
            asyncio.run(self._run(host, port, script, target))
            return
        with DeliveryStore(db) as self._store:
            asyncio.run(self._run(host, port, script, target))

    async def _run(self, host: str, port: int, script: Script, target: Target | None) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        async with AsyncExitStack() as stack:
            forwarder = None
            if target:
                forwarder = Forwarder(target)
                stack.push_async_callback(forwarder.close)
            receiver = Receiver(self._record, self._settings.now, keys=self._keys, script=script, forwarder=forwarder)
            url = await receiver.start(host, port)
            stack.push_async_callback(receiver.close)
            self._settings.emit(ready_line(url, self._settings.format))
            self._introduce()
            await self._stop.wait()
        if self._failure:
            raise self._failure

    def _introduce(self) -> None:
        if self._keys:
            self._settings.say(
                f"Signatures are verified with the key of {' or '.join(key.name for key in self._keys)}."
            )
        else:
            self._settings.say(
                "No key to verify with: signed deliveries are reported as invalid. -e ENV or --key-env VAR names one."
            )

    async def _record(self, received: Received) -> None:
        """Keep and show one delivery; what fails here ends the listener, not the delivery's answer."""
        if self._most is not None and self._shown >= self._most:
            return
        self._shown += 1
        try:
            if self._store:
                received = replace(received, id=self._store.add(received))
            self._settings.emit(self._text(received))
        except (OSError, HookwrightError) as error:
            self._failure = error
            self._stop.set()
        if self._shown == self._most:
            self._stop.set()

    def _text(self, received: Received) -> str:
        if self._settings.format == "json":
            return report.to_json_line(received, self._secret)
        return report.to_text(
            received,
            self._secret,
            diagnosis=self._diagnosis(received),
            verified=bool(self._keys),
            color=self._settings.color,
        )

    def _diagnosis(self, received: Received) -> Diagnosis | None:
        unclear = received.signature is Verdict.INVALID and self._keys
        if not unclear or len(received.body) > _LARGEST_DIAGNOSED:
            return None
        return diagnose(received.body, received.header(SIGNATURE_HEADER), self._keys, self._others)

    def _secret(self, name: str) -> bool:
        return not self._reveal and name.lower() != SIGNATURE_HEADER and secret_name(name)


def ready_line(url: str, output_format: str) -> str:
    """What a server prints when it is ready (contract, "Servers")."""
    return json.dumps({"url": url}) if output_format == "json" else f"listening on {url}"
