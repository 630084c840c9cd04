"""Waits, and the rule that fits them."""

from __future__ import annotations

import pytest

from hookwright.harness.sending.backoff import fit


@pytest.mark.parametrize(
    ("waits", "base", "factor"),
    [
        ((1.0, 2.0, 4.0), 1.0, 2.0),
        ((10.0, 30.0, 90.0), 10.0, 3.0),
        ((5.0, 5.0, 5.0), 5.0, 1.0),
        ((2.0, 8.0), 2.0, 4.0),
    ],
)
def test_an_exact_rule_is_found(waits: tuple[float, ...], base: float, factor: float) -> None:
    found = fit(waits)
    assert found.base == pytest.approx(base)
    assert found.factor == pytest.approx(factor)


def test_a_late_wait_moves_the_rule_a_little() -> None:
    found = fit((1.05, 2.0, 4.1))
    assert found.base == pytest.approx(1.03, abs=0.02)
    assert found.factor == pytest.approx(1.98, abs=0.02)
    assert found.growths == pytest.approx((1.905, 2.05), abs=0.01)


@pytest.mark.parametrize(
    ("waits", "grows"),
    [
        ((1.0, 2.0, 4.0), True),
        ((1.0, 1.5, 2.25), True),
        ((1.05, 1.5, 2.2), True),
        ((1.0, 1.0, 1.0), False),
        ((1.0, 2.0, 2.0), False),
        ((4.0, 2.0, 1.0), False),
        ((0.0, 0.0), False),
    ],
)
def test_growth(waits: tuple[float, ...], grows: bool) -> None:
    assert fit(waits).grows is grows
