"""Why a signature does not match: every known mistake is named, and an unknown one is not made up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwright.harness.bodies import variants
from hookwright.harness.diagnosis import diagnose
from hookwright.model.delivery import Key
from hookwright.signing import sign

TEST = Key("environment test", "tk_test_0123456789abcdef")
LIVE = Key("environment production", "pk_live_0123456789abcdef")
VALUE = {"b": "é/<1>", "a": [1.0, 100.0, 12345678901234567890], "10": 1, "2": 2, "n": None}
BODY = json.dumps(VALUE, ensure_ascii=False, separators=(",", ":")).encode()


def code(signed: bytes, received: bytes = BODY, *, key: Key = TEST) -> str:
    """The diagnosis where ``signed`` was signed and ``received`` arrived."""
    return diagnose(received, sign(signed, key.value), [TEST], [LIVE]).code


def test_a_valid_signature() -> None:
    found = diagnose(BODY, sign(BODY, LIVE.value), [TEST, LIVE])
    assert (found.valid, found.code, found.key) == (True, "valid", "environment production")
    assert found.message == "signed with the key of environment production"


@pytest.mark.parametrize("signature", [None, "", "  "])
def test_no_signature(signature: str | None) -> None:
    found = diagnose(BODY, signature, [TEST])
    assert (found.valid, found.code) == (False, "missing")


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (json.dumps(VALUE).encode(), "reserialised"),
        (json.dumps(VALUE, ensure_ascii=False).encode(), "reserialised"),
        (json.dumps(VALUE, separators=(",", ":")).encode(), "reserialised"),
        (json.dumps(VALUE, separators=(",", ":"), sort_keys=True).encode(), "reserialised"),
        (json.dumps(VALUE, indent=2, ensure_ascii=False).encode(), "reserialised"),
        (json.dumps(VALUE, indent=4, ensure_ascii=False).encode(), "reserialised"),
        # What JSON.stringify(JSON.parse(body)) gives in Node.js:
        ('{"2":2,"10":1,"b":"é/<1>","a":[1,100,12345678901234567000],"n":null}'.encode(), "reserialised"),
        # What json_encode(json_decode($body)) gives in PHP, big numbers aside:
        (json.dumps(VALUE, separators=(",", ":")).replace("/", "\\/").encode(), "reserialised"),
        # What json.Marshal gives in Go:
        (
            b'{"10":1,"2":2,"a":[1.0,100.0,12345678901234567890],"b":"\xc3\xa9/\\u003c1\\u003e","n":null}',
            "reserialised",
        ),
        (BODY + b"\n", "whitespace"),
        (BODY + b"\r\n", "whitespace"),
        (b"\xef\xbb\xbf" + BODY, "bom"),
        (base64.b64encode(BODY), "base64-body"),
        (json.dumps(BODY.decode()).encode(), "double-encoded"),
        (b"", "empty-body"),
        (BODY.decode("latin-1").encode(), "decoded"),
        (BODY.decode().encode("latin-1"), "decoded"),
        (BODY.decode().encode("utf-16-le"), "decoded"),
    ],
)
def test_other_bytes_were_signed(signed: bytes, expected: str) -> None:
    assert code(signed) == expected


@pytest.mark.parametrize(
    ("signed", "received", "expected"),
    [
        (BODY, BODY + b"\n", "whitespace"),
        (BODY, BODY + b"\r\n", "whitespace"),
        (BODY, b"  " + BODY + b" ", "whitespace"),
        (b"a\r\nb", b"a\nb", "line-endings"),
        (b"a\nb", b"a\r\nb", "line-endings"),
        (BODY, b"\xef\xbb\xbf" + BODY, "bom"),
        (BODY, base64.b64encode(BODY), "base64-body"),
        (BODY, json.dumps(BODY.decode()).encode(), "double-encoded"),
        (b"\xef\xbf\xbd", b"\xff", "decoded"),
        (b"a", b"a\xff", "decoded"),
    ],
)
def test_other_bytes_arrived(signed: bytes, received: bytes, expected: str) -> None:
    assert code(signed, received) == expected


def test_the_message_says_what_was_signed() -> None:
    found = diagnose(BODY, sign(json.dumps(VALUE).encode(), TEST.value), [TEST])
    assert found.message == (
        "the signature does not match: it was made over this JSON written again with blanks and escapes "
        "(as json.dumps writes it), not over the body as it is"
    )
    assert found.hint == "Verify the raw bytes of the request body, before anything parses, decodes or trims them."


@pytest.mark.parametrize(
    ("key", "expected", "name"),
    [
        (LIVE.value, "wrong-key", "environment production"),
        (TEST.value + "\n", "misread-key", "environment test"),
        (f'"{TEST.value}"', "misread-key", "environment test"),
    ],
)
def test_another_key(key: str, expected: str, name: str) -> None:
    found = diagnose(BODY, sign(BODY, key), [TEST], [LIVE])
    assert (found.code, found.key) == (expected, name)


def test_a_key_that_was_read_with_its_line_break_here() -> None:
    found = diagnose(BODY, sign(BODY, TEST.value), [Key("VAR", TEST.value + "\n")])
    assert found.code == "misread-key"
    assert "without the blanks or quotes around it" in found.message


def test_the_empty_key_and_no_key_at_all() -> None:
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert diagnose(BODY, empty, [TEST]).code == "empty-key"
    assert diagnose(BODY, hashlib.sha256(BODY).hexdigest(), [TEST]).code == "no-key"


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha384", "sha512"])
def test_another_algorithm(algorithm: str) -> None:
    found = diagnose(BODY, hmac.new(TEST.value.encode(), BODY, algorithm).hexdigest(), [TEST])
    assert found.code == "algorithm"
    assert algorithm.upper().replace("SHA", "SHA-") in found.message


@pytest.mark.parametrize(
    ("spell", "expected"),
    [
        (str.upper, "upper-case"),
        (lambda signature: f"sha256={signature}", "prefixed"),
        (lambda signature: f"SHA256: {signature}", "prefixed"),
        (lambda signature: f"v1={signature}", "prefixed"),
        (lambda signature: f"x-cobalt-signature: {signature}", "prefixed"),
        (lambda signature: f'"{signature}"', "quoted"),
        (lambda signature: f" {signature}\n", "quoted"),
        (lambda signature: base64.b64encode(bytes.fromhex(signature)).decode(), "base64"),
        (lambda signature: base64.urlsafe_b64encode(bytes.fromhex(signature)).decode().rstrip("="), "base64"),
    ],
)
def test_another_spelling(spell: Callable[[str], str], expected: str) -> None:
    found = diagnose(BODY, spell(sign(BODY, TEST.value)), [TEST])
    assert (found.valid, found.code) == (False, expected)


def test_several_mistakes_are_all_named() -> None:
    made = "sha1=" + hmac.new(LIVE.value.encode(), BODY + b"\n", "sha1").hexdigest().upper()
    found = diagnose(BODY, made, [TEST], [LIVE])
    assert found.code == "wrong-key"
    for part in ("environment production", "with a line break at its end", "SHA-1", "has a prefix", "in upper-case"):
        assert part in found.message


@pytest.mark.parametrize(
    ("signature", "expected"),
    [("z" * 64, "not-hex"), ("é", "not-hex"), ("ab", "length"), ("0" * 62, "length"), ("0" * 64, "unexplained")],
)
def test_what_cannot_be_explained(signature: str, expected: str) -> None:
    assert diagnose(BODY, signature, [TEST], [LIVE]).code == expected


def test_a_signature_that_was_cut_short_is_still_hexadecimal() -> None:
    for signature, length in (("0" * 63, "63"), ("z" * 63, "63 characters of something else")):
        message = f"the signature is not 64 hexadecimal characters but {length}"
        assert diagnose(BODY, signature, [TEST], [LIVE]).message == message


def test_no_key_and_no_expected_signature_is_told() -> None:
    for signature in (sign(BODY, LIVE.value), "0" * 64, sign(BODY + b"\n", TEST.value)):
        text = repr(diagnose(BODY, signature, [TEST], [LIVE]))
        assert TEST.value not in text
        assert LIVE.value not in text
        assert sign(BODY, TEST.value) not in text


@given(st.one_of(st.binary(max_size=200), st.from_regex(r"[\[{][^a-z]{0,40}[\]}]", fullmatch=True).map(str.encode)))
def test_variants_differ_from_the_body_and_each_other(body: bytes) -> None:
    bodies = [variant.body for variant in variants(body)]
    assert body not in bodies
    assert len(set(bodies)) == len(bodies)


@settings(max_examples=50)
@given(st.binary(max_size=80), st.text(max_size=80), st.lists(st.text(max_size=8), max_size=2))
def test_nothing_upsets_it(body: bytes, signature: str, keys: list[str]) -> None:
    named = [Key(f"key {number}", value) for number, value in enumerate(keys)]
    assert not diagnose(body, signature, named).valid


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[" * 500 + b"]" * 500, b'{"a":' * 90 + b"1" + b"}" * 90, b"9" * 5000]
)
def test_deep_and_large_numbers_are_survived(body: bytes) -> None:
    assert diagnose(body, "0" * 64, [TEST]).code == "unexplained"


def test_a_large_body_takes_bounded_time() -> None:
    begun = time.process_time()
    assert diagnose(b'{"a":"' + b"x" * 8_000_000 + b'"}', "0" * 64, [TEST], [LIVE]).code == "unexplained"
    assert time.process_time() - begun < 30


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1" + b"0" * 400, b"1e21", b"NaN"])
def test_numbers_that_javascript_lacks(number: bytes) -> None:
    body = b'{"a":' + number + b"}"
    assert diagnose(body, "0" * 64, [TEST]).code == "unexplained"
    if number != b"1e21":
        assert code(b'{"a":null}', body) == "reserialised"


def test_nothing_on_stdin_is_said_to_be_that() -> None:
    found = diagnose(b"", "0" * 64, [TEST])
    assert (found.code, found.valid) == ("no-body", False)
    assert "there is no body" in found.message
    assert diagnose(b"", sign(b"", TEST.value), [TEST]).valid
