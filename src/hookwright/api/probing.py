"""The calls of a probe: those of the client, and a few that show what the client never asks for or hides.

Like ``wire.py``, this file knows names of the API's fields: it looks at answers as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hookwright.api import wire
from hookwright.api.call import Call
from hookwright.api.client import EVENTS, WEBHOOKS, Client, record_path
from hookwright.api.fields import Record
from hookwright.errors import AnsweredError

if TYPE_CHECKING:
    from hookwright.model.resources import LiveWebhook
    from hookwright.model.source import Json

_EMIT: Final = "/_emulator/emit"


class ProbeClient(Client):
    """A client that can also ask what the platform does with requests that it is not documented to take."""

    def update_group(self, webhook_id: str, group: str) -> LiveWebhook:
        """Send a group in an update, which is documented not to take one; gives what the platform answered."""
        call = Call("PUT", record_path(WEBHOOKS, webhook_id, "PUT"), body={"group": group})
        return self._transport.call(call, wire.webhook_from_json)

    def update_body_alone(self, webhook_id: str, body: Json) -> LiveWebhook:
        """Send a body in an update without saying that the type is custom; gives what the platform answered."""
        call = Call("PUT", record_path(WEBHOOKS, webhook_id, "PUT"), body={"webhook_body": body})
        return self._transport.call(call, wire.webhook_from_json)

    def stored_body(self, webhook_id: str) -> Json:
        """The body of a webhook as the platform keeps it, whatever its type; None where the record has none."""
        call = Call("GET", record_path(WEBHOOKS, webhook_id, "GET"))
        return self._transport.call(call, lambda value: Record(value, "webhook").any("webhook_body"))

    def sample_shape(self, event_id: str) -> str:
        """The shape in which the platform returns the sample of a custom event.

        Returns:
            ``keys and text`` (a list of keys beside the sample's text), ``keys``, ``text``, or ``nothing``.
        """
        return self._transport.call(Call("GET", record_path(EVENTS, event_id, "GET")), _sample_shape)

    def emit(self, event: str, payload: Json) -> bool:
        """Let a platform event happen: only the emulator has this call.

        Returns:
            Whether it happened; False where the platform is not the emulator.
        """
        call = Call("POST", _EMIT, body={"event": event, "payload": payload})
        try:
            self._transport.call(call, lambda value: Record(value, "answer"))
        except AnsweredError:
            return False
        return True


def _sample_shape(value: Json) -> str:
    record = Record(value, "event")
    parts = []
    if isinstance(record.any("response"), list):
        parts.append("keys")
    if isinstance(record.any("response"), str) or isinstance(record.any("raw_response"), str):
        parts.append("text")
    return " and ".join(parts) or "nothing"
