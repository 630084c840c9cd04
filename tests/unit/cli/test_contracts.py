"""``hookwright contracts infer``."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Received, Verdict
from hookwright.report.received import to_json_line
from hookwright.validate.contracts import sample
from hookwright.validate.schemas import schema_text
from tests.unit.cli.calling import Call

ERRORED = "Workflow Errored"


def received(body: bytes, verdict: Verdict = Verdict.VALID) -> Received:
    at = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    return Received("1", at, "POST", "/", (("Content-Type", "application/json"),), body, verdict)


def errored(**more: object) -> bytes:
    return json.dumps(sample(ERRORED) | more).encode()


def listened(*bodies: bytes, verdict: Verdict = Verdict.VALID) -> bytes:
    """What ``listen --format json`` prints."""
    lines = [to_json_line(received(body, verdict), lambda name: False) for body in bodies]
    return "\n".join(['{"url": "http://127.0.0.1:1234"}', *lines, ""]).encode()


def infer(call: Call, *arguments: str, stdin: bytes = b"") -> Any:
    done = call("contracts", "infer", "--format", "json", *arguments, stdin=stdin)
    assert (done.code, done.err) == (0, ""), done.err
    Draft202012Validator(json.loads(schema_text("output/contracts"))).validate(done.json)
    return done.json


def test_from_listen(call: Call) -> None:
    bodies = [errored(instance_id="1", failed_node={"id": "n"}), errored(instance_id="2", failed_node={"id": "n"})]
    inferred = infer(call, stdin=listened(*bodies, bodies[0], b"no", json.dumps(sample("Connection Created")).encode()))
    assert [(one["event"], one["payloads"], one["known"], one["file"]) for one in inferred["contracts"]] == [
        (ERRORED, 2, True, None),
        ("Connection Created", 1, True, None),
    ]
    assert inferred["contracts"][0]["differences"] == [
        {"kind": "confirmed", "path": "/failed_node", "message": "object; announced until now", "payloads": 2}
    ]
    assert inferred["contracts"][1]["differences"] == []
    assert inferred["skipped"] == [{"reason": "the same body again", "count": 1}, {"reason": "not JSON", "count": 1}]


def test_as_text(call: Call, project: Path) -> None:
    rows = [{"x": 1, "at": "2026-05-04T10:00:00Z"}, {"x": None}]
    (project / "a.json").write_bytes(errored(instance_id=1, rows=rows, **{"a\nb": {}}))
    (project / "b.json").write_text(json.dumps({"event": "Order Paid", "id": "656f308b9144bb8f183bfc7b"}))
    done = call("contracts", "infer", "a.json", "b.json", "b.json")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "Workflow Errored · 1 payload\n"
        "  linked_account_id     string\n"
        "  instance_id           integer\n"
        "  workflow_id           string, 24 hexadecimal digits\n"
        "  config_id             string\n"
        "  event                 string, 'Workflow Errored'\n"
        "  workflow_name         string\n"
        "  status                string\n"
        "  rows                  array\n"
        "    *                   object\n"
        "      x                 null or integer\n"
        "      at?               string, date-time\n"
        "  a\\nb                  object\n"
        "  environment?          string, 'test' | 'production'\n"
        "  linked_account_name?  string\n"
        "differs from the known contract:\n"
        "  new        /a\\nb         object; the contract does not name it  (1 of 1)\n"
        "  type       /instance_id  integer; the contract says string  (1 of 1)\n"
        "  new        /rows         array; the contract does not name it  (1 of 1)\n"
        "\n"
        "Order Paid · 1 payload\n"
        "  event  string\n"
        "  id     string, 24 hexadecimal digits\n"
        "nothing is known of it yet\n"
        "\n"
        "?: not in every payload\n"
        "\n"
        "left out: 1 (the same body again)\n"
    )
    fits = call("contracts", "infer", stdin=errored())
    assert fits.out.endswith("\nfits the known contract\n\n?: not in every payload\n")


def test_from_a_store(call: Call, project: Path) -> None:
    with DeliveryStore(project / "kept.db") as store:
        store.add(received(errored(instance_id="1")))
        store.add(received(errored(instance_id="2"), Verdict.INVALID))
        store.add(received(errored(instance_id="3"), Verdict.MISSING))
    assert infer(call, "kept.db")["contracts"][0]["payloads"] == 3
    verified = infer(call, "kept.db", "--verified")
    assert verified["contracts"][0]["payloads"] == 1
    assert verified["skipped"] == [{"reason": "signature not valid", "count": 2}]


def test_from_somebody_elses_database(call: Call, project: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(project / "other.db")
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    done = call("contracts", "infer", "other.db")
    assert (done.code, done.err.splitlines()[0]) == (1, "error: other.db is a database of something else")


def test_only_what_was_asked_for(call: Call) -> None:
    bodies = [errored(), json.dumps(sample("Connection Created")).encode(), b'{"id": 1}', b"[1]"]
    inferred = infer(call, "--event", ERRORED, stdin=listened(*bodies))
    assert [(one["event"], one["payloads"]) for one in inferred["contracts"]] == [(ERRORED, 2)]
    assert inferred["skipped"] == [{"reason": "another event", "count": 1}, {"reason": "no event named", "count": 1}]


def test_a_payload_inside_the_body(call: Call) -> None:
    bodies = [{"list": [sample(ERRORED), {"event": 7}]}, {"list": {}}, {"list": 1}]
    lines = "\n".join(json.dumps(body) for body in bodies).encode()
    inferred = infer(call, "--at", "/list/0", stdin=lines)
    assert [(one["event"], one["payloads"]) for one in inferred["contracts"]] == [(ERRORED, 1)]
    assert inferred["skipped"] == [{"reason": "nothing at --at", "count": 2}]
    done = call("contracts", "infer", "--at", "list", stdin=lines)
    assert (done.code, done.err) == (
        64,
        "error: 'list' is no JSON pointer\nhint: It begins with a slash: --at /list.\n",
    )


def test_what_response_nodes_give(call: Call, project: Path) -> None:
    bodies = [{"event": {"event": ERRORED}, "response": {"rows": [1], "event": "mine"}}, {"response": {"rows": []}}]
    lines = "\n".join(json.dumps(body) for body in bodies).encode()
    arguments = ("--event", "workflow_response", "--at", "/response")
    (contract,) = infer(call, *arguments, stdin=lines)["contracts"]
    assert (contract["event"], contract["payloads"], contract["known"]) == ("workflow_response", 2, False)
    assert contract["schema"]["required"] == ["rows"]
    done = call("contracts", "infer", *arguments, "--write", "--quiet", stdin=lines)
    assert (done.code, done.err) == (0, "")
    assert (project / "contracts" / "workflow-response.json").is_file()
    (contract,) = infer(call, *arguments, stdin=lines)["contracts"]
    assert (contract["known"], contract["differences"]) == (True, [])
    webhooks = project / "webhooks" / "all.yaml"
    webhooks.write_text(webhooks.read_text().replace("workflow_response.rows", "workflow_response.rowz"))
    assert "Did you mean '{{workflow_response.rows}}'?" in call("validate").out


def test_written_contracts_are_used(call: Call, project: Path) -> None:
    webhooks = project / "webhooks" / "all.yaml"
    webhooks.write_text(webhooks.read_text().replace("{{event.instance_id}}", "{{event.region.zone}}"))
    assert "HW201" in call("validate").out
    body = errored(region={"zone": "x"})
    done = call("contracts", "infer", "--write", stdin=body)
    file = project / "contracts" / "workflow-errored.json"
    assert (done.code, done.err) == (0, f"written: {file}\n")
    assert json.loads(file.read_text())["properties"]["region"]["required"] == ["zone"]
    assert call("validate", "--strict", TEST_KEY="tk_test_0123456789abcdef").out.count("HW201") == 0
    (contract,) = infer(call, stdin=body)["contracts"]
    assert (contract["differences"], contract["schema"]) == ([], json.loads(file.read_text()))


def test_nothing_is_overwritten_unless_forced(call: Call, project: Path) -> None:
    folder = project / "contracts"
    folder.mkdir()
    mine = folder / "workflow-errored.schema.json"
    mine.write_text("{}\n")
    bodies = listened(errored(), json.dumps(sample("Connection Created")).encode())
    done = call("contracts", "infer", "--write", stdin=bodies)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "error: contracts/workflow-errored.schema.json: already there\nhint: Nothing was written; --force overwrites.\n"
    )
    assert (mine.read_text(), list(folder.iterdir())) == ("{}\n", [mine])
    inferred = call("contracts", "infer", "--write", "--force", "--format", "json", stdin=bodies).json
    assert [one["file"] for one in inferred["contracts"]] == [str(mine), str(folder / "connection-created.json")]
    assert json.loads(mine.read_text()) == inferred["contracts"][0]["schema"]


def test_what_cannot_be_written(call: Call, project: Path) -> None:
    (project / "contracts").write_text("a file")
    done = call("contracts", "infer", "--write", stdin=errored())
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: {project}/contracts")
    assert "cannot be written: " in done.err


def test_there_are_no_contracts_of_other_events(call: Call, project: Path) -> None:
    body = json.dumps({"event": "../../Order Paid"}).encode()
    done = call("contracts", "infer", "--write", stdin=body)
    assert (done.code, done.err) == (0, "not written: '../../Order Paid', which the platform does not have\n")
    assert not (project / "contracts").exists()


def test_outside_of_a_project(call: Call, project: Path) -> None:
    (project / "hookwright.yaml").unlink()
    assert infer(call, stdin=errored())["contracts"][0]["known"] is True
    done = call("contracts", "infer", "--write", stdin=errored())
    assert (done.code, done.err.startswith("error: there is no hookwright.yaml in ")) == (1, True)
    (project / "hookwright.yaml").mkdir()
    assert call("contracts", "infer", stdin=errored()).code == 0


def test_a_project_that_cannot_be_read(call: Call, project: Path) -> None:
    (project / "hookwright.yaml").write_bytes(b"\xff")
    done = call("contracts", "infer", stdin=errored())
    assert (done.code, done.err.splitlines()[-1]) == (1, "error: hookwright.yaml cannot be read")


@pytest.mark.parametrize(
    ("data", "left_out"),
    [
        (b"", None),
        (b"\n \n", None),
        (b'{"url": "http://127.0.0.1:1"}\n', None),
        (b"no json", "1 (not JSON)"),
        (b"\xff\xfe", "1 (not JSON)"),
        (b'{"body_base64": "***"}', "1 (not JSON)"),
        (b'{"body_base64": 7}\n{"body_base64": null}', "2 (not JSON)"),
        (b'{"event": NaN}', "1 (not JSON)"),
        (b'{"event": "x", "\\ud800": 1}', "1 (not JSON)"),
        (b"[" * 100_000, "1 (not JSON)"),
        (b'{"event": "x", "a": ' + b"[" * 80 + b"]" * 80 + b"}", "1 (not JSON)"),
        (b'{"a": 1}', "1 (no event named)"),
        (b'{"event": ""}', "1 (no event named)"),
        (b'{"event": {}}', "1 (no event named)"),
        (b'["event"]', "1 (no event named)"),
        (b"7", "1 (no event named)"),
    ],
)
def test_no_payload(call: Call, data: bytes, left_out: str | None) -> None:
    done = call("contracts", "infer", stdin=data)
    hint = f"Left out: {left_out}." if left_out else "Capture some with 'hookwright listen --format json'."
    assert (done.code, done.out) == (1, "")
    assert done.err == f"error: there is no payload in what was given\nhint: {hint}\n"


def test_a_file_that_is_not_there(call: Call) -> None:
    done = call("contracts", "infer", "nowhere.json", "--format", "json")
    assert (done.code, done.json["error"]["message"]) == (1, "nowhere.json cannot be read: No such file or directory")


def test_too_large(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookwright.cli.captures.LARGEST", 10)
    done = call("contracts", "infer", stdin=errored())
    assert (done.code, done.err) == (1, "error: - is larger than 10 bytes\nhint: Give it in parts.\n")


def test_bodies_that_nest_too_deep(call: Call) -> None:
    done = call(
        "contracts", "infer", stdin=listened(b"[" * 100_000, b'{"event": "x", "a": ' + b"[" * 70 + b"]" * 70 + b"}")
    )
    assert done.err.endswith("hint: Left out: 2 (not JSON).\n")


def test_a_printed_delivery_of_several_lines(call: Call) -> None:
    delivery = json.dumps({"body_base64": base64.b64encode(errored()).decode(), "signature": "valid"}, indent=2)
    assert infer(call, "--verified", stdin=delivery.encode())["contracts"][0]["payloads"] == 1


def test_the_group(call: Call) -> None:
    assert "infer  Propose a contract from captured deliveries." in call("contracts", "--help").out
    assert call("contracts").code == 64
    done = call("contracts", "infr")
    assert done.code == 64
    assert "error: No such command 'infr'." in done.err
