"""What the catalogue says of a rule, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hookwright.model.finding import Severity


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of a rule.

    Attributes:
        id: ``HW201``.
        name: what people call it: ``unknown-key``.
        family: the title of the family it belongs to.
        severity: how bad a finding of it is.
        enabled: whether it is on where ``rules:`` says nothing.
        title: what is wrong, in one line.
        why: what happens to somebody who ignores it.
        hint: what to do about it, in general.
        failing: the files of an example that gives a finding, by path.
        passing: the same, put right.
    """

    id: str
    name: str
    family: str
    severity: Severity
    enabled: bool
    title: str
    why: str
    hint: str
    failing: Mapping[str, str]
    passing: Mapping[str, str]
