"""A project to call commands in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.calling import Call, make_call
from tests.unit.cli.platforms import Estate, Run, estate, runner

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three webhooks and two environments."""
    (tmp_path / "hookwright.yaml").write_text(PROJECT)
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "all.yaml").write_text(WEBHOOKS)
    return tmp_path


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project: Path) -> Call:
    """Calls a command in the project."""
    return make_call(monkeypatch, capsys, project)


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Estate]:
    """A project with two environments, test and production, on platforms of this machine."""
    with estate(tmp_path, "test", "production") as made:
        yield made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], acme: Estate) -> Run:
    """Calls a command in that project."""
    return runner(make_call(monkeypatch, capsys, acme.root))
