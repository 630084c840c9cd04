"""Files → documents: reads one YAML file, and tells everything that is wrong with it instead of raising."""

from __future__ import annotations

import codecs
import gc
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yaml.error import YAMLError

from hookwright.config import limits, problems
from hookwright.config.builder import Builder
from hookwright.config.parsing import events
from hookwright.config.positions import TextPlaces, YamlPlaces
from hookwright.config.problems import BrokenError, Problem
from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import Document, Position, Span

if TYPE_CHECKING:
    from hookwright.model.source import Json

NOT_UTF8: Final = "HW001"
UNREADABLE: Final = "HW014"
_CHUNK: Final = 256 * 1024
"""Bytes read at a time beyond what a file said that it holds."""
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OPEN_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector out while many objects are made that all stay: it walks them over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read(path: Path) -> tuple[Document | None, list[Finding]]:
    """Read a YAML file.

    Args:
        path: the file.

    Returns:
        The document, None where not even its text could be read; and what is wrong with it (rules HW001 to HW018).
        Where the text is no usable YAML, the value of the document is None, and a finding says so.
    """
    text, findings = read_plain(path)
    if text is None:
        return None, findings
    return read_text(path, text)


def read_plain(path: Path) -> tuple[str | None, list[Finding]]:
    """Read a text file: UTF-8, with or without a byte order mark, at most ten MiB.

    Returns:
        The text, or None and why it cannot be read (HW001, HW014).
    """
    try:
        data = _bytes(path)
    except OSError as error:
        return None, [unreadable(path, reason_of(error))]
    return _decoded(path, data)


def read_text(path: Path, text: str | bytes) -> tuple[Document | None, list[Finding]]:
    """Read a YAML text as if it stood in ``path``; otherwise as :func:`read`."""
    if isinstance(text, bytes):
        decoded, findings = _decoded(path, text)
        if decoded is None:
            return None, findings
        text = decoded
    text = text.removeprefix("\ufeff")
    builder: Builder | None = None
    value: Json = None
    broken: Problem | None = None
    try:
        if text.count("\n%") + text.count("\r%") > limits.MAX_DIRECTIVES:
            raise BrokenError(Problem(problems.TOO_MUCH, "too many directives", 0, 0))  # noqa: TRY301 - one way out
        with collector_paused():
            builder = Builder(text, events(text))
            value = builder.document()
    except YAMLError as error:
        from hookwright.config.syntax import explain

        broken = explain(error, text)
    except UnicodeEncodeError as error:
        broken = Problem(problems.CONTROL, "half a surrogate pair stands here", error.start, error.end)
    except BrokenError as error:
        broken = error.problem
    places: TextPlaces | YamlPlaces = TextPlaces(path, text) if broken else YamlPlaces(path, text)
    found = list(builder.problems) if builder else []
    if broken and (broken.rule, broken.start) not in {(one.rule, one.start) for one in found}:
        found.append(broken)
    return Document(path, text, None if broken else value, places), [_finding(one, places) for one in found]


def unreadable(path: Path, reason: str, *, hint: str = "") -> Finding:
    """The finding for a file that cannot be read at all."""
    start = Position(1, 1)
    return Finding(UNREADABLE, Severity.ERROR, f"{path.name} cannot be read: {reason}", Span(path, start, start), hint)


def _bytes(path: Path) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: it is not there, not a regular file, too large, or not for this user.
    """
    # Not blocking: a named pipe must not hang the run before it is known for what it is.
    descriptor = os.open(path, _OPEN_FLAGS)
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a file")
        if status.st_size > limits.MAX_BYTES:
            raise OSError(f"it is larger than {limits.MAX_BYTES // 1024 // 1024} MiB")
        # Not more than it takes: memory is made ready for all that is asked for, however little is read.
        data = file.read(status.st_size + 1)
        while status.st_size != len(data) <= limits.MAX_BYTES and (more := file.read(_CHUNK)):
            data += more  # The file has grown meanwhile, does not tell its size, or came in pieces.
        return data


def reason_of(error: OSError) -> str:
    """Why a file or folder cannot be read, in the system's words."""
    return error.strerror.lower() if error.strerror else str(error)


def _decoded(path: Path, data: bytes) -> tuple[str | None, list[Finding]]:
    if len(data) > limits.MAX_BYTES:
        return None, [unreadable(path, f"it is larger than {limits.MAX_BYTES // 1024 // 1024} MiB")]
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        places = TextPlaces(path, before)
        wide = data.startswith(_WIDE)
        message = "the file is UTF-16, not UTF-8" if wide else f"byte 0x{data[error.start]:02X} is not UTF-8"
        hint = "Save the file as UTF-8."
        span = places.between(len(before), len(before))
        return None, [Finding(NOT_UTF8, Severity.ERROR, message, span, hint)]


def _finding(problem: Problem, places: TextPlaces | YamlPlaces) -> Finding:
    related: tuple[Related, ...] = ()
    if problem.first and isinstance(places, YamlPlaces):
        first = places.first_key(*problem.first)
        related = (Related("it stood here first", first),) if first else ()
    span = places.between(problem.start, problem.end)
    return Finding(problem.rule, problem.severity, problem.message, span, problem.hint, related=related)
