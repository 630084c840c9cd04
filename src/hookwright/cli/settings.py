"""The one place that reads the process: its environment, clock, working directory and terminal."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final, TextIO

from hookwright.errors import LocalError, UsageError
from hookwright.model.frozen import dataclass

_AT_ONCE: Final = 40
"""Lines of a report that are written in one go: a screen of them."""
_JSON: Final = frozenset({"json", "sarif", "codequality"})
"""The output formats that are JSON."""


def prepare_streams() -> None:
    """Make sure that there are streams, and that they write UTF-8 whatever the locale says.

    JSON is nothing else (RFC 8259 §8.1), and reports need more than ASCII. A stream that the caller has closed is None:
    then there is nothing to read and nobody to tell, and writing a report fails as on a full disk.
    """
    # In this order: each takes the number of the one that was closed, and no file is opened under it later.
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    out, err = sys.stdout, sys.stderr
    if _is_own(out, sys.__stdout__) and isinstance(getattr(out, "buffer", None), io.RawIOBase):
        # PYTHONUNBUFFERED: of a text that a full disk has cut short, nobody would hear.
        sys.stdout = os.fdopen(out.fileno(), "w", encoding="utf-8", errors=out.errors, closefd=False)
    if _is_own(err, sys.__stderr__):
        buffer = os.fdopen(err.fileno(), "wb", closefd=False)
        sys.stderr = _Messages(buffer, "utf-8", "backslashreplace", line_buffering=True)


def _is_own(stream: TextIO, first: TextIO | None) -> bool:
    """Whether a stream is what the process was started with, and no terminal: tests and the Action have their own."""
    return stream is first and not stream.isatty()


class _Messages(io.TextIOWrapper):
    """A stderr that drops what cannot be written.

    There is nobody to tell of it, and a log that is full must end no apply that is under way.
    """

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def write_stdout(texts: Iterable[str]) -> None:
    """Write texts to stdout, each as soon as it is made.

    Raises:
        LocalError: stdout takes no more.
    """
    for text in texts:  # What goes wrong while a text is made is not stdout's.
        _reaching(sys.stdout.write, text)
    _reaching(sys.stdout.flush)


def _reaching(do: Callable[..., object], *given: str) -> None:
    try:
        do(*given)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from None


def unwritten(error: OSError) -> LocalError:
    """The error that stands for a stdout that takes no more; whatever is still to come is dropped."""
    silence_stdout()
    hint = "See where stdout leads to: a disk that is full, or nothing at all."
    return LocalError(f"the output cannot be written: {error.strerror}", hint=hint)


def silence_stdout() -> None:
    """Send what is still to come to nowhere, so that the interpreter does not fail on it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command knows of the process and of the options that all commands share.

    Attributes:
        directory: where to look for the project: ``-C`` or the working directory.
        environments: the names given with ``-e``, in order, without repeats.
        format: the chosen output format.
        color: whether reports may be coloured.
        quiet: whether messages to stderr are left out (errors are not).
        verbose: whether to say more.
        interactive: whether a person can be asked: a terminal on both ends and no ``CI``.
        redraw: whether lines of stderr can be drawn over: a terminal that understands it and no ``CI``.
        environ: the process environment.
        now: the clock.
    """

    directory: Path
    environments: tuple[str, ...] = ()
    format: str = "text"
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    interactive: bool = False
    redraw: bool = False
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    now: Callable[[], datetime] = _now

    def emit(self, text: str) -> None:
        """Write a report to stdout, ending in one newline. In the log of a CI's run JSON is nothing but text.

        Raises:
            LocalError: stdout takes no more.
        """
        if self.format in _JSON:
            from hookwright.report.style import disarmed_json

            text = disarmed_json(text)
        write_stdout((text if text.endswith("\n") else text + "\n",))

    def emit_lines(self, lines: Iterable[str], *, apart: bool) -> None:
        """Write a report for people to stdout while it is made, some lines at a time; raises as :meth:`emit`.

        Args:
            lines: the report.
            apart: whether an empty line parts it from another one before it.
        """
        left = chain([""] if apart else [], lines)
        write_stdout("\n".join([*some, ""]) for some in iter(lambda: list(islice(left, _AT_ONCE)), []))

    def say(self, message: str) -> None:
        """Write a message to stderr, unless ``--quiet``."""
        if not self.quiet:
            sys.stderr.write(message + "\n")
            sys.stderr.flush()


def from_process(
    *,
    directory: str | None = None,
    environments: tuple[str, ...] = (),
    output_format: str = "text",
    no_color: bool = False,
    quiet: bool = False,
    verbose: bool = False,
) -> Settings:
    """The settings of this process.

    Colour needs a terminal and neither ``--no-color`` nor ``NO_COLOR`` (https://no-color.org); ``FORCE_COLOR`` stands
    in for the terminal. ``CI`` rules out questions.

    Raises:
        UsageError: ``directory`` is no folder: to look above a mistyped one would find another project.
    """
    if directory is not None and not Path(directory).is_dir():
        raise UsageError(f"there is no folder '{directory}'", hint="-C names the folder of the project, or one below.")
    environ = dict(os.environ)
    terminal = sys.stdout.isatty() or bool(environ.get("FORCE_COLOR"))
    return Settings(
        directory=Path(directory) if directory else Path.cwd(),
        environments=tuple(dict.fromkeys(environments)),
        format=output_format,
        color=terminal and not no_color and not environ.get("NO_COLOR"),
        quiet=quiet,
        verbose=verbose,
        interactive=sys.stdin.isatty() and sys.stderr.isatty() and not environ.get("CI"),
        redraw=sys.stderr.isatty() and not environ.get("CI") and environ.get("TERM", "") not in {"", "dumb"},
        environ=environ,
    )


def shown_path(root: Path | None) -> Callable[[Path], str]:
    """How reports name files: from the working directory where that is above or in the project, else from its root."""
    here = Path.cwd()
    if root is None or root.absolute().is_relative_to(here) or here.is_relative_to(root.absolute()):
        base = here
    else:
        base = root.absolute()
    return lambda path: Path(os.path.relpath(path.absolute(), base)).as_posix()
