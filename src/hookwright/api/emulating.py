"""The calls that only the emulator has, beside those of the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hookwright.api.call import Call
from hookwright.api.client import Client
from hookwright.api.fields import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hookwright.model.source import Json

_EMIT: Final = "/_emulator/emit"
_DELIVERIES: Final = "/_emulator/deliveries"


class EmulatorClient(Client):
    """A client of the emulator: it can let platform events happen, and see what became of their deliveries."""

    def emit(self, event: str, payload: Mapping[str, Json]) -> list[str]:
        """Let a platform event happen; gives the ids of its deliveries."""
        call = Call("POST", _EMIT, body={"event": event, "payload": dict(payload)})
        return list(self._transport.call(call, lambda value: Record(value, "answer").names("deliveries")))

    def refused(self, delivery: str) -> bool:
        """Whether the emulator refused to make a delivery for where it goes."""
        call = Call("GET", f"{_DELIVERIES}/{quote(delivery, safe='')}")
        return self._transport.call(call, lambda value: Record(value, "delivery").text("status") == "refused")
