"""``hookwright init``: a project that validates."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from hookwright.cli.landing import Landing
from hookwright.cli.options import Settings, command, option
from hookwright.cli.settings import shown_path
from hookwright.cli.workflows import ACTION, FOLDER, NAMES, VALIDATE, Setting, action_at, rendered, variables_of
from hookwright.errors import LocalError, UsageError

SCHEMAS: Final = "https://raw.githubusercontent.com/hookwright/hookwright/main/schemas"

CI_PAGE: Final = "https://github.com/hookwright/hookwright/blob/main/docs/ci.md"

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

MAIN: Final = "hookwright.yaml"
EDITOR: Final = ".vscode/settings.json"

VARIABLES: Final = {"REFOLD_TEST_API_KEY": ("test",), "REFOLD_PRODUCTION_API_KEY": ("production",)}
"""The process variables of a new project, each with the environments that need it."""

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
@option("--github", is_flag=True, help="Write workflows for GitHub that plan, apply and find drift too.")
@option("--action-ref", metavar="REF", default="v1", show_default=True, help="Version of the Action that they use.")
def main(settings: Settings, folder: str | None, project: str | None, github: bool, action_ref: str) -> None:
    """Write a project that validates: hookwright.yaml, a webhook, editor settings and a GitHub workflow.

    Workflows stand at the root of the git repository. With --github, there are those for plan, apply and drift too; in
    a project that is there, just the workflows, with the secrets that it needs. Nothing that is there already is
    touched: where it is part of a project, nothing is written, and an editor's settings or a workflow are left as they
    are.
    """
    root = settings.directory / folder if folder else settings.directory
    uses = action_at(action_ref)
    there = github and (root / MAIN).is_file()
    if there and project:
        raise UsageError(f"there is a project in {root}, and it has a name", hint="Leave out --project.")
    files, variables = _workflows_of(settings, root, uses) if there else ({}, tuple(VARIABLES))
    if not there:
        files = contents(project or project_name(root), uses)
        # GitHub reads workflows at the root of a repository only, and the project may be below that.
        made = workflows(root, uses, VARIABLES, tuple(name for (name,) in VARIABLES.values()))
        chosen = {name: text for name, text in made.items() if github or Path(name).name == VALIDATE}
        editor = files.pop(EDITOR)
        del files[f"{FOLDER}/{VALIDATE}"]
        files |= chosen | {EDITOR: editor}
    # A workflow may stand above a folder that is not there yet, and '..' leads nowhere from such a one.
    paths = {name: Path(os.path.normpath(root / name)) for name in files}
    taken = [name for name, path in paths.items() if os.path.lexists(path)]
    ours = [name for name in taken if not _optional(name)]
    if ours:
        raise LocalError(f"{', '.join(ours)} already there in {root}", hint="Nothing was written.")
    written = {name: text for name, text in files.items() if name not in taken}
    with Landing() as landing:
        for name, text in written.items():
            landing.create(paths[name], text)
    if settings.format == "json":
        record = {"format": "hookwright.init/1", "root": str(root), "files": list(written), "kept": taken}
        settings.emit(json.dumps(record, ensure_ascii=False))
        return
    shown = shown_path(root)
    settings.emit("\n".join(f"  {shown(paths[name])}" for name in written))
    for name in taken:
        settings.say(f"left as it is: {shown(paths[name])}")
    if github:
        settings.say(f"Next: set the secrets {', '.join(variables)} in the repository, and commit.")
        settings.say(f"Who approves, and what a branch must pass: {CI_PAGE}")
        return
    where = f" in {folder}" if folder else ""
    settings.say(f"Next: 'hookwright validate'{where}, then set REFOLD_TEST_API_KEY and 'hookwright plan -e test'.")


def _workflows_of(settings: Settings, root: Path, uses: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The workflows of a project that is there, and the process variables that it needs."""
    from dataclasses import replace

    from hookwright.cli.project import load_project, refuse

    project = load_project(replace(settings, directory=root))
    refuse(list(project.findings), "the project cannot be read")
    variables = variables_of(project)
    return workflows(root, uses, variables, tuple(project.environments)), tuple(variables)


def workflows(
    root: Path, uses: str, variables: Mapping[str, Sequence[str]], environments: Sequence[str]
) -> dict[str, str]:
    """The workflows of a project: path as seen from its root → text.

    Args:
        root: the project's root.
        uses: the Action, as workflows name it.
        variables: its process variables, each with the environments that need it.
        environments: its environments.
    """
    top = next((one for one in (root.resolve(), *root.resolve().parents) if (one / ".git").exists()), root.resolve())
    setting = Setting(root.resolve().relative_to(top).as_posix(), uses, variables, environments)
    below = Path(os.path.relpath(top, root.resolve()))
    return {(below / FOLDER / name).as_posix(): rendered(name, setting) for name in NAMES}


def _optional(name: str) -> bool:
    """Whether a project does without a file: those of others stay."""
    return name == EDITOR or Path(name).parent.name == "workflows"


def project_name(root: Path) -> str:
    """A project name made of a folder's name: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower())[:_LONGEST].strip("-") or "project"


def contents(name: str, uses: str = f"{ACTION}@v1") -> dict[str, str]:
    """The files of a new project: path below its root → text.

    Args:
        name: the project's name.
        uses: the Action, as the workflow names it.

    Raises:
        UsageError: the name cannot be a project's.
    """
    if not re.fullmatch(f"[a-z0-9-]{{1,{_LONGEST}}}", name):
        raise UsageError(
            f"'{name}' cannot name a project", hint="Lower-case letters, digits and dashes: --project acme."
        )
    return {
        MAIN: _PROJECT.format(name=_scalar(name), schemas=SCHEMAS),
        "webhooks/incidents.yaml": _WEBHOOKS.format(schemas=SCHEMAS),
        f"{FOLDER}/{VALIDATE}": rendered(VALIDATE, Setting(uses=uses)),
        EDITOR: json.dumps(_SETTINGS, indent=2) + "\n",
    }


def _scalar(name: str) -> str:
    """A project's name as YAML: in quotes where it would be read as a number or another word of the language."""
    return name if re.fullmatch(r"[a-z][a-z0-9-]*", name) and name not in _WORDS else f'"{name}"'
