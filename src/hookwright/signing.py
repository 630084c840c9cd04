"""Sign and verify the bytes of a delivery.

The platform sends, in the header ``x-cobalt-signature``, the lower-case hexadecimal HMAC-SHA256 of the raw request
body, keyed with the environment's API key (Refold's webhooks guide, "Verify HMAC Signature"). Everything here works on
bytes: a body that was decoded, parsed or re-serialised is another body.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

SIGNATURE_HEADER: Final = "x-cobalt-signature"
"""Name of the header that carries the signature (case-insensitive, as every HTTP header)."""

_DIGEST_LENGTH: Final = hashlib.sha256().digest_size * 2
_HEX: Final = frozenset(b"0123456789abcdef")


def sign(body: bytes, key: str | bytes) -> str:
    """Sign a request body as the platform does.

    Args:
        body: the raw bytes of the request body, as sent.
        key: the environment's API key; text is taken as UTF-8.

    Returns:
        64 lower-case hexadecimal characters.

    Raises:
        ValueError: the key is empty; a signature anybody can make protects nothing.
    """
    raw = _bytes(key)
    if not raw:
        raise ValueError("cannot sign with an empty key")
    return hmac.new(raw, body, hashlib.sha256).hexdigest()


def verify(body: object, signature: object, keys: object) -> bool:
    """Tell whether a delivery was signed with one of the keys. Never raises, whatever it is given.

    Args:
        body: the raw bytes of the request body, before any decoding. Anything that is not bytes is never valid.
        signature: the value of the signature header: text, bytes, or ``None`` where the header is missing.
        keys: one key (text or bytes), or a list, tuple or set of several while a key is being rotated. Empty keys are
            passed over: a receiver whose secret is unset must reject, not accept what anybody can sign.

    Returns:
        True only for exactly 64 lower-case hexadecimal characters that match; compared in constant time.
    """
    raw = None if isinstance(body, str) else _bytes(body)
    given = _bytes(signature)
    if raw is None or given is None or len(given) != _DIGEST_LENGTH or not _HEX.issuperset(given):
        return False
    matched = False
    for key in _usable(keys):
        expected = hmac.new(key, raw, hashlib.sha256).hexdigest().encode("ascii")
        # No early exit: the time taken must not tell which of the keys matched.
        matched = hmac.compare_digest(given, expected) or matched
    return matched


def _bytes(value: object) -> bytes | None:
    """Text in UTF-8, or bytes of any kind; None for anything else. Never raises."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if isinstance(value, memoryview):
        try:
            return value.tobytes()
        except ValueError:  # It was released.
            return None
    return None


def _usable(keys: object) -> list[bytes]:
    """The keys as bytes, without empty ones. Only containers are looked into: no code of a caller's runs here."""
    candidates = keys if isinstance(keys, list | tuple | set | frozenset) else (keys,)
    return [raw for key in candidates if (raw := _bytes(key))]
