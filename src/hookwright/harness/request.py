"""A declared webhook and a payload → the request that a delivery of it sends.

``render`` shows what is built here and ``send`` sends it, so that the two can't differ. What the platform does not
document is assumed here and nowhere else:

- the content type is ``application/json`` unless the webhook declares another;
- the signature is there whatever the type of the webhook, and covers the body as sent, after templating;
- what the platform writes to a ``slack`` webhook is not published: here it is a plain message of the payload's values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hookwright.errors import ConfigError
from hookwright.model.delivery import DeliveryRequest
from hookwright.model.resources import DEFAULT_BODY, Webhook, WebhookType
from hookwright.model.source import Json
from hookwright.signing import SIGNATURE_HEADER, sign
from hookwright.templates import Context, render_body, render_header
from hookwright.templates.render import as_text, to_json

CONTENT_TYPE: Final = "Content-Type"
DEFAULT_CONTENT_TYPE: Final = "application/json"
SLACK_NOTE: Final = "The platform writes Slack messages itself, in a form it does not publish: this body is an example."

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_NOT_DECLARABLE: Final = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
    | {SIGNATURE_HEADER}
)
"""Headers of the connection, and the signature: a declared one is passed over."""


def build_request(
    webhook: Webhook, payload: Mapping[str, Json], workflow_response: Json = None, key: str | None = None
) -> DeliveryRequest:
    """Build the request of one delivery.

    Args:
        webhook: the webhook, as declared.
        payload: the payload of the event.
        workflow_response: what the workflow's Response node gave, any JSON; None where there is none.
        key: the environment's API key; None for a request without a signature.

    Returns:
        The request. Body and header values are rendered once; the signature covers exactly ``body``.

    Raises:
        ConfigError: a header's name is none (RFC 9110 §5.1): it could end the header and start another.
    """
    context = Context(payload, workflow_response)
    headers = _headers(webhook.headers, context)
    if not any(name.lower() == CONTENT_TYPE.lower() for name, _ in headers):
        headers.insert(0, (CONTENT_TYPE, DEFAULT_CONTENT_TYPE))
    request = DeliveryRequest(webhook.method, webhook.url, tuple(headers), _body(webhook, context))
    return request if key is None else with_signature(request, sign(request.body, key))


def with_signature(request: DeliveryRequest, signature: str) -> DeliveryRequest:
    """The request with a signature header at its end, whatever its body is."""
    kept = tuple(pair for pair in request.headers if pair[0].lower() != SIGNATURE_HEADER)
    return replace(request, headers=(*kept, (SIGNATURE_HEADER, signature)))


def is_header_name(name: str) -> bool:
    """Whether a header can have this name (RFC 9110 §5.1)."""
    return _TOKEN.fullmatch(name) is not None


def _headers(templates: Mapping[str, str], context: Context) -> list[tuple[str, str]]:
    for name in templates:
        if not is_header_name(name):
            raise ConfigError(f"{name!r} is not the name of a header", hint="Letters, digits and '-' make one.")
    return [
        (name, render_header(template, context))
        for name, template in templates.items()
        if name.lower() not in _NOT_DECLARABLE
    ]


def _body(webhook: Webhook, context: Context) -> bytes:
    if webhook.type is WebhookType.SLACK:
        return to_json({"text": _slack_text(context.event)})
    if webhook.type is WebhookType.CUSTOM and webhook.body is not None:
        return render_body(webhook.body, context)
    return render_body(DEFAULT_BODY, context)


def _slack_text(payload: Mapping[str, Json]) -> str:
    title = as_text(payload.get("event", "Event"))
    lines = [f"{name}: {as_text(value)}" for name, value in payload.items() if name != "event"]
    text = "\n".join([f"*{title}*", *lines])
    # Slack takes these three for markup (docs.slack.dev, "Formatting message text").
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
