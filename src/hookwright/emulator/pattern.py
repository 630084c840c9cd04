"""Regular expressions from outside, refused where matching them could take long.

Python's engine backtracks and cannot be interrupted, so its work is bounded before it starts: what could blow up
exponentially is refused, and the rest is estimated as a polynomial of the length of the texts.
"""

from __future__ import annotations

import re
import warnings
from typing import Final

MAX_PATTERN: Final = 256
MAX_STEPS: Final = 5_000_000
"""Most steps of the engine for all texts together: well under a second."""

_TOO_COSTLY: Final = "a regular expression that could take too long"
_TOKENS: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<quantifier>[*+?]|\{[0-9,]*\})|(?P<or>\|)|.",
    re.DOTALL,
)


def compile_affordable(pattern: str, count: int, longest: int) -> re.Pattern[str]:
    """Compile a pattern that is to be searched in some texts.

    Args:
        pattern: a regular expression: literals, classes, groups, alternatives and quantifiers.
        count: number of the texts.
        longest: length of the longest of them, in characters.

    Raises:
        ValueError: it is not a regular expression, uses look-around or back-references, repeats a group that itself
            repeats or chooses, or would take too many steps.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"a regular expression may have at most {MAX_PATTERN} characters")
    places = longest + 1
    if count * places * _steps(pattern, places) > MAX_STEPS:
        raise ValueError(_TOO_COSTLY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a "possible nested set" is no matter of ours
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError("it is not a regular expression") from error


def _steps(pattern: str, places: int) -> int:
    """An upper bound of the ways in which the pattern can be tried at one place of a text."""
    steps = 1
    groups: list[bool] = []  # of each open group: does it repeat or choose?
    closed: bool | None = None  # the same of the group that ended just now
    for token in _TOKENS.finditer(pattern):
        just_closed, closed = closed, None
        if token["quantifier"]:
            if just_closed:
                raise ValueError(_TOO_COSTLY)
            steps *= places
            groups = [True] * len(groups)
        elif token["or"]:
            steps *= 2
            groups = [True] * len(groups)
        elif token["open"]:
            if pattern.startswith("?", token.end()):
                raise ValueError("look-around, flags and named groups are not supported")
            groups.append(False)
        elif token["close"]:
            closed = groups.pop() if groups else False
        elif re.fullmatch(r"\\[1-9]", token[0]):
            raise ValueError("back-references are not supported")
    return steps
