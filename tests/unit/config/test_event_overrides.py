from __future__ import annotations

from pathlib import Path

from hookwright.config import load, resolve
from hookwright.model.resources import Declared

PROJECT = """\
version: 1
project: acme
environments:
  test: {api_key: "${env.KEY}"}
  production: {api_key: "${env.KEY}"}
"""

EVENTS = """\
events:
  same:
    sample: {a: 1}
  different:
    sample: {a: 1, b: {c: "2", d: "3"}}
    json_schema: {type: object}
    environments:
      test: {sample: {b: {c: "${env.KEY}", d: null}}, json_schema: null}
  nowhere-else:
    sample: x
    environments: {production: false}
"""


def events(folder: Path, environment: str) -> Declared:
    (folder / "hookwright.yaml").write_text(PROJECT)
    (folder / "events").mkdir(exist_ok=True)
    (folder / "events" / "all.yaml").write_text(EVENTS)
    declared, findings = resolve(load(folder / "hookwright.yaml"), environment, {"KEY": "tk_test_0123456789abcdef"})
    assert findings == []
    return declared


def test_an_event_is_what_its_overrides_make_of_it(tmp_path: Path) -> None:
    different, nowhere_else, same = events(tmp_path, "test").events
    assert different.event.sample == {"a": 1, "b": {"c": "tk_test_0123456789abcdef"}}
    assert different.event.json_schema == {}
    assert different.secrets == {"/sample/b/c"}
    assert nowhere_else.event.sample == "x"
    assert same.event.sample == {"a": 1}
    assert different.places is not None
    assert different.places.span("/sample/b/c").start.line == 8
    assert different.places.span("/sample/a").start.line == 5


def test_false_means_not_there(tmp_path: Path) -> None:
    found = events(tmp_path, "production").events
    assert [item.event.name for item in found] == ["different", "same"]
    assert found[0].event.sample == {"a": 1, "b": {"c": "2", "d": "3"}}
    assert found[0].event.json_schema == {"type": "object"}
    assert found[0].secrets == frozenset()
