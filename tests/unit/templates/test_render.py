"""Rendering: what each template becomes, and that no value breaks the JSON or the header it is put into."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.templates import Context, body_structure, render_body, render_header, render_text, render_value
from hookwright.templates.render import to_json

EVENT = {
    "event": "Workflow Errored",
    "instance_id": "656f308b9144bb8f183bfc7b",
    "count": 3,
    "ratio": 0.5,
    "ok": True,
    "nothing": None,
    "nested": {"list": [{"id": 7}, "two"], "a.b": {"c": "dotted"}},
    "hostile": 'quote " backslash \\ newline \r\n tab \t nul \0 é😀 {{event.count}} </script>',
}
CONTEXT = Context(EVENT, {"total": 12, "rows": [[1, 2], [3]]})

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=20))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
hostile = st.one_of(values, st.text(st.sampled_from('"\\{}\r\n\0\x7f\x85\u2028\ud800é {{event.x}}'), max_size=20))


def strict(raw: bytes) -> Any:
    """Parse as RFC 8259 has it: UTF-8, and no NaN or Infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(raw.decode("utf-8"), parse_constant=refuse)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("{{event}}", EVENT),
        ("{{event.count}}", 3),
        (" {{ event.count }} ", 3),
        ("{{event.ok}}", True),
        ("{{event.nothing}}", None),
        ("{{event.nested.list}}", [{"id": 7}, "two"]),
        ("{{event.nested.list.0.id}}", 7),
        ("{{event.nested.list.1}}", "two"),
        ("{{event.nested.list.2}}", ""),
        ("{{event.nested.list.-1}}", ""),
        ("{{event.nested.list.x}}", ""),
        ("{{event.nested.list.\u0660}}", ""),
        ("{{event.nested.list." + "9" * 5000 + "}}", ""),
        ("{{event.nested.a.b.c}}", "dotted"),
        ("{{event.missing}}", ""),
        ("{{event.count.deeper}}", ""),
        ("{{event.nothing.deeper}}", ""),
        ("{{workflow_response}}", {"total": 12, "rows": [[1, 2], [3]]}),
        ("{{workflow_response.rows.1.0}}", 3),
        ("{{other}}", ""),
        ("{{other.key}}", ""),
        ("n={{event.count}} r={{event.ratio}} b={{event.ok}} z={{event.nothing}}", "n=3 r=0.5 b=true z=null"),
        ("l={{event.nested.list}}", 'l=[{"id":7},"two"]'),
        ("a{{event.missing}}b", "ab"),
        ("{{event.hostile}}", EVENT["hostile"]),
        ("{{broken {{event.count}}", "{{broken 3"),
        ("{{}}", "{{}}"),
        (5, 5),
        (None, None),
        ([1, "{{event.count}}", ["{{event.ok}}"]], [1, 3, [True]]),
        ({"{{event.count}}": "{{event.count}}", "k": {"x": "{{event.nothing}}"}}, {"3": 3, "k": {"x": None}}),
    ],
)
def test_values(template: Any, value: Any) -> None:
    assert render_value(template, CONTEXT) == value


def test_no_workflow_response() -> None:
    assert render_value("{{workflow_response}}", Context(EVENT)) == ""
    assert render_value("{{workflow_response.total}}", Context(EVENT)) == ""


def test_longest_key_wins() -> None:
    context = Context({"a": {"b": {"c": 1}}, "a.b": {"c": 2}})
    assert render_value("{{event.a.b.c}}", context) == 2


def test_a_value_that_looks_like_a_template_is_not_rendered_again() -> None:
    context = Context({"x": "{{event.secret}}", "secret": "s"})
    assert render_text("<{{event.x}}>", context) == "<{{event.secret}}>"
    assert render_value("{{event.x}}", context) == "{{event.secret}}"
    assert render_body('{"a": {{event.x}}}', context) == b'{"a":"{{event.secret}}"}'


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("{{event.count}}", b"3"),
        ("{{event.instance_id}}", b'"656f308b9144bb8f183bfc7b"'),
        ("run {{event.instance_id}} failed", b"run 656f308b9144bb8f183bfc7b failed"),
        ('say "{{event.hostile}}"', ('say "' + str(EVENT["hostile"]) + '"').encode()),
        ({"run": "{{event.count}}", "text": "n={{event.count}}"}, b'{"run":3,"text":"n=3"}'),
        ('{"run": "{{event.count}}"}', b'{"run":3}'),
        ('{"run": {{event.count}}}', b'{"run":3}'),
        ('{"run": {{ event.nested }} }', b'{"run":{"list":[{"id":7},"two"],"a.b":{"c":"dotted"}}}'),
        ('\n [ {{event.count}}, "x {{event.count}}" ]\n', b'[3,"x 3"]'),
        ('"x {{event.count}}"', b'"x 3"'),
        ('"{{event.count}}"', b"3"),
        ('{"a": "é\\u00e9"}', '{"a":"éé"}'.encode()),
        ('{"a": NaN}', b'{"a": NaN}'),
        ("{{event.count}} and {{event.ok}}", b"3 and true"),
        ("[not json {{event.count}}", b"[not json 3"),
        ('{"open": "{{event.count}}', b'{"open": "3'),
        ("", b""),
        (None, b"null"),
        ([], b"[]"),
        ({"big": 12345678901234567890, "f": 1.5}, b'{"big":12345678901234567890,"f":1.5}'),
    ],
)
def test_bodies(template: Any, body: bytes) -> None:
    assert render_body(template, CONTEXT) == body


def test_default_body_is_the_payload() -> None:
    assert json.loads(render_body("{{event}}", CONTEXT)) == EVENT


@given(st.dictionaries(st.sampled_from(["x", "y"]), hostile), hostile)
def test_a_json_body_stays_json_whatever_the_values(event: dict[str, Any], response: Any) -> None:
    context = Context(event, response)
    for template in (
        {"a": "{{event.x}}", "b": ["<{{event.y}}>", "{{workflow_response}}"], "{{event.x}}": 1},
        '{"a": "{{event.x}}", "b": ["<{{event.y}}>", {{workflow_response}}]}',
        '[{{event}}, "{{event.x}}{{event.y}}"]',
        '"<{{event.x}}>"',
        "{{event}}",
        "{{event.x}}",
    ):
        strict(render_body(template, context))


@given(hostile)
def test_a_value_put_in_alone_comes_out_as_it_was(value: Any) -> None:
    raw = strict(render_body({"v": "{{event.v}}"}, Context({"v": value})))
    assert raw == {"v": strict(to_json(value))}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_text_put_into_text_comes_out_as_it_was(value: str) -> None:
    assert strict(render_body('{"v": "<{{event.v}}>"}', Context({"v": value}))) == {"v": f"<{value}>"}


@given(hostile, st.text(max_size=10))
def test_a_header_holds_no_control_character_and_can_be_sent(value: Any, around: str) -> None:
    header = render_header(around + "{{event.v}}" + around, Context({"v": value}))
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) <= 0x9F for character in header)
    assert not {0, 10, 13} & set(header.encode("utf-8"))


@pytest.mark.parametrize(
    ("value", "header"),
    [
        ("a\r\nX-Evil: 1", "a X-Evil: 1"),
        ("a\r\n\r\n{}", "a {}"),
        ("a\0b\x7fc\x85d", "a b c d"),
        ("\n", ""),
        (" XaX ", "XaX"),
        (" \u2028 ", "\u2028"),
        ("Zürich 東京", "Zürich 東京"),
        ("lone \ud800", "lone ?"),
        (7, "7"),
        ({"a": [1]}, '{"a":[1]}'),
    ],
)
def test_headers(value: Any, header: str) -> None:
    assert render_header("{{event.v}}", Context({"v": value})) == header


@given(values)
def test_json_is_written_so_that_it_can_be_read(value: Any) -> None:
    raw = to_json(value)
    assert json.dumps(strict(raw)) == json.dumps(finite(value))


def finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def test_a_number_that_json_lacks_is_null() -> None:
    assert to_json({"a": [math.nan, math.inf, (-math.inf,)], "b": 1.0}) == b'{"a":[null,null,[null]],"b":1.0}'
    assert to_json([math.nan, "é"]) == '[null,"é"]'.encode()


def test_lone_surrogates_are_escaped() -> None:
    assert to_json("é\ud83d") == b'"\\u00e9\\ud83d"'
    assert to_json({"a": ["\ud83d", 1]}) == b'{"a":["\\ud83d",1]}'
    assert render_body("x{{event.v}}", Context({"v": "\ud83d"})) == b"x?"


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        ('{"a": {{event.n}}, "b": "{{x}}"}', {"a": "{{event.n}}", "b": "{{x}}"}),
        ('["\\"{{event.n}}", {{event}}]', ['"{{event.n}}', "{{event}}"]),
        ('"text"', "text"),
        ("text", None),
        ("{{event}}", None),
        ("3", None),
        ("[1,]", None),
        ('{"a": {{event.n}}x}', None),
        ("[Infinity]", None),
        ("[" * 101 + "]" * 101, None),
        ("[" * 100_000, None),
    ],
)
def test_structure(text: str, structure: Any) -> None:
    assert body_structure(text) == structure


@pytest.mark.parametrize("depth", [1, 50, 99, 100, 101, 200, 400, 900, 5000])
def test_deep_text_is_rendered_one_way_or_the_other(depth: int) -> None:
    text = "[" * depth + '"{{event.count}}"' + "]" * depth
    rendered = render_body(text, CONTEXT)
    assert rendered in {text.replace('"{{event.count}}"', "3").encode(), text.replace("{{event.count}}", "3").encode()}


@pytest.mark.parametrize("unit", ['\\"', '"', '"{{', "{{a}}", '"\\\\'])
def test_finding_bare_templates_takes_time_in_proportion(unit: str) -> None:
    begun = time.process_time()
    render_body('{"' + unit * 50_000, CONTEXT)
    assert time.process_time() - begun < 5


def test_long_path_takes_bounded_time() -> None:
    begun = time.process_time()
    render_value("{{event" + ".a" * 2000 + "}}", Context({"a": {"a": {}}}))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("index", ["1", "000000001"])
def test_a_long_index_is_an_index(index: str) -> None:
    assert render_text("{{event.l." + index + "}}", Context({"l": ["a", "b"]})) == "b"
    assert render_text("{{event.l.0" + "0" * 9 + "}}", Context({"l": ["a", "b"]})) == ""


def test_several_bare_templates() -> None:
    text = '{"a": {{event.x}}, "b": [{{event.y}}, {{event.z}}], "c": "{{event.x}}"}'
    assert body_structure(text) == {"a": "{{event.x}}", "b": ["{{event.y}}", "{{event.z}}"], "c": "{{event.x}}"}


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]"), ('[{"a":', "}]")])
def test_what_nests_too_deep_is_text(opening: str, closing: str) -> None:
    def nested(times: int) -> str:
        return opening * times + "1" + closing * times

    levels = opening.count("[") + opening.count("{")
    assert body_structure(nested(98 // levels)) is not None
    assert body_structure(nested(102 // levels)) is None
