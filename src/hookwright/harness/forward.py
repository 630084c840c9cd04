"""Pass a delivery on to another receiver, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit

from hookwright.harness.answers import Answer
from hookwright.harness.http import FAILURES, explain, open_session, payload, prepare, read_answer
from hookwright.harness.reach import Target
from hookwright.model.delivery import DeliveryRequest

ANSWER_LIMIT: Final = 1024 * 1024
"""Bytes of an answer that are passed back."""

# RFC 9110 §7.6.1, and what belongs to the connection or to the length of the message.
_HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
    | {"proxy-authenticate", "proxy-authorization", "content-length", "host"}
)
_PRINTABLE: Final = "".join(chr(code) for code in range(0x21, 0x7F))


class Forwarder:
    """Makes the requests that a receiver got once more, elsewhere. Opened and closed in the loop that uses it.

    Args:
        target: where to: a URL with a path is used as it is, one without gets the path of each delivery.
        timeout: seconds that the other receiver has.
        connections: how many requests there may be at once.

    Attributes:
        target: where to.
    """

    def __init__(self, target: Target, *, timeout: float = 30.0, connections: int = 100) -> None:
        self.target = target
        self._timeout = timeout
        self._session = open_session(connections=connections, timeout=timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def forward(self, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        """Make one request; gives what was answered, or a 502 that says why there was no answer.

        Args:
            method: HTTP method.
            path: request target of the delivery.
            headers: its headers, a byte a character; those of the connection are left out.
            body: the bytes of its body.
        """
        request = once_more(self.target, method, path, headers, body)
        url, mapped = prepare(request.url, request.headers)
        try:
            async with self._session.request(
                method, url, headers=mapped, data=payload(body), allow_redirects=False
            ) as response:
                answer = await read_answer(response, ANSWER_LIMIT)
        except FAILURES as error:
            return Answer(502, body=f"forwarding failed: {explain(error, self._timeout)}\n".encode())
        return Answer(response.status, headers=tuple(end_to_end(response.headers.items())), body=answer)


def once_more(
    target: Target, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
) -> DeliveryRequest:
    """The request that makes a delivery once more: its method, headers and body as they came.

    Args:
        target: where to: a URL with a path is used as it is, one without gets the path of the delivery.
        method: HTTP method.
        path: request target of the delivery.
        headers: its headers, a byte a character; those of the connection are left out.
        body: the bytes of its body.
    """
    kept = end_to_end((name, _text(value)) for name, value in headers)
    return DeliveryRequest(method, _url(target, path), tuple(kept), body)


def _url(target: Target, path: str) -> str:
    if target.path:
        return target.url
    if not path.startswith("/"):
        # A request target may be a whole URL (RFC 9112 §3.2.2). The slash keeps it from reaching into the host.
        parts = urlsplit(path)
        path = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    return target.url + quote(path.encode("latin-1"), safe=_PRINTABLE)


def end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers without those of the connection, among them those that ``Connection`` names."""
    given = list(headers)
    named = {
        token.strip().lower() for name, value in given if name.lower() == "connection" for token in value.split(",")
    }
    return [(name, value) for name, value in given if name.lower() not in _HOP_BY_HOP | named]


def _text(value: str) -> str:
    """A header value such that writing it as UTF-8 gives its bytes again; one that is no UTF-8 stays Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value
