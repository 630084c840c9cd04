from __future__ import annotations

from pathlib import Path

from hookwright.model.plan import Action
from hookwright.model.resources import Event, WebhookType, Workflow
from tests.unit.reconcile.takeover.estates import Here, block, plan_after, taken, webhook, written

HAND_MADE = (
    webhook(
        "pager",
        description="Pages the on-call team",
        type=WebhookType.CUSTOM,
        method="PUT",
        headers={"Authorization": "Bearer s3cr3t-s3cr3t", "X-Run": "{{event.instance_id}}"},
        body='{"run": "{{event.instance_id}}", "text": "a\\nb", "token": "t0ps3cret", "cost": "${5}"}',
        enabled=False,
        slug="hubspot",
        workflows=("w1", "w2"),
        group="on-call",
        events=("Workflow Timed Out", "Workflow Errored"),
    ),
    webhook("channel", url="https://hooks.slack.example/services/T0/B0/abc", type=WebhookType.SLACK),
    webhook("plain?token=abc123&x=1", events=("Connection Created", "Connection Deleted")),
)


def test_one_environment(tmp_path: Path) -> None:
    live = Here("test", workflows=[Workflow("w1", "Export"), Workflow("w3", "Other")]).add(*HAND_MADE)
    live.fire(Event("candidate_created", {"id": "1"}, {"type": "object"}))
    takeover = taken(live)
    assert (
        written(takeover)
        == """\
webhooks:
  acme-plain:
    url: ${var.base_url}/plain?token=${env.ACME_PLAIN_TOKEN}&x=1
    events: [Connection Created, Connection Deleted]
    environments:
      production: false
    adopt:
      test: a00000000000000000000002

  pages-the-on-call-team:
    url: ${var.base_url}/pager
    events: [Workflow Errored, Workflow Timed Out]
    method: PUT
    headers:
      Authorization: Bearer ${env.PAGES_THE_ON_CALL_TEAM_TOKEN}
      X-Run: "{{event.instance_id}}"
    body:
      run: "{{event.instance_id}}"
      text: |-
        a
        b
      token: ${env.PAGES_THE_ON_CALL_TEAM_TOKEN_2}
      cost: $${5}
    description: Pages the on-call team
    enabled: false
    slug: hubspot
    workflows: [Export, {id: w2}]
    group: on-call
    environments:
      production: false
    adopt:
      test: a00000000000000000000000

  slack:
    url: https://hooks.slack.example/${env.SLACK_PATH}
    events: [Workflow Errored]
    type: slack
    environments:
      production: false
    adopt:
      test: a00000000000000000000001
events:
  candidate_created:
    sample:
      id: "1"
    json_schema:
      type: object
    environments:
      production: false
"""
    )
    assert takeover.vars == {"test": {"base_url": "https://hooks.acme.example"}}
    assert [(item.name, item.value, item.used_in) for item in takeover.variables] == [
        ("ACME_PLAIN_TOKEN", "abc123", ("webhooks/acme-plain/url",)),
        ("PAGES_THE_ON_CALL_TEAM_TOKEN", "s3cr3t-s3cr3t", ("webhooks/pages-the-on-call-team/headers/Authorization",)),
        ("PAGES_THE_ON_CALL_TEAM_TOKEN_2", "t0ps3cret", ("webhooks/pages-the-on-call-team/body/token",)),
        ("SLACK_PATH", "services/T0/B0/abc", ("webhooks/slack/url",)),
    ]
    plan = plan_after(takeover, tmp_path, live)
    assert [(change.action, [field.path for field in change.fields]) for change in plan.changes] == [
        (Action.ADOPT, ["/description"])
    ] * 3
    assert plan.unchanged == 1
    assert plan.unmanaged == ()


def test_two_environments(tmp_path: Path) -> None:
    test = Here("test").add(
        webhook("x", url="https://staging.acme.example/pager", headers={"X-Api-Key": "test-key-1"}, enabled=False),
        webhook("x", url="https://staging.acme.example/only-here"),
    )
    production = Here("production").add(
        webhook("pager", headers={"X-Api-Key": "live-key-1", "X-Team": "a"}, description="The pager"),
        webhook("other", body=[1, 2], type=WebhookType.CUSTOM),
    )
    test.fire(Event("both", {"a": 1}), Event("differs", {"a": 1, "b": 2}), Event("only_test", "x"))
    production.fire(Event("both", {"a": 1}), Event("differs", {"a": 2}, {"type": "object"}))
    takeover = taken(test, production)
    assert (
        written(takeover)
        == """\
webhooks:
  acme-only-here:
    url: ${var.base_url}/only-here
    events: [Workflow Errored]
    environments:
      production: false
    adopt:
      test: a00000000000000000000001

  acme-other:
    url: ${var.base_url}/other
    events: [Workflow Errored]
    body: [1, 2]
    environments:
      test: false
    adopt:
      production: b00000000000000000000001

  the-pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored]
    headers:
      X-Api-Key: ${env.THE_PAGER_API_KEY_PRODUCTION}
      X-Team: a
    description: The pager
    environments:
      test:
        headers:
          X-Api-Key: ${env.THE_PAGER_API_KEY_TEST}
          X-Team: null
        enabled: false
        description: null
    adopt:
      test: a00000000000000000000000
      production: b00000000000000000000000
events:
  both:
    sample:
      a: 1

  differs:
    sample:
      a: 2
    json_schema:
      type: object
    environments:
      test:
        sample:
          a: 1
          b: 2
        json_schema: null

  only_test:
    sample: x
    environments:
      production: false
"""
    )
    assert takeover.vars == {
        "test": {"base_url": "https://staging.acme.example"},
        "production": {"base_url": "https://hooks.acme.example"},
    }
    for live in (test, production):
        plan = plan_after(takeover, tmp_path, live)
        assert {change.action for change in plan.changes} == {Action.ADOPT}
        assert {field.path for change in plan.changes for field in change.fields} == {"/description"}
        assert len(plan.changes) == 2
        assert plan.unmanaged == ()


def test_one_block() -> None:
    assert block(taken(Here().add(webhook())))["adopt"] == {"test": "a00000000000000000000000"}
