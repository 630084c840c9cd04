"""A receiver of Refold's deliveries in Flask."""

from __future__ import annotations

import json
import os

from flask import Flask, Response, jsonify, request
from inbox import Inbox

from hookwright import verify

KEYS = [os.environ["REFOLD_API_KEY"], os.environ.get("REFOLD_API_KEY_BEFORE", "")]  # Two, while the key is rotated.
if not KEYS[0]:
    raise SystemExit("REFOLD_API_KEY is empty")

inbox = Inbox(os.environ.get("INBOX", "inbox.db"))
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024  # The server has the same limit: see README.md.


@app.post("/refold")
def receive() -> Response:
    """Verify, keep, answer."""
    signature = request.headers.get("x-cobalt-signature")
    if not signature:
        return Response("no signature", 401)  # Before the body is read.
    body = request.get_data(cache=False)  # The raw bytes: before anything parses them.
    if not verify(body, signature, KEYS):
        return Response("wrong signature", 401)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Response("not JSON", 400)
    if not isinstance(payload, dict):
        return Response("not a JSON object", 400)
    inbox.take(payload)
    return Response("ok", 200)


if os.environ.get("SHOW_EFFECTS") == "1":

    @app.get("/effects")
    def effects() -> Response:
        """How many deliveries had an effect; for `hookwright test receiver --effects`."""
        return jsonify(inbox.effects())
