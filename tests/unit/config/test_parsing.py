from __future__ import annotations

import sys

import pytest
from yaml.error import YAMLError

from hookwright.config import parsing, problems
from hookwright.config.syntax import explain


def test_libyaml_is_used_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsing.PARSER.__name__ == "CParser"
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    assert parsing.fastest() is parsing.PureParser


def test_an_error_that_says_nothing_is_still_told() -> None:
    problem = explain(YAMLError("something"), "text")
    assert (problem.rule, problem.message) == (problems.SYNTAX, "not valid YAML: something")
