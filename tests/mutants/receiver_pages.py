"""``python -m tests.mutants.receiver_pages [--check]``: ``docs/receiver-checks.md``, of checks and mutants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from hookwright.cli.pages import keep
from hookwright.harness.checks.check import Check
from hookwright.harness.checks.registry import catalogue
from tests.mutants.receiver_catalogue import FAMILIES, MUTANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "receiver-checks.md"

_HEAD = """\
# The checks of receivers

What `hookwright test receiver` does, check by check; how to run it: [testing receivers](testing-receivers.md). Made
from the checks themselves by `make docs`.

*Rejected* is an answer with 4xx that has no effect: never 2xx, and never 5xx, which is retried. Checks marked **E**
judge what was done, not what was answered: they need the counter that `--effects` names, and are skipped without it.
With it, every check that expects a rejection also looks that nothing was done. Checks marked **i** only report, unless
there is a 5xx; `--strict` makes failures of what they report.
"""

_PROOF = """\
## What proves them

The tests hold each check against receivers that are wrong in one way. Each fails the checks named here and no others,
and every check is failed by at least one; right receivers in Flask, FastAPI, Django and Node
([examples](../examples/receivers)) pass all.
"""
_REPORTED = frozenset({"R18", "R19", "R37"})


def page() -> str:
    """The page."""
    checks = list(catalogue().values())
    return "\n".join(
        [_HEAD, *_contents(checks), *(line for check in checks for line in _check(check)), _PROOF, *_mutants()]
    )


def _contents(checks: list[Check]) -> Iterator[str]:
    yield "| check | | is about |"
    yield "|---|---|---|"
    for check in checks:
        yield f"| [{check.id}](#{check.id.lower()}) | {_mark(check)} | {check.title} |"
    yield ""


def _mark(check: Check) -> str:
    return "E" if check.effects else "i" if check.id in _REPORTED else ""


def _check(check: Check) -> Iterator[str]:
    names = [f"`{mutant.name}`" for mutant in MUTANTS if check.id in mutant.ids]
    yield f'<a id="{check.id.lower()}"></a>'
    yield ""
    yield f"## {check.id}: {check.title}"
    yield ""
    yield f"- **Sent.** {check.sent}"
    yield f"- **Expected.** {check.expected}"
    yield f"- **Why.** {check.why}"
    yield f"- **What to do.** {check.hint}"
    yield f"- **Failed by.** {', '.join(names)}"
    yield ""


def _mutants() -> Iterator[str]:
    ids = list(catalogue())
    for family, mutants in FAMILIES.items():
        shown = [one for one in ids if any(one in mutant.ids for mutant in mutants)]
        yield f"### Wrong about {family}"
        yield ""
        yield f"| receiver | does | {' | '.join(shown)} |"
        yield f"|---|---|{'|'.join(':-:' for _ in shown)}|"
        for mutant in mutants:
            cells = " | ".join("✗" if one in mutant.ids else "" for one in shown)
            yield f"| `{mutant.name}` | {mutant.what} | {cells} |"
        yield ""


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` tell whether it is up to date (1: it is not)."""
    return keep({PAGE: page()}, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
