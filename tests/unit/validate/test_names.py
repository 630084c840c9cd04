from __future__ import annotations

import pytest

from hookwright.validate.names import did_you_mean, listed, nearest


def test_nearest_in_any_case() -> None:
    assert nearest("INSTANCE", ["instance_id", "status"]) == "instance_id"
    assert nearest("zzz", ["instance_id", "status"]) == ""
    assert nearest("x", []) == ""


def test_hints() -> None:
    assert did_you_mean("stat", ["status", "slug"], form="{{event.{}}}") == "Did you mean '{{event.status}}'?"
    assert did_you_mean("zzz", ["status", "slug"], otherwise="Known keys") == "Known keys: status, slug."
    assert did_you_mean("zzz", []) == ""


@pytest.mark.parametrize(
    ("names", "expected"),
    [([], ""), (["a"], "'a'"), (["a", "b"], "'a' and 'b'"), (["a", "b", "c"], "'a', 'b' and 'c'")],
)
def test_lists(names: list[str], expected: str) -> None:
    assert listed(names) == expected


def test_other_words() -> None:
    assert listed(["a", "b"], "nor") == "'a' nor 'b'"
