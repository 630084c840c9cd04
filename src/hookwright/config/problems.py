"""What is wrong with the text of one file, by offset; becomes findings once the lines are counted."""

from __future__ import annotations

from typing import Final

from hookwright.model.finding import Severity
from hookwright.model.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a text.

    Attributes:
        rule: id of the rule.
        message: what is wrong.
        start: offset of its first character.
        end: offset behind its last character.
        hint: what to do about it.
        severity: how bad it is.
        first: for a duplicate key: offset of the mapping, and the key, so that the first one can be found.
    """

    rule: str
    message: str
    start: int
    end: int
    hint: str = ""
    severity: Severity = Severity.ERROR
    first: tuple[int, str] | None = None


class BrokenError(Exception):
    """The text cannot be read any further; only used inside the reader."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


SYNTAX: Final = "HW002"
TAB: Final = "HW003"
DUPLICATE: Final = "HW004"
TOO_MUCH: Final = "HW005"
KEY: Final = "HW009"
TEMPLATE: Final = "HW010"
DOCUMENTS: Final = "HW011"
TAG: Final = "HW012"
CONTROL: Final = "HW017"
MERGE: Final = "HW018"

QUOTE_TEMPLATE: Final = 'Quote it: "{{…}}". Unquoted, YAML reads the braces as a mapping.'
