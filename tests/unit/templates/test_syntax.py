"""The parser: parts, places, faults, and that no text can upset it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.templates import Expression, Fault, parse

braces = st.text(st.sampled_from('{} .ae\n"é😀'), max_size=60)
texts = st.one_of(st.text(max_size=60), braces)


def source(text: str, part: str | Expression) -> str:
    return part if isinstance(part, str) else text[part.start : part.end]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("a { b } c", ("a { b } c",)),
        ("a }} b", ("a }} b",)),
        ("{{event}}", (Expression("event", (), 0, 9),)),
        ("{{ event }}", (Expression("event", (), 0, 11),)),
        ("{{event.instance_id}}", (Expression("event", ("instance_id",), 0, 21),)),
        ("x {{event.a.b}} y", ("x ", Expression("event", ("a", "b"), 2, 15), " y")),
        ("{{event}}{{workflow_response.0}}", (
            Expression("event", (), 0, 9),
            Expression("workflow_response", ("0",), 9, 32),
        )),
        ("{{\n\tevent.a\n}}", (Expression("event", ("a",), 0, 14),)),
        ("{{unknown.x}}", (Expression("unknown", ("x",), 0, 13),)),
        ("é😀{{event}}", ("é😀", Expression("event", (), 2, 11))),
        ("{{event.größe}}", (Expression("event", ("größe",), 0, 15),)),
        ('{"a":{"b":{{event.c}}}}', ('{"a":{"b":', Expression("event", ("c",), 10, 21), "}}")),
    ],
)  # fmt: skip
def test_parts(text: str, parts: tuple[str | Expression, ...]) -> None:
    template = parse(text)
    assert template.parts == parts
    assert template.faults == ()
    assert template.expressions == tuple(part for part in parts if isinstance(part, Expression))


@pytest.mark.parametrize(
    ("text", "faults", "dotted"),
    [
        ("{{", [Fault("'{{' is never closed by '}}'", 0, 2)], []),
        ("a {{event", [Fault("'{{' is never closed by '}}'", 2, 4)], []),
        ("{{}}", [Fault("'{{}}' names nothing", 0, 4)], []),
        ("{{  }} {{event}}", [Fault("'{{}}' names nothing", 0, 6)], ["event"]),
        ("{{a {{event}}", [Fault("'{{' inside '{{': templates do not nest", 0, 6)], ["event"]),
        ("{{{{event}}", [Fault("'{{' inside '{{': templates do not nest", 0, 4)], ["event"]),
        ("{{a {{b {{event}}", [Fault("'{{' inside '{{': templates do not nest", 0, 10)], ["event"]),
        (
            "{{event..a}}",
            [Fault("'{{event..a}}' is not a path: names separated by dots are", 0, 12)],
            [],
        ),
        (
            "{{event a}}{{event.b}}",
            [Fault("'{{event a}}' is not a path: names separated by dots are", 0, 11)],
            ["event.b"],
        ),
        (
            "{{{event}}}",
            [Fault("'{{{event}}' is not a path: names separated by dots are", 0, 10)],
            [],
        ),
    ],
)
def test_faults_have_a_place_and_stay_literal(text: str, faults: list[Fault], dotted: list[str]) -> None:
    template = parse(text)
    assert list(template.faults) == faults
    assert [expression.dotted for expression in template.expressions] == dotted
    assert "".join(source(text, part) for part in template.parts) == text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("{{event.a}}", "event.a"),
        (" {{event.a}}\n", "event.a"),
        ("x{{event.a}}", None),
        ("{{a}}{{b}}", None),
        ("", None),
    ],
)
def test_whole(text: str, whole: str | None) -> None:
    found = parse(text).whole
    assert (found.dotted if found else None) == whole


@given(texts)
def test_parts_put_together_are_the_text(text: str) -> None:
    template = parse(text)
    assert template.text == text
    assert "".join(source(text, part) for part in template.parts) == text
    for one, other in zip(template.parts, template.parts[1:], strict=False):
        assert not (isinstance(one, str) and isinstance(other, str))


@given(texts)
def test_every_expression_and_fault_stands_at_its_braces(text: str) -> None:
    template = parse(text)
    for expression in template.expressions:
        written = text[expression.start : expression.end]
        assert written.startswith("{{")
        assert written.endswith("}}")
        assert written[2:-2].strip() == expression.dotted
    for fault in template.faults:
        assert text.startswith("{{", fault.start)
        assert fault.start < fault.end <= len(text)


@given(
    st.lists(st.from_regex(r"[a-z_0-9\-]{1,8}", fullmatch=True), min_size=1, max_size=5), st.text(" \t\n", max_size=3)
)
def test_a_path_comes_back_as_written(names: list[str], blanks: str) -> None:
    template = parse("{{" + blanks + ".".join(names) + blanks + "}}")
    assert template.whole is not None
    assert (template.whole.root, *template.whole.path) == tuple(names)


@pytest.mark.parametrize("unit", ["{{", "}}", "{", "{{}}", "{{a", "a}}", "{{ {{a}}", "{{a.}}", "."])
def test_takes_time_in_proportion_to_the_text(unit: str) -> None:
    begun = time.process_time()
    parse("{{" + unit * 100_000 + "}}")
    assert time.process_time() - begun < 5  # A parser that goes back would take minutes.
