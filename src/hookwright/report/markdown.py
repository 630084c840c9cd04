"""GitHub Flavored Markdown that shows values as they are, whatever is in them.

Nothing foreign ever stands in it but plain words, and what is inside a code span or a fenced block: there, nothing is
markup, a mention, a reference, an emoji or a link (CommonMark §6.1, GFM §6.9; GitHub looks for mentions and references
outside of code only). Characters that cannot be seen, or that turn the text around them, are spelt out first.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from hookwright.model.plan import MASK
from hookwright.model.source import Json
from hookwright.report.style import disarmed
from hookwright.report.values import clipped

WIDEST: Final = 160
"""Characters of a value that are shown; reports in JSON have all of it."""

_PLAIN: Final = re.compile(r"['\"(]*[A-Za-z]+(?:'[a-z]+)?['\")]*[,;:.?!]?|[0-9]{1,5}[,;:]?|%|—|·|→", re.ASCII)
"""Words that are nothing but words: no number with a dot or bracket behind it, which would begin a list."""
_AROUND: Final = re.compile(r"(['\"(]*)(.*?)(['\")]*[,;:.?!]?)")
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that cannot be seen: Default_Ignorable_Code_Point beside the controls, the empty Braille cell."""
_HEX: Final = re.compile(r"[0-9a-f]{7,}")
_BACKTICKS: Final = re.compile(r"`+")
_PIPE: Final = "&#124;"


def visible(text: str) -> str:
    """The text with what cannot be seen spelt out: control and format characters, odd blanks, lone surrogates.

    What GitHub's runner takes for a command is, too (:func:`~hookwright.report.style.disarmed`).
    """
    return disarmed(text if text.isascii() and text.isprintable() else "".join(map(_visible, text)))


def _visible(character: str) -> str:
    if character == " " or (unicodedata.category(character)[0] not in "CZ" and not _UNSEEN.match(character)):
        return character
    return character.encode("unicode_escape").decode("ascii")


def code(text: str, limit: int = WIDEST) -> str:
    """Any text as a code span that may stand in a table too; what cannot be seen is spelt out."""
    shown = clipped(visible(text), limit) or '""'
    # A pipe ends a table's cell even in a code span, and parsers differ on how to escape it behind a backslash: it
    # stands between two spans.
    return _PIPE.join(_span(part) for part in shown.split("|"))


def _span(part: str) -> str:
    if not part:
        return ""
    ticks = "`" * (max((len(run) for run in _BACKTICKS.findall(part)), default=0) + 1)
    # One blank on each side is taken off again where there is one on both.
    pad = " " if part[0] in "` " or part[-1] in "` " else ""
    return f"{ticks}{pad}{part}{pad}{ticks}" if part.strip() else f"{ticks}{part}{ticks}"


def value_text(given: Json) -> str:
    """A JSON value on one line: text in quotes, the mask as it is, everything else as JSON."""
    return MASK if given == MASK else visible(json.dumps(given, ensure_ascii=False))


def prose(text: str, limit: int = 400) -> str:
    """A sentence that may hold names and values: plain words as they are, everything else as code."""
    words = filter(None, clipped(visible(text), limit).split(" "))
    return " ".join(map(_word, words)) or code("")


def _word(word: str) -> str:
    if _PLAIN.fullmatch(word) and not _HEX.search(word.lower()):
        return word
    around = _AROUND.fullmatch(word)
    if around is None or not around[2]:
        return code(word)
    return f"{around[1]}{code(around[2])}{around[3]}"


def fenced(lines: Iterable[str], language: str = "") -> list[str]:
    """Lines of any text as a fenced block."""
    shown = [visible(line) for line in lines]
    longest = max((len(run) for line in shown for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *shown, fence]


def html_code(text: str) -> str:
    """Any text as code in HTML, for lines that are HTML."""
    return f"<code>{html.escape(clipped(visible(text), WIDEST))}</code>"


def row(cells: Sequence[str]) -> str:
    """A row of a table; each cell is Markdown without a line break or a bare pipe."""
    return f"| {' | '.join(cells)} |"


def rule(columns: int) -> str:
    """The row below the head of a table."""
    return row(["---"] * columns)
