"""Commands called in this process, as the shell calls them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hookwright.cli.main import COMMANDS, run

HELP = {name: line for group in COMMANDS.values() for name, line in group.items()}
"""The line of help of every command."""


@dataclass(frozen=True)
class Called:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Called]


class _Stdin:
    """A stdin that is no terminal and holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False


def make_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> Call:
    """A function that calls a command in ``folder`` with an environment of its own: ``call("send", "x", KEY="…")``."""

    def call(*arguments: str, stdin: bytes = b"", **environ: str) -> Called:
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(sys, "stdin", _Stdin(stdin))
            patch.setattr("os.environ", environ)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                run(arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Called(code, captured.out, captured.err)

    return call
