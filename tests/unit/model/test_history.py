"""Plans, outcomes and records as JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.history import Record, record_from_dict, record_to_dict
from hookwright.model.plan import (
    Action,
    Blocked,
    Change,
    Coverage,
    FieldChange,
    Outcome,
    Plan,
    Step,
    StepStatus,
    Unmanaged,
)
from hookwright.model.serial import outcome_from_dict, outcome_to_dict, plan_from_dict, plan_to_dict

TEXT = st.text(max_size=8)
COUNT = st.integers(0, 10_000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
WHEN = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - becomes UTC in the next line
    lambda time: time.replace(microsecond=0, tzinfo=UTC)
)
KIND = st.sampled_from(["webhook", "event"])
FIELD = st.builds(FieldChange, TEXT, JSON, JSON, st.booleans())
CHANGE = st.builds(
    Change,
    kind=KIND,
    name=TEXT,
    action=st.sampled_from(Action),
    id=st.none() | TEXT,
    live_digest=st.none() | TEXT,
    fields=st.lists(FIELD, max_size=2).map(tuple),
    note=TEXT,
)
PLAN = st.builds(
    Plan,
    project=TEXT,
    environment=TEXT,
    org_id=st.none() | TEXT,
    api_url=TEXT,
    config_digest=TEXT,
    git_commit=st.none() | TEXT,
    created_at=WHEN,
    expires_at=WHEN,
    changes=st.lists(CHANGE, max_size=3).map(tuple),
    unchanged=COUNT,
    coverage=st.lists(st.builds(Coverage, TEXT, COUNT, COUNT), max_size=2).map(tuple),
    unmanaged=st.lists(st.builds(Unmanaged, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    blocked=st.lists(st.builds(Blocked, TEXT, TEXT), max_size=2).map(tuple),
    warnings=st.lists(TEXT, max_size=2).map(tuple),
)
STEP = st.builds(
    Step, KIND, TEXT, st.sampled_from(Action), st.none() | TEXT, st.sampled_from(StepStatus), st.none() | TEXT
)
OUTCOME = st.builds(
    Outcome,
    environment=TEXT,
    steps=st.lists(STEP, max_size=3).map(tuple),
    converged=st.booleans(),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    landed=st.booleans(),
)
RECORD = st.builds(Record, id=TEXT, at=WHEN, who=st.none() | TEXT, plan=PLAN, outcome=OUTCOME)


def again(value: Any) -> Any:
    """The value as it comes back from a file."""
    return json.loads(json.dumps(value))


@given(PLAN)
def test_a_plan_comes_back(plan: Plan) -> None:
    assert plan_from_dict(again(plan_to_dict(plan))) == plan


@given(OUTCOME)
def test_an_outcome_comes_back(outcome: Outcome) -> None:
    assert outcome_from_dict(again(outcome_to_dict(outcome)), landed=outcome.landed) == outcome


@given(RECORD)
def test_a_record_comes_back(record: Record) -> None:
    assert record_from_dict(again(record_to_dict(record))) == record


@given(JSON)
def test_anything_else_is_no_record(value: Any) -> None:
    for read in (record_from_dict, plan_from_dict, lambda value: outcome_from_dict(value, landed=True)):
        with pytest.raises(ValueError, match=r"not of the format hookwright\."):
            read(value)


@given(RECORD, st.data())
def test_a_record_with_something_else_in_one_place_is_read_or_is_a_value_error(
    record: Record, data: st.DataObject
) -> None:
    value = again(record_to_dict(record))
    part = value[data.draw(st.sampled_from(["plan", "outcome"]))] if data.draw(st.booleans()) else value
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    try:
        found = record_from_dict(value)
    except ValueError:
        return
    assert isinstance(found, Record)


def test_the_fields_of_a_record() -> None:
    time = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    plan = Plan("acme", "test", None, "https://app.refold.ai", "sha256:0", "f" * 40, time, time)
    value = record_to_dict(Record("an-id", time, None, plan, Outcome("test", landed=True)))
    assert {key: value[key] for key in value if key not in {"plan", "outcome"}} == {
        "format": "hookwright.history/1", "id": "an-id", "at": "2026-01-31T12:00:00Z", "who": None,
        "git_commit": "f" * 40, "project": "acme", "environment": "test", "landed": True,
    }  # fmt: skip
    assert list(value)[-2:] == ["plan", "outcome"]
