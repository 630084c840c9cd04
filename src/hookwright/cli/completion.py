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


_FISH: Final = """\
function %(complete_func)s
    set -l word (commandline -t)
    set -l option (string match --regex -- '^--[^=]+=' "$word")
    for completion in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD="$word" %(prog_name)s)
        set -l metadata (string split --max 1 "," $completion)
        switch $metadata[1]
            case dir
                __fish_complete_directories $metadata[2]
            case file
                __fish_complete_path $metadata[2]
            case plain
                echo $metadata[2]
        end
    end | string replace --regex -- '^' "$option"
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _Fish(FishComplete):
    """As click does it, but help that holds a comma arrives whole, and the value in ``--option=value`` is completed."""

    source_template = _FISH


class _Zsh(ZshComplete):
    """As click does it, but of ``--option=value`` the value is completed, and not put into the place of all of it."""

    source_template = ZshComplete.source_template.replace(
        "compadd -U", 'compadd -U -P "${(M)words[CURRENT]#--*=}"'
    ).replace("_path_files", "compset -P 1 '--*='; _path_files")


_SHELLS: Final[dict[str, type[ShellComplete]]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}


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
