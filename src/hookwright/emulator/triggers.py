"""The rules of the calls that fire a custom event (Refold's API reference, "Fire a custom-app trigger").

The emulator has no workflows that could run; firing checks all that the platform checks and answers.
"""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import Final

from hookwright.emulator.events import named
from hookwright.emulator.jsontext import parse
from hookwright.emulator.state import Asked, CallError, Outcome, Record, bad_request, require_object
from hookwright.model.source import Json

ACCOUNT: Final = r"^[!-~](?:[ -~]*[!-~])?$"
"""A linked account's id as it can stand in a header: printable ASCII."""

_ACCOUNT: Final = re.compile(ACCOUNT)
_FIELDS: Final = frozenset({"event", "trigger", "payload"})


def fire(asked: Asked) -> Outcome:
    """``POST /event/trigger`` and ``POST /event/{slug}``: fire the event named in ``event`` or ``trigger``.

    Names match case-sensitively. The header ``linked_account_id`` says for whom; with an API key it is required.
    """
    body = require_object(asked.body, _FIELDS)
    if not all(isinstance(body.get(field, ""), str) for field in ("event", "trigger")):
        raise bad_request("event must be a string")
    name = body.get("event", body.get("trigger"))
    if not name:
        raise bad_request("event is required")
    if not _ACCOUNT.fullmatch(asked.headers.get("linked_account_id", "")):
        raise bad_request("linked_account_id is required")
    if named(asked.organization, name) is None:
        raise CallError(404, "INVALID_EVENT", "Trigger not found")
    return Outcome({"message": "Webhook Fired Success"})


def from_multipart(content_type: str, body: bytes) -> Record:
    """The body of a fire call that came as ``multipart/form-data``, in the shape of the JSON one.

    ``payload`` is a string of JSON; the contents of other fields are merged into it under their names.

    Raises:
        CallError: 400; it is not multipart, or the payload is not a JSON object.
    """
    header = b"Content-Type: " + content_type.encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    message: Message = BytesParser(policy=policy.compat32).parsebytes(header + body)
    if not message.is_multipart():
        raise bad_request("the body is not multipart/form-data")
    fields: Record = {}
    files: dict[str, Json] = {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if not isinstance(part, Message) or not isinstance(name, str):
            raise bad_request("a part of the body has no name")
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        if name in _FIELDS:
            fields[name] = text
        else:
            files[name] = text
    payload: Json = {}
    if "payload" in fields:
        try:
            payload = parse(fields["payload"])
        except ValueError as error:
            raise bad_request("payload must be a string that holds JSON") from error
    if files and not isinstance(payload, dict):
        raise bad_request("payload must be an object for files to be merged into")
    fields["payload"] = {**payload, **files} if files else payload
    return fields
