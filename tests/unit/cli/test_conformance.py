"""``test receiver`` and ``test delivery`` as commands: what they print, and the reports that they write beside it."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from hookwright.validate.schemas import schema_text
from tests.mutants.receivers import KEY, Receiver, serving
from tests.unit.cli.calling import Call, make_call

SCHEMA = jsonschema_rs.validator_for(json.loads(schema_text("output/checks")))
ONLY = ("--only", "R01,R12,R33")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    return make_call(monkeypatch, capsys, tmp_path)


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """A right receiver and one that ignores what is wrong, in a thread."""
    loop = asyncio.new_event_loop()
    found: dict[str, str] = {}
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with serving(Receiver()) as right, serving(Receiver("ignores-the-verdict")) as wrong:
            found.update(right=f"{right}/hook", wrong=f"{wrong}/hook")
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield found
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def test_one_run_gives_every_report(call: Call, urls: dict[str, str], tmp_path: Path) -> None:
    files = ["report.xml", "report.html", "report.json", "report.txt"]
    given = [part for file in files for part in ("--report", file)]
    done = call("test", "receiver", urls["wrong"], "--key-env", "KEY", *ONLY, *given, KEY=KEY)
    assert done.code == 1
    assert "passed   R01  " in done.out
    assert "failed[R12]: " in done.out
    assert "2 passed, 1 failed" in done.out
    suites = ET.parse(tmp_path / "report.xml").getroot()
    assert suites[0].attrib["timestamp"]
    assert [case.attrib["name"][:3] for case in suites.iter("testcase")] == ["R01", "R12", "R33"]
    assert [failure.attrib["type"] for failure in suites.iter("failure")] == ["R12"]
    value = json.loads((tmp_path / "report.json").read_text())
    SCHEMA.validate(value)
    assert value["summary"] == {"passed": 2, "failed": 1, "skipped": 0, "info": 0}
    page = (tmp_path / "report.html").read_text()
    assert "1 of 3 checks failed" in page
    assert page.count('<article class="check ') == 3
    assert "2 passed, 1 failed" in (tmp_path / "report.txt").read_text()
    for file in files:
        assert KEY not in (tmp_path / file).read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files), "nothing half written is left"


@pytest.mark.parametrize("kind", ["json", "junit", "html"])
def test_a_format_is_all_that_stands_on_stdout(kind: str, call: Call, urls: dict[str, str]) -> None:
    done = call("test", "receiver", urls["right"], "--key-env", "KEY", *ONLY, "--format", kind, KEY=KEY)
    assert (done.code, done.err) == (0, "")
    if kind == "json":
        SCHEMA.validate(done.json)
    elif kind == "junit":
        assert ET.fromstring(done.out.encode()).attrib["failures"] == "0"
    else:
        assert done.out.startswith("<!DOCTYPE html>")
        assert "No check failed" in done.out


def test_quiet_leaves_the_progress_out(call: Call, urls: dict[str, str]) -> None:
    done = call("test", "receiver", urls["right"], "--key-env", "KEY", *ONLY, "--quiet", KEY=KEY)
    assert done.code == 0
    assert "passed   R01" not in done.out
    assert done.out.startswith("receiver http://127.0.0.1:")


def test_a_report_that_cannot_be_is_told_before_anything_is_sent(call: Call, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9/"
    done = call("test", "receiver", nobody, "--key-env", "KEY", "--report", "report.pdf", KEY=KEY)
    assert done.code == 64
    assert "--report report.pdf: which format?" in done.err
    assert ".xml, .html" in done.err
    done = call("test", "delivery", "--report", "no/such/report.xml")
    assert done.code == 1
    assert "there is no folder no/such" in done.err


def test_a_report_that_cannot_be_written_fails_and_the_others_are_there(
    call: Call, urls: dict[str, str], tmp_path: Path
) -> None:
    long = f"{'x' * 250}.xml"
    given = ("--report", long, "--report", "fine.json", "--format", "json")
    done = call("test", "receiver", urls["right"], "--key-env", "KEY", *ONLY, *given, KEY=KEY)
    assert done.code == 1
    assert f"error: the report {long} cannot be written: File name too long" in done.err
    assert done.json["summary"]["passed"] == 3
    assert json.loads((tmp_path / "fine.json").read_text()) == done.json


def test_a_sender_is_reported_likewise(call: Call, tmp_path: Path) -> None:
    given = ("--only", "S01,S04", "--report", "report.xml", "--report", "report.html", "--format", "json")
    done = call("test", "delivery", *given)
    assert done.code == 0
    SCHEMA.validate(done.json)
    assert [check["status"] for check in done.json["checks"]] == ["passed", "passed"]
    (suite,) = ET.parse(tmp_path / "report.xml").getroot()
    assert suite.attrib["name"] == "hookwright.delivery"
    page = (tmp_path / "report.html").read_text()
    assert re.search(r"always-500: 4 attempts, with pauses of [\d.]+ s, [\d.]+ s, [\d.]+ s<", page), "retries are drawn"
