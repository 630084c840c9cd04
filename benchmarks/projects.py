"""Realistic projects of any size, and the live state that matches them."""

from __future__ import annotations

import json
from pathlib import Path

EVENTS = ["Workflow Errored", "Workflow Timed Out"]
LARGEST_FILE = 10_000
KEY = "tk_bench_0123456789abcdef"

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_url: {url}
    api_key: ${{env.REFOLD_TEST_API_KEY}}
    vars: {{base_url: https://hooks.acme.example}}
"""

WEBHOOK = """\
  hook-{i:05d}:
    url: ${{var.base_url}}/refold/{i}
    events: [Workflow Errored, Workflow Timed Out]
    description: Webhook number {i} of the fleet
    headers:
      X-Run: "{{{{event.instance_id}}}}"
      X-Team: team-{team}
    body:
      run: "{{{{event.instance_id}}}}"
      text: "{{{{event.workflow_name}}}} failed"
      number: {i}
"""


def write(root: Path, size: int, *, files: int = 1, url: str = "http://127.0.0.1:9") -> None:
    """Write a project of ``size`` webhooks, spread over a number of files. A file holds 10,000 at the most."""
    files = max(files, -(-size // LARGEST_FILE))
    (root / "webhooks").mkdir(parents=True)
    (root / "hookwright.yaml").write_text(PROJECT.format(url=url))
    per_file = -(-size // files)
    for number in range(files):
        block = range(number * per_file, min(size, (number + 1) * per_file))
        text = "webhooks:\n" + "".join(WEBHOOK.format(i=i, team=i % 17) for i in block)
        (root / "webhooks" / f"part-{number:05d}.yaml").write_text(text)


def live(size: int) -> bytes:
    """The answer of the list call when all of such a project is live."""
    return json.dumps(
        [
            {
                "_id": f"{i:024x}",
                "org_id": "6" * 24,
                "environment": "test",
                "is_enabled": True,
                "webhook_url": f"https://hooks.acme.example/refold/{i}",
                "webhook_events": EVENTS,
                "webhook_headers": {"X-Run": "{{event.instance_id}}", "X-Team": f"team-{i % 17}"},
                "webhook_body": {
                    "run": "{{event.instance_id}}",
                    "text": "{{event.workflow_name}} failed",
                    "number": i,
                },
                "webhook_type": "custom",
                "method": "POST",
                "description": f"Webhook number {i} of the fleet [hookwright:acme/hook-{i:05d}]",
                "createdAt": "2026-01-01T00:00:00.000Z",
                "updatedAt": "2026-01-01T00:00:00.000Z",
                "__v": 0,
            }
            for i in range(size)
        ]
    ).encode()
