"""The project that commands are called in, and the process variables that it needs."""

from __future__ import annotations

TEST = "tk_test_0123456789abcdef"
LIVE = "pk_live_0123456789abcdef"
SECRETS = {
    "TEST_KEY": TEST,
    "LIVE_KEY": LIVE,
    "PAGER_TOKEN": "s3cr3t-pager",
    "BODY_SECRET": "s3cr3t-body",
    "SLACK_PATH": "T0/s3cr3t-path",
}

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.TEST_KEY}
    vars: {base_url: "http://127.0.0.1:9"}
  production:
    api_key: ${env.LIVE_KEY}
    vars: {base_url: "https://hooks.acme.example"}
"""

WEBHOOKS = """\
webhooks:
  plain:
    url: ${var.base_url}/plain
    events: [Connection Created, Workflow Errored]
  pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored]
    method: PUT
    headers:
      Authorization: Bearer ${env.PAGER_TOKEN}
      X-Run: "{{event.instance_id}}"
    body:
      run: "{{event.instance_id}}"
      nested: {value: "${env.BODY_SECRET}", list: ["{{event.status}}", "{{workflow_response.rows}}"]}
  channel:
    url: https://slack.acme.example/${env.SLACK_PATH}
    type: slack
    events: [Workflow Errored]
    environments:
      test: {enabled: false}
      production: false
"""
