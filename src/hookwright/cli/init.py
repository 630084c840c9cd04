"""``hookwright init``: a project that validates."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import click

from hookwright.cli.options import Settings, command, option
from hookwright.errors import LocalError, UsageError

SCHEMAS: Final = "https://raw.githubusercontent.com/hookwright/hookwright/main/schemas"

_PROJECT: Final = """\
# yaml-language-server: $schema={schemas}/project.schema.json
version: 1
project: {name}                # owns what it makes: part of the marker in each webhook's description

environments:
  test:
    api_key: ${{env.REFOLD_TEST_API_KEY}}           # read from the process environment, never kept in a file
    vars:
      base_url: https://staging.example.com
  production:
    api_key: ${{env.REFOLD_PRODUCTION_API_KEY}}
    vars:
      base_url: https://hooks.example.com

policy:
  max_deletes: 1               # an apply that deletes more is refused, unless --allow-deletes N
"""

_WEBHOOKS: Final = """\
# yaml-language-server: $schema={schemas}/resources.schema.json
webhooks:
  workflow-incidents:
    url: ${{var.base_url}}/refold
    events: [Workflow Errored, Workflow Timed Out]
    description: Tells us of failed workflows
    headers:
      X-Run: "{{{{event.instance_id}}}}"
    body:
      run: "{{{{event.instance_id}}}}"
      text: "{{{{event.workflow_name}}}} failed for {{{{event.linked_account_id}}}}"
    environments:
      test: {{ enabled: false }}   # an override: deep-merged, null removes a key, false means "not there"
"""

_WORKFLOW: Final = """\
name: webhooks
on:
  pull_request:
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0
        with:
          python-version: "3.11"
      - run: pip install hookwright
      - run: hookwright validate --format github
"""

_SETTINGS: Final = {
    "yaml.schemas": {
        f"{SCHEMAS}/project.schema.json": "hookwright.yaml",
        f"{SCHEMAS}/resources.schema.json": ["webhooks/**/*.yaml", "events/**/*.yaml"],
    }
}


@command(name="init", short_help="Write a working project.")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False))
@option("--project", metavar="NAME", default=None, help="Name of the project. Default: the folder's.")
def main(settings: Settings, folder: str | None, project: str | None) -> None:
    """Write a project that validates: hookwright.yaml, a webhook, editor settings and a GitHub workflow.

    Files that are there already are never touched: if one of them is, nothing is written.
    """
    root = settings.directory / folder if folder else settings.directory
    files = contents(project or project_name(root))
    taken = [name for name in files if (root / name).exists()]
    if taken:
        raise LocalError(f"{', '.join(taken)} already there in {root}", hint="Nothing was written.")
    _write(root, files)
    if settings.format == "json":
        settings.emit(json.dumps({"format": "hookwright.init/1", "root": str(root), "files": list(files)}))
        return
    settings.emit("\n".join(f"  {root / name}" for name in files))
    settings.say("Next: 'hookwright validate', then set REFOLD_TEST_API_KEY and 'hookwright plan -e test'.")


def project_name(root: Path) -> str:
    """A project name made of a folder's name: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower()).strip("-") or "project"


def contents(name: str) -> dict[str, str]:
    """The files of a new project: path below its root → text.

    Raises:
        UsageError: the name cannot be a project's.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,63}", name):
        raise UsageError(
            f"'{name}' cannot name a project", hint="Lower-case letters, digits and dashes: --project acme."
        )
    return {
        "hookwright.yaml": _PROJECT.format(name=name, schemas=SCHEMAS),
        "webhooks/incidents.yaml": _WEBHOOKS.format(schemas=SCHEMAS),
        ".github/workflows/webhooks.yml": _WORKFLOW,
        ".vscode/settings.json": json.dumps(_SETTINGS, indent=2) + "\n",
    }


def _write(root: Path, files: dict[str, str]) -> None:
    """Write all files, or none."""
    written: list[Path] = []
    try:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise LocalError(f"{error.filename or root} cannot be written: {error.strerror}") from None
