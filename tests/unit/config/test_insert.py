from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.config.insert import insert_vars
from hookwright.config.reader import read_text

BLOCK = """\
# The acme project
version: 1
project: acme

environments:
  # everybody may try things here
  test:
    api_key: ${env.KEY}   # from the vault
    vars:
      # where the hooks live
      a: one   # first
      # and no more
    # more to come

  production:
    vars: {a: two}  # short
    api_key: ${env.KEY}
policy: {max_deletes: 1}
"""


def test_comments_and_formatting_stay() -> None:
    added = {"test": {"b": "https://x.example", "c": "no"}, "production": {"b": "https://y.example"}}
    expected = """\
# The acme project
version: 1
project: acme

environments:
  # everybody may try things here
  test:
    api_key: ${env.KEY}   # from the vault
    vars:
      # where the hooks live
      a: one   # first
      b: https://x.example
      c: "no"
      # and no more
    # more to come

  production:
    vars: {a: two, b: "https://y.example"}  # short
    api_key: ${env.KEY}
policy: {max_deletes: 1}
"""
    assert insert_vars(BLOCK, added) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  test:\n    api_key: k # x\n", "  test:\n    api_key: k # x\n    vars:\n      b: v\n"),
        ("    test:\n        api_key: k", "    test:\n        api_key: k\n        vars:\n            b: v"),
        ("  test: {api_key: k} # x\n", "  test: {api_key: k, vars: {b: v}} # x\n"),
        ("  test: {api_key: k, vars: {}}\n", "  test: {api_key: k, vars: {b: v}}\n"),
        ("  test: {vars: {a: x,}, api_key: k}\n", "  test: {vars: {a: x, b: v,}, api_key: k}\n"),
        ("  test:\n    vars: {\n      a: x # y\n    }\n", "  test:\n    vars: {\n      a: x, b: v # y\n    }\n"),
        ("  test:\n    vars: {}\n    api_key: k\n", "  test:\n    vars: {b: v}\n    api_key: k\n"),
        ("  test:\n    vars:\n    api_key: k\n", "  test:\n    vars:\n      b: v\n    api_key: k\n"),
        ("  test:\n    vars:\n      a: |\n        x\n\n", "  test:\n    vars:\n      a: |\n        x\n      b: v\n\n"),
        ('  test:\n    vars:\n      "a": "x\n        y"\n',
         '  test:\n    vars:\n      "a": "x\n        y"\n      b: v\n'),
        ("  test: &t\n    api_key: k\n  o: *t\n", None),
        ("  o: &t {api_key: k}\n  test: *t\n", None),
        ("  o: {vars: &v {a: x}}\n  test:\n    vars: *v\n", None),
        ("  o: &t {vars: {a: x}}\n  test:\n    <<: *t\n    api_key: k\n", None),
        ("  o: &t {kind: test}\n  test:\n    api_key: k\n    <<: *t\n",
         "  o: &t {kind: test}\n  test:\n    api_key: k\n    vars:\n      b: v\n    <<: *t\n"),
        ("  test:\n", None),
        ("  test: [x]\n", None),
        ("  test:\n    vars: [x]\n", None),
        ("  test:\n    vars: null\n", None),
        ("  other:\n    api_key: k\n", None),
        ("  test: {api_key: k\n", None),
        ("  test:\n    vars:\n      b: already\n", None),
    ],
)  # fmt: skip
def test_every_shape(before: str, after: str | None) -> None:
    head = "version: 1\nenvironments:\n"
    assert insert_vars(head + before, {"test": {"b": "v"}}) == (after and head + after)


def test_line_ends_are_kept() -> None:
    text = "environments:\r\n  test:\r\n    vars:\r\n      a: x\r\n"
    assert insert_vars(text, {"test": {"b": "v"}}) == text + "      b: v\r\n"


def test_nothing_to_add_changes_nothing() -> None:
    assert insert_vars(BLOCK, {"test": {}}) == BLOCK


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_value_reads_back(value: str) -> None:
    written = insert_vars(BLOCK, {"test": {"b": value}, "production": {"b": value}})
    assert written is not None
    document, findings = read_text(Path("hookwright.yaml"), written)
    assert document is not None
    assert findings == []
    assert document.value["environments"]["test"]["vars"] == {"a": "one", "b": value}
    assert document.value["environments"]["production"]["vars"] == {"a": "two", "b": value}
