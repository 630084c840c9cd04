"""Colour for terminals, and text that is safe to print on one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_CODES: Final = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
_CONTROLS: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
)
_CONTROL: Final = f"[{_CONTROLS}]"
_CONTROL_OR_BREAK: Final = f"[{_CONTROLS}\t\n]"
_COMMAND: Final = r"(?im)^([^\S\n]*)::(?=[a-z-]+(?: |::))"
# Compiled when first needed: that takes longer than loading the rest of this file, and few texts hold any of it. What
# Python calls printable holds none of the characters that are spelt out.

Painter = Callable[..., str]
"""``paint(text, *styles)`` → the text, in these styles where colour is on."""


def painter(color: bool) -> Painter:
    """A function that colours text, or one that leaves it as it is."""

    def paint(text: str, *styles: str) -> str:
        if not color or not styles:
            return text
        return f"\x1b[{';'.join(str(_CODES[name]) for name in styles)}m{text}\x1b[0m"

    return paint


def printable(text: str) -> str:
    """The text with control characters spelt out: what others wrote must drive neither a terminal nor a CI's runner."""
    usual = text.replace("\n", "").replace("\t", "").isprintable()
    return disarmed(text if usual else re.sub(_CONTROL, _spelt, text))


def one_line(text: str) -> str:
    """The same with line breaks and tabs spelt out, for text on a line of ours.

    Behind a break of theirs could stand what looks like a change of a plan, or is a command to a CI's runner.
    """
    if not text.isprintable():
        text = re.sub(_CONTROL_OR_BREAK, _spelt, text)
    return disarmed(text)


def _spelt(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def disarmed(text: str) -> str:
    """The text without what GitHub's runner takes for a command.

    ``##[…]`` counts wherever it stands in a line of output, ``::name …::`` behind nothing but blanks.
    """
    if "##[" in text:
        text = text.replace("##[", r"#\x23[")
    return re.sub(_COMMAND, r"\1\\x3a:", text) if "::" in text else text


def disarmed_json(text: str) -> str:
    """The same of JSON, which stays what it is: a ``#`` is in its strings, and no line of it begins with ``::``."""
    return text.replace("##[", r"#\u0023[")
