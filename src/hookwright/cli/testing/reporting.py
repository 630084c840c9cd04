"""How runs of conformance checks are shown: on the screen while they run and at their end, and in files beside that."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hookwright.cli.options import EXIT_FAILED, Decorator, Settings, error_text, option
from hookwright.errors import LocalError, UsageError

if TYPE_CHECKING:
    from hookwright.model.conformance import CheckResult, Conformance

FORMATS: Final = ("text", "json", "junit", "html")
_BY_SUFFIX: Final = {".xml": "junit", ".html": "html", ".htm": "html", ".json": "json", ".txt": "text"}


def report_option() -> Decorator:
    """``--report``, which names files."""
    return option(
        "--report",
        "report_files",
        metavar="FILE",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write a report too: .xml (JUnit), .html, .json or .txt; may be repeated.",
    )


class Reporting:
    """Shows one run.

    Args:
        settings: the chosen format, and whether to colour.
        files: files to write reports to, each in the format that its name ends in.

    Raises:
        UsageError: a name ends in something else.
        LocalError: a file's folder is not there.
    """

    def __init__(self, settings: Settings, files: Sequence[Path] = ()) -> None:
        self._settings = settings
        self._files = [(file, _format_of(file)) for file in files]

    def ended(self, check: CheckResult) -> None:
        """Tell of a check as it ends: with the report where that is text, else to a person who waits at a terminal."""
        from hookwright.report import conformance_text

        settings = self._settings
        if settings.format != "text":
            if settings.redraw:
                settings.say(conformance_text.line(check, color=settings.color))
        elif not settings.quiet:
            settings.emit(conformance_text.line(check, color=settings.color))

    def show(self, run: Conformance) -> int:
        """Write the files, and show the whole run; gives the exit code.

        A file that cannot be written is told on stderr; the verdicts are shown all the same.
        """
        from hookwright.cli.files import write_whole

        settings = self._settings
        failed = run.failed
        for file, name in self._files:
            text = _render(name, run, settings, screen=False)
            try:
                write_whole(file, text if text.endswith("\n") else text + "\n")
            except OSError as error:
                failed = True
                problem = LocalError(f"the report {file} cannot be written: {error.strerror}")
                sys.stderr.write(error_text(problem, color=settings.color) + "\n")
        settings.emit(_render(settings.format, run, settings, screen=True))
        return EXIT_FAILED if failed else 0


def _format_of(file: Path) -> str:
    name = _BY_SUFFIX.get(file.suffix.lower())
    if name is None:
        raise UsageError(f"--report {file}: which format?", hint=f"The name ends in {', '.join(_BY_SUFFIX)}.")
    if not file.parent.is_dir():
        raise LocalError(f"the report {file} cannot be written: there is no folder {file.parent}")
    return name


def _render(name: str, run: Conformance, settings: Settings, *, screen: bool) -> str:
    """A report of a run that has just ended; ``screen`` where its checks were told one by one before it."""
    match name:
        case "junit":
            from hookwright.report.conformance_junit import to_junit

            return to_junit(run, ended=settings.now())
        case "html":
            from hookwright.report.conformance_html import to_html

            return to_html(run, ended=settings.now())
        case "json":
            from hookwright.report.conformance_json import to_json

            return to_json(run)
        case _:
            from hookwright.report import conformance_text

            if screen:
                before = "" if settings.quiet else "\n"
                return before + conformance_text.to_text(run, color=settings.color, verbose=settings.verbose)
            return "\n".join([*map(conformance_text.line, run.checks), "", conformance_text.to_text(run)])
