"""Templates read backwards: what is read renders to what it was read from."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.harness.unrender import Reading, body_template, parse_body, read_back, read_text
from hookwright.model.resources import Webhook, WebhookType
from hookwright.templates import Context
from hookwright.templates.render import render_value


def read(template: Any, value: Any) -> Reading:
    reading = Reading()
    read_back(template, value, reading)
    return reading


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text("ab-", max_size=4))
PIECES = st.lists(st.sampled_from(["{{event.a}}", "{{event.b.c}}", "{{workflow_response.x}}", "-", "ab"]), max_size=4)
TEMPLATES = st.recursive(
    st.one_of(st.booleans(), PIECES.map("".join)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("pqr"), inner, max_size=3)),
    max_leaves=6,
)


@given(TEMPLATES, SCALARS, SCALARS, SCALARS)
def test_what_is_read_renders_the_same_again(template: Any, a: Any, c: Any, x: Any) -> None:
    value = render_value(template, Context({"a": a, "b": {"c": c}}, {"x": x}))
    reading = read(template, value)
    assert reading.fits
    again = render_value(template, reading.context())
    # Two templates side by side, or one value as itself and inside a text, may be shared out in another way.
    if json.dumps(again) != json.dumps(value):
        assert len(reading.values) > 0
        assert json.dumps(template).count("{{") > 1


@pytest.mark.parametrize(
    ("template", "value", "found"),
    [
        ("{{event}}", {"a": 1}, {"event": {"a": 1}}),
        ("{{event.n}}", 1.5, {"event.n": 1.5}),
        ("run {{event.id}} of {{event.name}}!", "run 1 of x of y!", {"event.id": "1", "event.name": "x of y"}),
        ("{{event.a}}{{event.b}}", "xy", {"event.a": "", "event.b": "xy"}),
        ({"a": ["{{event.x}}", 1]}, {"a": [2, 1]}, {"event.x": 2}),
        ({"{{event.k}}": "{{event.v}}"}, {"any": 1}, {}),
    ],
)
def test_what_is_found(template: Any, value: Any, found: dict[str, Any]) -> None:
    reading = read(template, value)
    assert (reading.values, reading.fits) == (found, True)


@pytest.mark.parametrize(
    ("template", "value", "departures"),
    [
        ("a {{event.x}} b", "a 1 c", 1),
        ("a {{event.x}} a", "a", 1),
        ("plain", "other", 1),
        ("plain", 1, 1),
        ("{{event.x}} b", None, 1),
        ({"a": 1}, {}, 1),
        ({"a": 1}, {"a": 2, "b": 3}, 2),
        ({"a": 1}, [1], 1),
        ([1, 2], [1], 1),
        (1, 1.0, 1),
        (True, 1, 1),
        (None, None, 0),
    ],
)
def test_departures(template: Any, value: Any, departures: int) -> None:
    assert read(template, value).departures == departures


def test_a_hostile_text_takes_no_longer() -> None:
    begun = time.perf_counter()
    reading = Reading()
    read_text("{{event.a}}a" * 500 + "b", "a" * 200_000, reading)
    assert not reading.fits
    assert time.perf_counter() - begun < 2


def test_what_a_body_is_made_of() -> None:
    plain = Webhook("https://acme.example", ("E",))
    assert body_template(plain) == ("{{event}}", False)
    custom = Webhook("https://acme.example", ("E",), WebhookType.CUSTOM)
    for body, expected in (
        ({"a": 1}, ({"a": 1}, False)),
        ('{"a": {{event.n}}}', ({"a": "{{event.n}}"}, False)),
        ("text {{event.n}}", ("text {{event.n}}", True)),
    ):
        assert body_template(Webhook("https://acme.example", ("E",), WebhookType.CUSTOM, body=body)) == expected
    assert body_template(custom) == ("{{event}}", False)
    assert body_template(Webhook("https://acme.example", ("E",), WebhookType.SLACK)) == (None, False)


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 5000, b"[" * 200 + b"]" * 200, b" " * 2_000_000])
def test_what_is_not_looked_into(body: bytes) -> None:
    assert parse_body(body) == (None, False)
