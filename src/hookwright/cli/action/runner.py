"""The runner of a workflow: the files that it reads after a step, and commands called with what they say kept.

"Workflow commands for GitHub Actions" and "Store information in variables" of GitHub's documentation.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from hookwright.cli.workflow import append_summary, set_texts
from hookwright.errors import LocalError

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings

_LARGEST_SUMMARY: Final = 1024 * 1024
"""Bytes that GitHub takes of one step's summary; of a longer one it shows nothing."""


@dataclass(frozen=True, slots=True)
class Called:
    """How a command ended.

    Attributes:
        code: its exit code.
        out: what it wrote to stdout, where that was kept; it was shown otherwise.
        err: what it wrote to stderr; it was shown too.
    """

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        """What it printed as JSON; empty where it did not get as far as that."""
        try:
            value = json.loads(self.out)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def refused(self) -> bool:
        """Whether hookwright refused to do it."""
        error = self.record.get("error")
        return isinstance(error, dict) and error.get("category") == "refused"


class _Tee(io.StringIO):
    """Keeps what is written, and shows it as it comes."""

    def __init__(self, shown: TextIO) -> None:
        super().__init__()
        self._shown = shown

    def write(self, text: str) -> int:
        self._shown.write(text)
        self._shown.flush()
        return super().write(text)


def call(*arguments: str, keep: bool = False) -> Called:
    """Call a hookwright command in this process, as the shell would.

    Args:
        arguments: its command line.
        keep: whether its stdout is kept instead of shown.
    """
    from hookwright.cli.main import run

    out, err = io.StringIO(), _Tee(sys.stderr)
    code: object = 0
    try:
        with redirect_stderr(err), redirect_stdout(out if keep else sys.stdout):
            run(arguments)
    except SystemExit as ended:
        code = ended.code
    return Called(code if isinstance(code, int) else 1, out.getvalue(), err.getvalue())


class Runner:
    """What the runner of a workflow gives to a step, and takes from it.

    Args:
        settings: has the step's process environment. What would go to the file of a variable that is not set, goes
            nowhere.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def folder(self) -> Path:
        """A folder for files of this job; made when asked for.

        Raises:
            LocalError: it cannot be made.
        """
        folder = Path(self._settings.environ.get("RUNNER_TEMP") or tempfile.gettempdir()) / "hookwright"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LocalError(f"the folder {folder} cannot be made: {error.strerror}") from None
        return folder

    def output(self, name: str, value: object) -> None:
        """Set an output of the step.

        Raises:
            LocalError: it cannot be written.
        """
        set_texts(self._settings, {name: str(value)})

    def summarize(self, markdown: str) -> None:
        """Add to the summary of the job.

        Raises:
            LocalError: it cannot be written.
        """
        if len(markdown.encode()) > _LARGEST_SUMMARY:
            markdown = markdown.encode()[: _LARGEST_SUMMARY - 1024].decode("utf-8", "ignore") + "\n\n… cut here."
        append_summary(self._settings, markdown)
