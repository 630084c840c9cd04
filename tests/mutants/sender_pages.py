"""``python -m tests.mutants.sender_pages [--check]``: ``docs/sender-checks.md``, made of the checks and the mutants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from hookwright.cli.pages import keep
from hookwright.harness.sending.check import Check
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.registry import CHECKS
from tests.mutants.senders import MUTANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sender-checks.md"

_HEAD = """\
# The checks of senders

What `hookwright test delivery` does, check by check; how to run it: [testing deliveries](testing-deliveries.md). Made
from the checks themselves by `make docs`.

Checks marked **live** are made in a real environment too, those marked **own** only with the emulator that the command
starts for itself; all others with any emulator. S16 only reports where a delivery is retried without regard to what was
asked; `--strict` makes a failure of it.
"""

_PROOF = """\
## What proves them

The tests hold the checks against senders that are wrong in one way. Each fails the checks marked here and no others,
every check is failed by at least one, and the emulator fails none.
"""


def page() -> str:
    """The page."""
    lines = [_HEAD, *_contents(), *(line for check in CHECKS for line in _check(check)), _PROOF, *_mutants()]
    return "\n".join(lines) + "\n"


def _contents() -> Iterator[str]:
    yield "| check | | is about |"
    yield "|---|---|---|"
    for check in CHECKS:
        yield f"| [{check.id}](#{check.id.lower()}) | {_mark(check)} | {check.title} |"
    yield ""


def _mark(check: Check) -> str:
    needs = check.scenario.needs
    return "own" if Ability.RESTART in needs else "" if needs else "live"


def _check(check: Check) -> Iterator[str]:
    names = [f"`{mutant.name}`" for mutant in MUTANTS if check.id in mutant.fails]
    yield f'<a id="{check.id.lower()}"></a>'
    yield ""
    yield f"## {check.id}: {check.title}"
    yield ""
    yield f"- **The receiver** {check.does}."
    yield f"- **Expected.** {check.expected}"
    yield f"- **Why.** {check.why}"
    yield f"- **What to do.** {check.hint}"
    yield f"- **Failed by.** {', '.join(names)}"
    yield ""


def _mutants() -> Iterator[str]:
    ids = [check.id for check in CHECKS]
    yield f"| sender | does | {' | '.join(ids)} |"
    yield f"|---|---|{'|'.join(':-:' for _ in ids)}|"
    for mutant in MUTANTS:
        yield f"| `{mutant.name}` | {mutant.fault} | {' | '.join('✗' if key in mutant.fails else '' for key in ids)} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` tell whether it is up to date (1: it is not)."""
    return keep({PAGE: page()}, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
