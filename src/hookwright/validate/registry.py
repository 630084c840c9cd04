"""The catalogue: every rule, found in the files of ``validate/rules``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hookwright.validate import rules
from hookwright.validate.rule import Rule

_ID = len("HW000")
READING = ("HW0", "HW1")
"""The families whose findings come from reading and from the schemas; their rules have no check of their own."""


@cache
def catalogue() -> dict[str, Rule]:
    """Every rule by id, in order of id."""
    return _load(lambda _: True)


@cache
def checked(but: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules that can have a check, in order of id. The files of the others are not loaded.

    Args:
        but: ids of rules that are not wanted; their files are not loaded either.
    """
    return tuple(_load(lambda name: not name.startswith(READING) and name[:_ID] not in but).values())


def find(name: str) -> Rule | None:
    """The rule of that id or name, in any case; None where there is none."""
    wanted = name.strip().lower()
    return next((rule for rule in catalogue().values() if wanted in (rule.id.lower(), rule.name)), None)


def nearest(name: str) -> str:
    """The id or name of a rule that looks like ``name``; an empty string where none does."""
    import difflib

    known = {known.lower(): known for rule in catalogue().values() for known in (rule.id, rule.name)}
    wanted = name.strip().lower()
    if (number := wanted.removeprefix("hw")).isdecimal():
        wanted = f"hw{number:0>3}"  # HW21 is HW021 without its zero, not HW421 without its four.
    near = difflib.get_close_matches(wanted, known, n=1)
    return known[near[0]] if near else ""


def _load(wanted: Callable[[str], bool]) -> dict[str, Rule]:
    files = [file.name for folder in rules.__path__ for file in Path(folder).iterdir()]
    names = sorted(name.removesuffix(".py") for name in files if name.startswith("hw") and name.endswith(".py"))
    found = [importlib.import_module(f"{rules.__name__}.{name}").RULE for name in names if wanted(name.upper())]
    return {rule.id: rule for rule in found}
