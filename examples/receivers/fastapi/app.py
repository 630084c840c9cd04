"""A receiver of Refold's deliveries in FastAPI."""

from __future__ import annotations

import json
import os

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from inbox import Inbox
from starlette.requests import ClientDisconnect

from hookwright import verify

KEYS = [os.environ["REFOLD_API_KEY"], os.environ.get("REFOLD_API_KEY_BEFORE", "")]  # Two, while the key is rotated.
if not KEYS[0]:
    raise SystemExit("REFOLD_API_KEY is empty")
LARGEST = 2 * 1024 * 1024

inbox = Inbox(os.environ.get("INBOX", "inbox.db"))
app = FastAPI(openapi_url=None)


@app.post("/refold")
async def receive(request: Request) -> Response:
    """Verify, keep, answer."""
    signatures = request.headers.getlist("x-cobalt-signature")
    if len(signatures) != 1:
        return Response("not one signature", 401)  # Before the body is read.
    body = await read(request)  # The raw bytes: a parameter with a model would parse them first.
    if body is None:
        return Response("too large", 413)
    if not verify(body, signatures[0], KEYS):
        return Response("wrong signature", 401)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Response("not JSON", 400)
    if not isinstance(payload, dict):
        return Response("not a JSON object", 400)
    await run_in_threadpool(inbox.take, payload)  # The database may take its time; other requests go on.
    return Response("ok", 200)


async def read(request: Request) -> bytes | None:
    """The body; None where it is larger than :data:`LARGEST`. FastAPI itself has no limit."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


if os.environ.get("SHOW_EFFECTS") == "1":

    @app.get("/effects")
    def effects() -> dict[str, int]:
        """How many deliveries had an effect; for `hookwright test receiver --effects`."""
        return inbox.effects()
