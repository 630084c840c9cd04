"""The catalogue: every check of a receiver, found in the files of ``harness/checks/receiver``."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from hookwright.errors import UsageError
from hookwright.harness.checks import receiver
from hookwright.harness.checks.check import Check


@cache
def catalogue() -> dict[str, Check]:
    """Every check by id, in order of id."""
    names = sorted(module.name for module in pkgutil.iter_modules(receiver.__path__))
    modules = [importlib.import_module(f"{receiver.__name__}.{name}") for name in names]
    found = [check for module in modules for check in module.CHECKS]
    return {check.id: check for check in sorted(found, key=lambda check: check.id)}


def choose(only: Iterable[str] = (), skip: Iterable[str] = ()) -> list[Check]:
    """The checks to run, in order of id.

    Args:
        only: ids of those; none for all.
        skip: ids of those to leave out.

    Raises:
        UsageError: there is no such check, or none is left.
    """
    wanted, unwanted = {_known(name) for name in only}, {_known(name) for name in skip}
    chosen = [
        check for check in catalogue().values() if (not wanted or check.id in wanted) and check.id not in unwanted
    ]
    if not chosen:
        raise UsageError("no check is left to run", hint="--only names what runs, --skip takes away from that.")
    return chosen


def _known(name: str) -> str:
    wanted = name.strip().upper()
    if wanted in catalogue():
        return wanted
    padded = wanted[:1] + wanted[1:].rjust(2, "0")  # R8 looks like R38 to a comparison of letters.
    near = [padded] if padded in catalogue() else difflib.get_close_matches(wanted, catalogue(), n=1, cutoff=0.5)
    ids = list(catalogue())
    hint = f"Did you mean {near[0]}?" if near else f"There are {ids[0]} to {ids[-1]}."
    raise UsageError(f"there is no check '{name}'", hint=hint)
