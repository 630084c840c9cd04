"""``hookwright init``: a project that validates."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
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

WORKFLOW: Final = ".github/workflows/webhooks.yml"
EDITOR: Final = ".vscode/settings.json"

OPTIONAL: Final = (WORKFLOW, EDITOR)
"""Files that a project does without: those of others stay."""

_LONGEST: Final = 63
"""Characters of a project's name."""

_WORDS: Final = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""What YAML 1.1 or 1.2 reads as something else than text."""

_SETTINGS: Final = {
    "yaml.schemas": {
        f"{SCHEMAS}/project.schema.json": "hookwright.yaml",
        f"{SCHEMAS}/resources.schema.json": [
            "webhooks/**/*.yaml",
            "webhooks/**/*.yml",
            "events/**/*.yaml",
            "events/**/*.yml",
        ],
    }
}


@command(name="init", short_help="Write a working project.")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False))
@option("--project", metavar="NAME", default=None, help="Name of the project. Default: the folder's.")
def main(settings: Settings, folder: str | None, project: str | None) -> None:
    """Write a project that validates: hookwright.yaml, a webhook, editor settings and a GitHub workflow.

    Nothing that is there already is touched: where it is part of a project, nothing is written, and an editor's
    settings or a workflow are left as they are.
    """
    root = settings.directory / folder if folder else settings.directory
    files = contents(project or project_name(root))
    taken = [name for name in files if os.path.lexists(root / name)]
    ours = [name for name in taken if name not in OPTIONAL]
    if ours:
        raise LocalError(f"{', '.join(ours)} already there in {root}", hint="Nothing was written.")
    written = {name: text for name, text in files.items() if name not in taken}
    _write(root, written)
    if settings.format == "json":
        record = {"format": "hookwright.init/1", "root": str(root), "files": list(written), "kept": taken}
        settings.emit(json.dumps(record, ensure_ascii=False))
        return
    settings.emit("\n".join(f"  {root / name}" for name in written))
    for name in taken:
        settings.say(f"left as it is: {root / name}")
    where = f" in {folder}" if folder else ""
    settings.say(f"Next: 'hookwright validate'{where}, then set REFOLD_TEST_API_KEY and 'hookwright plan -e test'.")


def project_name(root: Path) -> str:
    """A project name made of a folder's name: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower())[:_LONGEST].strip("-") or "project"


def contents(name: str) -> dict[str, str]:
    """The files of a new project: path below its root → text.

    Raises:
        UsageError: the name cannot be a project's.
    """
    if not re.fullmatch(f"[a-z0-9-]{{1,{_LONGEST}}}", name):
        raise UsageError(
            f"'{name}' cannot name a project", hint="Lower-case letters, digits and dashes: --project acme."
        )
    return {
        "hookwright.yaml": _PROJECT.format(name=_scalar(name), schemas=SCHEMAS),
        "webhooks/incidents.yaml": _WEBHOOKS.format(schemas=SCHEMAS),
        WORKFLOW: _WORKFLOW,
        EDITOR: json.dumps(_SETTINGS, indent=2) + "\n",
    }


def _scalar(name: str) -> str:
    """A project's name as YAML: in quotes where it would be read as a number or another word of the language."""
    return name if re.fullmatch(r"[a-z][a-z0-9-]*", name) and name not in _WORDS else f'"{name}"'


def _write(root: Path, files: dict[str, str]) -> None:
    """Write all files, or none.

    Raises:
        LocalError: one cannot be written.
    """
    made: list[Path] = []
    try:
        for name, text in files.items():
            path = root / name
            for folder in reversed(path.parents):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise LocalError(f"{error.filename or root} cannot be written: {error.strerror}") from None
