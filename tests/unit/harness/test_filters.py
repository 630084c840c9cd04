"""Filters: patterns with a star, in time that grows with the text alone."""

from __future__ import annotations

import fnmatch
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.harness.filters import Filter, like, like_path
from hookwright.model.delivery import Verdict
from tests.unit.harness.test_store import DELIVERY


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_a_star_is_what_it_is_to_everybody(pattern: str, text: str) -> None:
    assert like(pattern, text) == fnmatch.fnmatchcase(text, pattern)


@pytest.mark.parametrize("text", ["a[b]?c", "ABC", ""])
def test_everything_else_stands_for_itself(text: str) -> None:
    assert like(text, text)
    assert not like("a?c", "abc")
    assert not like("abc", "ABC")


def test_a_hostile_pattern_costs_nothing() -> None:
    begun = time.perf_counter()
    assert not like("*a" * 1000 + "b", "a" * 100_000)
    assert time.perf_counter() - begun < 1


def test_an_event_is_found_in_a_body_of_up_to_a_mebibyte() -> None:
    body = b'{"event": "Workflow Errored", "rows": "%s"}'
    assert Filter(event="Workflow *").matches(replace(DELIVERY, body=body % (b"x" * 1_000_000)))
    assert not Filter(event="Workflow *").matches(replace(DELIVERY, body=body % (b"x" * 1_100_000)))


def test_a_query_counts_where_it_is_asked_for() -> None:
    assert like_path("/x", "/x?a=1")
    assert like_path("/x?a=*", "/x?a=1")
    assert not like_path("/x?b=*", "/x?a=1")


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (Filter(), True),
        (Filter(path="/a*"), True),
        (Filter(path="/b"), False),
        (Filter(signature=Verdict.VALID), True),
        (Filter(signature=Verdict.MISSING), False),
        (Filter(event="Workflow Errored"), False),
        (Filter(failed=True), True),
    ],
)
def test_filters(wanted: Filter, matches: bool) -> None:
    assert wanted.matches(DELIVERY) is matches
