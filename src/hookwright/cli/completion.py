"""``hookwright completion``: the script that lets a shell complete."""

from __future__ import annotations

import json
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from hookwright.cli.options import PREFIX, Settings, command

VARIABLE: Final = f"_{PREFIX}_COMPLETE"
"""The process variable by which the script asks for completions: click looks for it under this name."""

_BASH: Final = """\
%(complete_func)s() {
    local IFS=' ' type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain)
                # A word that is in no quotes needs its spaces escaped.
                [[ ${COMP_WORDS[COMP_CWORD]} == [\\"\\']* ]] || printf -v value '%%q' "$value"
                COMPREPLY+=("$value")
                ;;
        esac
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""


class _Bash(BashComplete):
    """As click does it, but values with spaces, such as the names of events, arrive as one word; older shells too."""

    source_template = _BASH


class _Fish(FishComplete):
    """As click does it, but help that holds a comma arrives whole: only what comes first is parted by one."""

    source_template = FishComplete.source_template.replace("string split", "string split --max 1")


_SHELLS: Final[dict[str, type[ShellComplete]]] = {"bash": _Bash, "zsh": ZshComplete, "fish": _Fish}


@command(name="completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
def main(settings: Settings, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options, environments, webhooks, events and rules.

    For bash, write eval "$(hookwright completion bash)" into ~/.bashrc; for zsh, eval "$(hookwright completion zsh)"
    into ~/.zshrc, below compinit. For fish, save it as ~/.config/fish/completions/hookwright.fish.
    """
    from hookwright.cli.main import cli

    # Not the shells' own: that of bash starts one, to see how old it is.
    script = ShellComplete.source(_SHELLS[shell](cli, {}, "hookwright", VARIABLE))
    if settings.format == "json":
        settings.emit(json.dumps({"format": "hookwright.completion/1", "shell": shell, "script": script}))
    else:
        settings.emit(script)
