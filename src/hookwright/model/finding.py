"""What is wrong with a project, at its place."""

from __future__ import annotations

from enum import StrEnum

from hookwright.model.frozen import dataclass
from hookwright.model.source import Span


class Severity(StrEnum):
    """How bad a finding is. Only errors make a command fail (warnings too under ``--strict``)."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that a finding is about: the other of two duplicates, say."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what to do about it.

    Attributes:
        rule: id of the rule, ``HW201``.
        severity: how bad it is.
        message: what is wrong, one sentence, no secret in it.
        span: its place, or None where no file is to blame.
        hint: what to do about it, or an empty string.
        environments: the environments it was found in; empty where it holds for all.
        related: other places it is about.
    """

    rule: str
    severity: Severity
    message: str
    span: Span | None = None
    hint: str = ""
    environments: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
