"""``python -m tests.mutation.judge``: what came of a run of mutmut, held against ``explained.toml``.

Fails where a mutant survived that nobody has explained, or an explanation is of none that survived.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

EXPLAINED = Path(__file__).with_name("explained.toml")
MUTANTS = Path("mutants")
KILLED = ("killed", "timeout", "caught by type check")
LIVED = ("survived", "no tests", "suspicious", "segfault")


class Change(NamedTuple):
    """A mutant: the function, a line of it, and what the mutant makes of that."""

    function: str
    was: str
    is_now: str


def function_of(mutant: str) -> str:
    """The function that a mutant is of: ``templates.syntax._taken_apart``, ``validate.silence.Silences.unused``."""
    module, _, name = mutant.rpartition("__mutmut_")[0].removeprefix("hookwright.").rpartition(".")
    plain = name.removeprefix("x_") if name.startswith("x_") else name.removeprefix("xǁ").replace("ǁ", ".")
    return f"{module}.{plain}"


def changed(diff: str) -> tuple[str, str]:
    """The lines that a diff takes out and puts in."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    return tuple(" ".join(line[1:].strip() for line in lines if line[:1] == sign) for sign in "-+")  # type: ignore[return-value]


def results() -> tuple[Counter[str], list[Change]]:
    """How many mutants ended how, and those that lived."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code

    counts: Counter[str] = Counter()
    lived: list[Change] = []
    for meta in sorted(MUTANTS.rglob("*.meta")):
        path = meta.relative_to(MUTANTS).with_suffix("")
        for mutant, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items():
            status = status_by_exit_code[code]
            counts[status] += 1
            if status in LIVED:
                lived.append(Change(function_of(mutant), *changed(get_diff_for_mutant(mutant, path=path))))
    return counts, lived


def explanations() -> dict[Change, str]:
    """Why each explained mutant changes nothing that matters."""
    groups = tomllib.loads(EXPLAINED.read_text("utf-8"))["explained"]
    return {Change(group["function"], *pair): group["why"] for group in groups for pair in group["mutants"]}


def main() -> int:
    """Print the figures, and what nobody has explained; 1 where there is any."""
    counts, lived = results()
    known = explanations()
    unexplained = [change for change in lived if change not in known]
    open_ = sum(counts[status] for status in counts if status not in (*KILLED, *LIVED))
    stale = [] if open_ else [change for change in known if change not in lived]
    for title, changes in (("survived, unexplained", unexplained), ("explained, but did not survive", stale)):
        for change in changes:
            sys.stdout.write(f"{title}: {change.function}\n    - {change.was}\n    + {change.is_now}\n")
    figures = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    explained = len(lived) - len(unexplained)
    sys.stdout.write(f"{counts.total()} mutants: {figures}; {explained} of {len(lived)} that lived are explained\n")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
