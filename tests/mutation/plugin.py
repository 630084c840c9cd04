"""What a mutant's tests need to be true and quick.

Nothing may be kept from the test before: a mutant of a function below a cache is not even called by the tests that
would notice it. Those that are likely to notice come first, and the mutant of a rule is not held against the examples
of other rules: what no such test would notice but one left out here does is reported as a survivor, never the reverse.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mutation", max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("mutation")

_RULE = re.compile(r"HW\d{3}")
_ELSEWHERE = {"keys": "uses"}
"""Modules whose tests stand with those of another."""
_SLOW = ("test_the_two_engines_agree", "test_departures.py", "test_inference.py")


@cache
def _caches() -> tuple[Callable[[], None], ...]:
    modules = [module for name, module in sys.modules.items() if name.startswith("hookwright.")]
    found = {id(value): value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")}
    return tuple(value.cache_clear for value in found.values())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Empty every cache of the package."""
    for clear in _caches():
        clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose and order the tests of the mutant that is under test, if one is."""
    module = os.environ.get("MUTANT_UNDER_TEST", "").rpartition(".")[0].rpartition(".")[2]
    if not module:
        return
    rule = _RULE.match(module.upper())
    if rule:
        others = [each for each in items if (found := _RULE.search(each.nodeid)) and found[0] != rule[0]]
        config.hook.pytest_deselected(items=others)
        items[:] = [each for each in items if each not in others]
    wanted = rule[0] if rule else f"test_{_ELSEWHERE.get(module, module)}.py"
    items.sort(key=lambda each: (wanted not in each.nodeid, any(slow in each.nodeid for slow in _SLOW)))
