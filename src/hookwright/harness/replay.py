"""Received deliveries, sent once more: as they came, or signed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hookwright.harness.forward import once_more
from hookwright.harness.reach import Target
from hookwright.harness.sender import SendOptions, send_all
from hookwright.model.delivery import Attempt, DeliveryRequest, Key, Received
from hookwright.signing import SIGNATURE_HEADER, sign


def replay_request(received: Received, target: Target, key: Key | None = None) -> DeliveryRequest:
    """The request that makes a received delivery once more.

    Args:
        received: the delivery.
        target: where to: a URL with a path is used as it is, one without gets the path of the delivery.
        key: the key to sign it anew with; None leaves the signature as it came.

    Returns:
        The request: method, headers and body to the byte, what belongs to the connection aside. Signed anew, the
        signature stands where the old one stood, or at the end.
    """
    request = once_more(target, received.method, received.path, received.headers, received.body)
    if key is None:
        return request
    return replace(request, headers=_resigned(request.headers, sign(request.body, key.value)))


async def replay(request: DeliveryRequest, seconds: float = 30.0) -> Attempt:
    """Send a request of :func:`replay_request`; tells how it went.

    Args:
        request: the request.
        seconds: what it may take in all.
    """
    (sent,) = await send_all([request], SendOptions(concurrency=1, timeout=seconds, user_agent=None))
    return sent.last


def _resigned(headers: Sequence[tuple[str, str]], signature: str) -> tuple[tuple[str, str], ...]:
    """The headers with this signature in the place of the first one, and no other."""
    signed: list[tuple[str, str]] = []
    found = False
    for name, value in headers:
        if name.lower() != SIGNATURE_HEADER:
            signed.append((name, value))
        elif not found:
            signed.append((name, signature))
            found = True
    return tuple(signed) if found else (*signed, (SIGNATURE_HEADER, signature))
