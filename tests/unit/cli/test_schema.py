from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.calling import Call

SCHEMAS = Path(__file__).parents[3] / "schemas"


def test_the_list(call: Call) -> None:
    done = call("schema")
    assert done.code == 0
    names = done.out.splitlines()
    assert names == sorted(path.relative_to(SCHEMAS).as_posix()[:-12] for path in SCHEMAS.rglob("*.schema.json"))
    assert call("schema", "--format", "json").json["schemas"] == names


@pytest.mark.parametrize("name", ["events/workflow-errored", "workflow-errored", "Workflow Errored"])
def test_one_by_each_of_its_names(name: str, call: Call) -> None:
    done = call("schema", name)
    assert done.code == 0
    assert done.out == (SCHEMAS / "events" / "workflow-errored.schema.json").read_text("utf-8")


def test_one_that_is_not_there(call: Call) -> None:
    done = call("schema", "projekt")
    assert done.code == 64
    assert "Did you mean 'project'?" in done.err
