"""Shell completion, asked for as the shells ask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hookwright.errors import LocalError
from hookwright.validate.registry import catalogue
from tests.unit.cli.calling import HELP, Call, Called

Complete = Callable[..., list[str]]
EVENTS = ["Connection Created", "Connection Deleted", "Connection Expired"]
SHELLS = ["bash", "zsh", "fish"]


def ask(call: Call, shell: str, words: list[str], **environ: str) -> Called:
    """What the script of a shell gets for a line; the last word is the one to be completed."""
    current = words[-1] if shell == "fish" else str(len(words))
    line = " ".join(["hookwright", *words])
    return call(_HOOKWRIGHT_COMPLETE=f"{shell}_complete", COMP_WORDS=line, COMP_CWORD=current, **environ)


@pytest.fixture
def complete(call: Call) -> Complete:
    """The values that bash is given for a line."""

    def complete(*words: str, **environ: str) -> list[str]:
        done = ask(call, "bash", list(words), **environ)
        assert (done.code, done.err) == (0, "")
        return [line.partition(",")[2] for line in done.out.splitlines() if line]

    return complete


def test_commands(complete: Complete) -> None:
    assert complete("") == list(HELP)
    assert complete("d") == ["doctor", "drift", "diff", "deliveries", "demo"]
    assert complete("contracts", "") == ["infer"]
    assert complete("nothing") == []
    assert complete("nothing", "") == list(HELP)


def test_options(complete: Complete) -> None:
    assert complete("--dir") == ["--directory"]
    assert complete("render", "--re") == ["--reveal"]
    assert complete("plan", "--allow-d") == ["--allow-deletes", "--allow-duplicate-url"]
    assert complete("validate", "--format", "s") == ["sarif"]


def test_commands_are_not_imported_to_be_listed() -> None:
    code = (
        "import atexit, sys\n"
        "from hookwright.cli.main import run\n"
        "show = lambda: print(sorted(name for name in sys.modules if name.startswith('hookwright.')))\n"
        "atexit.register(show)\n"
        "run([])\n"
    )
    environ = {"_HOOKWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": "hookwright ", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert "plain,validate\n" in done.stdout
    modules = ["cli", "cli.completing", "cli.main", "cli.options", "cli.settings", "errors", "model", "model.frozen"]
    assert done.stdout.splitlines()[-1] == str([f"hookwright.{name}" for name in modules])


@pytest.mark.parametrize(
    "words", [["plan", "-e", ""], ["-e", ""], ["diff", ""], ["diff", "test", ""], ["render", "-e", ""]]
)
def test_environments(complete: Complete, words: list[str]) -> None:
    assert complete(*words) == ["test", "production"]
    assert complete(*words[:-1], "p") == ["production"]


def test_webhooks(complete: Complete, project: Path) -> None:
    (project / "events").mkdir()
    (project / "events" / "a.yaml").write_text("events:\n  order_paid: {sample: {}}\n")
    assert complete("render", "") == complete("send", "") == ["channel", "pager", "plain"]
    assert complete("render", "p") == ["pager", "plain"]
    assert complete("plan", "--target", "") == ["channel", "pager", "plain", "order_paid"]
    assert complete("apply", "--exclude", "or") == ["order_paid"]


def test_events(complete: Complete) -> None:
    assert complete("render", "pager", "--event", "Connection") == EVENTS
    assert complete("send", "--event", '"Workflow E') == ["Workflow Errored"]
    assert complete("contracts", "infer", "--event", "Workflow\\ T") == ["Workflow Timed Out"]
    assert complete("contracts", "infer", "--event", "wo") == ["workflow_response"]


def test_rules_and_schemas(complete: Complete) -> None:
    assert complete("explain", "HW20") == [f"HW20{number}" for number in range(1, 10)]
    assert complete("explain", "hw201") == ["HW201"]
    assert complete("explain", "unknown-k") == ["unknown-key"]
    assert complete("schema", "proj") == ["project"]


def test_files_and_folders_are_left_to_the_shell(call: Call) -> None:
    assert ask(call, "bash", ["-C", "x"]).out == "dir,x\n"
    assert ask(call, "bash", ["validate", "-C", ""]).out == "dir,\n"
    assert ask(call, "bash", ["validate", "web"]).out == "file,web\n"
    assert ask(call, "bash", ["apply", ""]).out == "file,\n"


def test_of_the_project_that_is_named(complete: Complete, project: Path) -> None:
    other = project / "other" / "webhooks"
    other.mkdir(parents=True)
    (other.parent / "hookwright.yaml").write_text("version: 1\nproject: other\nenvironments: {staging: {}}\n")
    (other / "a.yaml").write_text("webhooks: {elsewhere: {}}\n")
    for words in (["-C", "other", "plan"], ["plan", "-C", "other"]):
        assert complete(*words, "-e", "") == ["staging"]
    assert complete("-C", "other", "render", "") == ["elsewhere"]
    assert complete("render", "", HOOKWRIGHT_DIRECTORY="other") == ["elsewhere"]
    assert complete("-C", "nowhere", "plan", "-e", "") == []
    assert complete("-C", "nowhere", "render", "") == []


@pytest.mark.parametrize(
    "text", [b"", b"version: [", b"- a\n", b"environments: 1\n", b"environments: [a]\n", b"\xff", None]
)
def test_of_no_project_that_could_be_read(complete: Complete, project: Path, text: bytes | None) -> None:
    (project / "hookwright.yaml").unlink()
    if text is not None:
        (project / "hookwright.yaml").write_bytes(text)
    assert complete("plan", "-e", "") == []
    assert complete("render", "") == complete("plan", "--target", "") in ([], ["channel", "pager", "plain"])


def test_of_a_project_that_cannot_be_opened(complete: Complete, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path) -> None:
        raise LocalError(f"{file} cannot be read")

    monkeypatch.setattr("hookwright.config.load", refuse)
    assert complete("render", "") == []


def test_the_formats_of_the_shells(call: Call) -> None:
    rule = catalogue()["HW201"].title
    assert ask(call, "bash", ["explain", "HW201"]).out == "plain,HW201\n"
    assert ask(call, "zsh", ["explain", "HW201"]).out == f"plain\nHW201\n{rule}\n"
    assert ask(call, "fish", ["explain", "HW201"]).out == f"plain,HW201\t{rule}\n"
    for shell in SHELLS:
        assert "Workflow Errored" in ask(call, shell, ["render", "--event", "Workflow\\ E"]).out


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert f"_HOOKWRIGHT_COMPLETE={shell}_complete" in done.out
    assert "%" not in done.out.replace("%q", "")
    assert call("completion", shell, "--format", "json").json == {
        "format": "hookwright.completion/1",
        "shell": shell,
        "script": done.out,
    }


def test_no_such_shell(call: Call) -> None:
    assert call("completion", "csh").code == 64
    assert call("completion").code == 64
    assert call("completion", _HOOKWRIGHT_COMPLETE="csh_complete").code == 1


def script_of(folder: Path) -> Path:
    """A program of the name that the scripts complete."""
    program = folder / "hookwright"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hookwright "$@"\n')
    program.chmod(0o755)
    return program


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ren"], ["render"]),
        (["render", "p"], ["pager", "plain"]),
        (["render", "--event", "Workflow\\ E"], ["Workflow\\ Errored"]),
        (["render", "--event", '"Workflow E'], ["Workflow Errored"]),
        (["render", "--event", "'Workflow E"], ["Workflow Errored"]),
        (["nothing", "--"], ["--version", "--directory"]),
        (["-C", "w"], []),
    ],
)
def test_in_bash(call: Call, project: Path, tmp_path: Path, words: list[str], expected: list[str]) -> None:
    program = script_of(tmp_path)
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in [str(program), *words])
    script = call("completion", "bash").out + (
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}\n"
        f"_hookwright_completion '{program}' 2>&1\n"
        "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        "complete -p hookwright\n"
    )
    environ = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    *completed, registered = [line for line in done.stdout.splitlines() if line]
    assert completed[:2] == expected
    assert (registered, done.stderr) == ("complete -o nosort -F _hookwright_completion hookwright", "")


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hookwright ren", ["render\tShow the exact request that a delivery would send."]),
        ("hookwright test rec", ["receiver\tPut a receiver to the proof: signatures, duplicates, load."]),
        ("hookwright render p", ["pager", "plain"]),
        ("hookwright render --event Workflow\\ E", ["Workflow Errored"]),
        ('hookwright render --event "Workflow E', ["Workflow Errored"]),
        ("hookwright plan --environment=t", ["--environment=test"]),
        ("hookwright plan --directory=web", ["--directory=webhooks/\tDirectory"]),
    ],
)
def test_in_fish(call: Call, project: Path, tmp_path: Path, line: str, expected: list[str]) -> None:
    script_of(tmp_path)
    script = f"{call('completion', 'fish').out}\ncomplete -C '{line}'\n"
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout.splitlines(), done.stderr) == (expected, "")


@pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh")
@pytest.mark.parametrize(
    ("words", "before", "expected"),
    [
        ("render --event 'Workflow\\ E'", "", "Workflow Errored"),
        ("plan --environment=t", "--environment=", "test"),
    ],
)
def test_in_zsh(call: Call, project: Path, tmp_path: Path, words: str, before: str, expected: str) -> None:
    script_of(tmp_path)
    # What zsh would offer is kept instead of offered: outside of a line that is edited there is nobody to offer it to.
    script = (
        "autoload -Uz compinit; compinit -u -D\n" + call("completion", "zsh").out + "print -r -- $_comps[hookwright]\n"
        'compadd() { print -r -- "$2 $3"; print -rl -- ${(P)@[-1]} }\n'
        f"words=(hookwright {words}); CURRENT=$#words\n"
        "_hookwright_completion\n"
    )
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["zsh", "-f", "-c", script], cwd=project, env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout.splitlines(), done.stderr) == (["_hookwright_completion", f"-P {before}", expected], "")
