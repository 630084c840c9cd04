"""The command itself: its commands and their help, exit codes, and what a user sees when something breaks."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from hookwright import __version__
from hookwright.cli.main import COMMANDS, MODULES, cli
from hookwright.cli.test import COMMANDS as TESTS
from hookwright.cli.test import main as proving
from hookwright.validate import registry
from tests.unit.cli.calling import HELP, Call

HOOKWRIGHT = [sys.executable, "-m", "hookwright"]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ.get("PATH", os.defpath)} | environ
    return subprocess.run(
        [*HOOKWRIGHT, *arguments], env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


# --- the table of commands


@pytest.mark.parametrize("name", list(HELP))
def test_every_command_is_there_and_described_alike(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.name, command.short_help) == (name, HELP[name])
    assert command.help


def test_every_module_of_a_command_is_in_the_table() -> None:
    folder = Path(importlib.import_module("hookwright.cli").__path__[0])
    modules = {
        path.stem for path in folder.glob("*.py") if "short_help=" in path.read_text() and path.stem != "options"
    }
    assert modules == {MODULES.get(name, name) for name in HELP}


@pytest.mark.parametrize("name", list(TESTS))
def test_every_test_is_there_and_described_alike(name: str) -> None:
    command = proving.get_command(click.Context(proving), name)
    assert command is not None
    assert (command.name, command.short_help) == (name, TESTS[name])


def test_no_command_is_listed_twice() -> None:
    assert sum(map(len, COMMANDS.values())) == len(HELP)


def test_there_is_no_other_command() -> None:
    assert cli.get_command(click.Context(cli), "options") is None
    assert cli.list_commands(click.Context(cli)) == list(HELP)


def test_a_module_without_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookwright.cli.explain.main", print)
    with pytest.raises(TypeError, match=r"hookwright\.cli\.explain\.main is not a command"):
        cli.get_command(click.Context(cli), "explain")


# --- help and usage


def imported(arguments: list[str], beginning: str) -> str:
    """The modules of that beginning that a command imports, sorted."""
    code = (
        "import sys\n"
        "from hookwright.cli.main import run\n"
        f"try: run({arguments})\n"
        f"finally: print(sorted(name for name in sys.modules if name.startswith('{beginning}')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_help_lists_all_and_imports_none(call: Call) -> None:
    done = call("--help")
    assert done.code == 0
    for group, commands in COMMANDS.items():
        assert f"\n{group}:\n" in done.out
        assert all(f"  {name}" in done.out for name in commands)
    names = ["completing", "main", "options", "settings"]
    assert imported(["--help"], "hookwright.cli.") == str([f"hookwright.cli.{name}" for name in names])


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["validate", "-h"], ["contracts", "infer", "-h"]])
def test_help_in_all_places(call: Call, arguments: list[str]) -> None:
    done = call(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: hookwright ")


def test_help_of_the_tests_imports_none_of_them() -> None:
    assert imported(["test", "--help"], "hookwright.cli.testing") == "[]"


def test_version(call: Call) -> None:
    assert call("--version").out == f"hookwright {__version__}\n"


def test_without_a_command(call: Call) -> None:
    done = call()
    assert done.code == 64
    assert "Reconcile:" in done.out


# The wording is click's own, and differs between its releases.
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["vaildate"], "'vaildate'"),
        (["--nope"], "--nope"),
        (["validate", "--strikt"], "--strikt"),
        (["environments", "extra"], "extra"),
        (["environments", "--format"], "--format"),
        (["environments", "--format", "xml"], "xml"),
        (["contracts", "nope"], "nope"),
    ],
)
def test_usage_errors(call: Call, arguments: list[str], said: str) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (64, "")
    *usage, error, hint = done.err.splitlines()
    assert all(line.startswith("Usage: hookwright ") for line in usage)
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: 'hookwright ")
    assert hint.endswith("--help' shows what there is.")


@pytest.mark.parametrize(
    ("groups", "typed", "meant"),
    [
        ((), "vaildate", "validate"),
        (("test",), "reciever", "receiver"),
        (("github",), "coment", "comment"),
        (("contracts",), "infre", "infer"),
    ],
)
def test_near_names_are_ours_in_every_group(call: Call, groups: tuple[str, ...], typed: str, meant: str) -> None:
    done = call(*groups, typed)
    assert (done.code, done.out) == (64, "")
    assert f"error: No such command '{typed}'. Did you mean '{meant}'?\n" in done.err
    assert f"hint: '{' '.join(['hookwright', *groups])} --help' shows" in done.err
    assert "error: No such command 'qqqq'.\n" in call(*groups, "qqqq").err


@pytest.mark.parametrize(
    ("arguments", "environ", "json_told"),
    [
        (["--nope"], {}, False),
        (["validate", "--nope", "--format", "json"], {}, True),
        (["validate", "--nope", "--format=json"], {}, True),
        (["--format", "json", "vaildate"], {}, True),
        (["validate", "--nope"], {"HOOKWRIGHT_FORMAT": "json"}, True),
        (["validate", "--nope", "--format", "text"], {"HOOKWRIGHT_FORMAT": "json"}, False),
        (["validate", "--nope", "--format=sarif"], {"HOOKWRIGHT_FORMAT": "json"}, False),
        (["validate", "--format", "json", "--format", "text", "--nope"], {}, False),
        (["validate", "--nope", "--format"], {}, False),
    ],
)
def test_usage_errors_in_the_format_asked_for(
    call: Call, arguments: list[str], environ: dict[str, str], json_told: bool
) -> None:
    done = call(*arguments, **environ)
    assert done.code == 64
    assert "error: No such " in done.err
    if json_told:
        error = done.json["error"]
        assert (error["category"], error["exit_code"]) == ("usage", 64)
    else:
        assert done.out == ""


# --- what breaks


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """``explain`` breaks with an error that has a secret in its message."""

    def catalogue() -> None:
        raise ValueError("tk_test_0123456789abcdef is hidden")

    monkeypatch.setattr(registry, "catalogue", catalogue)


@pytest.mark.usefixtures("broken")
def test_an_internal_error(call: Call) -> None:
    done = call("explain")
    line = test_an_internal_error.__code__.co_filename.rpartition("/")[2]
    assert (done.code, done.out) == (1, "")
    error, hint = done.err.splitlines()
    assert error.startswith(f"error: internal error: ValueError ({line}:")
    assert error.endswith("); this is a bug in hookwright")
    assert hint == "hint: Please report it; HOOKWRIGHT_DEBUG=1 shows where."
    assert "hidden" not in done.err


@pytest.mark.usefixtures("broken")
def test_an_internal_error_in_json(call: Call) -> None:
    done = call("explain", "--format", "json")
    assert done.code == 1
    assert done.json["format"] == "hookwright.error/1"
    assert done.json["error"]["exit_code"] == 1
    assert done.json["error"]["message"].startswith("internal error: ValueError (test_main.py:")
    assert "hidden" not in done.out + done.err


@pytest.mark.usefixtures("broken")
def test_an_internal_error_to_be_looked_into(call: Call) -> None:
    with pytest.raises(ValueError, match="hidden"):
        call("explain", HOOKWRIGHT_DEBUG="1")


def test_a_file_that_is_cut_short_is_no_interrupt(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled module that is, say: importing it raises what click takes for the end of an answer."""

    def catalogue() -> None:
        raise EOFError("marshal data too short")

    monkeypatch.setattr(registry, "catalogue", catalogue)
    done = call("explain")
    assert (done.code, done.out) == (1, "")
    assert "error: internal error: EOFError (test_main.py:" in done.err


def test_a_reader_that_leaves_early() -> None:
    environ = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONUNBUFFERED": "1"}
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*HOOKWRIGHT, "explain"], env=environ, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_as_a_module_and_as_a_script() -> None:
    assert run("--version").stdout == f"hookwright {__version__}\n"
    done = run("validate", "-C", "/", "--format", "json")
    assert done.returncode == 1
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["HW000"]


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "hookwright.yaml").write_text(
        "version: 1\nproject: Ünïcode\nenvironments: {test: {api_key: x}}\n", "utf-8"
    )
    for environ in (
        {"LC_ALL": "C"},
        {"LC_ALL": "C.UTF-8"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
    ):
        done = run("validate", "-C", str(tmp_path), **environ)
        assert (done.returncode, "Ünïcode" in done.stdout, "internal" in done.stderr) == (1, True, False)
        assert "Ünïcode" in run("validate", "-C", str(tmp_path), "--format", "json", "-e", "Ünïcode", **environ).stdout
