"""``import`` against the emulator: what was made by hand is adopted by the next apply, and nothing else happens."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hookwright.api.client import Client
from hookwright.emulator import Options, serve_in_thread
from hookwright.model.resources import Event, Webhook, WebhookType
from hookwright.validate.schema import is_valid
from tests.unit.cli.calling import Call, Called, make_call

TEST_KEY = "tk_test_0123456789abcdef"
LIVE_KEY = "pk_live_0123456789abcdef"
TOKEN = "not-to-be-shown-1"
KEYS = {"TEST_KEY": TEST_KEY, "LIVE_KEY": LIVE_KEY}
PROJECT = """\
# The project of acme
version: 1
project: acme
environments:
  test:
    api_url: {url}
    api_key: ${{env.TEST_KEY}}   # from the vault
    vars: {{slack: "https://hooks.slack.acme.example"}}
  production:
    api_url: {url}
    api_key: ${{env.LIVE_KEY}}
"""
DECLARED = """\
webhooks:
  # ours
  here-already:
    url: https://x.acme.example/here
    events: [Workflow Completed]
"""


class NoDeliveries:
    """Renders nothing: no event of the platform's happens in these tests."""

    def body(self, template: Any, event: Any, workflow_response: Any) -> bytes:
        raise AssertionError("a delivery was made")

    def header(self, value: str, event: Any, workflow_response: Any) -> str:
        raise AssertionError("a delivery was made")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread(Options(rate_limit=None), NoDeliveries()) as server:
        yield server.url


@pytest.fixture
def clients(url: str) -> Iterator[dict[str, Client]]:
    """Clients of both environments, which hold what people made by hand."""
    with Client(url, TEST_KEY) as test, Client(url, LIVE_KEY) as production:
        clients = {"test": test, "production": production}
        for client in clients.values():
            for live in client.list_webhooks():
                client.delete_webhook(live.id)
            for event in client.list_events():
                client.delete_event(event.id)
        yield clients


@pytest.fixture
def project(tmp_path: Path, url: str) -> Path:
    (tmp_path / "hookwright.yaml").write_text(PROJECT.format(url=url))
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "ours.yaml").write_text(DECLARED)
    return tmp_path


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project: Path) -> Call:
    return make_call(monkeypatch, capsys, project)


def hand_made(origin: str, **fields: Any) -> Webhook:
    values: dict[str, Any] = {
        "url": f"{origin}/pager",
        "events": ("Workflow Errored",),
        "headers": {"Authorization": f"Bearer {TOKEN}", "X-Run": "{{event.instance_id}}"},
        "type": WebhookType.CUSTOM,
        "body": '{"run": "{{event.instance_id}}", "on": "no", "text": "a\\nb", "cost": "${5}"}',
        "description": "Pages the on-call team",
    }
    return Webhook(**(values | fields))


def variables(found: Called) -> dict[str, str]:
    return {item["name"]: TOKEN for item in found.json["variables"]}


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_both_environments_are_adopted(call: Call, project: Path, clients: dict[str, Client]) -> None:
    first = clients["test"].create_webhook(hand_made("https://staging.acme.example", enabled=False)).id
    second = clients["production"].create_webhook(hand_made("https://hooks.acme.example")).id
    clients["test"].create_webhook(hand_made("https://hooks.slack.acme.example", type=WebhookType.SLACK, body=None))
    for client in clients.values():
        client.create_event(Event("candidate_created", {"id": "1", "no": ["x"]}, {"type": "object"}))
    assert call("apply", "--yes", "-e", "test", **KEYS).code == 0
    assert call("apply", "--yes", "-e", "production", **KEYS).code == 0

    found = call("import", "--format", "json", **KEYS)
    assert found.code == 0
    assert TOKEN not in found.out + found.err + json.dumps(files(project))
    imported = found.json
    assert is_valid(imported, "output/import")
    assert imported["format"] == "hookwright.import/1"
    assert imported["environments"] == ["test", "production"]
    assert {item["name"]: item["environments"] for item in imported["webhooks"]}["pages-the-on-call-team"] == {
        "test": first,
        "production": second,
    }
    assert len(imported["webhooks"]) == 2
    assert [item["name"] for item in imported["events"]] == ["candidate_created"]
    assert imported["vars_inserted"] is True
    assert imported["findings"] == []
    assert imported["files"] == [
        str(project / "webhooks" / "imported.yaml"),
        str(project / "events" / "imported.yaml"),
        str(project / "hookwright.yaml"),
    ]
    text = (project / "hookwright.yaml").read_text()
    assert text.startswith("# The project of acme\n")
    assert "api_key: ${env.TEST_KEY}   # from the vault" in text
    assert '{slack: "https://hooks.slack.acme.example", base_url: "https://staging.acme.example"}' in text
    assert (project / "webhooks" / "ours.yaml").read_text() == DECLARED

    environ = KEYS | variables(found) | {"HOOKWRIGHT_FORMAT": "json"}
    environ |= {name: "pager" for name in environ if name.endswith("_PATH")}
    for environment, adoptions in (("test", 2), ("production", 1)):
        plan = call("plan", "-e", environment, **environ)
        assert plan.code == 0
        summary = plan.json["summary"]
        assert summary == {
            "create": 0, "update": 0, "replace": 0, "adopt": adoptions, "delete": 0, "unchanged": 2, "unmanaged": 0,
            "conflict": 0,
        }  # fmt: skip
        assert {field["path"] for change in plan.json["changes"] for field in change["fields"]} == {"/description"}
        assert call("apply", "--yes", "-e", environment, **environ).code == 0
        assert call("plan", "--detailed-exitcode", "-e", environment, **environ).code == 0
    assert TOKEN not in json.dumps(files(project))

    again = call("import", **environ | {"HOOKWRIGHT_FORMAT": "text"})
    assert (again.code, again.out) == (0, "")
    assert again.err == "Nothing to import: all of test and production is declared.\n"


def test_the_text_says_what_to_do(call: Call, project: Path, clients: dict[str, Client]) -> None:
    for path in ("a", "b"):
        clients["test"].create_webhook(hand_made("https://staging.acme.example", url=f"https://s.acme.example/{path}"))
    clients["test"].create_webhook(Webhook("https://s.acme.example/c", ("Workflow Errored",)))
    found = call("import", "-e", "test", **KEYS)
    assert found.code == 0
    assert found.out == f"{project}/webhooks/imported.yaml\n{project}/hookwright.yaml\n"
    assert (
        found.err
        == """\
3 webhooks of test imported
  + acme-c                                   test
  + pages-the-on-call-team                   test
  + pages-the-on-call-team-workflow-errored  test
Set these process variables; --env-file FILE writes their values
  PAGES_THE_ON_CALL_TEAM_TOKEN  pages-the-on-call-team-workflow-errored/headers/Authorization and 1 more
Vars added to hookwright.yaml
  environments.test.vars.base_url: https://s.acme.example
note: production was not read: none of this is declared for it; environments that are imported together (test, \
production) share their blocks
Next: 'hookwright plan -e test': it should show adoptions and nothing else.
"""
    )


def test_a_dry_run_and_a_print_write_nothing(call: Call, project: Path, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(hand_made("https://hooks.acme.example"))
    before = files(project)
    dry = call("import", "-e", "test", "--dry-run", "--env-file", "secrets.env", **KEYS)
    assert (dry.code, dry.out) == (0, "")
    assert dry.err.startswith("1 webhook of test would be imported\n")
    assert dry.err.endswith("Nothing was written.\n")
    printed = call("import", "-e", "test", "--out", "-", **KEYS)
    assert printed.code == 0
    assert printed.out.startswith("# yaml-language-server: $schema=https://")
    assert "\nwebhooks:\n  pages-the-on-call-team:\n    url: https://hooks.acme.example/pager\n" in printed.out
    assert TOKEN not in printed.out + printed.err + dry.err
    assert files(project) == before


def test_out_names_a_file_or_a_folder(call: Call, project: Path, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(hand_made("https://hooks.acme.example"))
    clients["test"].create_event(Event("created", {"id": "1"}))
    one = call("import", "-e", "test", "--out", "webhooks/one.yaml", **KEYS)
    assert one.out == "webhooks/one.yaml\n"
    text = (project / "webhooks" / "one.yaml").read_text()
    assert "webhooks:\n" in text
    assert "events:\n  created:\n" in text
    (project / "webhooks" / "one.yaml").unlink()
    two = call("import", "-e", "test", "--out", "webhooks/new/", **KEYS)
    assert two.out == "webhooks/new/webhooks.yaml\nwebhooks/new/events.yaml\n"


def test_nothing_is_overwritten(call: Call, project: Path, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(hand_made("https://hooks.acme.example"))
    (project / "webhooks" / "imported.yaml").write_text("# mine\nwebhooks: {}\n")
    before = files(project)
    refused = call("import", "-e", "test", "--out", "webhooks/imported.yaml", **KEYS)
    assert refused.code == 1
    assert "is there already" in refused.err
    assert files(project) == before
    numbered = call("import", "-e", "test", **KEYS)
    assert numbered.out == f"{project}/webhooks/imported-2.yaml\n"
    assert (project / "webhooks" / "imported.yaml").read_text() == "# mine\nwebhooks: {}\n"


def test_a_file_that_is_not_included_is_taken_back(call: Call, project: Path, clients: dict[str, Client]) -> None:
    for name in ("a", "b"):
        clients["test"].create_webhook(Webhook(f"https://hooks.acme.example/{name}", ("Workflow Errored",)))
    main = project / "hookwright.yaml"
    main.write_text(main.read_text() + "include: [webhooks/ours.yaml]\n")
    before = files(project)
    found = call("import", "-e", "test", **KEYS)
    assert found.code == 1
    assert "the project does not include" in found.err
    assert files(project) == before
    main.write_text(main.read_text().replace("[webhooks/ours.yaml]", "[webhooks/ours.yaml, 'more/deep/*.yml']"))
    before = files(project)
    outside = call("import", "-e", "test", "--out", "more/deep/x.yml", **KEYS)
    assert outside.code == 0
    assert files(project).keys() - before.keys() == {"more/deep/x.yml"}


def test_a_custom_include_says_where(call: Call, project: Path, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(hand_made("https://hooks.acme.example"))
    clients["test"].create_event(Event("created", {"id": "1"}))
    main = project / "hookwright.yaml"
    main.write_text(main.read_text() + "include: [config/hooks/**/*.yml, 'config/events/*.yaml']\n")
    found = call("import", "-e", "test", **KEYS)
    assert found.out == f"{project}/config/hooks/imported.yml\n{project}/config/events/imported.yaml\n"


def test_values_are_written_on_demand_only(call: Call, project: Path, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(
        hand_made("https://hooks.acme.example", headers={"X-Token": "it's\n$HOME", "X-Api-Key": TOKEN})
    )
    found = call("import", "-e", "test", "--env-file", "secrets.env", **KEYS)
    assert found.code == 0
    path = project / "secrets.env"
    assert path.read_text() == (
        f"PAGES_THE_ON_CALL_TEAM_API_KEY={TOKEN}\nPAGES_THE_ON_CALL_TEAM_TOKEN='it'\"'\"'s\n$HOME'\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = files(project)
    refused = call("import", "-e", "test", "--env-file", "secrets.env", "--out", "webhooks/x/", **KEYS)
    assert refused.code == 0  # adopted already: there is nothing to write
    (project / "webhooks" / "imported.yaml").unlink()
    before = files(project)
    refused = call("import", "-e", "test", "--env-file", "secrets.env", **KEYS)
    assert refused.code == 1
    assert files(project) == before


def test_lost_blocks_come_back_with_all(call: Call, project: Path, clients: dict[str, Client]) -> None:
    environ = KEYS
    (project / "webhooks" / "ours.yaml").write_text(DECLARED + "    protect: true\n")
    assert call("apply", "--yes", "-e", "test", **environ).code == 0
    (project / "webhooks" / "ours.yaml").unlink()
    without = call("import", "-e", "test", **environ)
    assert without.err == (
        "note: test: 1 webhook carries the marker of this project without being declared; see --all\n"
        "Nothing to import: all of test is declared.\n"
    )
    found = call("import", "-e", "test", "--all", **environ)
    assert found.code == 0
    assert (
        (project / "webhooks" / "imported.yaml").read_text().split("\n", 1)[1]
        == """\
webhooks:
  here-already:
    url: https://x.acme.example/here
    events: [Workflow Completed]
    protect: true
    environments:
      production: false
"""
    )
    assert call("plan", "--detailed-exitcode", "-e", "test", **environ).code == 0


def test_what_validation_refuses_is_said(call: Call, project: Path, clients: dict[str, Client]) -> None:
    main = project / "hookwright.yaml"
    clients["test"].create_webhook(Webhook("https://u:p@hooks.acme.example/a", ("Workflow Errored",)))
    found = call("import", "-e", "test", "--format", "json", **KEYS)
    assert found.code == 0
    assert [(item["rule"], item["line"]) for item in found.json["findings"]] == [("HW302", 4)]
    assert "u:p" not in found.out + main.read_text()


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "message"),
    [
        (["-e", "prod"], KEYS, 64, "no environment 'prod'"),
        (["-e", "test"], {}, 1, "no key is set: ${env.TEST_KEY} (test)"),
        ([], {}, 1, "no key is set: ${env.TEST_KEY} (test), ${env.LIVE_KEY} (production)"),
        (["-e", "test"], {"TEST_KEY": LIVE_KEY}, 1, "belongs to production"),
        (["--out", "x.txt"], KEYS, 64, "neither a folder nor a .yaml file"),
        (["--out", "-", "--format", "json"], KEYS, 64, "'--out -' prints YAML"),
        (["--name-from", "x"], KEYS, 64, "Invalid value for '--name-from'"),
    ],
)
def test_refusals(call: Call, arguments: list[str], environ: dict[str, str], code: int, message: str) -> None:
    found = call("import", *arguments, **environ)
    assert found.code == code
    assert message in found.err


def test_environments_without_a_key_are_passed_over(call: Call, clients: dict[str, Client]) -> None:
    clients["test"].create_webhook(hand_made("https://hooks.acme.example"))
    found = call("import", "--format", "json", TEST_KEY=TEST_KEY)
    assert found.json["environments"] == ["test"]
    assert found.json["notes"][0].startswith("production was not read")


def test_an_error_of_the_platform_writes_nothing(call: Call, project: Path, clients: dict[str, Client]) -> None:
    main = project / "hookwright.yaml"
    main.write_text(main.read_text().replace("http://", "http://127.0.0.1:9/"))
    before = files(project)
    found = call("import", "--format", "json", **KEYS)
    assert found.code == 1
    assert found.json["error"]["category"] == "network"
    assert found.json["error"]["message"].startswith("test: GET ")
    assert files(project) == before
