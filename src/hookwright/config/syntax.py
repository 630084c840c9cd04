"""What the YAML parser has to say about a text that is no YAML, in words that help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml.error import MarkedYAMLError

from hookwright.config import problems
from hookwright.config.problems import Problem

if TYPE_CHECKING:
    from yaml.error import YAMLError

_NOT_PRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in a YAML text (YAML 1.2 §5.1)."""

_CONFLICT: Final = re.compile("^<{7} .*", re.MULTILINE)
"""Where git says that it could not merge."""

_HINTS: Final = (
    ("mapping values are not allowed", "Check the indentation; a value with ': ' in it must be quoted."),
    ("could not find expected ':'", "A key needs ': ' behind it; text over several lines needs '|' or quotes."),
    ("unknown escape character", "In double quotes a backslash begins an escape: double it, or use single quotes."),
    ("invalid Unicode character escape", "Write the character itself, or \\U and its eight hexadecimal digits."),
    ("unexpected end of stream", "A quote or bracket that opens here is not closed."),
    ("undefined tag handle", "Quote the value: '!' begins a tag."),
    ("did not find expected key", "Check the indentation and the quotes of this line and of the one before."),
    ("did not find expected '-' indicator", "Check the indentation: the items of a list stand below each other."),
    ("did not find expected ',' or", "Close the bracket, or put a comma before this."),
    (
        "did not find expected node content",
        "A value is missing here, or a bracket before it is not closed or not open.",
    ),
    ("did not find expected comment or line break", "Quote the value: '|' and '>' begin a text on the lines below."),
    ("did not find expected hexdecimal", "Write the character itself, or \\u and its four hexadecimal digits."),
    ("block sequence entries are not allowed", "Begin the list on a line of its own, or write it in brackets."),
    ("mapping keys are not allowed", "Quote the value: '? ' begins a key."),
    ("incompatible YAML document", "Leave the line out: hookwright reads YAML 1.1 and 1.2."),
    ("did not find expected alphabetic", "Quote the value: '*' and '&' begin an alias and an anchor."),
)


def explain(error: YAMLError, text: str) -> Problem:
    """The problem that a parser's error stands for."""
    if not isinstance(error, MarkedYAMLError):
        return _control_character(error, text)
    conflict = _CONFLICT.search(text)
    if conflict:
        message = "not valid YAML: a merge conflict begins here"
        return Problem(problems.SYNTAX, message, *conflict.span(), "Keep one of the two sides, and delete git's marks.")
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(text)) if mark else len(text)
    start = _template_before(text, offset, error)
    if start is not None:
        return Problem(problems.TEMPLATE, "a template must be quoted", start, offset, problems.QUOTE_TEMPLATE)
    if text[offset : offset + 1] == "\t" or "violates indentation" in (error.problem or ""):
        return Problem(problems.TAB, "a tab stands in the indentation", offset, offset + 1, "Indent with spaces.")
    problem, context = error.problem or "it makes no sense", f" {error.context}" if error.context else ""
    if "unexpected end" in problem and error.context_mark:
        offset = error.context_mark.index
    hint = next((hint for part, hint in _HINTS if part in problem), "")
    if "cannot start any token" in problem:
        hint = f"Quote the value: it cannot begin with '{text[offset : offset + 1]}'."
    return Problem(problems.SYNTAX, f"not valid YAML: {problem}{context}", offset, min(offset + 1, len(text)), hint)


def _control_character(error: YAMLError, text: str) -> Problem:
    found = _NOT_PRINTABLE.search(text)
    if not found:
        return Problem(problems.SYNTAX, f"not valid YAML: {error}", 0, 0)
    name = f"U+{ord(found[0]):04X}"
    return Problem(
        problems.CONTROL,
        f"the control character {name} stands here",
        found.start(),
        found.end(),
        "Remove it, or write it as an escape in double quotes.",
    )


def _template_before(text: str, offset: int, error: MarkedYAMLError) -> int | None:
    """Where an unquoted ``{{`` stands that the parser fell over: where the mapping begins, or before it in the line."""
    context = error.context_mark
    if context is not None:
        opening = text.find("{{", max(context.index - 1, 0), context.index + 2)
        if opening >= 0:
            return opening
    line_start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    opening = text.rfind("{{", line_start, offset + 2)
    if context is not None and context.index < opening and "quoted scalar" in (error.context or ""):
        return None
    before = text[line_start : max(opening, line_start)]
    quoted = before.count('"') % 2 or before.count("'") % 2
    return None if opening < 0 or quoted or " #" in before else opening
