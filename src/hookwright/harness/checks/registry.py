"""The catalogue: every check of a receiver, found in the files of ``harness/checks/receiver``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from hookwright.harness.checks import receiver
from hookwright.harness.checks.check import Check


@cache
def catalogue() -> dict[str, Check]:
    """Every check by id, in order of id."""
    names = sorted(module.name for module in pkgutil.iter_modules(receiver.__path__))
    modules = [importlib.import_module(f"{receiver.__name__}.{name}") for name in names]
    found = [check for module in modules for check in module.CHECKS]
    return {check.id: check for check in sorted(found, key=lambda check: check.id)}
