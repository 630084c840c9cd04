"""What a person sees on a terminal before there is anything to show."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import projects

from hookwright.cli.settings import Settings
from hookwright.cli.waiting import Waiting


def test_the_line_is_drawn_over_and_gone_while_a_result_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with Waiting(Settings(Path(), redraw=True)) as waiting:
        waiting.for_("one")
        waiting.for_("two")
        assert capsys.readouterr().err == "\r\x1b[Kone …\r\x1b[Ktwo …"
        written = [capsys.readouterr().err for _ in waiting.until([1, 2], ["test", "production"])]
    assert written == [
        "\r\x1b[Kasking the platform about test, production …\r\x1b[K",
        "\r\x1b[Kasking the platform about production …\r\x1b[K",
    ]
    assert capsys.readouterr().err == ""


def test_it_keeps_to_one_line_of_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Waiting(Settings(Path(), redraw=True)) as waiting:
        waiting.for_("x" * 1000)
        assert capsys.readouterr().err == f"\r\x1b[K{'x' * 77} …"


def test_it_is_gone_when_something_is_raised(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with Waiting(Settings(Path(), redraw=True)) as waiting:
            waiting.for_("one")
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert capsys.readouterr().err.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    "settings",
    [Settings(Path()), Settings(Path(), redraw=True, quiet=True), Settings(Path(), redraw=True, format="json")],
)
def test_without_a_terminal_or_anybody_who_wants_it_nothing_is_written(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with Waiting(settings) as waiting:
        waiting.for_("one")
        assert list(waiting.until([1], ["test"])) == [1]
    assert capsys.readouterr().err == ""


def test_a_plan_says_at_once_what_it_waits_for(tmp_path: Path) -> None:
    projects.write(tmp_path / "p", 1, url="http://127.0.0.1:9")
    master, slave = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    environ |= {"REFOLD_TEST_API_KEY": projects.KEY, "TERM": "xterm"}
    command = [sys.executable, "-m", "hookwright", "plan"]
    done = subprocess.run(
        command, cwd=tmp_path / "p", env=environ, stdout=subprocess.PIPE, stderr=slave, check=False, timeout=120
    )
    os.close(slave)
    seen = _all_of(master).decode()
    os.close(master)
    assert done.returncode == 1
    parts = seen.split("\r\x1b[K")
    assert parts[:3] == ["", "reading the project …", "asking the platform about test …"]
    assert parts[3].startswith("error")


def _all_of(master: int) -> bytes:
    """What was written to a terminal that nobody has open any more; it may come in pieces."""
    seen = b""
    with contextlib.suppress(OSError):  # Linux ends it with EIO
        while piece := os.read(master, 65536):
            seen += piece
    return seen
