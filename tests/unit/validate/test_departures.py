"""Where payloads differ from a contract, and the contract that fits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hookwright.config import load
from hookwright.model.contract import Departure, Difference
from hookwright.validate.contracts import Contract, Status, contract, contracts_of, sample
from hookwright.validate.departures import differences, propose
from hookwright.validate.refinements import refined
from tests.unit.validate.test_inference import accepts, values

ERRORED = "Workflow Errored"
KNOWN = contract(ERRORED)
assert KNOWN
SOME_KEYS = [*sample(ERRORED), "failed_node", "more"]


def found(*payloads: object, known: Contract = KNOWN) -> list[tuple[str, str, str, int]]:
    return [(str(one.kind), one.path, one.message, one.payloads) for one in differences(payloads, known)]


def test_what_is_documented_does_not_differ() -> None:
    for event in ("Connection Created", "Workflow Completed", ERRORED):
        known = contract(event)
        assert known
        assert found(sample(event), known=known) == []


def test_each_way_to_differ() -> None:
    good = sample(ERRORED)
    first = {**good, "workflow_id": 7, "environment": "staging", "region/1": {"zone": "x"}, "failed_node": {"id": "n"}}
    del first["status"]
    assert found(first, {**good, "region/1": []}, good) == [
        ("value", "/environment", "breaks 'enum' of the contract", 1),
        ("confirmed", "/failed_node", "object; announced until now", 1),
        ("new", "/region~11", "array; the contract does not name it", 1),
        ("new", "/region~11", "object; the contract does not name it", 1),
        ("missing", "/status", "required by the contract", 1),
        ("type", "/workflow_id", "integer; the contract says string", 1),
    ]


def test_inside_arrays_and_objects() -> None:
    row = {"type": "object", "properties": {"x": {"type": ["string", "null"]}}, "required": ["x"]}
    schema = {"properties": {"rows": {"type": "array", "items": row}, "any": {"type": "object"}, "map": {}}}
    schema["properties"]["map"] = {"type": "object", "additionalProperties": {"type": "integer"}}
    known = Contract("workflow_response", schema)
    assert found({"rows": [{"x": "1"}], "any": {"thing": 1}, "map": {"k": 1}}, known=known) == []
    assert found({"rows": [{"x": 1}, {"y": 1}, {"y": 2}, 3]}, {"rows": [{"y": 1}]}, known=known) == [
        ("type", "/rows/*", "integer; the contract says object", 1),
        ("missing", "/rows/*/x", "required by the contract", 2),
        ("type", "/rows/*/x", "integer; the contract says null or string", 1),
        ("new", "/rows/*/y", "integer; the contract does not name it", 2),
    ]
    assert found([], {"map": {"k": "v"}}, known=Contract("x", {"type": "object", **schema})) == [
        ("type", "", "array; the contract says object", 1),
        ("type", "/map/k", "string; the contract says integer", 1),
    ]


def test_a_closed_contract_and_one_of_several() -> None:
    closed = {"properties": {"a": {"anyOf": [{"const": 1}, {"const": 2}]}}, "additionalProperties": False}
    assert found({"a": 3, "b": 1}, known=Contract("x", closed)) == [
        ("value", "/a", "breaks 'anyOf' of the contract", 1),
        ("new", "/b", "integer; the contract does not name it", 1),
    ]


def test_keys_with_dots_are_one_step() -> None:
    known = Contract("x", propose("x", [{"a.b": {"c": {"d.e": {"f": 1}}}}], None).schema)
    assert found({"a.b": {"c": {"d.e": {"f": 2}}}}, known=known) == []
    assert found({"a.b": {"c": {"d.e": {"f": 2, "g": 3}}}}, known=known) == [
        ("new", "/a.b/c/d.e/g", "integer; the contract does not name it", 1)
    ]


def test_no_value_of_a_payload_is_told() -> None:
    told = differences([{**sample(ERRORED), "environment": "hush", "workflow_id": 4711, "extra": "hush"}], KNOWN)
    assert "hush" not in str(told)
    assert "4711" not in str(told)


def test_a_proposal() -> None:
    payload = sample(ERRORED) | {"failed_node": {"id": "n"}}
    del payload["config_id"]
    proposal = propose(ERRORED, [payload, payload], KNOWN)
    assert (proposal.event, proposal.payloads, proposal.known) == (ERRORED, 2, True)
    assert proposal.differences == (Difference(Departure.CONFIRMED, "/failed_node", "object; announced until now", 2),)
    schema: Any = proposal.schema
    assert (schema["title"], schema["description"]) == (ERRORED, "Inferred from 2 captured payloads.")
    assert schema["x-status"] == Status.DOCUMENTED
    assert schema["properties"]["event"]["const"] == ERRORED
    assert schema["properties"]["failed_node"]["properties"] == {"id": {"type": "string"}}
    # What was not seen stays as it is known, but is not required.
    assert schema["properties"]["config_id"] == KNOWN.schema["properties"]["config_id"]
    assert set(schema["required"]) == set(payload)


def test_a_proposal_for_what_nothing_is_known_of() -> None:
    proposal = propose("workflow_response", [[1], []], None)
    assert (proposal.known, proposal.differences) == (False, ())
    assert (proposal.schema["type"], proposal.schema["items"]) == ("array", {"type": "integer"})
    assert propose("x", [{}], None).schema["description"] == "Inferred from 1 captured payload."


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(SOME_KEYS), values, max_size=6), min_size=1, max_size=4))
def test_what_is_proposed_fits(tmp_path_factory: Any, seen: list[dict[str, Any]]) -> None:
    payloads = [{**payload, "event": ERRORED} for payload in seen]
    schema = propose(ERRORED, payloads, KNOWN).schema
    assert all(accepts(schema, payload) for payload in payloads)
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "hookwright.yaml").write_text("version: 1\nproject: acme\n")
    (folder / "contracts").mkdir()
    (folder / "contracts" / "workflow-errored.json").write_text(json.dumps(schema))
    project = load(folder / "hookwright.yaml")
    assert refined(project).problems == ()
    known = contracts_of(project).of(ERRORED)
    assert known
    # Once it is written, nothing differs any more, and to propose it again changes nothing.
    assert differences(payloads, known) == ()
    assert propose(ERRORED, payloads, known).schema == schema
