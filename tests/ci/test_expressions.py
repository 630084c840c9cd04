"""The tests' own reader of expressions: what it says is what GitHub's documentation says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ci.expressions import Context, fill, holds

VALUES = {"github": {"ref": "refs/heads/main", "event": {}}, "matrix": {"environment": "test"}, "secrets": {"A": "s"}}


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${{ matrix.environment }}", "test"),
        ("a-${{ matrix.environment }}-b", "a-test-b"),
        ("${{ matrix.environment == 'TEST' && secrets.A || '' }}", "s"),
        ("${{ matrix.environment == 'production' && secrets.A || '' }}", ""),
        ('${{ contains(fromJSON(\'["test", "x"]\'), matrix.environment) }}', True),
        ("${{ github.event.pull_request.head.repo.full_name }}", None),
        ("${{ github.event.number == 0 }}", True),
        ("${{ !cancelled() && (false || 'it''s') }}", "it's"),
        ("${{ github['ref'] != 'x' }}", True),
        ("${{ format('{1}-{0}', 'a', 2) }}", "2-a"),
        ({"a": ["${{ true }}"]}, {"a": [True]}),
        (5, 5),
    ],
)
def test_values(template: Any, value: Any) -> None:
    assert fill(template, Context(dict(VALUES))) == value


@pytest.mark.parametrize(
    ("condition", "failed", "runs"),
    [
        (None, False, True),
        (None, True, False),
        ("matrix.environment == 'test'", True, False),
        ("${{ always() && matrix.environment == 'test' }}", True, True),
        ("${{ !cancelled() }}", True, True),
        ("failure()", False, False),
        ("${{ github.event.x }}", False, False),
    ],
)
def test_conditions(condition: Any, failed: bool, runs: bool) -> None:
    assert holds(condition, Context(dict(VALUES), failed=failed)) is runs


def test_what_is_looked_up_is_noted() -> None:
    context = Context(dict(VALUES))
    fill("${{ secrets.A }}${{ matrix.environment }}", context)
    assert context.touched == ["secrets.A", "matrix.environment"]
