"""The peers: the same number of things declared, planned by octoDNS and by Terraform, validated by check-jsonschema.

Each thing says as much as a webhook of the benchmark: Terraform's ``terraform_data`` has the same fields, octoDNS's TXT
record the same texts as its values. A second, lean zone of octoDNS has one A record with one value for each: the least
that octoDNS can be asked to look at.

Each peer reads its declaration and compares it with what is there, of the same size or empty. octoDNS reads YAML on
both sides (its provider for files); ``terraform_data`` lives in Terraform's state file. Neither calls an API: the call
that hookwright makes is not subtracted from its figures.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

OCTODNS = """\
manager:
  max_workers: 1
providers:
  declared:
    class: octodns.provider.yaml.YamlProvider
    directory: {root}/declared
    enforce_order: false
  there:
    class: octodns.provider.yaml.YamlProvider
    directory: {root}/there
    enforce_order: false
zones:
  example.com.:
    sources: [declared]
    targets: [there]
"""

RECORD = """\
host-{i:05d}:
  type: TXT
  ttl: 300
  values:
    - https://hooks.acme.example/refold/{i}
    - Workflow Errored
    - Workflow Timed Out
    - Webhook number {i} of the fleet
    - "X-Run: {{{{event.instance_id}}}}"
    - "X-Team: team-{team}"
    - '{{"run": "{{{{event.instance_id}}}}", "text": "{{{{event.workflow_name}}}} failed", "number": {i}}}'
"""

LEAN_RECORD = """\
host-{i:05d}:
  type: A
  ttl: 300
  values: [10.0.{high}.{low}]
"""


def octodns(root: Path, size: int, *, there: bool, record: str = RECORD) -> list[str]:
    """Write a zone of so many records, and the same or nothing as the target; gives what follows ``octodns-sync``."""
    numbers = ({"i": i, "team": i % 17, "high": i // 250 % 250, "low": i % 250 + 1} for i in range(size))
    zone = "---\n" + "".join(record.format(**each) for each in numbers)
    for name, text in (("declared", zone), ("there", zone if there else "---\n{}\n")):
        (root / name).mkdir(parents=True)
        (root / name / "example.com.yaml").write_text(text)
    (root / "production.yaml").write_text(OCTODNS.format(root=root))
    return ["--config-file", str(root / "production.yaml")]


def terraform(root: Path, size: int, *, there: bool) -> list[str]:
    """Write so many ``terraform_data``, and their state or none; gives what follows ``terraform``."""
    root.mkdir(parents=True)
    declared, live = {}, []
    for i in range(size):
        value = {
            "url": f"https://hooks.acme.example/refold/{i}",
            "events": ["Workflow Errored", "Workflow Timed Out"],
            "description": f"Webhook number {i} of the fleet",
            "headers": {"X-Run": "{{event.instance_id}}", "X-Team": f"team-{i % 17}"},
            "body": {"run": "{{event.instance_id}}", "text": "{{event.workflow_name}} failed", "number": i},
        }
        declared[f"hook_{i:05d}"] = {"input": value}
        kind = {
            "url": "string",
            "events": ["tuple", ["string", "string"]],
            "description": "string",
            "headers": ["object", {"X-Run": "string", "X-Team": "string"}],
            "body": ["object", {"run": "string", "text": "string", "number": "number"}],
        }
        stored = {"value": value, "type": ["object", kind]}
        attributes = {"id": f"{i:08x}", "input": stored, "output": stored, "triggers_replace": None}
        live.append(
            {
                "mode": "managed",
                "type": "terraform_data",
                "name": f"hook_{i:05d}",
                "provider": 'provider["terraform.io/builtin/terraform"]',
                "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
            }
        )
    (root / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": declared}}))
    if there:
        state = {"version": 4, "terraform_version": "1.0.0", "serial": 1, "lineage": "bench", "outputs": {}}
        (root / "terraform.tfstate").write_text(json.dumps({**state, "resources": live, "check_results": None}))
    return [f"-chdir={root}", "plan", "-input=false", "-no-color"]


def find_terraform() -> str | None:
    """The Terraform binary of this machine, if there is one that runs."""
    found = shutil.which("terraform")
    if found is None:
        return None
    return found if subprocess.run([found, "version"], capture_output=True, check=False).returncode == 0 else None
