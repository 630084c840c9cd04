"""What HW211 takes for characters that no header can carry."""

from __future__ import annotations

import pytest

from hookwright.validate.rules import hw211_header_value as rule


@pytest.mark.parametrize("code", [0x00, 0x0A, 0x0D, 0x1F, 0x7F, 0x80, 0x9F, 0x100, 0x1F600])
def test_refused(code: int) -> None:
    assert rule._refused(chr(code))


@pytest.mark.parametrize("code", [0x09, 0x20, 0x21, 0x7E, 0xA0, 0xFF])
def test_carried(code: int) -> None:
    assert not rule._refused(chr(code))


@pytest.mark.parametrize(
    ("character", "called"),
    [
        ("\r", "a line break"),
        ("\n", "a line break"),
        ("X", "the control character U+0058"),
        ("\x01", "the control character U+0001"),
        ("\u00ff", "the control character U+00FF"),
        ("\u0100", "'\u0100', which is not in Latin-1"),
    ],
)
def test_names(character: str, called: str) -> None:
    assert rule._called(character).startswith(called)
