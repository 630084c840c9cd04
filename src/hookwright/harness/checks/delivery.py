"""A delivery to the byte: headers, signatures, body and framing, each of which a check can bend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hookwright.harness.request import CONTENT_TYPE
from hookwright.signing import SIGNATURE_HEADER, sign, verify

Change = Callable[[bytes], bytes]
"""A change of a body."""

_READS: Final = frozenset({"GET", "HEAD"})
_SIGNATURE: Final = SIGNATURE_HEADER.encode("ascii")
_CHUNK: Final = 7
"""Bytes of a chunk: few, so that no boundary falls where the body has one."""
_LONG: Final = 64 * 1024
"""From that many bytes on a body goes in chunks of so many: a flood of small ones costs the sender most."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header as sent, and as shown: a declared one can hold a secret."""

    name: bytes
    value: bytes = field(repr=False)
    shown: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request of a check.

    Attributes:
        label: what it is in its check: ``a byte flipped at the end``.
        method: HTTP method.
        headers: all but those of the connection and the signature.
        body: bytes of the body.
        shown: the same with the secrets of the declared template masked.
        signatures: values of the signature headers, in order; usually one.
        signature_header: name of the signature header as written.
        chunked: whether the body goes in chunks, without a Content-Length.
    """

    label: str
    method: str
    headers: tuple[Header, ...]
    body: bytes = field(repr=False)
    shown: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = ()
    signature_header: bytes = _SIGNATURE
    chunked: bool = False

    @property
    def signature(self) -> bytes:
        """The first signature."""
        return self.signatures[0]

    def is_valid(self, keys: Sequence[str]) -> bool:
        """Whether it is a delivery to be acted upon: it is signed with one of the keys, and is no GET or HEAD."""
        return self.method not in _READS and any(verify(self.body, signature, keys) for signature in self.signatures)

    def called(self, label: str) -> Delivery:
        """The same under another label."""
        return replace(self, label=label)

    def bent(self, change: Change, label: str | None = None) -> Delivery:
        """The delivery with its body changed and its signature left as it was: it no longer fits."""
        return replace(
            self, body=change(self.body), shown=change(self.shown), label=self.label if label is None else label
        )

    def signed(self, key: str) -> Delivery:
        """The delivery signed over its body as it is."""
        return replace(self, signatures=(sign(self.body, key).encode("ascii"),))

    def with_signature(self, *values: bytes, label: str | None = None) -> Delivery:
        """The delivery with these signature headers; none for no header at all."""
        return replace(self, signatures=values, label=self.label if label is None else label)

    def with_content_type(self, value: bytes | None) -> Delivery:
        """The delivery with another content type; None for none."""
        kept = tuple(header for header in self.headers if header.name.lower() != CONTENT_TYPE.lower().encode())
        added = () if value is None else (Header(CONTENT_TYPE.encode(), value, value),)
        return replace(self, headers=(*added, *kept))

    def head(self, target: bytes, first: tuple[Header, ...], *, shown: bool = False, close: bool = True) -> bytes:
        """The request line and the headers, with the empty line behind them.

        Args:
            target: path and query.
            first: headers that stand before the delivery's own: ``Host`` and its like.
            shown: whether secrets are masked in them.
            close: whether the connection is to be closed after the answer.
        """
        lines = [b"%s %s HTTP/1.1" % (self.method.encode("ascii"), target)]
        lines += [b"%s: %s" % (one.name, one.shown if shown else one.value) for one in (*first, *self.headers)]
        lines += [b"%s: %s" % (self.signature_header, value) for value in self.signatures]
        if self.chunked:
            lines.append(b"Transfer-Encoding: chunked")
        elif self.body or self.method not in _READS:
            lines.append(b"Content-Length: %d" % len(self.body))
        if close:
            lines.append(b"Connection: close")
        return b"\r\n".join([*lines, b"", b""])

    def framed(self, *, shown: bool = False, most: int | None = None) -> bytes:
        """The body as it goes over the wire: all of it, or of a shown one at least the first ``most`` bytes."""
        body = self.shown[:most] if shown else self.body
        if not self.chunked:
            return body
        chunk = _CHUNK if len(body) < _LONG else _LONG
        pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
        return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
