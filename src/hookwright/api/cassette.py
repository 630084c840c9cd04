"""Scrubbed exchanges as a cassette of vcrpy, which can take the platform's place in a test.

vcrpy is an extra: nothing else needs it.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from http import HTTPStatus
from importlib.util import find_spec
from typing import Final

from hookwright.api.scrubbing import Scrubbed
from hookwright.errors import LocalError

_SHORTEST: Final = 8
"""Characters. Shorter values stand in too much text to say where it came from."""


def require_vcr() -> None:
    """Make sure that vcrpy can be imported.

    Raises:
        LocalError: it is not installed.
    """
    if find_spec("vcr") is None:
        raise LocalError("recording needs vcrpy", hint="pip install 'hookwright[record]'")


def cassette(exchanges: Collection[Scrubbed], note: str, secrets: Collection[str]) -> str:
    """The text of a cassette.

    Args:
        exchanges: what to record.
        note: a comment for its head, of one line or several.
        secrets: values that must not be in it; it is held against them although it was scrubbed.

    Raises:
        LocalError: vcrpy is not installed, or one of the secrets is in the text all the same.
    """
    require_vcr()
    serialize = importlib.import_module("vcr.serialize").serialize
    serializer = importlib.import_module("vcr.serializers.yamlserializer")
    request = importlib.import_module("vcr.request").Request
    requests = [
        request(one.method, one.url, one.request or None, {"content-type": "application/json"} if one.request else {})
        for one in exchanges
    ]
    text: str = serialize({"requests": requests, "responses": [_response(one) for one in exchanges]}, serializer)
    if any(len(secret) >= _SHORTEST and secret in text for secret in secrets):
        raise LocalError("the recording still held a secret and was not written", hint="Please report this.")
    return "".join(f"# {line}\n" for line in note.splitlines()) + text


def _response(one: Scrubbed) -> dict[str, object]:
    phrase = HTTPStatus(one.status).phrase if one.status in set(HTTPStatus) else ""
    headers = {name: [value] for name, value in one.headers.items()}
    return {"status": {"code": one.status, "message": phrase}, "headers": headers, "body": {"string": one.response}}
