"""What people and programs read of a doctor. ``GOLDEN=write pytest …`` writes the golden files anew: read the diff."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from hookwright.model.examination import Check, CheckStatus, Examination, Leftover, Probed
from hookwright.report import doctor_json, doctor_text
from hookwright.validate.schemas import schema_text

GOLDEN = Path(__file__).parents[2] / "golden"
OK, WARNING, FAILED, SKIPPED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED, CheckStatus.SKIPPED
SCHEMA = jsonschema_rs.validator_for(json.loads(schema_text("output/doctor")))

PROBED = Probed(
    environment="test",
    run="20260131T121000Z-0123abcd",
    checks=(
        Check("A5", "Descriptions are kept.", OK, "255 came back", "", "test", "One is made.", "identity"),
        Check("A6", "Lists are complete.", FAILED, "2 were missing", "Report this.", "test", "Many are made.", "plan"),
        Check("Q10", "URLs may repeat.", SKIPPED, "interrupted", "", "test", "Two are made.", "writes"),
    ),
    made=43,
    swept=(Leftover("webhook", "66e31564c0287b4136f77ef8"),),
    leftovers=(Leftover("event", "66e31564c0287b4136f77ef9", "the key was \x1b[31mrefused"),),
    recent=(Leftover("webhook", "66e31564c0287b4136f77efa"), Leftover("event", "66e31564c0287b4136f77efb")),
    ended="interrupted",
)
FOUND = Examination(
    version="0.1.0",
    python="3.11.9",
    system="linux x86_64",
    created_at=datetime(2026, 1, 31, 12, 0, tzinfo=UTC),
    project="acme",
    checks=(
        Check("D01", "Python", OK, "Python 3.11.9"),
        Check("D02", "YAML parser", WARNING, "PyYAML without libyaml", "Install it."),
        Check("D12", "API key", FAILED, "${env.KEY} is unset", "Put the key into it.", "test"),
        Check("D15", "API", SKIPPED, "needs a key", "", "test"),
    ),
    probed=PROBED,
)
FINE = replace(FOUND, checks=FOUND.checks[:2], probed=None, project=None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("doctor.txt", doctor_text.to_text(FOUND)),
        ("doctor-verbose-colour.txt", doctor_text.to_text(FOUND, color=True, verbose=True)),
        ("doctor.json", doctor_json.to_json(FOUND)),
    ],
)
def test_golden(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text + "\n", "utf-8")
    assert text + "\n" == file.read_text("utf-8")


@pytest.mark.parametrize("found", [FOUND, FINE, replace(FOUND, probed=replace(PROBED, checks=(), run=""))])
def test_json_is_as_its_schema_says(found: Examination) -> None:
    value = json.loads(doctor_json.to_json(found))
    assert SCHEMA.is_valid(value)
    assert value["ok"] is not found.failed


def test_verdicts() -> None:
    assert FOUND.failed
    assert not FINE.failed
    assert not replace(FINE, probed=replace(PROBED, checks=(), leftovers=(), ended="")).failed
    for broken in (
        replace(PROBED, checks=(), ended=""),
        replace(PROBED, checks=(), leftovers=()),
        replace(PROBED, leftovers=(), ended=""),
    ):
        assert replace(FINE, probed=broken).failed
    assert [FOUND.count(status) for status in CheckStatus] == [2, 1, 2, 2]


def test_a_sweep_says_what_it_deleted() -> None:
    nothing = replace(FINE, probed=Probed("test", "x"))
    assert "nothing was left behind" in doctor_text.to_text(nothing)
    some = replace(FINE, probed=Probed("test", "x", swept=PROBED.swept))
    assert "deleted, of earlier probes: webhook 66e31564c0287b4136f77ef8" in doctor_text.to_text(some)
