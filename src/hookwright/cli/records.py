"""Where the records of applies are kept: a folder with a file for each, or one file of JSON lines."""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hookwright.cli.files import write_whole
from hookwright.cli.options import option
from hookwright.errors import ConfigError, LocalError, UsageError
from hookwright.model.history import Record, record_from_dict, record_to_dict
from hookwright.report.style import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hookwright.cli.settings import Settings
    from hookwright.model.plan import Outcome, Plan
    from hookwright.model.source import Document

LINES: Final = ".jsonl"
"""The ending that makes a path one file of JSON lines."""

_SHAPE: Final = f"A history is a folder, or a file that ends in {LINES}."

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file; a larger one is not read: its newest records would be missing."""

_WHO: Final = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME")


def history_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--history``."""
    return option(
        "--history", metavar="PATH", default=None, help="Where applies are recorded: a folder, or a .jsonl file."
    )(function)


def kept_at(given: str | None, main: Document) -> Records | None:
    """The records of a project: where the command line says, else where the project says; None where neither does.

    Args:
        given: ``--history``, relative to the working directory.
        main: the project's ``hookwright.yaml``, whose ``history`` is relative to its folder.
    """
    if given:
        return Records(Path(given))
    value = main.value.get("history") if isinstance(main.value, dict) else None
    return Records(main.path.parent / value) if isinstance(value, str) and value else None


def required(given: str | None, main: Document) -> Records:
    """The same.

    Raises:
        ConfigError: none are kept.
    """
    records = kept_at(given, main)
    if records is None:
        hint = "Write 'history: history' into hookwright.yaml, or pass --history."
        raise ConfigError("no history is kept for this project", hint=hint)
    return records


def find(records: Sequence[Record], wanted: str) -> Record:
    """The record of an id, or of its beginning or end where no other record has that.

    Raises:
        UsageError: there is none, or there are several.
    """
    exact = [record for record in records if record.id == wanted]
    found = exact or [record for record in records if record.id.startswith(wanted) or record.id.endswith(wanted)]
    if len(found) == 1:
        return found[0]
    problem = f"{len(found)} records have '{wanted}' in their id" if found else f"there is no record '{wanted}'"
    raise UsageError(problem, hint="'hookwright history' lists them.")


def make_record(settings: Settings, plan: Plan, outcome: Outcome) -> Record:
    """The record of an apply that has just ended."""
    at = settings.now()
    return Record(record_id(at, secrets.token_hex(3)), at, who(settings.environ), plan, outcome)


def record_id(at: datetime, token: str) -> str:
    """An id that sorts by time: ``20260131T120000.123Z-a1b2c3``."""
    return f"{at:%Y%m%dT%H%M%S}.{at.microsecond // 1000:03}Z-{token}"


def who(environ: Mapping[str, str]) -> str | None:
    """Who runs this process: whom the CI system names, else the user."""
    return next((environ[name] for name in _WHO if environ.get(name)), None)


class Records:
    """The records in one place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = path.suffix == LINES

    def keep(self, record: Record) -> None:
        """Keep a record, whole or not at all.

        Raises:
            LocalError: it cannot be written.
        """
        value = record_to_dict(record)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._lines:
                _append(self.path, json.dumps(value, ensure_ascii=False) + "\n")
            else:
                self.path.mkdir(exist_ok=True)
                text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
                write_whole(self.path / f"{record.id}.json", text)
        except OSError as error:
            raise self._failed("written", error) from None

    def read(self) -> tuple[list[Record], list[str]]:
        """All records, oldest first, and what is wrong with the rest.

        Raises:
            LocalError: they cannot be read.
        """
        records: list[Record] = []
        wrong: list[str] = []
        try:
            for name, text in self._texts():
                try:
                    records.append(record_from_dict(json.loads(text)))
                except (ValueError, RecursionError):
                    wrong.append(one_line(f"{name} is no record of an apply"))
        except OSError as error:
            raise self._failed("read", error) from None
        return sorted(records, key=lambda record: record.id), wrong

    @property
    def empty(self) -> str:
        """What to say where there are no records: nothing there to look at, or nothing in it."""
        return f"Nothing was recorded yet{f' in {self}' if self.path.exists() else f': {self} does not exist'}."

    def __str__(self) -> str:
        """Where they are, from the working directory if that is on the same drive."""
        try:
            return os.path.relpath(self.path)
        except ValueError:  # Windows has several
            return str(self.path)

    def _failed(self, done: str, error: OSError) -> LocalError:
        hint = _SHAPE if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR} else ""
        if error.errno == errno.EFBIG:
            hint = f"{LARGEST} bytes are read at the most. Move it away: the next apply begins a new one."
        return LocalError(f"the history in {self.path} cannot be {done}: {error.strerror}", hint=hint)

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        """Each record's text, and what to call it in a message."""
        if not self.path.exists():
            return
        if not self._lines:
            if not self.path.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            for file in sorted(self.path.glob("*.json")):
                # A folder or a dead link of that name is one record less, not none at all.
                yield str(file), _whole(file) if file.is_file() else b""
            return
        for number, line in enumerate(_whole(self.path).split(b"\n"), 1):
            if line.strip():
                yield f"{self.path}:{number}", line


def _whole(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data


def _append(path: Path, line: str) -> None:
    """Append a line with one write: a process that is killed leaves all of it, or nothing.

    Raises:
        OSError: it cannot be written; the file is as long as before.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        # A line that somebody left unfinished stays the only one that cannot be read.
        torn = size > 0 and os.lseek(descriptor, size - 1, os.SEEK_SET) >= 0 and os.read(descriptor, 1) != b"\n"
        data = (b"\n" if torn else b"") + line.encode()
        if os.write(descriptor, data) < len(data):
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
