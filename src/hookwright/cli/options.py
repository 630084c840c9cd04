"""The options that commands share, and how an error of any command is shown."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import click
from click.core import ParameterSource

from hookwright.cli import completing
from hookwright.cli.settings import Settings, from_process
from hookwright.errors import Category, HookwrightError

PREFIX = "HOOKWRIGHT"
EXIT_FAILED = 1
EXIT_DIFFERENT = 2
EXIT_PARTIAL = 3
EXIT_USAGE = 64

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def exit_code(category: Category) -> int:
    """The exit code of a failure (contract, "Exit codes")."""
    return EXIT_USAGE if category is Category.USAGE else EXIT_FAILED


def option(*names: str, **attributes: Any) -> Decorator:
    """A click option that can also be set by ``HOOKWRIGHT_<LONG NAME>``."""
    long = max((name.split("/")[0] for name in names if name.startswith("-")), key=len)
    attributes.setdefault("envvar", f"{PREFIX}_{long.lstrip('-').replace('-', '_').upper()}")
    return click.option(*names, **attributes)


def directory_option() -> Decorator:
    """``-C``, of the group and of every command."""
    help_text = "Look for the project here."
    return option(
        "-C", "--directory", metavar="DIR", default=None, help=help_text, shell_complete=completing.directories
    )


def environment_option(help_text: str) -> Decorator:
    """``-e``, of the group and of the commands that work on environments."""
    names = ("-e", "--environment", "environments")
    return option(*names, metavar="ENV", multiple=True, help=help_text, shell_complete=completing.environments)


REVIEW_FORMATS: Final = ("text", "json", "markdown", "html", "github")
"""The formats of what a reviewer reads."""


def report_option() -> Decorator:
    """``--report FILE``, of the commands whose reports are for reviewers."""
    return option(
        "--report",
        "reports",
        metavar="FILE",
        multiple=True,
        type=click.Path(dir_okay=False),
        help="Write a report too: .md, .html or .json; may be repeated.",
    )


_ENVIRONMENT_HELP = {
    "one": "Environment of the project.",
    "several": "Environment of the project; may be repeated.",
    "many": "Environment; may be repeated. Default: all.",
}


def _shared(*, formats: Sequence[str], environment: str) -> list[Decorator]:
    """The shared options, in the order in which help shows them."""
    shared = [directory_option()]
    if environment:
        shared.append(environment_option(_ENVIRONMENT_HELP[environment]))
    shared += [
        option("--format", "output_format", type=click.Choice(list(formats)), default=None, help="Output format."),
        option("--no-color", is_flag=True, default=None, help="No colours."),
        option("-q", "--quiet", is_flag=True, default=None, help="Only results and errors."),
        option("-v", "--verbose", is_flag=True, default=None, help="Say more."),
    ]
    return shared


def command(
    *,
    formats: Sequence[str] = ("text", "json"),
    environment: str = "",
    **attributes: Any,
) -> Callable[[Callable[..., int | None]], click.Command]:
    """Make a command of a function that takes ``settings`` and its own options, and returns an exit code (None: 0).

    Args:
        formats: the output formats it offers; the first is the default.
        environment: ``one``, ``several`` (one or more) or ``many`` (all, unless some are named) where the command takes
            ``-e``; empty where it does not.
        attributes: more for :func:`click.command`.

    Errors of the command end it with their exit code: as text on stderr, and as JSON on stdout under ``--format json``.
    """

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @functools.wraps(function)
        def body(**arguments: Any) -> None:
            given = _given(click.get_current_context(), arguments)
            given["output_format"] = chosen = given.get("output_format") or formats[0]
            if chosen not in formats:
                raise click.UsageError(f"This command has no format '{chosen}', but {', '.join(formats)}.")
            color = False
            try:
                settings = from_process(**given)
                color = settings.color
                code = function(settings, **arguments)
            except HookwrightError as error:
                fail(error, chosen, color=color)
            sys.exit(code or 0)

        decorated: Callable[..., Any] = body
        for add in reversed(_shared(formats=formats, environment=environment)):
            decorated = add(decorated)
        attributes.setdefault("context_settings", {"max_content_width": 100})
        made: click.Command = click.command(**attributes)(decorated)
        return made

    return decorate


def _given(context: click.Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """The shared options as they were given, taken out of a command's arguments.

    What stands behind the command's name wins over what stands before it, and both over process variables: both levels
    read the same ones.
    """
    given = dict(context.obj or {})
    for name in ("directory", "environments", "output_format", "no_color", "quiet", "verbose"):
        value = arguments.pop(name, None)
        typed = context.get_parameter_source(name) is not ParameterSource.ENVIRONMENT
        if value is not None and value != () and (typed or name not in given):
            given[name] = value
    return given


def fail(error: HookwrightError, output_format: str, *, color: bool = False) -> None:
    """Show an error and end the process with its exit code."""
    import json

    if output_format == "json":
        sys.stdout.write(json.dumps(error_record(error), ensure_ascii=False) + "\n")
    sys.stderr.write(error_text(error, color=color) + "\n")
    sys.exit(exit_code(error.category))


def error_text(error: HookwrightError, *, color: bool = False) -> str:
    """An error for a person, files named as from the working directory."""
    from hookwright.cli.validate import shown_path, sources_of
    from hookwright.report import errors

    return errors.to_text(error, color=color, sources=sources_of(None), path=shown_path(None))


def error_record(error: HookwrightError, environment: str | None = None) -> dict[str, Any]:
    """An error for a program; with the environment where it is that of one among several."""
    from hookwright.cli.validate import shown_path
    from hookwright.report import errors

    return errors.as_dict(error, exit_code(error.category), environment=environment, path=shown_path(None))


__all__ = ["EXIT_DIFFERENT", "EXIT_FAILED", "EXIT_PARTIAL", "EXIT_USAGE", "Settings", "command", "fail", "option"]
