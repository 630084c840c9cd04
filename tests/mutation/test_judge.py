"""That explanations are of lines that are still there. The rest takes a run of mutmut: ``make mutants``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.judge import Change, changed, explanations, function_of

SOURCE = Path(__file__).parents[2] / "src" / "hookwright"


def source_of(function: str) -> str:
    """The source of the module that a function is in, its lines stripped and joined by blanks."""
    parts = function.split(".")
    path = next(
        found
        for end in range(len(parts), 0, -1)
        if (found := SOURCE.joinpath(*parts[:end]).with_suffix(".py")).is_file()
    )
    return " ".join(line.strip() for line in path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("change", explanations(), ids=lambda change: f"{change.function}: {change.is_now}"[:80])
def test_what_is_explained_is_still_there(change: Change) -> None:
    text = source_of(change.function)
    assert f"def {change.function.rpartition('.')[2]}(" in text
    assert change.was in text
    assert change.was != change.is_now


@pytest.mark.parametrize(
    ("mutant", "function"),
    [
        ("hookwright.templates.syntax.x__taken_apart__mutmut_41", "templates.syntax._taken_apart"),
        (
            "hookwright.validate.rules.hw403_type_against_body.x_check__mutmut_1",
            "validate.rules.hw403_type_against_body.check",
        ),
        ("hookwright.validate.silence.xǁSilencesǁunused__mutmut_7", "validate.silence.Silences.unused"),
    ],
)
def test_names_of_functions(mutant: str, function: str) -> None:
    assert function_of(mutant) == function


def test_what_a_diff_changes() -> None:
    diff = "--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n     x = 1\n-    if a:\n+    if not a:\n         y()\n"
    assert changed(diff) == ("if a:", "if not a:")
