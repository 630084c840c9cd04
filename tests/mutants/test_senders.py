"""Every wrong sender fails exactly the checks that it should, and every check can fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from hookwright.cli.testing.delivering import DEFAULT
from hookwright.cli.testing.emulated import MakeEmulator, OwnEmulator
from hookwright.harness.sending.check import Check
from hookwright.harness.sending.registry import CHECKS
from hookwright.harness.sending.run import Wishes, run
from hookwright.model.conformance import CheckResult, Verdict
from hookwright.reconcile.probe.marks import Run
from tests.mutants.senders import KEY, MUTANTS, Mutant

MARK = Run(datetime(2030, 1, 1, tzinfo=UTC), "0123abcd")


def verdicts(make: MakeEmulator | None = None, checks: Sequence[Check] = CHECKS, **wishes: bool) -> list[CheckResult]:
    opener = OwnEmulator(MARK, key=KEY, **({"make": make} if make else {}))
    chosen = Wishes(DEFAULT, 4, lambda: False, lambda _: None, limit=60.0, **wishes)
    return list(asyncio.run(run(checks, opener, chosen)))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fails_exactly_its_checks(mutant: Mutant) -> None:
    results = verdicts(mutant)
    failed = {result.id: result.observed for result in results if result.verdict is Verdict.FAILED}
    assert set(failed) == mutant.fails, failed


def test_every_check_is_failed_by_a_mutant() -> None:
    assert {check.id for check in CHECKS} == frozenset().union(*(mutant.fails for mutant in MUTANTS))


def test_the_right_sender_fails_none() -> None:
    ended = {result.id: (result.verdict, result.observed) for result in verdicts()}
    wrong = {key: each for key, each in ended.items() if each[0] is not Verdict.PASSED}
    assert set(wrong) == {"S16"}, wrong
    assert wrong["S16"][0] is Verdict.INFO
