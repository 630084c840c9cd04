from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.emulator.pattern import compile_affordable


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "abc",
        "^a.*b$",
        r"a\.b\(",
        "[a-z]+x",
        "[]a]",
        "[^]a]",
        "(ab)?c",
        "(a|b)c",
        "(?:a)+",
        r"\d{2,3}",
        "a{3}",
        "[(]",
        r"\[",
    ],
)
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert compile_affordable(pattern, 100, 50).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(a+)+$", "a regular expression that could take too long"),
        ("((a)*)*", "a regular expression that could take too long"),
        ("(a|a)*b", "a regular expression that could take too long"),
        ("(a?){30}", "a regular expression that could take too long"),
        ("(?:a|b)+", "a regular expression that could take too long"),
        ("a?" * 30 + "a" * 30, "a regular expression that could take too long"),
        ("(a|a)" * 40, "a regular expression that could take too long"),
        (".*.*.*x", "a regular expression that could take too long"),
        ("x" * 257, "a regular expression may have at most 256 characters"),
        ("(?=a)", "look-around, flags and named groups are not supported"),
        ("(?i)a", "look-around, flags and named groups are not supported"),
        ("(?P<n>a)", "look-around, flags and named groups are not supported"),
        (r"(a)\1", "back-references are not supported"),
        ("(", "it is not a regular expression"),
        ("*a", "it is not a regular expression"),
        ("[a", "it is not a regular expression"),
        ("a{99999999999}", "it is not a regular expression"),
    ],
)
def test_others_are_refused_with_the_reason(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        compile_affordable(pattern, 100, 50)


def test_what_is_affordable_depends_on_the_texts() -> None:
    assert compile_affordable(".*.*x", 1, 100)
    with pytest.raises(ValueError, match="too long"):
        compile_affordable(".*.*x", 1000, 100)


pieces = st.sampled_from(["a", "b", ".", "*", "+", "?", "{2}", "{1,9}", "(", ")", "|", "[ab]", "^", "$", "\\w", "(?:"])


@given(st.lists(pieces, max_size=14).map("".join) | st.text(max_size=20))
def test_what_is_taken_is_matched_quickly(pattern: str) -> None:
    try:
        compiled = compile_affordable(pattern, 10, 60)
    except ValueError:
        return
    started = time.process_time()
    for text in ("a" * 60, "a" * 59 + "!", "ab" * 30):
        compiled.search(text)
    assert time.process_time() - started < 1
