from __future__ import annotations

from pathlib import Path

from hookwright.config import load
from hookwright.config.known import known_vars, used_variables, var_names
from hookwright.model.project import Project

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.KEY}
    vars: {base: "https://a.example", deep: "${var.base}/x", slack: "https://h.example/${env.PATH_1}", port: 80,
      bad: "${var.nowhere}", literal: "$${env.NOT_USED}x", empty: ""}
  production: {api_key: "${env.KEY}"}
"""


def project(folder: Path) -> Project:
    (folder / "hookwright.yaml").write_text(PROJECT)
    (folder / "webhooks").mkdir()
    (folder / "webhooks" / "a.yaml").write_text('webhooks: {a: {url: "${env.URL}", events: [Workflow Errored]}}\n')
    return load(folder / "hookwright.yaml")


def test_vars_whose_value_is_known(tmp_path: Path) -> None:
    found = project(tmp_path)
    known = {"base": "https://a.example", "deep": "https://a.example/x", "port": "80", "literal": "${env.NOT_USED}x"}
    assert known_vars(found, "test", {}) == known
    assert known_vars(found, "test", {"PATH_1": "p"}) == known | {"slack": "https://h.example/p"}
    assert known_vars(found, "production", {}) == {}


def test_names(tmp_path: Path) -> None:
    found = project(tmp_path)
    assert var_names(found, "test") == {"base", "deep", "slack", "port", "bad", "literal", "empty"}
    assert var_names(found, "production") == frozenset()
    assert used_variables(found) >= {"KEY", "PATH_1", "URL"}
