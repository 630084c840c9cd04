"""The rules: one rule, one file, named after its id. The registry finds them."""

from __future__ import annotations

from typing import Final

WITHOUT_ERRORS: Final = frozenset(
    {
        *("HW205", "HW206", "HW212", "HW214", "HW215"),
        *("HW305",),
        *("HW405", "HW407", "HW408", "HW409", "HW416", "HW417", "HW418", "HW419", "HW420", "HW425", "HW426"),
        *("HW501", "HW502", "HW503", "HW504", "HW505"),
    }
)
"""The rules with a check whose findings are no errors, unless a project's ``rules:`` say so: what only asks for errors
does not load them. A test holds this to what they say of themselves."""
