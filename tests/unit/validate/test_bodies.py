from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from hookwright.validate.bodies import HOSTILE, always_json, bare_templates, json_flaw, looks_like_json
from hookwright.validate.rules import hw215_single_braces

# A newer Python knows a comma too many from a key that is missing.
TRAILING_COMMA = (
    (19, "illegal trailing comma before end of object")
    if sys.version_info >= (3, 13)
    else (20, "expecting property name enclosed in double quotes")
)


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ('{"a": 1 "b": 2}', 8, "expecting ',' delimiter"),
        ('{"a": {{event.x}} "b": 2}', 18, "expecting ',' delimiter"),
        ('{"a": "{{event.x}}",}', *TRAILING_COMMA),
        ("[1, 2", 5, "expecting ',' delimiter"),
        ('{"a": "x\ny"}', 8, "invalid control character at"),
        ('{"a": NaN}', 0, "there is no NaN in it"),
        ("[" * 100_000, 0, "it is too deep"),
        ("[" * 101 + '"{{event.x}}"' + "]" * 101, 0, "it is too deep"),
    ],
)
def test_flaws(text: str, at: int, message: str) -> None:
    flaw = json_flaw(text)
    assert flaw is not None
    assert (flaw.start, flaw.message) == (at, message)


@pytest.mark.parametrize("text", ['{"a": NaN}', "[" * 100_000])
def test_a_flaw_of_all_of_the_text_ends_with_it(text: str) -> None:
    flaw = json_flaw(text)
    assert flaw is not None
    assert (flaw.start, flaw.end) == (0, len(text))


@pytest.mark.parametrize("text", ['{"a": "{{event.x}}"}', '{"a": {{event.x}}}', "[{{event}}, 1]", '{"\\"{{": 1}', "{}"])
def test_no_flaw(text: str) -> None:
    assert json_flaw(text) is None


def test_bare_templates() -> None:
    text = '{"a": {{event.x}}, "b": "{{event.y}} \\" {{event.z}}", "c": [{{event}}]}'
    assert [text[start:end] for start, end in bare_templates(text)] == ["{{event.x}}", "{{event}}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(' {"a": 1}', True), ("[1]", True), ("{{event}}", False), ("text", False), ("", False), ("{ {", True)],
)
def test_what_looks_like_json(text: str, expected: bool) -> None:
    assert looks_like_json(text) is expected


@pytest.mark.parametrize(
    "text", ["{{event}}", "{{event.x}}", '{"a": "{{event.x}} {{workflow_response}}"}', '"{{event.x}}"']
)
def test_always_json(text: str) -> None:
    assert always_json(text)


@pytest.mark.parametrize(
    "text", ["run {{event.x}}", "{{event.x}} {{event.y}}", '{"a": "{{event.x}}"', "plain", "NaN", "\ufeff1"]
)
def test_not_always_json(text: str) -> None:
    assert not always_json(text)


def test_hostile_values_are_hostile() -> None:
    joined = "".join(value for value in HOSTILE if isinstance(value, str))
    assert all(character in joined for character in '"\\\n\r\t\x00é\u2028')


@pytest.mark.parametrize(
    "text",
    [
        "1{{event.x}}",
        "1{{workflow_response}}",
        "1{{event.x}}{{workflow_response.y}}",
        "1{{event.x.y}}",
        "1{{workflow_response.y}}",
        "1{{workflow_response.y.z}}",
    ],
)
def test_what_is_json_only_while_nothing_is_filled_in(text: str) -> None:
    assert not always_json(text)


def test_a_string_without_an_end_is_looked_at_once() -> None:
    """Each quote in it could begin a string: with as many searches as quotes this would take minutes."""
    text = '{"a": "' + '\\"{{event.a}}}' * 30_000
    flaw = json_flaw(text)
    assert flaw
    assert (flaw.start, bare_templates(text)) == (6, [])
    subject = SimpleNamespace(texts=[SimpleNamespace(text=text, part="body", whole=True)])
    assert list(hw215_single_braces.check(subject)) == []  # type: ignore[arg-type]
