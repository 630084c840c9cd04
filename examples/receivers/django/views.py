"""A receiver of Refold's deliveries in Django: the views."""

from __future__ import annotations

import json
import os

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from inbox import Inbox

from hookwright import verify

KEYS = [os.environ["REFOLD_API_KEY"], os.environ.get("REFOLD_API_KEY_BEFORE", "")]  # Two, while the key is rotated.
if not KEYS[0]:
    raise SystemExit("REFOLD_API_KEY is empty")

inbox = Inbox(os.environ.get("INBOX", "inbox.db"))


@csrf_exempt  # The signature is what tells who sends.
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Verify, keep, answer."""
    signature = request.headers.get("x-cobalt-signature")
    if not signature:
        return HttpResponse("no signature", status=401)  # Before the body is read.
    try:
        body = request.body  # The raw bytes: before anything parses them.
    except RequestDataTooBig:
        return HttpResponse("too large", status=413)
    except UnreadablePostError:
        return HttpResponse("cut off", status=400)
    if not verify(body, signature, KEYS):
        return HttpResponse("wrong signature", status=401)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return HttpResponse("not JSON", status=400)
    if not isinstance(payload, dict):
        return HttpResponse("not a JSON object", status=400)
    inbox.take(payload)
    return HttpResponse("ok")


@require_GET
def effects(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    """How many deliveries had an effect; for `hookwright test receiver --effects`."""
    return JsonResponse(inbox.effects())
