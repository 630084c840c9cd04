from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

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


@pytest.mark.parametrize(
    "name", [path.relative_to(SCHEMAS).as_posix()[:-12] for path in SCHEMAS.rglob("*.schema.json")]
)
def test_each_can_be_used_without_any_other_file(name: str, call: Call) -> None:
    schema = call("schema", name).json
    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).crawl().resolver(schema["$id"])

    def follow(value: Any, resolver: Any) -> None:
        if isinstance(value, dict):
            inner = resolver.in_subresource(DRAFT202012.create_resource(value)) if "$id" in value else resolver
            if str(value.get("$ref", "https:")).partition(":")[0] != "https":
                assert inner.lookup(value["$ref"]).contents
            for item in value.values():
                follow(item, inner)
        for item in value if isinstance(value, list) else ():
            follow(item, resolver)

    follow(schema, resolver)


def test_one_that_is_not_there(call: Call) -> None:
    done = call("schema", "projekt")
    assert done.code == 64
    assert "Did you mean 'project'?" in done.err
