from __future__ import annotations

import gc
import io
import os
from pathlib import Path

import pytest

from hookwright.config import limits, read, read_text, reader
from hookwright.config.reader import collector_paused, read_plain


def why(path: Path) -> str:
    document, findings = read(path)
    assert document is None
    (finding,) = findings
    assert finding.rule == "HW014"
    assert finding.span is not None
    assert (finding.span.file, finding.span.start.line, finding.span.start.column) == (path, 1, 1)
    return finding.message


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    document, findings = read(path)
    assert findings == []
    assert document is not None
    assert (document.path, document.text, document.value) == (path, "a: 1\r\n", {"a": 1})


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert why(tmp_path / "a.yaml") == "a.yaml cannot be read: no such file or directory"
    assert why(tmp_path) == f"{tmp_path.name} cannot be read: is a directory"


def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert why(tmp_path / "a.yaml") == "a.yaml cannot be read: it is not a file"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES)
    assert read(path)[1][0].rule == "HW017"
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    assert why(path) == "a.yaml cannot be read: it is larger than 10 MiB"
    assert read_text(path, b"#" * (limits.MAX_BYTES + 1))[1] == read(path)[1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    assert why(path) == "a.yaml cannot be read: permission denied"


def test_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_bytes(b"\xef\xbb\xbf{\xc3\xa9}\r\n")
    assert read_plain(path) == ("{é}\r\n", [])
    path.write_bytes(b"a\nb\xe9")
    text, findings = read_plain(path)
    assert text is None
    assert [(one.rule, one.span.start.line, one.span.start.column) for one in findings if one.span] == [("HW001", 2, 2)]


def test_the_collector_is_as_it_was() -> None:
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="there is no /proc")
def test_a_file_that_does_not_tell_its_size() -> None:
    path = Path("/proc/version")
    assert path.stat().st_size == 0
    assert read_plain(path) == (path.read_text("utf-8"), [])


def test_a_file_that_comes_in_pieces_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.FileIO):
        """A file of a file system that gives less at a time than it is asked for."""

        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 5))

    monkeypatch.setattr(reader, "open", lambda descriptor, *_, **__: Slow(descriptor), raising=False)
    file = tmp_path / "a.yaml"
    file.write_text("a: one\nb: two\n")
    document, findings = read(file)
    assert document
    assert (document.value, findings) == ({"a": "one", "b": "two"}, [])
