from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.plan import FieldChange
from hookwright.model.resources import Event, Webhook, WebhookType
from hookwright.reconcile import diff
from hookwright.reconcile.mask import Masker
from hookwright.reconcile.normalize import normalize, same, same_event

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from([0.5, 1.0, "True", "1", "", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "/"]), inner, max_size=3),
    max_leaves=6,
)


def changes(old: object, new: object) -> list[tuple[str, object, object]]:
    fields = diff.changed({"body": old}, {"body": new}, Masker())
    return [(field.path, field.old, field.new) for field in fields]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([1], [True], [("/body/0", 1, True)]),
        ({"a": [0, {"b": False}]}, {"a": [False, {"b": 0}]}, [("/body/a/0", 0, False), ("/body/a/1/b", False, 0)]),
        ({"a": "True"}, {"a": True}, [("/body/a", "True", True)]),
        ({"a": 1}, {"a": {"b": [True]}}, [("/body/a", 1, {"b": [True]})]),
        ("text", {"a": 1}, [("/body", "text", {"a": 1})]),
        ([1, 2], [1], [("/body/1", 2, None)]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, [("/body/a~1b/~0", 1, 2)]),
    ],
)
def test_every_difference_at_its_smallest_place(old: object, new: object, expected: object) -> None:
    assert changes(old, new) == expected


@given(JSON.filter(lambda body: body is not None), JSON.filter(lambda body: body is not None))
def test_what_is_not_the_same_has_a_change_and_what_is_has_none(old: object, new: object) -> None:
    before, after = (
        normalize(Webhook("https://hooks.acme.example/a", ("Workflow Errored",), type=WebhookType.CUSTOM, body=body))
        for body in (old, new)
    )
    found: tuple[FieldChange, ...] = diff.changed(diff.as_fields(before), diff.as_fields(after), Masker())
    assert bool(found) == (not same(before, after))


@given(JSON, JSON)
def test_events_that_are_not_the_same_have_a_change(old: object, new: object) -> None:
    before, after = (Event("e", {"id": "1"}, json_schema={"const": value}) for value in (old, new))
    found = diff.changed(diff.event_fields(before), diff.event_fields(after), Masker())
    assert bool(found) or same_event(after, before)


def test_a_schema_with_true_is_not_one_with_1() -> None:
    declared, live = (Event("e", {"id": "1"}, json_schema={"const": [value]}) for value in (True, 1))
    assert not same_event(declared, live)
