"""What the catalogue says of a rule, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from hookwright.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that are about one thing.

    Attributes:
        prefix: what their ids begin with: ``HW2``.
        title: what it is called.
        about: what its rules look for; one sentence.
    """

    prefix: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of a rule.

    Attributes:
        id: ``HW201``.
        name: what people call it: ``unknown-key``.
        family: the family it belongs to.
        severity: how bad a finding of it is.
        enabled: whether it is on where ``rules:`` says nothing.
        title: what is wrong, in one line.
        why: what happens to somebody who ignores it.
        hint: what to do about it, in general.
        failing: an example that gives a finding (see :func:`files_of`).
        passing: the same, put right.
    """

    id: str
    name: str
    family: Family
    severity: Severity
    enabled: bool
    title: str
    why: str
    hint: str
    failing: str
    passing: str


def files_of(example: str, name: str = "webhooks/example.yaml") -> dict[str, str]:
    """The files of an example, by path.

    An example is the text of one file, or several behind lines of the form ``--- path ---``.
    """
    files: dict[str, list[str]] = {}
    lines = files.setdefault(name, [])
    for line in example.splitlines(keepends=True):
        if line.startswith("--- ") and line.rstrip().endswith(" ---"):
            lines = files.setdefault(line.strip()[4:-4].strip(), [])
        else:
            lines.append(line)
    return {path: "".join(text) for path, text in files.items() if text}
