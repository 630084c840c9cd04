"""Signatures against published vectors, an implementation of another language, and anything at all."""

from __future__ import annotations

import hashlib
import hmac
import shutil
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.signing import SIGNATURE_HEADER, sign, verify

KEY = "tk_test_0123456789abcdef"
BODY = b'{"event":"Workflow Errored","status":"ERRORED"}'

# RFC 4231, test cases 1, 2, 3, 4, 6 and 7 (5 truncates its output, which the platform does not).
RFC_4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        (
            b"This is a test using a larger than block-size key and a larger than block-size data. "
            b"The key needs to be hashed before being used by the HMAC algorithm."
        ),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]

anything = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.text("0123456789abcdefABCDEF", min_size=60, max_size=68),
    st.lists(st.one_of(st.none(), st.text(), st.binary(), st.integers()), max_size=4),
    st.dictionaries(st.text(max_size=3), st.binary(max_size=3), max_size=2),
    st.binary().map(bytearray),
    st.binary().map(memoryview),
    st.binary().map(lambda raw: memoryview(raw)[::2]),
    st.just(object()),
    st.just(object),
)


@pytest.mark.parametrize(("key", "body", "expected"), RFC_4231)
def test_signature_is_that_of_rfc_4231(key: bytes, body: bytes, expected: str) -> None:
    assert sign(body, key) == expected
    assert verify(body, expected, key)


def test_header_name() -> None:
    assert SIGNATURE_HEADER == "x-cobalt-signature"


@given(st.binary(max_size=4096), st.text(min_size=1).filter(lambda key: key.isascii()))
def test_signature_is_that_of_the_standard_library(body: bytes, key: str) -> None:
    assert sign(body, key) == hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


@given(st.binary(max_size=64), st.one_of(st.text(min_size=1), st.binary(min_size=1)))
def test_what_is_signed_verifies_with_that_key_and_no_other(body: bytes, key: str | bytes) -> None:
    signature = sign(body, key)
    assert verify(body, signature, key)
    assert verify(body, signature.encode(), [b"another", key])
    assert not verify(body, signature, "another key altogether")
    assert not verify(body + b"\n", signature, key)


def test_text_key_is_taken_as_utf8() -> None:
    assert sign(BODY, "schlüssel") == sign(BODY, "schlüssel".encode())


@pytest.mark.parametrize("key", ["", b"", bytearray()])
def test_empty_key_cannot_sign(key: str | bytes) -> None:
    with pytest.raises(ValueError, match="empty key"):
        sign(BODY, key)


def test_signature_of_the_empty_key_is_never_valid() -> None:
    forged = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    for keys in ("", b"", None, [], [""], ("", b"", None), 0):
        assert not verify(BODY, forged, keys)


@pytest.mark.parametrize("container", [list, tuple, set, frozenset])
def test_any_of_several_keys_verifies(container: type) -> None:
    keys = container(["tk_test_old0123456789abc", "", KEY])
    assert verify(BODY, sign(BODY, KEY), keys)
    assert verify(BODY, sign(BODY, "tk_test_old0123456789abc"), keys)
    assert not verify(BODY, sign(BODY, "tk_test_other"), keys)


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda signature: signature[:-1],
        lambda signature: signature + "0",
        lambda signature: f"sha256={signature}",
        lambda signature: f" {signature}",
        lambda signature: f"{signature}\n",
        lambda signature: "",
        lambda signature: signature[:-1] + "é",
        lambda signature: signature[:-1] + "\ud800",
        lambda signature: signature[:-1] + "g",
        lambda signature: "".join(chr(ord(digit) + 0xFEE0) for digit in signature),
        lambda signature: None,
        lambda signature: int(signature, 16),
    ],
)
def test_only_the_exact_signature_is_valid(change: Callable[[str], object]) -> None:
    assert not verify(BODY, change(sign(BODY, KEY)), KEY)


@pytest.mark.parametrize("body", [BODY.decode(), None, 7, [BODY], object()])
def test_a_body_that_is_not_bytes_is_never_valid(body: object) -> None:
    assert not verify(body, sign(BODY, KEY), KEY)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_bytes_is_taken(kind: type) -> None:
    assert verify(kind(BODY), kind(sign(BODY, KEY).encode()), kind(KEY.encode()))


def test_a_strided_or_released_view_does_not_raise() -> None:
    assert verify(memoryview(BODY)[::2], sign(BODY[::2], KEY), KEY)
    view = memoryview(BODY)
    view.release()
    assert not verify(view, sign(BODY, KEY), KEY)


@given(anything, anything, anything)
def test_verify_never_raises_and_never_accepts_by_chance(body: object, signature: object, keys: object) -> None:
    assert verify(body, signature, keys) is False


@given(anything, anything)
def test_verify_never_raises_beside_one_good_argument(one: object, other: object) -> None:
    assert verify(BODY, one, other) is False
    assert verify(one, sign(BODY, KEY), other) is False
    assert verify(one, other, KEY) is False


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_node_computes_the_same() -> None:
    script = (
        "const c=require('crypto');const k=process.argv[1];const b=[];process.stdin.on('data',d=>b.push(d));"
        "process.stdin.on('end',()=>console.log(c.createHmac('sha256',k).update(Buffer.concat(b)).digest('hex')))"
    )
    body = BODY + "é😀\u2028".encode() + b"\xff\x00"
    answer = subprocess.run(["node", "-e", script, KEY], input=body, capture_output=True, timeout=60, check=True)
    assert answer.stdout.decode().strip() == sign(body, KEY)
