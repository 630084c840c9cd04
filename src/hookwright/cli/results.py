"""What a command says of its environments, one or several: text as it comes, JSON at the end, and one exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, TypeVar

from hookwright.cli.fleet import Done, Failed
from hookwright.cli.options import (
    EXIT_DIFFERENT,
    EXIT_FAILED,
    EXIT_PARTIAL,
    EXIT_USAGE,
    Settings,
    error_record,
    error_text,
    exit_code,
)
from hookwright.model.frozen import dataclass

T = TypeVar("T")

_WORST_FIRST: Final = (EXIT_PARTIAL, EXIT_FAILED, EXIT_USAGE, EXIT_DIFFERENT, 0)


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run whose environments ended with these."""
    given = set(codes)
    return next((code for code in _WORST_FIRST if code in given), 0)


@dataclass(frozen=True, slots=True)
class View(Generic[T]):
    """How the result of an environment is shown.

    Attributes:
        lines: the lines of its text, made as they are written.
        record: its JSON.
        code: the exit code for it alone.
    """

    lines: Callable[[T], Iterable[str]]
    record: Callable[[T], dict[str, Any]]
    code: Callable[[T], int]


def show_all(settings: Settings, ended: Iterable[Done[T] | Failed], view: View[T], *, plural: str, alone: bool) -> int:
    """Show the result of each environment, in order: text as soon as it is there, JSON when all are.

    Other formats are not written here.

    Args:
        settings: where it goes, and in which format.
        ended: how each environment ended.
        view: how a result is shown. An error goes to stderr, and into the JSON too.
        plural: what the list of several is called in JSON: ``plans`` gives the format ``hookwright.plans/1``.
        alone: whether there is one environment only: its JSON stands for itself then.

    Returns:
        The exit code of the run.
    """
    shown: list[Done[T] | Failed] = []
    codes: list[int] = []
    for one in ended:
        shown.append(one)
        if isinstance(one, Failed):
            sys.stderr.write(told(one, color=settings.color))
            codes.append(exit_code(one.error.category))
            continue
        if settings.format == "text":
            settings.emit_lines(view.lines(one.value), apart=bool(codes))
        codes.append(view.code(one.value))
    failed = [one.environment for one in shown if isinstance(one, Failed)]
    if settings.format == "json":
        from hookwright.report.plan_json import dump

        settings.emit(dump(document(shown, view, plural=plural, alone=alone)))
    elif failed:
        settings.say(f"{len(failed)} of {len(codes)} environments failed: {', '.join(failed)}")
    return worst(codes)


def document(ended: Iterable[Done[T] | Failed], view: View[T], *, plural: str, alone: bool) -> dict[str, Any]:
    """The JSON of all environments; arguments as for :func:`show_all`."""
    records = [
        error_record(one.error, None if alone else one.environment)
        if isinstance(one, Failed)
        else view.record(one.value)
        for one in ended
    ]
    return records[0] if alone else {"format": f"hookwright.{plural}/1", plural: records}


def told(failed: Failed, *, color: bool) -> str:
    """The error of one environment among several, as lines for stderr."""
    return f"{failed.environment}:\n{error_text(failed.error, color=color and sys.stderr.isatty())}\n"
