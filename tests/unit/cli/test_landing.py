from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hookwright.cli.landing import Landing
from hookwright.errors import LocalError


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_files_are_made_with_their_folders_and_permissions(tmp_path: Path) -> None:
    with Landing() as landing:
        landing.create(tmp_path / "a" / "b" / "c.yaml", "é\n")
        landing.create(tmp_path / "secret", "x", mode=0o600)
    assert everything(tmp_path) == {"a": None, "a/b": None, "a/b/c.yaml": b"\xc3\xa9\n", "secret": b"x"}
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_replacing_keeps_permissions_links_and_the_byte_order_mark(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"\xef\xbb\xbfold\r\n")
    target.chmod(0o640)
    link.symlink_to(target)
    with Landing() as landing:
        landing.replace(link, "old\r\n", "new\r\n")
    assert target.read_bytes() == b"\xef\xbb\xbfnew\r\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert link.is_symlink()


def test_an_error_takes_everything_back(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("old")
    (tmp_path / "kept").mkdir()
    before = everything(tmp_path)

    def fail() -> None:
        with Landing() as landing:
            landing.create(tmp_path / "kept" / "a", "a")
            landing.create(tmp_path / "x" / "b", "b")
            landing.create(tmp_path / "x" / "y" / "b", "b")
            landing.replace(old, "old", "new")
            assert old.read_text() == "new"
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fail()
    assert everything(tmp_path) == before


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")

    def fail() -> None:
        with Landing() as landing:
            landing.create(tmp_path / "new", "x")
            landing.create(there, "other")

    with pytest.raises(LocalError, match="File exists"):
        fail()
    assert everything(tmp_path) == {"there": b"mine"}


def test_what_has_changed_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("changed meanwhile")
    with pytest.raises(LocalError, match="has changed"), Landing() as landing:
        landing.replace(file, "old", "new")
    assert everything(tmp_path) == {"file": b"changed meanwhile"}


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LocalError, match="cannot be written"), Landing() as landing:
        landing.create(tmp_path / "file" / "below", "x")
    with pytest.raises(LocalError, match="cannot be written"), Landing() as landing:
        landing.replace(tmp_path / "nowhere", "x", "y")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copymode", full)
    with pytest.raises(LocalError, match="No space left"), Landing() as landing:
        landing.create(tmp_path / "a" / "b", "x")
    assert everything(tmp_path) == {}
