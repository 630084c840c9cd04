from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from hookwright.config import load, resolve
from hookwright.errors import UsageError
from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import Declared, DeclaredWebhook, Kind, Policy, WebhookType, WorkflowRef

KEY = "tk_test_0123456789abcdef"
MAIN = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.KEY}
    vars: {base: "https://staging.acme.example", token: "t-${env.TOKEN}"}
  production: {api_key: "${env.KEY}", vars: {base: "https://hooks.acme.example", token: x}}
"""


def project(root: Path, webhooks: str = "", *, main: str = MAIN, **files: str) -> Path:
    (root / "webhooks").mkdir(exist_ok=True)
    (root / "hookwright.yaml").write_text(main)
    (root / "webhooks" / "a.yaml").write_text(webhooks)
    for name, text in files.items():
        (root / "webhooks" / name.replace("_", ".")).write_text(text)
    return root / "hookwright.yaml"


def declared(
    file: Path, environment: str = "test", environ: dict[str, str] | None = None, *, require_env: bool = False
) -> tuple[Declared, list[Finding]]:
    loaded = load(file)
    assert loaded.findings == ()
    environ = {"KEY": KEY, "TOKEN": "token"} if environ is None else environ
    return resolve(loaded, environment, environ, require_env=require_env)


def clean(file: Path, environment: str = "test") -> Declared:
    result, findings = declared(file, environment)
    assert findings == []
    return result


def one(root: Path, fields: str, environment: str = "test") -> DeclaredWebhook:
    """The one webhook of a project, from its fields in flow style."""
    (webhook,) = clean(project(root, f"webhooks: {{one: {{{fields}}}}}"), environment).webhooks
    return webhook


def places(findings: list[Finding]) -> list[tuple[str, str, int, int]]:
    return [
        (found.rule, found.span.file.name, found.span.start.line, found.span.start.column)
        for found in findings
        if found.span
    ]


def test_all_of_it(tmp_path: Path) -> None:
    text = """\
webhooks:
  zeta: {url: "https://z.acme.example", events: [Connection Created]}
  alerts:
    url: ${var.base}/refold
    events: [Workflow Timed Out, Workflow Errored, Workflow Errored]
    method: PUT
    headers: {Authorization: "Bearer ${var.token}", X-Run: "{{event.instance_id}}"}
    body: {run: "{{event.instance_id}}", deep: [{key: "${env.TOKEN}"}], price: "$${5}"}
    description: Pages the on-call team
    enabled: false
    slug: hubspot
    workflows: [Export, {id: "6495792b9b6ca6d77a17e513"}, Export]
    group: on-call
    protect: true
    ignore_changes: [enabled, group]
    renamed_from: alarms
    adopt: {test: "66e31564c0287b4136f77ef8", production: "77e31564c0287b4136f77ef8"}
events:
  made: {sample: {a: "${env.TOKEN}", b: 1}, json_schema: {type: object}}
removed: {webhooks: [old], events: [gone]}
"""
    found = clean(project(tmp_path, text))
    assert found.project == "acme"
    assert found.environment.name == "test"
    assert found.environment.kind is Kind.TEST
    assert found.environment.api_url == "https://app.refold.ai"
    assert found.environment.api_key == KEY
    assert found.environment.key_source == "${env.KEY}"
    assert [webhook.name for webhook in found.webhooks] == ["alerts", "zeta"]
    alerts = found.webhooks[0]
    webhook = alerts.webhook
    assert webhook.url == "https://staging.acme.example/refold"
    assert webhook.events == ("Workflow Errored", "Workflow Timed Out")
    assert webhook.type is WebhookType.CUSTOM
    assert webhook.method == "PUT"
    assert webhook.headers == {"Authorization": "Bearer t-token", "X-Run": "{{event.instance_id}}"}
    assert webhook.body == {"run": "{{event.instance_id}}", "deep": [{"key": "token"}], "price": "${5}"}
    assert webhook.description == "Pages the on-call team"
    assert webhook.enabled is False
    assert (webhook.slug, webhook.group, webhook.workflows) == ("hubspot", "on-call", ())
    assert alerts.workflows == (WorkflowRef(name="Export"), WorkflowRef(id="6495792b9b6ca6d77a17e513"))
    assert alerts.protect is True
    assert alerts.ignore_changes == {"enabled", "group"}
    assert (alerts.renamed_from, alerts.adopt) == ("alarms", "66e31564c0287b4136f77ef8")
    assert alerts.secrets == {"/headers/Authorization", "/body/deep/0/key"}
    assert alerts.raw["url"] == "${var.base}/refold"
    assert alerts.places is not None
    assert alerts.places.within("/url", 0, 11).end.column == 21
    (event,) = found.events
    assert event.event.sample == {"a": "token", "b": 1}
    assert event.event.json_schema == {"type": "object"}
    assert event.secrets == {"/sample/a"}
    assert (found.removed_webhooks, found.removed_events) == ({"old"}, {"gone"})
    assert found.secret_values == {KEY, "token"}
    assert (found.missing, found.files, found.policy) == ((), 1, Policy())


def test_defaults(tmp_path: Path) -> None:
    found = one(tmp_path, "url: u, events: [e]")
    webhook = found.webhook
    assert (webhook.type, webhook.body, webhook.method, webhook.enabled) == (WebhookType.DEFAULT, None, "POST", True)
    assert (webhook.headers, webhook.description, webhook.slug, webhook.group) == ({}, "", "", "")
    assert (found.workflows, found.protect, found.ignore_changes, found.secrets) == (
        (),
        False,
        frozenset(),
        frozenset(),
    )
    assert (found.adopt, found.renamed_from) == ("", "")


@pytest.mark.parametrize(
    ("fields", "kind", "body"),
    [
        ("body: {a: 1}", WebhookType.CUSTOM, {"a": 1}),
        ("body: text", WebhookType.CUSTOM, "text"),
        ("body: []", WebhookType.CUSTOM, []),
        ("body: '{\"a\": 1}'", WebhookType.CUSTOM, '{"a": 1}'),
        ("body: '{{event}}'", WebhookType.DEFAULT, None),
        ("type: custom, body: ' {{event}} '", WebhookType.DEFAULT, None),
        ("type: custom", WebhookType.DEFAULT, None),
        ("type: default, body: {a: 1}", WebhookType.DEFAULT, None),
        ("type: slack, body: {a: 1}", WebhookType.SLACK, None),
        ("type: slack", WebhookType.SLACK, None),
        ("type: custom, body: {a: 1}", WebhookType.CUSTOM, {"a": 1}),
        ("body: {a: '{{event}}'}", WebhookType.CUSTOM, {"a": "{{event}}"}),
    ],
)
def test_type_and_body(tmp_path: Path, fields: str, kind: WebhookType, body: Any) -> None:
    webhook = one(tmp_path, f"url: u, events: [e], {fields}").webhook
    assert (webhook.type, webhook.body) == (kind, body)


def test_a_body_that_is_not_sent_has_no_secrets(tmp_path: Path) -> None:
    found = one(tmp_path, 'url: "${env.TOKEN}", events: [e], type: slack, body: {a: "${env.TOKEN}"}')
    assert found.secrets == {"/url"}


def test_secrets_in_lists_that_are_sorted(tmp_path: Path) -> None:
    found = one(tmp_path, 'url: u, events: [z, "${env.TOKEN}"], workflows: [a, "${env.TOKEN}"]')
    assert found.webhook.events == ("token", "z")
    assert found.secrets == {"/events", "/workflows"}


OVERRIDES = """\
webhooks:
  all: &all
    url: ${var.base}/all
    events: [a]
    headers: {A: a, B: b}
    body: {x: 1, z: {u: 2, v: 3}}
    slug: base
    protect: true
    environments:
      test:
        headers: {B: null, C: "${env.TOKEN}"}
        body: {z: {v: null, w: 4}}
        events: [b, a]
        slug: null
        enabled: false
        protect: false
        ignore_changes: [enabled]
      production: {}
  nowhere: {url: u, events: [a], environments: {test: false, production: false}}
  only-test: {url: u, events: [a], environments: {production: false, test: {url: v}}}
  untouched: {url: u, events: [a], environments: {test: null, other: {url: v}}}
"""


def test_overrides(tmp_path: Path) -> None:
    file = project(tmp_path, OVERRIDES)
    test, production = clean(file), clean(file, "production")
    assert [webhook.name for webhook in test.webhooks] == ["all", "only-test", "untouched"]
    assert [webhook.name for webhook in production.webhooks] == ["all", "untouched"]
    over, base = test.webhooks[0], production.webhooks[0]
    assert over.webhook.headers == {"A": "a", "C": "token"}
    assert over.webhook.body == {"x": 1, "z": {"u": 2, "w": 4}}
    assert (over.webhook.events, over.webhook.slug, over.webhook.enabled) == (("a", "b"), "", False)
    assert (over.protect, over.ignore_changes) == (False, {"enabled"})
    assert over.secrets == {"/headers/C"}
    assert over.raw["headers"] == {"A": "a", "C": "${env.TOKEN}"}
    assert "environments" not in over.raw
    assert over.places is not None
    assert over.places.span("/headers/C").start.line == 11
    assert over.places.span("/headers/A").start.line == 5
    assert base.webhook.headers == {"A": "a", "B": "b"}
    assert base.webhook.url == "https://hooks.acme.example/all"
    assert base.protect is True
    assert [webhook.webhook.url for webhook in test.webhooks[1:]] == ["v", "u"]


def test_what_is_the_same_is_shared(tmp_path: Path) -> None:
    file = project(tmp_path, "webhooks: {a: {url: u, events: [e], headers: {A: a}, body: {b: c}}}")
    loaded = load(file)
    (found,) = resolve(loaded, "test", {"KEY": KEY})[0].webhooks
    value = loaded.webhooks["a"].value
    assert found.raw is value
    assert found.webhook.headers is value["headers"]
    assert found.webhook.body is value["body"]


def test_body_files(tmp_path: Path) -> None:
    text = """\
webhooks:
  a: {url: u, events: [e], body_file: body.json}
  b: {url: u, events: [e], body_file: ../common.txt, environments: {test: {body: {own: 1}}, production: {}}}
  c: {url: u, events: [e], body: {own: 1}, environments: {test: {body_file: body.json}}}
  d: {url: u, events: [e], type: slack, body_file: body.json}
  e: {url: u, events: [e], body_file: whole.txt}
"""
    body = '\ufeff{"a": "{{event.x}}",\r\n "b": "${env.TOKEN}"}\n'
    file = project(tmp_path, text, body_json=body, whole_txt="{{event}}\n")
    (tmp_path / "common.txt").write_text("common ${var.base}")
    a, b, c, d, e = clean(file).webhooks
    filled = '{"a": "{{event.x}}",\n "b": "token"}\n'
    assert (a.webhook.type, a.webhook.body) == (WebhookType.CUSTOM, filled)
    assert a.secrets == {"/body"}
    assert a.raw["body"] == '{"a": "{{event.x}}",\n "b": "${env.TOKEN}"}\n'
    assert a.places is not None
    span = a.places.within("/body", a.raw["body"].index("${env"), len(a.raw["body"]))
    assert (span.file, span.start.line, span.start.column) == (tmp_path / "webhooks" / "body.json", 2, 8)
    assert b.webhook.body == {"own": 1}
    assert c.webhook.body == filled
    assert c.places is not None
    assert c.places.span("/body").file.name == "body.json"
    assert c.places.span("/body", key=True).start.line == 4
    assert (d.webhook.type, d.webhook.body, d.secrets) == (WebhookType.SLACK, None, frozenset())
    assert (e.webhook.type, e.webhook.body) == (WebhookType.DEFAULT, None)
    production = clean(file, "production").webhooks
    assert production[1].webhook.body == "common https://hooks.acme.example"
    assert production[2].webhook.body == {"own": 1}


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("gone.txt", "gone.txt cannot be read: no such file or directory"),
        (".", "webhooks cannot be read: is a directory"),
        ("../../outside.txt", "'../../outside.txt' lies outside the project"),
        ("link.txt", "'link.txt' lies outside the project"),
        ("/etc/hostname", "'/etc/hostname' is not a path relative to this file"),
        ("~/x", "'~/x' is not a path relative to this file"),
        ("a\\0b", "'a\0b' is not a path relative to this file"),
        ("bad.txt", "byte 0xFF is not UTF-8"),
        ("..", "'..' lies outside the project"),
    ],
)
def test_body_files_that_cannot_be_read(tmp_path: Path, named: str, message: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.txt").write_text("x")
    file = project(root, f'webhooks:\n  a: {{url: u, events: [e], body_file: "{named}"}}\n')
    (root / "webhooks" / "link.txt").symlink_to("../../outside.txt")
    (root / "webhooks" / "bad.txt").write_bytes(b"\xff")
    found, findings = declared(file)
    assert places(findings) == [("HW024", "a.yaml", 2, 39)]
    assert findings[0].message == message
    assert found.webhooks[0].webhook.body is None


def test_a_process_variable_that_is_not_utf_8_cannot_be_used(tmp_path: Path) -> None:
    file = project(tmp_path, 'webhooks:\n  a: {url: u, events: [e], body: {t: "${env.B}"}}\n')
    environ = {"KEY": KEY, "TOKEN": "token", "B": os.fsdecode(b"\xff")}
    found, findings = declared(file, environ=environ, require_env=True)
    assert [(one.severity, one.message) for one in findings] == [
        (Severity.ERROR, "the process variable B is not UTF-8")
    ]
    assert places(findings) == [("HW021", "a.yaml", 2, 39)]
    assert found.missing == ("B",)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://api.acme.example/base/", "https://api.acme.example/base"),
        ("${env.PLACE}", "https://api.acme.example:8443"),
        ("https://api.acme.example:8443/${env.TOKEN}", "https://api.acme.example:8443"),
        ("https://${env.TOKEN}@api.acme.example?k", "https://api.acme.example"),
        ("${env.TOKEN}", "(secret)"),
    ],
)
def test_of_an_address_with_a_process_variable_the_host_is_shown(tmp_path: Path, written: str, shown: str) -> None:
    main = MAIN.replace("    api_key", f'    api_url: "{written}"\n    api_key', 1)
    environ = {"KEY": KEY, "TOKEN": "hush", "PLACE": "https://api.acme.example:8443/hush"}
    environment = declared(project(tmp_path, main=main), environ=environ)[0].environment
    assert environment.shown_url == shown
    assert environment.api_url.count("hush") == written.count("${env")


def test_unset_process_variables(tmp_path: Path) -> None:
    file = project(tmp_path, 'webhooks:\n  a: {url: "${env.U}", events: ["${env.U}"], headers: {X: "${var.token}"}}\n')
    found, findings = declared(file, environ={"TOKEN": ""})
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert [finding.message for finding in findings] == [
        "the process variable KEY is not set",
        "the process variable TOKEN is empty",
        "the process variable U is not set, needed in 2 places",
    ]
    assert places(findings) == [
        ("HW021", "hookwright.yaml", 5, 14),
        ("HW021", "hookwright.yaml", 6, 60),
        ("HW021", "a.yaml", 2, 13),
    ]
    assert {finding.environments for finding in findings} == {("test",)}
    assert found.missing == ("KEY", "TOKEN", "U")
    assert found.environment.api_key is None
    assert found.webhooks[0].webhook.headers == {"X": "t-"}
    assert found.webhooks[0].secrets == {"/url", "/events", "/headers/X"}
    _, findings = declared(file, environ={}, require_env=True)
    assert {finding.severity for finding in findings} == {Severity.ERROR}


def test_wrong_references_are_told_at_their_places(tmp_path: Path) -> None:
    file = project(tmp_path, "webhooks:\n  a:\n    url: ${var.bass}/x\n    events: [e]\n    description: a ${b}\n")
    _, findings = declared(file)
    assert places(findings) == [("HW020", "a.yaml", 3, 10), ("HW022", "a.yaml", 5, 20)]


@pytest.mark.parametrize(
    ("environment", "kind", "rule"),
    [
        ("test: {api_key: k}", Kind.TEST, None),
        ("production: {api_key: k}", Kind.PRODUCTION, None),
        ("eu: {api_key: k, kind: test}", Kind.TEST, None),
        ("test: {api_key: k, kind: production}", Kind.PRODUCTION, None),
        ("eu: {api_key: k}", Kind.PRODUCTION, ("HW025", "hookwright.yaml", 4, 3)),
        ("test: {api_key: k, kind: prod}", Kind.PRODUCTION, ("HW025", "hookwright.yaml", 4, 28)),
    ],
)
def test_kinds(tmp_path: Path, environment: str, kind: Kind, rule: tuple[str, str, int, int] | None) -> None:
    main = f"version: 1\nproject: acme\nenvironments:\n  {environment}\n"
    found, findings = declared(project(tmp_path, main=main), environment.split(":", 1)[0])
    assert found.environment.kind is kind
    assert places(findings) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("api_key: k", "https://app.refold.ai"),
        ("api_key: k, api_url: 'https://api.acme.example/'", "https://api.acme.example"),
        (
            "api_key: k, api_url: '${var.host}/refold//', vars: {host: 'http://127.0.0.1:8080'}",
            "http://127.0.0.1:8080/refold",
        ),
    ],
)
def test_api_urls(tmp_path: Path, fields: str, url: str) -> None:
    found = clean(project(tmp_path, main=f"version: 1\nproject: acme\nenvironments: {{test: {{{fields}}}}}\n"))
    assert found.environment.api_url == url


@pytest.mark.parametrize(
    ("written", "key", "source"),
    [
        ("${env.KEY}", KEY, "${env.KEY}"),
        ("${var.k}", KEY, "${var.k}"),
        (f" {KEY}", KEY, "the api_key of 'test'"),
        ("tk_${env.TOKEN}${var.k}", f"tk_token{KEY}", "the api_key of 'test'"),
        ("${env.KEY}${env.TOKEN}", f"{KEY}token", "the api_key of 'test'"),
    ],
)
def test_api_keys(tmp_path: Path, written: str, key: str, source: str) -> None:
    main = f"version: 1\nproject: acme\nenvironments: {{test: {{api_key: '{written}', vars: {{k: '${{env.KEY}}'}}}}}}\n"
    found = clean(project(tmp_path, main=main))
    assert (found.environment.api_key, found.environment.key_source) == (key, source)
    assert key in found.secret_values
    assert key not in repr(found)


def test_a_key_with_a_line_feed_behind_it(tmp_path: Path) -> None:
    found, findings = declared(project(tmp_path), environ={"KEY": f"{KEY}\n", "TOKEN": "t"})
    assert findings == []
    assert found.environment.api_key == KEY


@pytest.mark.parametrize("written", ["''", "' '", "'${var.k}'"])
def test_an_empty_key(tmp_path: Path, written: str) -> None:
    main = f"version: 1\nproject: acme\nenvironments:\n  test: {{api_key: {written}, vars: {{k: ''}}}}\n"
    found, findings = declared(project(tmp_path, main=main))
    assert found.environment.api_key is None
    assert places(findings) == [("HW026", "hookwright.yaml", 4, 19)]


def test_policy(tmp_path: Path) -> None:
    for text, policy in (
        ("{max_deletes: 5, max_delete_percent: 30}", Policy(5, 30)),
        ("{max_deletes: 0, max_delete_percent: 12.5}", Policy(0, 12.5)),
        ("{max_deletes: 3.0}", Policy(3, None)),
        ("{max_deletes: true, max_delete_percent: all}", Policy()),
        ("[]", Policy()),
    ):
        assert clean(project(tmp_path, main=f"{MAIN}policy: {text}\n")).policy == policy


def test_an_unknown_environment(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no environment 'prod'") as caught:
        declared(project(tmp_path), "prod")
    assert caught.value.hint == "There are: test, production."


def test_adoption_is_of_one_environment(tmp_path: Path) -> None:
    file = project(tmp_path, "webhooks: {a: {url: u, events: [e], adopt: {production: x1}}}")
    assert clean(file).webhooks[0].adopt == ""
    assert clean(file, "production").webhooks[0].adopt == "x1"


def test_anchors_are_shared_between_webhooks(tmp_path: Path) -> None:
    text = """\
webhooks:
  a: &a {url: "${var.base}/a", events: [e], headers: &h {A: "${env.TOKEN}"}}
  b: {<<: *a, url: "${var.base}/b"}
  c: {url: c, events: [e], headers: {<<: *h, B: b}}
"""
    a, b, c = clean(project(tmp_path, text)).webhooks
    assert (a.webhook.headers, b.webhook.headers) == ({"A": "token"}, {"A": "token"})
    assert (b.webhook.url, b.secrets) == ("https://staging.acme.example/b", {"/headers/A"})
    assert c.webhook.headers == {"A": "token", "B": "b"}


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.sampled_from(["", "x", "${var.base}", "${env.NO}", "${", "custom"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "test", "a", "url"]), inner),
    max_leaves=6,
)
FIELDS = [
    "url", "events", "type", "method", "headers", "body", "body_file", "description", "enabled", "slug", "workflows",
    "group", "environments", "protect", "ignore_changes", "renamed_from", "adopt",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.dictionaries(st.sampled_from(FIELDS), values), values, values)
def test_no_shape_breaks_it(tmp_path: Path, webhook: Any, event: Any, environment: Any) -> None:
    import json

    main = {"version": 1, "project": "acme", "environments": {"test": environment}, "policy": event}
    # JSON is YAML: what the schemas refuse must still not crash the run that reports it.
    file = project(
        tmp_path, json.dumps({"webhooks": {"a": webhook, "b": event}, "events": {"c": event}}), main=json.dumps(main)
    )
    found, findings = resolve(load(file), "test", {})
    assert found.environment.name == "test"
    assert all(finding.span for finding in findings)
