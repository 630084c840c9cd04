"""What a plain (unquoted) YAML scalar means, where the YAML versions agree on it, and which rule it breaks where not.

The values are those of the core schema of YAML 1.2 (§10.3.2) as far as YAML 1.1 reads them alike. Words, numbers and
dates that one of the two reads as something else are left as text and named by a rule: other readers of the same file
(editors, formatters, older tools) would see another value.
"""

from __future__ import annotations

import re
from typing import Final

from hookwright.model.source import Json

WORD: Final = "HW006"
NUMBER: Final = "HW007"
DATE: Final = "HW008"
NOT_JSON: Final = "HW013"

_MEANING: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_YAML_1_1_BOOLEANS: Final = frozenset(
    word for lower in ("y", "n", "yes", "no", "on", "off") for word in (lower, lower.capitalize(), lower.upper())
)  # https://yaml.org/type/bool.html

LETTERS: Final = frozenset("ynYN")
"""Booleans to the letter of YAML 1.1, but to few of its readers. As keys (``{x: 1, y: 2}``) they are let pass."""

SUSPECTS: Final = frozenset({"", *"0123456789+-.", *(word[:1] for word in (*_MEANING, *_YAML_1_1_BOOLEANS))})
"""First characters of everything that may be more than text: a scalar that starts otherwise needs no second look."""

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+")
# Those that most projects never need are compiled by their first use.
_FLOAT: Final = r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?"
_NO_NUMBER: Final = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
_NUMBER_SOMEWHERE: Final = r"""(?x)
      [-+]?[0-9]+                                                        # 1.2: 010 is ten; 1.1: eight
    | 0o[0-7]+                                                           # 1.2
    | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?          # 1.2: 1e3
    | [-+]?0b[01_]+ | [-+]?0x[0-9a-fA-F_]+ | [-+]?[0-9][0-9_]*           # 1.1: 0b1, 1_000
    | [-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?   # 1.1: 1_000.5
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?                   # 1.1: 1:30 is ninety
    """
_DATE: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)  # https://yaml.org/type/timestamp.html
_LONGEST_INTEGER: Final = 4000
"""Digits. Python refuses to read more than 4300 (``sys.set_int_max_str_digits``), and nothing here needs as many."""


def meaning(text: str) -> tuple[Json, str | None]:
    """What a plain scalar means.

    Args:
        text: the scalar as the parser gives it, folded.

    Returns:
        Its value (the text itself where it is text, or breaks a rule), and the id of the rule it breaks, or None.
    """
    if text in _MEANING:
        return _MEANING[text], None
    if text in _YAML_1_1_BOOLEANS:
        return text, WORD
    if text[0].isalpha():
        return text, None
    if _INTEGER.fullmatch(text):
        return (int(text, 0), None) if len(text) <= _LONGEST_INTEGER else (text, NOT_JSON)
    if re.fullmatch(_FLOAT, text):
        number = float(text)
        return (number, None) if abs(number) != float("inf") else (text, NOT_JSON)
    if re.fullmatch(_NO_NUMBER, text):
        return text, NOT_JSON
    if re.fullmatch(_NUMBER_SOMEWHERE, text):
        return text, NUMBER
    if re.fullmatch(_DATE, text):
        return text, DATE
    return text, None
