"""What commands share: their options, the groups they stand in, and how an error of any of them is shown."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from hookwright.cli import completing
from hookwright.cli.settings import Settings, from_process, shown_path, silence_stdout, write_stdout
from hookwright.errors import Category, HookwrightError, LocalError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

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


def host_option(help_text: str = "Address to listen on.") -> Decorator:
    """``--host``, of the commands that listen."""
    return option("--host", default="127.0.0.1", show_default=True, callback=_address, help=help_text)


def _address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """An empty address, of a variable that is unset say, would be every address of this machine."""
    if not value:
        raise click.BadParameter("no address; 0.0.0.0 and :: are all of this machine's.")
    return value


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
            context = click.get_current_context()
            given = _given(context, arguments)
            variables = _variables(context, given)
            given["output_format"] = chosen = given.get("output_format") or formats[0]
            if chosen not in formats:
                asked = f" {variables[chosen]} asks for it." if chosen in variables else ""
                raise click.UsageError(f"This command has no format '{chosen}', but {', '.join(formats)}.{asked}")
            color = False
            try:
                settings = from_process(**given)
                color = settings.color
                code = function(settings, **arguments)
            except HookwrightError as error:
                fail(_naming(error, variables), chosen, color=color)
            sys.exit(code or 0)

        decorated: Callable[..., Any] = body
        for add in reversed(_shared(formats=formats, environment=environment)):
            decorated = add(decorated)
        attributes.setdefault("context_settings", {"max_content_width": 100})
        made: click.Command = click.command(**attributes)(decorated)
        return made

    return decorate


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called, and knows the nearest name.

    Without a table it holds the commands that were added to it, as click's own groups do.

    Args:
        sections: the commands as ``--help`` groups them, each with its line of help.
        home: the package of their modules: ``NAME`` is ``home.NAME.main``.
        modules: the modules of commands whose name no module can have.
        given: more for :class:`click.Group`.
    """

    def __init__(
        self,
        *given: Any,
        sections: Mapping[str, Mapping[str, str]] | None = None,
        home: str = "hookwright.cli",
        modules: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self._sections, self._home, self._modules = sections or {}, home, modules or {}
        self._listed = {name: line for section in self._sections.values() for name, line in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(self._listed) or super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in self._listed:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"{self._home}.{self._modules.get(cmd_name, cmd_name)}")
        command = module.main
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.main is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing any."""
        for title, commands in self._sections.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))
        if not self._sections:
            super().format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that begin so, without importing any command."""
        if not self._sections:
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        commands = [CompletionItem(name, help=line) for name, line in self._listed.items()]
        begun = [command for command in commands if command.value.startswith(incomplete)]
        return begun + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest name where there is no such command."""
        name, names = args[0] if args else "", self.list_commands(ctx)
        if name and not name.startswith("-") and name not in names and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(name, names, n=1)
            raise click.UsageError(f"No such command '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""), ctx)
        return super().resolve_command(ctx, args)


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


def _variables(context: click.Context, given: dict[str, Any]) -> dict[str, str]:
    """The process variables that shared options were given by, each by the value it gives."""
    said: dict[str, str] = {}
    for name, long in (("directory", "DIRECTORY"), ("environments", "ENVIRONMENT"), ("output_format", "FORMAT")):
        levels = (context, context.parent or context)
        if name in given and not any(each.get_parameter_source(name) is ParameterSource.COMMANDLINE for each in levels):
            values = given[name] if isinstance(given[name], tuple) else (given[name],)
            said.update(dict.fromkeys(values, f"{PREFIX}_{long}"))
    return said


def _naming(error: HookwrightError, variables: dict[str, str]) -> HookwrightError:
    """A usage error, with the process variable that what it complains of stands in: nobody typed it here."""
    variable = next((each for value, each in variables.items() if f"'{value}'" in error.message), None)
    if variable is None or error.category is not Category.USAGE:
        return error
    return UsageError(error.message, hint=" ".join(part for part in (f"{variable} names it.", error.hint) if part))


def fail(error: HookwrightError, output_format: str, *, color: bool = False) -> None:
    """Show an error and end the process with its exit code."""
    import json

    from hookwright.report.style import disarmed_json

    told = [error]
    if output_format == "json":
        try:
            write_stdout((disarmed_json(json.dumps(error_record(error), ensure_ascii=False)), "\n"))
        except LocalError as another:
            told.append(another)
        except BrokenPipeError:
            silence_stdout()  # stderr, and the exit code, may have readers yet
    sys.stderr.writelines(error_text(each, color=color) + "\n" for each in told)
    sys.exit(exit_code(error.category))


def error_text(error: HookwrightError, *, color: bool = False) -> str:
    """An error for a person, files named as from the working directory."""
    from hookwright.cli.project import sources_of
    from hookwright.report import errors

    return errors.to_text(error, color=color, sources=sources_of(None), path=shown_path(None))


def error_record(error: HookwrightError, environment: str | None = None) -> dict[str, Any]:
    """An error for a program; with the environment where it is that of one among several."""
    from hookwright.report import errors

    return errors.as_dict(error, exit_code(error.category), environment=environment, path=shown_path(None))


__all__ = [
    "EXIT_DIFFERENT",
    "EXIT_FAILED",
    "EXIT_PARTIAL",
    "EXIT_USAGE",
    "LazyGroup",
    "Settings",
    "command",
    "fail",
    "option",
]
