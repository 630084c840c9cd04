from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hookwright.config.overlay import merged
from hookwright.model.source import identical
from hookwright.reconcile.takeover.overrides import combined, difference

keys = st.sampled_from(["a", "b", "c"])
leaves = st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, "", "x"]) | st.lists(st.none(), max_size=1)
values = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=6)
blocks = st.dictionaries(keys, values, max_size=3)


@given(blocks, blocks)
def test_an_override_makes_one_of_the_other(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    override = difference(base, wanted)
    assert identical(merged(base, override), wanted)
    assert (override == {}) == identical(base, wanted)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), blocks, min_size=1))
def test_base_and_overrides_give_every_block(found: dict[str, dict[str, Any]]) -> None:
    base, overrides = combined(found, "x")
    for name, block in found.items():
        assert identical(merged(base, overrides.get(name, {})), block)
    assert {} not in overrides.values()


def test_the_base_is_what_most_have() -> None:
    assert combined({"x": {"a": 1}, "y": {"a": 2}, "z": {"a": 2}}, "x") == ({"a": 2}, {"x": {"a": 1}})
    assert combined({"x": {"a": 1}, "y": {"a": 2}}, "y") == ({"a": 2}, {"x": {"a": 1}})
    assert combined({"x": {"a": {"b": 1, "c": 1}}, "y": {"a": {"c": 1}}}, "x") == (
        {"a": {"b": 1, "c": 1}},
        {"y": {"a": {"b": None}}},
    )
