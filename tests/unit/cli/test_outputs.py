"""What every command prints under ``--format json``, on success and on failure, against the published schemas."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import hookwright
from hookwright.cli.takeover import main as import_command
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.store import DeliveryStore
from hookwright.report import conformance_json
from hookwright.signing import sign
from hookwright.validate.schemas import schema_names, schema_text
from tests.e2e.strict_platform import RefusedError, StrictPlatform
from tests.github_stand_in import GitHub
from tests.unit.cli.calling import HELP, Call, make_call
from tests.unit.cli.platforms import KEYS, WEBHOOKS, Estate, Run, estate
from tests.unit.cli.repository import committed
from tests.unit.cli.test_listen import poster, signed
from tests.unit.harness.test_store import DELIVERY
from tests.unit.report.conformance_examples import RUN, SENDER

OUTPUTS = {name.removeprefix("output/") for name in schema_names() if name.startswith("output/")}
SCHEMAS = {name: json.loads(schema_text(f"output/{name}")) for name in OUTPUTS}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)
JSON = ("--format", "json")
TEST = ("-e", "test")
BOTH = ("-e", "test", "-e", "production")


def fits(value: Any, name: str) -> None:
    """The value is what the schema says, and says so itself."""
    problems = list(Draft202012Validator(SCHEMAS[name], registry=REGISTRY).iter_errors(value))
    assert problems == [], [f"{problem.json_path}: {problem.message}" for problem in problems]
    declared = SCHEMAS[name]["properties"].get("format", {}).get("const")
    assert declared is None or value["format"] == declared


class Outputs:
    """Calls commands with ``--format json`` and holds stdout against a schema."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, schema: str, code: int, *arguments: str, **environ: Any) -> Any:
        given = arguments if "--format" in arguments else (*arguments, *JSON)
        done = self._run(*given, expect=code, **environ)
        fits(done.json, schema)
        if schema == "error":
            assert done.json["error"]["exit_code"] == code
            assert done.json["error"]["message"] in done.err, "a person reads it on stderr"
        return done.json


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Estate]:
    with estate(tmp_path, "test", "production", more="history: history.jsonl") as made:
        yield made


@pytest.fixture
def out(run: Run) -> Outputs:
    return Outputs(run)


@pytest.fixture
def platform(acme: Estate) -> StrictPlatform:
    return acme.platforms["test"]


def refuse(platform: StrictPlatform, monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """Let the platform refuse webhooks with these words in their URL."""
    check = platform._check

    def refusing(body: Any, known: Any, needed: Any) -> None:
        if any(url in body.get("webhook_url", "") for url in urls):
            raise RefusedError(400, "BAD_REQUEST", "not today")
        check(body, known, needed)

    monkeypatch.setattr(platform, "_check", refusing)


# --- all commands and all schemas


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_every_schema_is_one_and_explains_itself(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(f"/schemas/output/{name}.schema.json")
    assert schema["title"]
    assert schema["description"]
    assert schema["additionalProperties"] is False, "the format is ours"


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_every_schema_can_be_printed(name: str, run: Run) -> None:
    printed = json.loads(run("schema", f"output/{name}").out)
    assert json.loads(run("schema", name).out) == printed
    own = SCHEMAS[name].get("$defs", {})
    others = {key.removeprefix("output/"): value for key, value in printed.get("$defs", {}).items() if key not in own}
    assert others == {other: SCHEMAS[other] for other in others}
    assert printed | {"$defs": own} == SCHEMAS[name] | {"$defs": own}


def test_every_format_has_a_schema_and_every_schema_a_test() -> None:
    source = Path(hookwright.__file__).parent
    formats = {
        found for file in source.rglob("*.py") for found in re.findall(r'"hookwright\.(\w+)/1"', file.read_text())
    }
    assert formats <= OUTPUTS
    tests = Path(__file__).read_text()
    assert [name for name in sorted(OUTPUTS) if f'"{name}"' not in tests] == []


@pytest.mark.parametrize("command", list(HELP))
def test_every_command_tells_a_usage_error_in_json(command: str, out: Outputs) -> None:
    error = out("error", 64, command, "--no-such-option")["error"]
    assert error["category"] == "usage"


NO_PROJECT_NEEDED = {
    "init", "contracts", "explain", "schema", "completion", "github",
    "verify", "listen", "deliveries", "replay", "emulator", "demo", "test",
}  # fmt: skip


@pytest.mark.parametrize("command", [name for name in HELP if name not in NO_PROJECT_NEEDED])
def test_every_command_tells_in_json_that_there_is_no_project(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = make_call(monkeypatch, capsys, tmp_path)
    arguments = {"render": ["x"], "diff": ["a", "b"]}.get(command, [])
    done = call(command, *arguments, *JSON)
    schema = {"validate": "findings", "doctor": "doctor"}.get(command, "error")
    fits(done.json, schema)
    assert done.code == 1


# --- one by one


def test_checks() -> None:
    for run in (RUN, SENDER):
        fits(json.loads(conformance_json.to_json(run)), "checks")


def test_github(out: Outputs, acme: Estate) -> None:
    with GitHub().serve() as github:
        environ = github.environ()
        (acme.root / "text.md").write_text("the plan")
        text = ("--body-file", "text.md")
        comment = ("github", "comment", *text, "--pr", str(github.open()))
        assert out("github", 0, *comment, **environ)["action"] == "created"
        assert out("github", 0, *comment, **environ)["action"] == "unchanged"
        issue = ("github", "issue", "--key", "drift")
        assert out("github", 0, *issue, "--close", **environ)["action"] == "none"
        assert out("github", 0, *issue, *text, "--title", "Drift", **environ)["action"] == "created"
        assert out("github", 0, *issue, "--close", **environ)["action"] == "closed"
        github.denied = {"comments", "issues"}
        assert (
            out("error", 1, "github", "comment", *text, "--pr", "1", "--key", "x", **environ)["error"]["api"]["status"]
            == 403
        )
        assert out("error", 64, *issue, **environ)["error"]["category"] == "usage"


def test_validate(out: Outputs, acme: Estate) -> None:
    assert out("findings", 0, "validate")["findings"] == []
    acme.declare(WEBHOOKS.replace("Workflow Errored", "Workflow Erored"))
    assert out("findings", 1, "validate")["summary"]["error"] == 1
    assert out("error", 1, "plan", *TEST)["error"]["findings"][0]["rule"] == "HW401"


def test_plan(out: Outputs, platform: StrictPlatform, acme: Estate) -> None:
    platform.add(webhook_url="https://user:pw@elsewhere.acme.example/x")
    assert out("plan", 0, "plan", *TEST)["summary"]["create"] == 2
    out("plan", 2, "plan", *TEST, "--detailed-exitcode")
    out("plans", 0, "plan", *BOTH)
    out("error", 64, "plan", *TEST, "--target", "nobody")
    out("error", 1, "plan", *TEST, TEST_KEY="tk_other_0123456789abcdef")
    platform.add(webhook_url="https://test.acme.example/plain")
    plan = out("plan", 0, "plan", *TEST)
    assert (plan["summary"]["conflict"], plan["blocked"][0]["guard"]) == (1, "conflict")
    out("plan", 0, "plan", *TEST, "--out", "plan.json", "--allow-duplicate-url", "--target", "plain")
    fits(json.loads((acme.root / "plan.json").read_text()), "plan-file")
    out("error", 1, "plan", *TEST, "--out", "no/such/folder/plan.json")
    twin = {"webhook_url": "https://hooks.acme.example", "description": "[hookwright:acme/plain]"}
    platform.add(**twin)
    platform.add(**twin)
    out("error", 1, "plan", *TEST)
    assert [one["format"] for one in out("plans", 1, "plan", *BOTH)["plans"]] == [
        "hookwright.error/1",
        "hookwright.plan/1",
    ]


def test_plan_with_what_deliveries_send(out: Outputs, platform: StrictPlatform, acme: Estate) -> None:
    out("apply", 0, "apply", *TEST, "--yes")
    acme.declare(WEBHOOKS.replace("{run:", "{ran:"))
    (change,) = out("plan", 0, "plan", *TEST, "--wire")["changes"]
    assert change["wire"][0]["before"]["body"] != change["wire"][0]["after"]["body"]


def test_apply(out: Outputs, platform: StrictPlatform, acme: Estate, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    out("error", 64, "apply", *TEST)
    with monkeypatch.context() as patch:
        refuse(platform, patch, "plain", "pager")
        assert out("apply", 1, "apply", *TEST, "--yes")["summary"]["failed"] == 2
    with monkeypatch.context() as patch:
        refuse(platform, patch, "plain")
        outcome = out("apply", 3, "apply", *TEST, "--yes")
    assert (outcome["summary"], outcome["converged"]) == (
        {"applied": 1, "failed": 1, "withheld": 0, "unknown": 0}, False,
    )  # fmt: skip
    run("plan", *TEST, "--out", "plan.json")
    assert out("apply", 0, "apply", "plan.json")["converged"] is True
    assert out("error", 1, "apply", "plan.json")["error"]["reasons"]
    assert out("apply", 0, "apply", *TEST, "--yes")["steps"] == []
    out("applies", 0, "apply", *BOTH, "--yes")
    acme.declare("webhooks: {}\n")
    error = out("error", 1, "apply", *TEST, "--yes")["error"]
    assert (error["category"], len(error["reasons"])) == ("refused", 1)
    outcomes = out("applies", 1, "apply", *BOTH, "--yes")["applies"]
    assert {one["format"] for one in outcomes} == {"hookwright.error/1"}


def test_an_update_that_landed_without_its_group_is_no_nothing(
    out: Outputs, platform: StrictPlatform, acme: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    out("apply", 0, "apply", *TEST, "--yes")
    acme.declare(WEBHOOKS.replace("/plain\n", "/plain\n    method: PUT\n    group: night\n"))
    answer = platform.answer

    def without_groups(method: str, path: str, *request: Any) -> Any:
        if path.endswith("/group/edit"):
            raise RefusedError(403, "FORBIDDEN", "no groups today")
        return answer(method, path, *request)

    monkeypatch.setattr(platform, "answer", without_groups)
    assert out("apply", 3, "apply", *TEST, "--yes")["summary"]["failed"] == 1
    assert acme.live("test", "plain")["method"] == "PUT"


def test_drift(out: Outputs, platform: StrictPlatform, acme: Estate) -> None:
    out("apply", 0, "apply", *TEST, "--yes")
    assert out("drift", 0, "drift", *TEST)["drifted"] is False
    acme.live("test", "pager")["webhook_headers"] = {"Authorization": "Bearer other", "X-By": "hand"}
    assert out("drift", 2, "drift", *TEST)["changes"][0]["drift"] == "changed"
    out("drifts", 2, "drift", *BOTH)
    out("error", 1, "drift", *TEST, TEST_KEY="pk_other_0123456789abcdef")


def test_diff(out: Outputs, platform: StrictPlatform, acme: Estate) -> None:
    out("applies", 0, "apply", *BOTH, "--yes")
    assert out("diff", 0, "diff", "test", "production")["equal"] is True
    acme.live("test", "plain")["is_enabled"] = False
    assert out("diff", 2, "diff", "test", "production")["summary"]["changed"] == 1
    out("error", 64, "diff", "test", "test")


def test_history_and_rollback(out: Outputs, acme: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    path = {"PATH": "/usr/bin:/bin:/usr/local/bin"}
    assert out("histories", 0, "history")["records"] == []
    out("error", 1, "rollback", *TEST, **path)
    committed(acme.root)
    out("apply", 0, "apply", *TEST, "--yes", **path)
    acme.declare(WEBHOOKS.replace("Connection Created", "Connection Expired"))
    committed(acme.root)
    out("apply", 0, "apply", *TEST, "--yes", **path)
    newest, _ = out("histories", 0, "history")["records"]
    out("history", 0, "history", newest["id"])
    out("error", 64, "history", "nothing")
    assert out("plan", 0, "rollback", *TEST, **path)["summary"]["update"] == 1
    out("apply", 0, "rollback", *TEST, "--apply", "--yes", **path)


def test_import(out: Outputs, platform: StrictPlatform) -> None:
    platform.add(webhook_url="https://elsewhere.acme.example/x", webhook_headers={"Authorization": "s3cr3t-token"})
    assert import_command.name == "import"
    out("import", 0, "import", *TEST, "--dry-run")
    out("import", 0, "import", *TEST)
    out("error", 64, "import", "-e", "nowhere")


def test_environments(out: Outputs) -> None:
    assert len(out("environments", 0, "environments")["environments"]) == 2
    out("github-matrix", 0, "environments", "--format", "github-matrix")
    out("environments", 0, "environments", "--shard", "2/2")
    out("error", 64, "environments", "--shard", "3/2")


def test_init(out: Outputs) -> None:
    out("init", 0, "init", "fresh")
    out("error", 1, "init", "fresh")
    out("error", 64, "init", "other", "--project", "Not a name")


def test_explain_and_schema(out: Outputs) -> None:
    assert len(out("rules", 0, "explain", "HW201")["rules"]) == 1
    out("error", 64, "explain", "HW999")
    out("schemas", 0, "schema")
    out("error", 64, "schema", "nothing")


def test_explain_everything(call: Call) -> None:
    # Not with the secrets of the tests: the rules' examples have some of their own.
    done = call("explain", *JSON)
    fits(done.json, "rules")
    assert len(done.json["rules"]) > 50


def test_render(out: Outputs, acme: Estate) -> None:
    assert len(out("requests", 0, "render", "pager", *TEST)["requests"]) == 1
    out("error", 64, "render", "nobody", *TEST)
    path = {"PATH": "/usr/bin:/bin:/usr/local/bin"}
    committed(acme.root)
    acme.declare(WEBHOOKS.replace("{run:", "{ran:"))
    assert out("wire", 0, "render", "pager", *TEST, "--against", "HEAD", **path)["summary"]["changed"] == 1
    out("error", 64, "render", "pager", *TEST, "--against", "no-such-revision", **path)


def test_send(out: Outputs) -> None:
    with serve_receiver_in_thread() as receiver:
        assert len(out("deliveries", 0, "send", "pager", *TEST, "--to", receiver.url)["deliveries"]) == 1
        url = receiver.url
    (delivery,) = out("deliveries", 1, "send", "pager", *TEST, "--to", url)["deliveries"]
    assert delivery["status"] is None
    out("error", 64, "send", "nobody", *TEST)


def test_verify(out: Outputs) -> None:
    body = b'{"event":"Workflow Errored"}'
    good = sign(body, KEYS["test"])
    assert out("verification", 0, "verify", "--signature", good, *TEST, stdin=body)["valid"] is True
    assert out("verification", 1, "verify", "--signature", good, *TEST, stdin=b"{}")["valid"] is False
    out("error", 1, "verify", "--signature", good, "--key-env", "UNSET", stdin=body)


def test_completion(out: Outputs) -> None:
    assert out("completion", 0, "completion", "fish")["shell"] == "fish"
    out("error", 64, "completion", "csh")


def test_contracts(out: Outputs) -> None:
    body = b'{"event": "Workflow Errored", "instance_id": "1"}'
    assert len(out("contracts", 0, "contracts", "infer", stdin=body)["contracts"]) == 1
    out("error", 1, "contracts", "infer", "no-such-file")
    out("error", 64, "contracts", "infer", "--at", "no pointer", stdin=body)


def test_listen(acme: Estate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    call: Call = make_call(monkeypatch, capsys, acme.root)
    with poster(signed(KEYS["test"]), signed("tk_other"), (b"\xff\x00", {})) as port:
        done = call("listen", "--port", port, "--max", "3", *JSON, *TEST, TEST_KEY=KEYS["test"])
    first, *lines = map(json.loads, done.out.splitlines())
    fits(first, "server")
    assert len(lines) == 3
    for line in lines:
        fits(line, "received")


def test_kept_deliveries_and_replays(out: Outputs, acme: Estate) -> None:
    with DeliveryStore(acme.root / "kept.db") as store:
        store.add(DELIVERY)
    db = ("--db", str(acme.root / "kept.db"))
    assert len(out("kept", 0, "deliveries", *db)["deliveries"]) == 1
    out("kept", 0, "deliveries", "1", *db)
    out("error", 64, "deliveries", "2", *db)
    out("error", 64, "replay", *db)
    with serve_receiver_in_thread() as receiver:
        (replayed,) = out("replays", 0, "replay", "1", *db, "--to", receiver.url)["replays"]
        url = receiver.url
    assert (replayed["status"], replayed["signed"]) == (200, False)
    assert out("replays", 1, "replay", "1", *db, "--to", url)["replays"][0]["error"]


def test_emulator() -> None:
    with subprocess.Popen([sys.executable, "-m", "hookwright", "emulator", *JSON], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        fits(json.loads(child.stdout.readline()), "server")
        child.terminate()
        assert child.wait(20) == 0


def test_doctor(out: Outputs) -> None:
    out("doctor", 0, "doctor", *TEST)
    out("doctor", 1, "doctor", *TEST, TEST_KEY="tk_other_0123456789abcdef")
    out("error", 64, "doctor", *TEST, "--probe", "--sweep")


def test_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hookwright", "demo", *JSON]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    fits(json.loads(done.stdout), "demo")
