from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hookwright.config.builder import Builder
from hookwright.config.parsing import events
from hookwright.config.writer import scalar, to_yaml

ODD = [
    "", " ", "a", " a", "a ", "a: b", "a:", ":a", "a #b", "#a", "- a", "-", "?", "? a", "a,b", "[a]", "{a}",
    "{{event}}", "x {{event.y}}", "${var.a}", "$${", "'", '"', "'\"", "\\", "a\\b", "no", "On", "y", "N",
    "null", "~", "Null", "true", "FALSE", "1", "-1", "+1", "010", "0o10", "0x1f", "0b1", "1_000", "1.5", ".5",
    "5.", "1e3", "1.0e+3", "1:30", "12:30:45", ".inf", "-.INF", ".nan", "2024-01-31", "2024-1-1 10:00:00",
    "=", "<<", "!x", "&x", "*x", "%x", "@x", "`x", "|", ">", "---", "...", "--- a", "a\nb", "a\nb\n",
    "a\nb\n\n", "\na", "a\n", " a\nb", "a\n b", "a \nb", "a\n\nb", "a\r\nb", "a\tb", "\ta", "a\n\tb", "\x00",
    "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028", "\u202e", "\ufeff", "\ufffe", "\U0001f600", "日本",
    "é", "e\u0301", "66e31564c0287b4136f77ef8", "645270e37917", "a" * 2000, "a\n# b\nc", "key: |\n  text",
    "# hookwright: ignore HW304 - x",
]  # fmt: skip
"""Text that some reader of YAML, or some editor, takes for something else."""

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(ODD)
finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def read(written: str) -> Any:
    """The value as our own reader has it, which finds nothing wrong with it."""
    builder = Builder(written, events(written))
    value = builder.document()
    assert builder.problems == []
    return value


def same(left: Any, right: Any) -> bool:
    return json.dumps(left) == json.dumps(right)


@settings(deadline=None)
@given(st.dictionaries(text, values, max_size=4))
@example({word: word for word in ODD})
@example({"list": ODD, "maps": [{word: word} for word in ODD], "deep": [[[word]] for word in ODD]})
@example({"a": [{"b": {}, "c": []}, [], {}, [[]], [{"d": [1]}]]})
@example({"floats": [1e16, 1e-7, 1e300, -0.0, 1.5, 5e-324]})
def test_every_reader_reads_what_was_written(value: dict[str, Any]) -> None:
    written = to_yaml(value)
    assert same(read(written), value)
    assert same(yaml.load(written, Loader=yaml.SafeLoader), value)
    assert written.endswith("\n")
    assert not any(line != line.rstrip(" ") for line in written.split("\n"))


def test_a_project_reads_well() -> None:
    value = {
        "webhooks": {
            "incident-pager": {
                "url": "${var.base_url}/pager?x=1#top",
                "events": ["Workflow Errored", "Workflow Timed Out"],
                "headers": {"Authorization": "Bearer ${env.PAGER_TOKEN}", "X-Run": "{{event.instance_id}}"},
                "body": {"text": "{{event.workflow_name}} failed\nSee it\n", "n": 1, "on": None, "say": 'a "b"'},
                "description": "Pages: the on-call team",
                "enabled": False,
                "workflows": [{"id": "6495792b9b6ca6d77a17e513"}],
                "adopt": {"production": "66e31564c0287b4136f77ef8"},
            },
            "other": {
                "events": [f"A rather long name of an event {number}" for number in range(4)],
                "body": [{"a": 1, "b": []}, 2],
            },
        }
    }  # fmt: skip
    comments = {"/webhooks/other": "Two\nlines", "/webhooks/incident-pager/enabled": "for now"}
    expected = """\
# a heading
webhooks:
  incident-pager:
    url: ${var.base_url}/pager?x=1#top
    events: [Workflow Errored, Workflow Timed Out]
    headers:
      Authorization: Bearer ${env.PAGER_TOKEN}
      X-Run: "{{event.instance_id}}"
    body:
      text: |
        {{event.workflow_name}} failed
        See it
      "n": 1
      "on": null
      say: a "b"
    description: "Pages: the on-call team"
    # for now
    enabled: false
    workflows: [{id: 6495792b9b6ca6d77a17e513}]
    adopt:
      production: 66e31564c0287b4136f77ef8

  # Two
  # lines
  other:
    events:
      - A rather long name of an event 0
      - A rather long name of an event 1
      - A rather long name of an event 2
      - A rather long name of an event 3
    body:
      - a: 1
        b: []
      - 2
"""
    assert to_yaml(value, heading=["a heading"], comments=comments) == expected


def test_an_empty_document_is_an_empty_mapping() -> None:
    assert to_yaml({}, heading=["x"]) == "# x\n{}\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"), ("a, b", "a, b"), ("", '""'), ("it's", "it's"), ("no", '"no"'), ("a\tb", '"a\\tb"'),
        ("\u202e", '"\\u202e"'),
        ("\x1b", '"\\x1b"'), ("\U000e0001", '"\\U000e0001"'), ("- \\", "'- \\'"), ("'\\", '"\'\\\\"'), (1, "1"),
        (None, "null"), (True, "true"), (1e16, "1.0e+16"), (1.5e-7, "1.5e-07"), (0.1, "0.1"),
    ],
)  # fmt: skip
def test_scalars(value: Any, expected: str) -> None:
    assert scalar(value) == expected


def test_more_is_quoted_between_brackets() -> None:
    assert scalar("a, b", flow=True) == '"a, b"'
    assert scalar("https://x.example", flow=True) == '"https://x.example"'


@pytest.mark.parametrize("value", [float("inf"), float("nan"), "\ud800", ["a", "\udfff"], {"\ud900": 1}])
def test_what_yaml_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot be written as YAML"):
        to_yaml({"a": value})
