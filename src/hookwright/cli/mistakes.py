"""What click says of a wrong command line, in words that help: the option that was meant, the variable at fault."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

import click
from click.core import ParameterSource

_ALIKE = 0.7
"""Least likeness of a mistyped option to the one that was meant; click's own 0.6 takes '--file' for '--wire'."""
_RANGE = re.compile(r"a valid (integer|float) range")
_KINDS = {"integer": "a whole number", "float": "a number"}


def told(error: click.UsageError) -> str:
    """The message of a usage error.

    Args:
        error: what click raised. A value that a process variable gave is reported under the variable's name: nobody
            typed the option. An option that is not there is told with the one that was meant, if that is clear.
    """
    if isinstance(error, click.NoSuchOption):
        meant = _meant(error.option_name, error.ctx)
        return f"No such option '{error.option_name}'." + (f" Did you mean '{meant}'?" if meant else "")
    if isinstance(error, click.BadParameter):
        variable = _variable(error)
        if variable:
            error.param_hint = variable
        return _RANGE.sub(lambda match: _KINDS[match[1]], error.format_message())
    return error.format_message()


def _variable(error: click.BadParameter) -> str:
    """The process variable that a wrong value stands in; an empty string where it was typed."""
    option, context = error.param, error.ctx
    if option is None or context is None or not option.name:
        return ""
    given = context.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT
    return option.envvar if given and isinstance(option.envvar, str) else ""


def _meant(name: str, context: click.Context | None) -> str:
    """What a mistyped option was meant to be: an option that begins so, a format, or an option that looks so."""
    options = context.command.get_params(context) if context else []
    long = [each for option in options for each in (*option.opts, *option.secondary_opts) if each.startswith("--")]
    begun = [each for each in long if each.startswith(name)]
    if begun:
        return min(begun, key=len)
    if name.removeprefix("--") in _formats(options):
        return f"--format {name.removeprefix('--')}"
    near = difflib.get_close_matches(name, long, n=1, cutoff=_ALIKE)
    return near[0] if near else ""


def _formats(options: Iterable[click.Parameter]) -> tuple[str, ...]:
    """The output formats that a command has."""
    chosen = (option.type for option in options if "--format" in option.opts)
    return tuple(str(each) for kind in chosen if isinstance(kind, click.Choice) for each in kind.choices)
