"""Every kind of change of every field, from YAML to the live record: it becomes what is declared, and plans empty.

Each test runs twice, on the emulator and on the strict platform of the end-to-end tests, which share nothing.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hookwright.emulator import Options, serve_in_thread
from tests.contract.faultlab import API, NoDeliveries
from tests.e2e.strict_platform import strict_platform
from tests.unit.cli.calling import Call, make_call

KEY = "tk_test_0123456789abcdef"
TOKEN = "s3cr3t-token"
WORKFLOWS = [
    {"_id": "a" * 24, "name": "Export", "published": True},
    {"_id": "b" * 24, "name": "Import", "published": True},
]
PROJECT = """\
version: 1
project: acme
environments:
  test: {{api_url: "{url}", api_key: "${{env.KEY}}"}}
"""
Record = dict[str, Any]


@dataclass
class Server:
    """A platform that runs, seen from outside."""

    url: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"x-api-key": KEY, "content-type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def webhooks(self) -> list[Record]:
        return list(self.call("GET", API + "/webhook"))

    def edit(self, identity: str, **fields: Any) -> None:
        """A hand changes a webhook in the dashboard."""
        self.call("PUT", f"{API}/webhook/{identity}", fields)


@pytest.fixture(params=["emulator", "strict platform"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "emulator":
        with serve_in_thread(Options(rate_limit=None), NoDeliveries()) as served:
            server = Server(served.url)
            server.call("PUT", "/_emulator/workflows", WORKFLOWS)
            yield server
    else:
        with strict_platform(KEY) as platform:
            platform.workflows = WORKFLOWS
            yield Server(platform.url)


class Desk:
    """A project that is edited and applied."""

    def __init__(self, root: Path, server: Server, call: Call) -> None:
        self.root = root
        self.server = server
        self._call = call
        (root / "hookwright.yaml").write_text(PROJECT.format(url=server.url))
        (root / "webhooks").mkdir()

    def run(self, *arguments: str) -> Any:
        done = self._call(*arguments, KEY=KEY, TOKEN=TOKEN)
        assert done.code == 0, done.out + done.err
        return done.json if "json" in arguments else None

    def declare(self, **sections: Any) -> None:
        """Write the declaration; JSON is YAML."""
        (self.root / "webhooks" / "all.yaml").write_text(json.dumps(sections, ensure_ascii=False))

    def apply(self) -> list[tuple[str, str]]:
        """Apply; what was done, by action and name. A plan finds nothing to do then, and drift nothing."""
        outcome = self.run("apply", "--yes", "--format", "json")
        assert outcome["converged"] is True
        self.run("plan", "--detailed-exitcode")
        self.run("drift")
        return [(step["action"], step["name"]) for step in outcome["steps"]]

    def hook(self, name: str = "a", **fields: Any) -> Record:
        """Declare one webhook, apply, and give its live record."""
        self.declare(webhooks={name: {"url": "https://hooks.acme.example/a", "events": ["Workflow Errored"]} | fields})
        self.apply()
        (record,) = self.server.webhooks()
        assert record["description"].endswith(f"[hookwright:acme/{name}]") or fields.get("protect")
        return record


@pytest.fixture
def desk(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, server, make_call(monkeypatch, capsys, tmp_path))


MARKER = "[hookwright:acme/a]"
BODY = {"run": "{{event.instance_id}}", "list": [1, True, None, {"x": "{{event}}"}]}
SET = {
    # field as declared, the live field, its live value, and what is live once it is gone
    "method": ("PUT", "method", "PUT", "POST"),
    "headers": ({"X-A": "1", "X-B": "2"}, "webhook_headers", {"X-A": "1", "X-B": "2"}, {}),
    "body": (BODY, "webhook_body", BODY, "{{event}}"),
    "type": ("slack", "webhook_type", "slack", "default"),
    "description": ("Pages us", "description", f"Pages us {MARKER}", MARKER),
    "enabled": (False, "is_enabled", False, True),
    "slug": ("hubspot", "slug", "hubspot", ""),
    "workflows": (["Import", "Export"], "workflow_ids", ["a" * 24, "b" * 24], []),
    "group": ("on-call", "group", "on-call", ""),
}
EMPTY = {"headers": {}, "description": "", "workflows": [], "group": ""}


def value(record: Record, field: str) -> Any:
    """A live field; frugal servers leave out what is empty."""
    found = record.get(field)
    if found is None:
        return {"webhook_headers": {}, "workflow_ids": [], "is_enabled": True, "method": "POST"}.get(field, "")
    return sorted(found) if field == "workflow_ids" else found


@pytest.mark.parametrize("field", list(SET))
def test_a_field_is_set_kept_and_cleared(field: str, desk: Desk) -> None:
    declared, live, set_to, cleared = SET[field]
    assert value(desk.hook(), live) == cleared
    first = desk.hook(**{field: declared})
    assert value(first, live) == set_to
    after = desk.hook()
    assert value(after, live) == cleared
    assert after["_id"] == first["_id"], "changed, not made anew"
    assert value(desk.hook(**{field: declared}), live) == set_to


@pytest.mark.parametrize("field", list(SET))
def test_a_field_is_set_at_creation(field: str, desk: Desk) -> None:
    declared, live, set_to, _ = SET[field]
    assert value(desk.hook(**{field: declared}), live) == set_to


def test_everything_at_once_there_and_back(desk: Desk) -> None:
    everything = {field: declared for field, (declared, *_) in SET.items() if field != "type"}
    full = desk.hook(**everything)
    assert all(value(full, live) == set_to for field, (_, live, set_to, _) in SET.items() if field != "type")
    bare = desk.hook()
    assert all(value(bare, live) == cleared for _, live, _, cleared in SET.values())


@pytest.mark.parametrize("field", list(EMPTY))
def test_empty_is_the_same_as_absent(field: str, desk: Desk) -> None:
    before = desk.hook(**{field: EMPTY[field]})
    assert desk.hook() == before
    assert desk.hook(**{field: EMPTY[field]}) == before


def test_one_header_goes_and_the_others_stay(desk: Desk) -> None:
    secret = {"Authorization": "Bearer ${env.TOKEN}"}
    desk.hook(headers={"X-A": "1", "X-B": "2"} | secret)
    assert desk.hook(headers={"X-B": "2"} | secret)["webhook_headers"] == {
        "X-B": "2",
        "Authorization": f"Bearer {TOKEN}",
    }
    assert desk.hook(headers={"x-b": "2"})["webhook_headers"] == {"x-b": "2"}


def test_custom_default_slack_custom(desk: Desk) -> None:
    assert desk.hook(body=BODY)["webhook_type"] == "custom"
    record = desk.hook(type="default")
    assert (record["webhook_type"], record["webhook_body"]) == ("default", "{{event}}")
    assert desk.hook(type="slack")["webhook_type"] == "slack"
    record = desk.hook(type="custom", body={"other": "{{event}}"})
    assert (record["webhook_type"], record["webhook_body"]) == ("custom", {"other": "{{event}}"})
    assert desk.hook(type="custom", body="{{event}}")["webhook_type"] == "default"
    assert desk.hook(body={"other": "{{event}}"})["webhook_body"] == {"other": "{{event}}"}
    assert desk.hook(type="slack")["webhook_type"] == "slack"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"body": {"a": 1, "b": [True, None]}}, {"body": '{"b": [true, null], "a": 1.0}'}),
        ({"body": {"a": 1, "b": 2}}, {"body": {"b": 2, "a": 1}}),
        ({"body": {"a": 1.0}}, {"body": {"a": 1}}),
        ({"body": "[1, 2]"}, {"body": [1, 2]}),
        ({"body": "{{event}}"}, {}),
        ({"type": "default"}, {}),
        ({"method": "POST"}, {}),
        ({"enabled": True}, {}),
        ({"events": ["Workflow Errored", "Workflow Stopped"]}, {"events": ["Workflow Stopped", "Workflow Errored"]}),
        ({"workflows": ["Export", "Import"]}, {"workflows": [{"id": "b" * 24}, {"id": "a" * 24}]}),
        ({"headers": {"X-A": "1", "X-B": "2"}}, {"headers": {"X-B": "2", "X-A": "1"}}),
        ({"description": "Pages us"}, {"description": "Pages us  \n"}),
    ],
    ids=str,
)
def test_what_means_the_same_is_the_same(first: Record, second: Record, desk: Desk) -> None:
    before = desk.hook(**first)
    assert desk.hook(**second) == before
    assert desk.hook(**first) == before


@pytest.mark.parametrize(
    "body",
    [
        {"a": True}, {"a": 1}, {"a": "1"}, {"a": None}, {"a": [], "b": {}}, {"": "", "é": "ü 😀"}, [], [{}], {}, "1",
        "text {{event.status}}", '"quoted"', "  {{event}} and more", {"n": 0.1}, {"n": 12345678901234567890},
    ],
    ids=repr,
)  # fmt: skip
def test_a_body_of_any_kind_is_kept(body: Any, desk: Desk) -> None:
    record = desk.hook(body=body)
    assert record["webhook_body"] == body
    assert type(record["webhook_body"]) is type(body)
    assert desk.hook(body={"a": False})["webhook_body"] == {"a": False}
    assert desk.hook(body=body)["webhook_body"] == body


@pytest.mark.parametrize("body", [0, False, "", 1.5, True])
def test_a_body_that_is_no_body(body: Any, desk: Desk) -> None:
    # Whatever is made of it is made of it again: applied once or refused, never changed at each apply.
    desk.declare(webhooks={"a": {"url": "https://hooks.acme.example/a", "events": ["Workflow Errored"], "body": body}})
    done = desk._call("validate", KEY=KEY)
    if done.code == 0:
        desk.apply()
        assert desk.apply() == []


def test_events_change_and_a_connection_event_needs_no_slug(desk: Desk) -> None:
    desk.hook(slug="hubspot", events=["Workflow Errored", "Workflow Completed"])
    record = desk.hook(events=["Connection Created"])
    assert (record["webhook_events"], value(record, "slug")) == (["Connection Created"], "")
    record = desk.hook(slug="hubspot", events=["Workflow Stopped"])
    assert (record["webhook_events"], record["slug"]) == (["Workflow Stopped"], "hubspot")


def test_groups_are_set_changed_and_unset_on_many(desk: Desk, server: Server) -> None:
    names = [f"h{number}" for number in range(5)]

    def hooks(*groups: str) -> None:
        desk.declare(
            webhooks={
                name: {"url": f"https://hooks.acme.example/{name}", "events": ["Workflow Errored"]}
                | ({"group": group} if group else {})
                for name, group in zip(names, groups, strict=True)
            }
        )
        desk.apply()
        live = {record["webhook_url"].rpartition("/")[2]: record.get("group") or "" for record in server.webhooks()}
        assert live == dict(zip(names, groups, strict=True))

    hooks("a", "a", "", "b", "")
    hooks("b", "a", "a", "", "b")
    hooks("", "", "", "", "")


def test_protection_is_put_on_and_taken_off(desk: Desk) -> None:
    assert desk.hook(protect=True)["description"] == "[hookwright:acme/a protected]"
    assert desk.hook(protect=False)["description"] == MARKER
    assert desk.hook(protect=True, description="Keep")["description"] == "Keep [hookwright:acme/a protected]"
    desk.declare(webhooks={})
    assert desk._call("apply", "--yes", "--allow-empty", KEY=KEY).code == 1
    desk.declare(removed={"webhooks": ["a"]})
    desk.run("apply", "--yes", "--allow-empty")
    assert desk.server.webhooks() == []


def test_a_rename_keeps_the_webhook(desk: Desk) -> None:
    before = desk.hook("a", description="Pages us", group="g", headers={"X-A": "1"})
    after = desk.hook("b", description="Pages us", group="g", headers={"X-A": "1"}, renamed_from="a")
    assert after["_id"] == before["_id"]
    assert after["description"] == "Pages us [hookwright:acme/b]"
    assert desk.hook("b", description="Pages us", group="g", headers={"X-A": "1"})["_id"] == before["_id"]
    assert desk.hook("c", renamed_from="b", protect=True)["description"] == "[hookwright:acme/c protected]"


HANDS: dict[str, tuple[Record, Any]] = {
    "url": ({"webhook_url": "https://by-hand.acme.example"}, "https://by-hand.acme.example"),
    "events": ({"webhook_events": ["Workflow Completed"]}, ["Workflow Completed"]),
    "method": ({"method": "PATCH"}, "PATCH"),
    "headers": ({"webhook_headers": {"X-By": "hand"}}, {"X-By": "hand"}),
    "body": ({"webhook_type": "custom", "webhook_body": {"by": "hand"}}, {"by": "hand"}),
    "enabled": ({"is_enabled": False}, False),
    "slug": ({"slug": "salesforce"}, "salesforce"),
    "workflows": ({"workflow_ids": ["b" * 24]}, ["b" * 24]),
    "description": ({"description": f"By hand {MARKER}"}, f"By hand {MARKER}"),
}


@pytest.mark.parametrize("field", list(HANDS))
def test_an_ignored_field_belongs_to_the_hand(field: str, desk: Desk, server: Server) -> None:
    edit, by_hand = HANDS[field]
    live = "webhook_body" if field == "body" else next(iter(edit))
    declared = {field: SET[field][0]} if field in SET else {}
    before = desk.hook(**declared)
    server.edit(before["_id"], **edit)
    kept = desk.hook(**declared, ignore_changes=[field])
    assert value(kept, live) == by_hand
    # Another field changes, and this one stays as the hand left it.
    other = {"group": "night"}
    assert value(desk.hook(**declared, **other, ignore_changes=[field]), live) == by_hand
    assert value(desk.hook(**declared), live) == value(before, live)


def test_an_ignored_group_belongs_to_the_hand(desk: Desk, server: Server) -> None:
    record = desk.hook(group="day")
    server.call("PUT", f"{API}/webhooks/group/edit", {"webhookIds": [record["_id"]], "group": "by hand"})
    assert desk.hook(group="day", method="PUT", ignore_changes=["group"])["group"] == "by hand"
    assert desk.hook(group="day")["group"] == "day"


def test_an_adopted_webhook_keeps_its_id_and_becomes_what_is_declared(desk: Desk, server: Server) -> None:
    by_hand = server.call(
        "POST",
        f"{API}/webhook",
        {
            "webhook_url": "https://old.acme.example", "webhook_events": ["Connection Created"], "method": "PUT",
            "webhook_headers": {"X-Old": "1"}, "webhook_type": "custom", "webhook_body": {"old": 1}, "group": "old",
            "description": "Made by hand",
        },
    )  # fmt: skip
    record = desk.hook(adopt={"test": by_hand["_id"]}, description="Taken over")
    assert record["_id"] == by_hand["_id"]
    cleared = {live: gone for field, (_, live, _, gone) in SET.items() if field != "description"}
    assert {live: value(record, live) for live in cleared} == cleared
    assert record["description"] == f"Taken over {MARKER}"
    assert desk.hook(adopt={"test": by_hand["_id"]}, description="Taken over") == record


# --- custom events


SAMPLES = [
    {"a": "1"}, {"a": 1}, {"a": True}, {"a": None}, {"a": {"b": [1, {"c": "é"}]}}, {}, {"a.b": {"c": 1}}, {"n": 0.5},
    [1, 2], "text", 7,
]  # fmt: skip


def event(desk: Desk, sample: Any, **more: Any) -> list[tuple[str, str]]:
    desk.declare(
        webhooks={"a": {"url": "https://hooks.acme.example/a", "events": ["Workflow Errored"]}},
        events={"candidate": {"sample": sample} | more},
    )
    return desk.apply()


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
def test_a_sample_of_any_kind_is_kept(sample: Any, desk: Desk) -> None:
    assert ("create", "candidate") in event(desk, sample)
    assert event(desk, {"quite": "another"}) == [("update", "candidate")]
    assert event(desk, sample) == [("update", "candidate")]
    assert event(desk, sample) == []


def test_a_schema_is_set_changed_and_cleared(desk: Desk, server: Server) -> None:
    event(desk, {"a": 1})
    assert event(desk, {"a": 1}, json_schema={"type": "object", "required": ["a"]}) == [("update", "candidate")]
    assert event(desk, {"a": 1}, json_schema={"required": ["a"], "type": "object"}) == []
    assert event(desk, {"a": 1}, json_schema={"type": "object"}) == [("update", "candidate")]
    assert event(desk, {"a": 1}, json_schema={}) == [("update", "candidate")]
    assert event(desk, {"a": 1}) == []
    (record,) = server.call("GET", f"{API}/application/event")
    assert not record.get("json_schema")


def test_the_order_of_keys_and_of_events_means_nothing(desk: Desk) -> None:
    hooks = {"a": {"url": "https://hooks.acme.example/a", "events": ["Workflow Errored"]}}
    desk.declare(webhooks=hooks, events={"x": {"sample": {"a": 1, "b": 2}}, "y": {"sample": {"a": 1}}})
    desk.apply()
    desk.declare(webhooks=hooks, events={"y": {"sample": {"a": 1}}, "x": {"sample": {"b": 2, "a": 1}}})
    assert desk.apply() == []
