"""Payloads of samples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.harness.payload import sample_payload, vary
from hookwright.model.resources import Kind


def test_the_payload_names_its_event_and_environment() -> None:
    sample = {"event": "x", "environment": "test", "slug": "hubspot"}
    assert sample_payload("Connection Created", sample, Kind.PRODUCTION, {}) == {
        "event": "Connection Created",
        "environment": "production",
        "slug": "hubspot",
    }
    assert sample_payload("Workflow Errored", {"a": 1}, Kind.TEST, {}) == {"a": 1, "event": "Workflow Errored"}


def test_overrides_win() -> None:
    payload = sample_payload(
        "E", {"environment": "test", "a": 1}, Kind.TEST, {"event": "Z", "environment": 1, "b": None}
    )
    assert payload == {"environment": 1, "a": 1, "event": "Z", "b": None}


def test_the_first_is_the_payload_itself() -> None:
    assert vary({"instance_id": "ff", "x": 1}, 0) == {"instance_id": "ff", "x": 1}


@pytest.mark.parametrize(
    ("payload", "number", "varied"),
    [
        ({"instance_id": "00ff"}, 1, {"instance_id": "0100"}),
        ({"instance_id": "ffff"}, 2, {"instance_id": "0001"}),
        ({"instance_id": "run-7"}, 1, {"instance_id": "run-7"}),
        ({"instance_id": 7}, 1, {"instance_id": 7}),
        ({"instance_id": ""}, 1, {"instance_id": ""}),
        ({"createdAt": "Tue, 07 Nov 2023 08:03:27 GMT"}, 40, {"createdAt": "Tue, 07 Nov 2023 08:04:07 GMT"}),
        ({"createdAt": "Tue, 07 Nov 2023 08:03:27 +0100"}, 1, {"createdAt": "Tue, 07 Nov 2023 08:03:28 +0100"}),
        ({"createdAt": "yesterday"}, 1, {"createdAt": "yesterday"}),
        ({"createdAt": None, "x": 1}, 1, {"createdAt": None, "x": 1}),
    ],
)
def test_later_ones_differ(payload: dict[str, object], number: int, varied: dict[str, object]) -> None:
    assert vary(payload, number) == varied


def test_what_the_user_set_stays() -> None:
    payload = {"instance_id": "00", "createdAt": "Tue, 07 Nov 2023 08:03:27 GMT"}
    assert vary(payload, 1, {"instance_id": 1}) == {"instance_id": "00", "createdAt": "Tue, 07 Nov 2023 08:03:28 GMT"}
    assert vary(payload, 1, ["createdAt"]) == {"instance_id": "01", "createdAt": "Tue, 07 Nov 2023 08:03:27 GMT"}


@given(
    st.dictionaries(st.sampled_from(["instance_id", "createdAt"]), st.one_of(st.text(), st.integers())), st.integers(0)
)
def test_no_payload_upsets_it(payload: dict[str, object], number: int) -> None:
    assert set(vary(payload, number)) == set(payload)
