"""JSON values, and where they stand."""

from __future__ import annotations

from hookwright.model.source import identical


def test_json_tells_true_from_one() -> None:
    assert not identical(True, 1)
    assert not identical([1], [1.0])
    assert not identical([1], [1, 1])
    assert identical({"a": [{"b": None}]}, {"a": [{"b": None}]})
