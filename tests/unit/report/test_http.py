"""Times of HTTP messages, for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.report import http


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1e-6, "1 µs"), (0.00042, "420 µs"), (0.0009999, "1 ms"), (0.0031, "3.1 ms"), (0.0447, "44.7 ms"),
        (0.5, "500 ms"), (0.9999, "1 s"), (2.05, "2.05 s"), (9.996, "10 s"), (12.34, "12.3 s"), (100, "100 s"),
        (3600.4, "3600 s"),
    ],
)  # fmt: skip
def test_durations(value: float, text: str) -> None:
    assert http.duration(value) == text


@given(st.lists(st.floats(0.001, 10), min_size=1), st.sampled_from([50, 95, 99, 100]))
def test_percentiles_are_of_the_nearest_rank(values: list[float], share: int) -> None:
    ordered = sorted(values)
    found = http.percentile(ordered, share)
    assert sum(value <= found for value in values) >= math.ceil(len(values) * share / 100)
    assert sum(value < found for value in values) < math.ceil(len(values) * share / 100)
