"""Records on disk, and what is there when writing them goes wrong."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hookwright.cli import records as module
from hookwright.cli.records import Records, find, kept_at, record_id, required, who
from hookwright.cli.settings import Settings
from hookwright.config.reader import read_text
from hookwright.errors import ConfigError, LocalError, UsageError
from hookwright.model.history import Record
from hookwright.model.source import Document
from tests.unit.report.test_history_reports import DONE, NOT, PARTIAL

PLACES = ["history", "deep/er/history", "history.jsonl", "deep/er/history.jsonl"]


@pytest.mark.parametrize("place", PLACES)
def test_records_come_back_oldest_first(tmp_path: Path, place: str) -> None:
    kept = Records(tmp_path / place)
    assert kept.read() == ([], [])
    for record in (PARTIAL, NOT, DONE):
        kept.keep(record)
    assert kept.read() == ([NOT, DONE, PARTIAL], [])


def test_a_folder_has_a_file_for_each_that_sorts_by_time(tmp_path: Path) -> None:
    kept = Records(tmp_path / "history")
    kept.keep(PARTIAL)
    kept.keep(DONE)
    assert sorted(path.name for path in kept.path.iterdir()) == [f"{DONE.id}.json", f"{PARTIAL.id}.json"]
    assert json.loads((kept.path / f"{DONE.id}.json").read_text())["format"] == "hookwright.history/1"


def test_a_file_has_a_line_for_each(tmp_path: Path) -> None:
    kept = Records(tmp_path / "history.jsonl")
    kept.keep(PARTIAL)
    kept.keep(DONE)
    assert [json.loads(line)["id"] for line in kept.path.read_text().splitlines()] == [PARTIAL.id, DONE.id]


@pytest.mark.parametrize("torn", ["{", '{"format": "hookwright.history/1", "id"', "[" * 100_000])
def test_a_line_that_was_left_unfinished_costs_no_other(tmp_path: Path, torn: str) -> None:
    kept = Records(tmp_path / "history.jsonl")
    kept.keep(NOT)
    with kept.path.open("a") as file:
        file.write(torn)
    kept.keep(DONE)
    assert kept.read() == ([NOT, DONE], [f"{kept.path}:2 is no record of an apply"])


def test_other_files_in_the_folder_are_told(tmp_path: Path) -> None:
    kept = Records(tmp_path / "history")
    kept.keep(DONE)
    (kept.path / "package.json").write_text("{}")
    (kept.path / "README.md").write_text("Records of applies.")
    assert kept.read() == ([DONE], [f"{kept.path / 'package.json'} is no record of an apply"])


def test_what_only_has_the_name_of_a_record_costs_no_other(tmp_path: Path) -> None:
    kept = Records(tmp_path / "history")
    kept.keep(DONE)
    (kept.path / "folder.json").mkdir()
    (kept.path / "dead.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(kept.path / "pipe.json")
    (kept.path / "name\n::error::.json").touch()
    names = ("dead", "folder", r"name\n::error::", "pipe")
    wrong = [f"{kept.path}/{name}.json is no record of an apply" for name in names]
    assert kept.read() == ([DONE], wrong)


def test_a_file_whose_end_would_be_missing_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Records(tmp_path / "history.jsonl")
    kept.keep(NOT)
    kept.keep(DONE)
    monkeypatch.setattr(module, "LARGEST", kept.path.stat().st_size - 1)
    with pytest.raises(LocalError, match="cannot be read: File too large") as caught:
        kept.read()
    assert "the next apply begins a new one" in caught.value.hint
    monkeypatch.setattr(module, "LARGEST", kept.path.stat().st_size)
    assert kept.read() == ([NOT, DONE], [])


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Records(tmp_path / "history.jsonl")
    kept.keep(NOT)
    before = kept.path.read_bytes()
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(module.os, "write", lambda descriptor, data: write(descriptor, data[:7]))
        with pytest.raises(LocalError, match="cannot be written: No space left on device"):
            kept.keep(DONE)
    assert kept.path.read_bytes() == before


@pytest.mark.parametrize("place", ["there/history", "there/history.jsonl", "there"])
def test_a_place_that_is_none(tmp_path: Path, place: str) -> None:
    (tmp_path / "there").write_text("a file")
    with pytest.raises(LocalError, match="cannot be written"):
        Records(tmp_path / place).keep(DONE)
    assert list(tmp_path.iterdir()) == [tmp_path / "there"]


def test_a_place_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").mkdir()
    with pytest.raises(LocalError, match="cannot be read: Is a directory"):
        Records(tmp_path / "history.jsonl").read()


def test_what_the_command_line_says_wins(tmp_path: Path) -> None:
    main = _main(tmp_path, "history: a/b")
    assert _path(kept_at(None, main)) == tmp_path / "a" / "b"
    assert _path(kept_at("elsewhere", main)) == Path("elsewhere")
    assert kept_at(None, _main(tmp_path, "project: acme")) is None
    assert kept_at(None, _main(tmp_path, "history: 1")) is None
    assert kept_at(None, _main(tmp_path, "[]")) is None
    with pytest.raises(ConfigError, match="no history is kept"):
        required(None, _main(tmp_path, "project: acme"))


def _main(folder: Path, text: str) -> Document:
    document, _ = read_text(folder / "hookwright.yaml", text)
    assert document is not None
    return document


def _path(records: Records | None) -> Path:
    assert records is not None
    return records.path


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"GITHUB_ACTOR": "octocat", "USER": "runner"}, "octocat"),
        ({"GITLAB_USER_LOGIN": "tanuki", "GITHUB_ACTOR": "", "USER": "root"}, "tanuki"),
        ({"USER": "ann"}, "ann"),
        ({"USERNAME": "bo"}, "bo"),
        ({}, None),
    ],
)
def test_who_runs_it(environ: dict[str, str], name: str | None) -> None:
    assert who(environ) == name


def test_ids_sort_by_time() -> None:
    time = datetime(2026, 1, 31, 12, 0, 7, 42_999, tzinfo=UTC)
    assert record_id(time, "a1b2c3") == "20260131T120007.042Z-a1b2c3"
    assert record_id(time, "zzz") < record_id(time.replace(microsecond=43_000), "000")


def test_a_record_is_made_of_the_process_and_the_clock() -> None:
    settings = Settings(Path(), environ={"USER": "ann"}, now=lambda: PARTIAL.at)
    made = module.make_record(settings, PARTIAL.plan, PARTIAL.outcome)
    assert made == replace(PARTIAL, id=made.id, who="ann")
    assert made.id.startswith("20260131T120107.000Z-")
    assert len(made.id) == len("20260131T120107.000Z-a1b2c3")


def test_a_record_is_found_by_as_much_of_its_id_as_it_takes() -> None:
    records: list[Record] = [NOT, DONE, PARTIAL]
    assert find(records, DONE.id) is DONE
    assert find(records, "a1b2c3") is PARTIAL
    assert find(records, "20260129") is NOT
    with pytest.raises(UsageError, match="3 records have '2026' in their id"):
        find(records, "2026")
    with pytest.raises(UsageError, match="there is no record 'nope'"):
        find(records, "nope")
