from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from hookwright.config import read_text

FILE = Path("file.yaml")

PIECES = [
    b"a", b"b: ", b"- ", b"\n", b"\n  ", b"\n    ", b"\t", b"{", b"}", b"[", b"]", b",", b": ", b"? ", b"&a ", b"*a",
    b"<<: ", b"|\n", b">-\n", b"|2+\n", b"'", b'"', b"\\", b"\\u00e9", b"# c", b"!!str ", b"!x ", b"{{event.x}}",
    b"${var.x}", b"---\n", b"...\n", b"%YAML 1.1\n", b"\r\n", b"\r", b"\xe2\x80\xa8", b"\xc2\x85", b"\xff", b"\x00",
    b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"on", b"010", b"2020-01-01", b"1e3", b".nan", b"null", b"\n  key: ", b"\n- ",
]  # fmt: skip


def check(data: bytes) -> None:
    """Read bytes, and ask for the place of everything in what they hold."""
    document, findings = read_text(FILE, data)
    assert document is not None or findings
    for finding in findings:
        assert finding.span is not None
        assert finding.span.start <= finding.span.end
    if document is None:
        return
    waiting = [("", document.value)]
    for _ in range(200):
        if not waiting:
            break
        pointer, value = waiting.pop()
        assert document.places.span(pointer).start <= document.places.span(pointer).end
        assert document.places.span(pointer, key=True).file == FILE
        if isinstance(value, str):
            inner = document.places.within(pointer, 0, len(value))
            assert inner.start <= inner.end
        elif isinstance(value, dict):
            waiting += [(f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{index}", one) for index, one in enumerate(value)]


@pytest.mark.fuzz
@given(st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    check(data)


@pytest.mark.fuzz
@given(st.text(max_size=200))
def test_arbitrary_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))
    read_text(FILE, text)


@pytest.mark.fuzz
@settings(max_examples=1000)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_pieces_of_yaml(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "piece",
    [b"[", b"{", b"- ", b"? ", b"a: ", b"a:\n", b"'", b'"', b"&a ", b"*a ", b"!a ", b"- on\n", b"{{a}}", b"|", b"%"],
)
def test_large_files_of_one_thing(piece: bytes) -> None:
    check(piece * (500_000 // len(piece)))
