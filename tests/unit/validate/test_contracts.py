"""What events carry, and what a project knows better."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from hookwright.model.resources import CONNECTION_EVENTS, PLATFORM_EVENTS, WORKFLOW_EVENTS
from hookwright.model.source import Json
from hookwright.validate.contracts import (
    Contract,
    Contracts,
    Meets,
    Status,
    Trace,
    contract,
    contracts_of,
    sample,
    slug_of,
)
from hookwright.validate.schemas import schema_text
from tests.examples import projects


def test_every_platform_event_has_a_contract() -> None:
    for event in PLATFORM_EVENTS:
        found = contract(event)
        assert found is not None
        assert found.event == event
        assert found.schema["x-family"] == ("connection" if event in CONNECTION_EVENTS else "workflow")
    assert contract("Workflow Error") is None


@pytest.mark.parametrize("event", PLATFORM_EVENTS)
def test_a_contract_is_a_schema_that_its_sample_keeps(event: str) -> None:
    schema = json.loads(schema_text(f"events/{slug_of(event)}"))
    validator = jsonschema_rs.validator_for(schema)
    assert schema["title"] == event
    assert schema["$id"].endswith(f"/schemas/events/{slug_of(event)}.schema.json")
    assert validator.is_valid(sample(event))
    assert sample(event)["event"] == event
    for name, field in schema["properties"].items():
        assert field["x-status"] in set(Status), name
        assert field["description"].endswith("."), name


def test_names_of_files() -> None:
    assert slug_of("Workflow Timed Out") == slug_of("(workflow_timed_out)!") == "workflow-timed-out"


def test_the_documented_keys() -> None:
    connection = {"linked_account_id", "org_id", "environment", "type", "event", "slug", "createdAt"}
    workflow = {"linked_account_id", "instance_id", "workflow_id", "config_id", "event", "workflow_name", "status"}
    for event in PLATFORM_EVENTS:
        assert set(sample(event)) == (connection if event in CONNECTION_EVENTS else workflow)
    assert sample("Workflow Errored")["status"] == "ERRORED"
    assert sample("Connection Created") is not sample("Connection Created")
    with pytest.raises(KeyError, match="order_placed"):
        sample("order_placed")


@pytest.mark.parametrize(
    ("event", "path", "expected"),
    [
        ("Workflow Errored", ["instance_id"], (Meets.KNOWN, True, Status.DOCUMENTED)),
        ("Workflow Errored", ["config_id"], (Meets.KNOWN, False, Status.DOCUMENTED)),
        ("Workflow Errored", ["environment"], (Meets.KNOWN, False, Status.DOCUMENTED)),
        ("Workflow Errored", ["linked_account_name"], (Meets.KNOWN, False, Status.ANNOUNCED)),
        ("Workflow Errored", ["error"], (Meets.KNOWN, False, Status.ANNOUNCED)),
        ("Workflow Errored", ["failed_node", "name"], (Meets.OPEN, False, Status.ANNOUNCED)),
        ("Workflow Errored", ["org_id"], (Meets.UNKNOWN, True, Status.DOCUMENTED)),
        ("Workflow Completed", ["error"], (Meets.UNKNOWN, True, Status.DOCUMENTED)),
        ("Workflow Errored", ["status", "text"], (Meets.SCALAR, True, Status.DOCUMENTED)),
        ("Workflow Stopped", ["instance_id"], (Meets.KNOWN, False, Status.UNPUBLISHED)),
        ("Workflow Timed Out", ["limit"], (Meets.UNKNOWN, True, Status.UNPUBLISHED)),
        ("Connection Created", ["createdAt"], (Meets.KNOWN, True, Status.DOCUMENTED)),
    ],
)
def test_tracing_published_contracts(event: str, path: list[str], expected: tuple[Meets, bool, Status]) -> None:
    found = contract(event)
    assert found is not None
    trace = found.trace(path)
    assert (trace.meets, trace.required, trace.status) == expected


NESTED = Contract(
    "workflow_response",
    {
        "properties": {
            "order": {"$ref": "#/$defs/order"},
            "dotted.name": {"type": "integer"},
            "dotted": {"type": "object", "properties": {"name": {"type": "boolean"}, "other": {"type": "null"}}},
            "maybe": {"type": ["string", "null"]},
            "either": {"type": ["string", "object"]},
            "anything": {},
            "map": {"additionalProperties": {"type": "number"}},
            "open": {"properties": {"a": {}}, "additionalProperties": True},
            "loop": {"$ref": "#/properties/loop"},
            "lost": {"$ref": "#/$defs/nothing"},
            "astray": {"$ref": "#/required/0/deeper"},
            "true": True,
            "bare_list": {"type": "array"},
            "untyped_list": {"items": {"type": "string"}},
            "list_of_two_minds": {"type": "array", "properties": {"sku": {}, "0": {"type": "null"}}},
            "list_of_orders": {"items": {"$ref": "#/$defs/order"}},
            "one_or_many": {
                "type": ["array", "object"],
                "properties": {"sku": {"type": "string"}},
                "items": {"properties": {"sku": {"type": "integer"}}},
            },
        },
        "required": ["order"],
        "$defs": {
            "order": {
                "type": "object",
                "required": ["lines"],
                "properties": {"lines": {"type": "array", "items": {"properties": {"sku": {"type": "string"}}}}},
            }
        },
    },
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("order", Trace(Meets.KNOWN, 1, ("lines",), type="object")),
        ("order.lines", Trace(Meets.KNOWN, 2, (), type="array")),
        ("order.lines.0.sku", Trace(Meets.KNOWN, 4, (), required=False, type="string")),
        ("order.lines.first", Trace(Meets.LIST, 2, (), type="array")),
        ("order.lines.0.skuu", Trace(Meets.UNKNOWN, 3, ("sku",), required=False, type="object")),
        ("order.lines.0.sku.x", Trace(Meets.SCALAR, 4, (), required=False, type="string")),
        ("dotted.name", Trace(Meets.KNOWN, 2, (), required=False, type="integer")),
        ("dotted.other", Trace(Meets.KNOWN, 2, (), required=False, type="null")),
        ("dotted.none", Trace(Meets.UNKNOWN, 1, ("name", "other"), required=False, type="object")),
        ("maybe.x", Trace(Meets.SCALAR, 1, (), required=False, type="string")),
        ("either.x", Trace(Meets.OPEN, 1, (), required=False)),
        ("anything.x.y", Trace(Meets.OPEN, 1, (), required=False)),
        ("map.x", Trace(Meets.KNOWN, 2, (), required=False, type="number")),
        ("open.b", Trace(Meets.OPEN, 1, ("a",), required=False, type="object")),
        ("loop.x", Trace(Meets.OPEN, 1, (), required=False)),
        ("lost.x", Trace(Meets.OPEN, 1, (), required=False)),
        ("astray.x", Trace(Meets.OPEN, 1, (), required=False)),
        ("true.x", Trace(Meets.OPEN, 1, (), required=False)),
        ("untyped_list.0", Trace(Meets.KNOWN, 2, (), required=False, type="string")),
        ("untyped_list.first", Trace(Meets.LIST, 1, (), required=False, type="array")),
        ("bare_list.0", Trace(Meets.KNOWN, 2, (), required=False)),
        ("list_of_two_minds.sku", Trace(Meets.LIST, 1, (), required=False, type="array")),
        ("list_of_two_minds.0", Trace(Meets.KNOWN, 2, (), required=False)),
        ("list_of_orders.0", Trace(Meets.KNOWN, 2, ("lines",), required=False, type="object")),
        ("one_or_many.sku", Trace(Meets.KNOWN, 2, (), required=False, type="string")),
        ("one_or_many.0.sku", Trace(Meets.KNOWN, 3, (), required=False, type="integer")),
        ("one_or_many.first", Trace(Meets.UNKNOWN, 1, ("sku",), required=False, type="object")),
    ],
)
def test_tracing_nested_contracts(path: str, expected: Trace) -> None:
    assert NESTED.trace(path.split(".")) == expected


def test_a_contract_without_examples_has_an_empty_sample() -> None:
    assert NESTED.sample == {}
    assert NESTED.keys[:2] == ("order", "dotted.name")
    assert Contract("x", {"x-status": "no such"}).status is Status.DOCUMENTED


def refined(root: Path, files: dict[str, str], contracts: str = "") -> tuple[list[str], Contracts]:
    project, _, _ = projects.loaded(projects.write(root, {**files, "hookwright.yaml": projects.DEFAULT + contracts}))
    found = contracts_of(project)
    places = [f"{p.span.file.name}:{p.span.start.line}:{p.span.start.column} {p.message}" for p in found.problems]
    return places, found


def test_a_project_without_contracts_has_the_published_ones(tmp_path: Path) -> None:
    project, _, _ = projects.loaded(projects.write(tmp_path, {}))
    found = contracts_of(project)
    assert found.of("Workflow Errored") is contract("Workflow Errored")
    assert (found.response, found.problems, found.of("Nothing")) == (None, (), None)
    assert found.guessed(WORKFLOW_EVENTS) == {"Workflow Stopped", "Workflow Timed Out"}


@pytest.mark.parametrize("text", ["", "[]", "5", "contracts: 5"])
def test_files_count_where_hookwright_yaml_has_no_contracts(text: str, tmp_path: Path) -> None:
    files = {"hookwright.yaml": text, "contracts/workflow-response.json": '{"properties": {"a": {}}}'}
    project, _, _ = projects.loaded(projects.write(tmp_path, files))
    found = contracts_of(project)
    assert found.response is not None
    assert (found.response.keys, found.problems) == (("a",), ())


def test_properties_are_merged_and_required_speaks_of_its_own(tmp_path: Path) -> None:
    own = {"properties": {"limit": {"type": "integer"}, "status": {"type": "string"}}, "required": ["limit"]}
    project, _, _ = projects.loaded(
        projects.write(tmp_path, {"contracts/workflow_errored.schema.json": json.dumps(own)})
    )
    errored = contracts_of(project).of("Workflow Errored")
    assert errored is not None
    assert errored.trace(["limit"]).required
    assert errored.trace(["instance_id"]).required
    assert not errored.trace(["status"]).required
    assert errored.trace(["error"]).status is Status.ANNOUNCED
    assert contract("Workflow Errored") is not errored


def test_a_status_can_be_settled(tmp_path: Path) -> None:
    contracts = "contracts:\n  Workflow Timed Out: {x-status: documented}\n"
    project, _, _ = projects.loaded(projects.write(tmp_path, {"hookwright.yaml": projects.DEFAULT + contracts}))
    assert contracts_of(project).guessed(("Workflow Timed Out",)) == frozenset()


def test_hookwright_yaml_wins_over_files(tmp_path: Path) -> None:
    files = {"contracts/workflow-response.json": '{"properties": {"a": {}}}'}
    contracts = "contracts:\n  workflow_response: {properties: {b: {}}}\n"
    project, _, _ = projects.loaded(
        projects.write(tmp_path, {**files, "hookwright.yaml": projects.DEFAULT + contracts})
    )
    response = contracts_of(project).response
    assert response is not None
    assert response.keys == ("b",)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("workflow-errored.json", "{\n  ,", "workflow-errored.json:2:3 the contract is not JSON: "),
        (
            "workflow-errored.json",
            "[]",
            "workflow-errored.json:1:1 the contract of 'Workflow Errored' is not a JSON Schema",
        ),
        (
            "workflow-errored.json",
            '{"type": "text"}',
            "workflow-errored.json:1:10 the contract of 'Workflow Errored' is not",
        ),
        ("order-placed.json", "{}", "order-placed.json:1:1 there is no event 'order-placed' to write a contract of"),
        (
            "workflow-errored.json",
            "[" * 100_000,
            "workflow-errored.json:1:1 the contract is nested too deeply to be read",
        ),
        ("workflow-errored.json", " " * 1_000_001, "workflow-errored.json:1:1 a contract of more than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_with_a_contract(name: str, text: str, problem: str, tmp_path: Path) -> None:
    places, found = refined(tmp_path, {f"contracts/{name}": text})
    assert len(places) == 1
    assert places[0].startswith(problem)
    errored, published = found.of("Workflow Errored"), contract("Workflow Errored")
    assert errored is not None
    assert published is not None
    assert errored.keys == published.keys
    assert errored.sample == published.sample
    # What the contract would have said of any other key is not known.
    meets = Meets.OPEN if name == "workflow-errored.json" else Meets.UNKNOWN
    assert errored.trace(["other"]).meets is meets


def test_a_contract_with_a_byte_order_mark(tmp_path: Path) -> None:
    places, found = refined(tmp_path, {"contracts/workflow-errored.json": '\ufeff{"properties": {"limit": {}}}'})
    errored = found.of("Workflow Errored")
    assert places == []
    assert errored is not None
    assert errored.trace(["limit"]).meets is Meets.KNOWN


@pytest.mark.parametrize(
    "more",
    [{"allOf": [{"properties": {"b": {}}}]}, {"$ref": "#/$defs/b"}, {"if": {}, "then": {"properties": {"b": {}}}}],
)
def test_what_is_said_elsewhere_in_a_schema_may_be_there(more: dict[str, Json]) -> None:
    made = Contract("x", {"type": "object", "properties": {"a": {}}, **more})
    assert made.trace(["a"]).meets is Meets.KNOWN
    assert made.trace(["b"]).meets is Meets.OPEN


def test_a_contract_that_is_no_utf_8(tmp_path: Path) -> None:
    projects.write(tmp_path, {})
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "workflow-errored.json").write_bytes(b'{"title": "\xfc"}')
    project, _, _ = projects.loaded(tmp_path)
    assert [problem.message for problem in contracts_of(project).problems] == ["the contract is not UTF-8"]


def test_in_hookwright_yaml_the_name_is_pointed_at(tmp_path: Path) -> None:
    places, _ = refined(tmp_path, {}, "contracts:\n  Workflow Eror: {}\n")
    assert places == ["hookwright.yaml:11:3 there is no event 'Workflow Eror' to write a contract of"]


def test_one_contract_that_is_too_large_keeps_none_from_being_read(tmp_path: Path) -> None:
    half = '{"properties": {"limit": {}}}'
    files = {
        "contracts/workflow-completed.json": " " * 1_000_001,
        "contracts/workflow-errored.json": half + " " * (1_000_000 - len(half)),
    }
    places, found = refined(tmp_path, files)
    assert [place.partition(" ")[0] for place in places] == ["workflow-completed.json:1:1"]
    errored = found.of("Workflow Errored")
    assert errored is not None
    assert errored.trace(["limit"]).meets is Meets.KNOWN
