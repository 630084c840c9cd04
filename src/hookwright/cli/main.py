"""The ``hookwright`` command: a group whose commands are imported when they are called."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Final, NoReturn

import click

from hookwright import __version__
from hookwright.cli.options import (
    EXIT_FAILED,
    EXIT_USAGE,
    PREFIX,
    LazyGroup,
    directory_option,
    environment_option,
    fail,
    option,
)
from hookwright.cli.settings import prepare_streams, silence_stdout, unwritten
from hookwright.errors import HookwrightError, UsageError

COMMANDS: Final = {
    "Declare and check": {
        "init": "Write a working project.",
        "validate": "Check the project offline: schema, meaning, templates.",
        "render": "Show the exact request that a delivery would send.",
        "explain": "Show the page of a rule.",
        "contracts": "Propose payload contracts from captured deliveries.",
        "schema": "Print a JSON Schema.",
        "environments": "List the environments of the project.",
        "doctor": "Check the installation, the project, its keys and the API.",
        "completion": "Print the completion script of a shell.",
    },
    "Reconcile": {
        "plan": "Show what an apply would change.",
        "apply": "Make the live webhooks what is declared.",
        "drift": "Show where the live webhooks are not what is declared.",
        "diff": "Show where two environments are not alike.",
        "history": "Show what was applied, by whom, and how it ended.",
        "rollback": "Plan the way back from an apply.",
        "import": "Write live webhooks and events as YAML, to be adopted.",
        "github": "Keep a comment or an issue on GitHub current.",
    },
    "Send and receive": {
        "send": "Fire sample events, rendered and signed as declared.",
        "listen": "Receive deliveries: verify, show, answer with faults.",
        "test": "Put a receiver, or the sending side, to the proof.",
        "deliveries": "Show the deliveries that 'listen' has kept.",
        "replay": "Send kept deliveries once more, byte for byte.",
        "verify": "Tell whether a captured delivery is valid, and why not.",
        "emulator": "Run the Refold API and its deliveries on this machine.",
        "demo": "Run all of it on the emulator, in a temporary folder.",
    },
}
"""The commands as ``--help`` groups them, each with its line of help; ``NAME`` is ``hookwright.cli.NAME.main``."""

MODULES: Final = {"import": "takeover"}
"""The modules of commands whose name no module can have."""


@click.group(
    cls=LazyGroup,
    sections=COMMANDS,
    modules=MODULES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@directory_option()
@environment_option("Environment of the project.")
@option(
    "--format", "output_format", metavar="FORMAT", default=None, help="Output format: text, json or a command's own."
)
@option("--no-color", is_flag=True, default=None, help="No colours.")
@option("-q", "--quiet", is_flag=True, default=None, help="Only results and errors.")
@option("-v", "--verbose", is_flag=True, default=None, help="Say more.")
@click.pass_context
def cli(ctx: click.Context, /, **given: object) -> None:
    """Webhooks as code for Refold.

    Declare webhook subscriptions and custom events in YAML, check them before a merge, plan the difference to the live
    API, apply it, and find drift.
    """
    ctx.obj = {name: value for name, value in given.items() if value is not None and value != ()}


def run(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code. No traceback leaves it."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    prepare_streams()
    try:
        _run(arguments)
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody left to tell. Keep the interpreter from flushing at exit.
        silence_stdout()
        sys.exit(EXIT_FAILED)
    except Exception as error:  # noqa: BLE001 - the last resort: a user never sees a traceback
        _broken(error, arguments)
    sys.exit(0)


def _run(arguments: list[str]) -> None:
    try:
        cli.main(arguments, prog_name="hookwright", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(EXIT_USAGE)
    except click.UsageError as error:
        _usage(error, arguments)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        if isinstance(error.__cause__, EOFError):
            raise error.__cause__ from None  # Of a file that is cut short: the end of an answer has no cause.
        _interrupted(arguments)


def _interrupted(arguments: list[str]) -> NoReturn:
    """Ctrl-C, or the end of the input at a question: say so, and end without waiting for calls that hang."""
    error = HookwrightError("interrupted, nothing more was done")
    with suppress(SystemExit):
        fail(error, _format_asked(arguments))
    os._exit(EXIT_FAILED)


def _usage(error: click.UsageError, arguments: list[str]) -> NoReturn:
    from hookwright.cli import mistakes

    if error.ctx is not None:
        sys.stderr.write(error.ctx.get_usage() + "\n")
        hint = f"'{error.ctx.command_path} --help' shows what there is."
    else:
        hint = "'hookwright --help' shows what there is."
    fail(UsageError(mistakes.told(error), hint=hint), _format_asked(arguments))
    sys.exit(EXIT_USAGE)


def _format_asked(arguments: list[str]) -> str:
    """The output format, where the command line could not be parsed or a command broke: as far as one can tell."""
    asked = os.environ.get(f"{PREFIX}_FORMAT")
    for this, following in pairwise([*arguments, ""]):
        if this == "--format":
            asked = following
        elif this.startswith("--format="):
            asked = this.removeprefix("--format=")
    return "json" if asked == "json" else "text"


def _broken(error: Exception, arguments: list[str]) -> NoReturn:
    if os.environ.get(f"{PREFIX}_DEBUG"):
        raise error
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    if isinstance(error, OSError) and frame and frame.tb_frame.f_code is click.echo.__code__:
        # Help, the version and completions are written by click itself, which lets a full disk pass.
        fail(unwritten(error), _format_asked(arguments))
    place = f" ({Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno})" if frame else ""
    # The error's own message is left out: only its type and place are certain to hold no secret.
    message = f"internal error: {type(error).__name__}{place}; this is a bug in hookwright"
    fail(HookwrightError(message, hint=f"Please report it; {PREFIX}_DEBUG=1 shows where."), _format_asked(arguments))
    sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    run()
