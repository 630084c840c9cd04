"""Which characters reports spell out: those that drive a terminal, hide text, or turn it around."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from hookwright.report.style import one_line, printable

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
HIDDEN = {
    *map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF)),
    *map(chr, (*range(0x2028, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), *range(0xD800, 0xE000))),
}


def test_one_line_spells_out_just_these() -> None:
    assert {character for character in EVERY if one_line(character) != character} == HIDDEN
    assert {one_line(character) for character in HIDDEN} == {
        character.encode("unicode_escape").decode("ascii") for character in HIDDEN
    }


def test_printable_leaves_breaks_and_tabs() -> None:
    assert {character for character in EVERY if printable(character) != character} == HIDDEN - {"\t", "\n"}


@pytest.mark.parametrize("around", ["{}", "a{}", "{}b", "line\n\t{}\nline"])
def test_one_among_others_is_enough(around: str) -> None:
    for character in HIDDEN - {"\t", "\n"}:
        spelt = character.encode("unicode_escape").decode("ascii")
        assert printable(around.format(character)) == around.format(spelt)


def test_nothing_that_is_hidden_is_of_a_kind_that_people_read() -> None:
    assert {unicodedata.category(character)[0] for character in HIDDEN} == {"C", "Z"}
