"""What a command knows of its process."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from hookwright.cli.settings import Settings, from_process
from hookwright.errors import UsageError


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def made(monkeypatch: pytest.MonkeyPatch, *, terminals: str = "", no_color: bool = False, **environ: str) -> Settings:
    """The settings of a process whose named streams are terminals."""
    with monkeypatch.context() as patch:
        patch.setattr("os.environ", environ)
        for name in ("stdin", "stdout", "stderr"):
            patch.setattr(sys, name, Stream(name in terminals))
        return from_process(no_color=no_color)


@pytest.mark.parametrize(
    ("terminals", "environ", "no_color", "color"),
    [
        ("stdout", {}, False, True),
        ("", {}, False, False),
        ("stderr", {}, False, False),
        ("stdout", {"NO_COLOR": "1"}, False, False),
        ("stdout", {"NO_COLOR": ""}, False, True),  # no-color.org: "when present and not an empty string"
        ("stdout", {}, True, False),
        ("", {"FORCE_COLOR": "1"}, False, True),
        ("", {"FORCE_COLOR": ""}, False, False),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("", {"FORCE_COLOR": "1"}, True, False),
        ("stdout", {"CI": "true"}, False, True),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, terminals: str, environ: dict[str, str], no_color: bool, color: bool
) -> None:
    assert made(monkeypatch, terminals=terminals, no_color=no_color, **environ).color is color


@pytest.mark.parametrize(
    ("terminals", "environ", "interactive"),
    [
        ("stdin stderr", {}, True),
        ("stdin stdout stderr", {}, True),
        ("stdin stdout", {}, False),
        ("stdout stderr", {}, False),
        ("stdin stderr", {"CI": "true"}, False),
        ("stdin stderr", {"CI": ""}, True),
    ],
)
def test_questions(monkeypatch: pytest.MonkeyPatch, terminals: str, environ: dict[str, str], interactive: bool) -> None:
    assert made(monkeypatch, terminals=terminals, **environ).interactive is interactive


@pytest.mark.parametrize(
    ("terminals", "environ", "redraw"),
    [
        ("stderr", {"TERM": "xterm"}, True),
        ("stderr", {"TERM": "dumb"}, False),
        ("stderr", {}, False),
        ("stdout", {"TERM": "xterm"}, False),
        ("stderr", {"TERM": "xterm", "CI": "true"}, False),
    ],
)
def test_redrawing(monkeypatch: pytest.MonkeyPatch, terminals: str, environ: dict[str, str], redraw: bool) -> None:
    assert made(monkeypatch, terminals=terminals, **environ).redraw is redraw


def test_the_environment_is_a_copy_that_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = made(monkeypatch, REFOLD_TEST_API_KEY="tk_test_0123456789abcdef")
    assert settings.environ == {"REFOLD_TEST_API_KEY": "tk_test_0123456789abcdef"}
    assert "tk_test" not in repr(settings)
    monkeypatch.setenv("LATER", "1")
    assert "LATER" not in settings.environ


def test_folder_environments_and_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_process().directory == tmp_path
    assert from_process(directory=str(tmp_path)).directory == tmp_path
    assert from_process(environments=("b", "a", "b")).environments == ("b", "a")
    assert from_process().now().utcoffset() == timedelta(0)
    assert from_process().now().tzinfo is UTC
    (tmp_path / "file").write_text("")
    for wrong in ("nowhere", "file"):
        with pytest.raises(UsageError, match=f"there is no folder '{wrong}'"):
            from_process(directory=wrong)


def test_reports_and_messages(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(Path())
    settings.emit("one")
    settings.emit("two\n")
    settings.say("three")
    Settings(Path(), quiet=True).say("four")
    assert capsys.readouterr() == ("one\ntwo\n", "three\n")


def test_a_full_disk_is_an_error_that_says_so() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    code = (
        "from pathlib import Path\n"
        "from hookwright.cli.settings import Settings\n"
        "from hookwright.errors import LocalError\n"
        "import sys\n"
        "try: Settings(Path()).emit('x')\n"
        "except LocalError as error: sys.stderr.write(error.message)\n"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, f"the output cannot be written: {os.strerror(errno.ENOSPC)}")


def test_what_goes_wrong_while_lines_are_made_is_not_the_output_s(capsys: pytest.CaptureFixture[str]) -> None:
    def lines() -> Iterator[str]:
        yield from ["one"] * 40
        raise PermissionError("of a file")

    with pytest.raises(PermissionError, match="of a file"):
        Settings(Path()).emit_lines(lines(), apart=True)
    assert capsys.readouterr().out == "\n" + "one\n" * 39


def test_a_reader_that_has_gone_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Stream):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone(terminal=False))
    with pytest.raises(BrokenPipeError):
        Settings(Path()).emit("x")
