"""The workflows for GitHub, made for a project from those in ``examples/ci/github``, which are valid as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.errors import LocalError, UsageError

if TYPE_CHECKING:
    from hookwright.model.project import Project

FOLDER: Final = ".github/workflows"
VALIDATE: Final = "webhooks.yml"
NAMES: Final = (VALIDATE, "webhooks-plan.yml", "webhooks-apply.yml", "webhooks-drift.yml")

ACTION: Final = "hookwright/hookwright/.github/actions/hookwright"
"""The Action as workflows of other repositories name it, without what stands behind the @."""

_USES: Final = re.compile(rf"{re.escape(ACTION)}@v1$", re.MULTILINE)
_PROJECT: Final = re.compile(r"^( +project:) \.$", re.MULTILINE)
_SECRETS: Final = re.compile(
    r"^ +env:\n( +)(# The job of an environment is given .*\n)(?:\1[A-Za-z_][A-Za-z0-9_]*: .*\n?)+", re.MULTILINE
)
_REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_PLAIN: Final = re.compile(r"(?!\d)[A-Za-z0-9_][A-Za-z0-9_./-]*|\.")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is written into the workflows.

    Attributes:
        project: the project's folder below the root of the repository.
        uses: the Action, as ``uses:`` names it.
        variables: process variable → the environments that need it.
        environments: all environments.
    """

    project: str = "."
    uses: str = f"{ACTION}@v1"
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    environments: Sequence[str] = ()


def action_at(ref: str) -> str:
    """The Action at a branch, a tag or a commit.

    Raises:
        UsageError: it is none of these.
    """
    if not _REF.fullmatch(ref):
        raise UsageError(f"{ref!r} is no branch, tag or commit", hint="--action-ref v1, or the hash of a commit.")
    return f"{ACTION}@{ref}"


def variables_of(project: Project) -> dict[str, tuple[str, ...]]:
    """The process variables that a project needs, sorted, each with the environments that need it."""
    from hookwright.config import resolve

    needed: dict[str, list[str]] = {}
    for environment in project.environments:
        for variable in resolve(project, environment, {})[0].missing:
            needed.setdefault(variable, []).append(environment)
    return {variable: tuple(needed[variable]) for variable in sorted(needed)}


def template(name: str) -> str:
    """A workflow as it is shipped.

    Raises:
        LocalError: this installation lacks it.
    """
    here = Path(__file__).resolve()
    for place in (here.parents[1] / "examples" / "ci" / "github", here.parents[3] / "examples" / "ci" / "github"):
        if (file := place / name).is_file():
            return file.read_text("utf-8")
    raise LocalError(f"the workflow {name} is missing", hint="Install hookwright again.")


def rendered(name: str, setting: Setting) -> str:
    """A workflow for a project.

    Raises:
        LocalError: GitHub would read the name of the project's folder as something else.
    """
    if "${{" in setting.project or not setting.project.isprintable():
        raise LocalError(
            f"the folder {setting.project!r} cannot be named in a workflow", hint="GitHub would evaluate what is in it."
        )
    text = _USES.sub(lambda _: setting.uses, template(name))
    text = _PROJECT.sub(lambda match: f"{match[1]} {_scalar(setting.project)}", text)
    return _SECRETS.sub(lambda match: _block(match, setting), text)


def _block(match: re.Match[str], setting: Setting) -> str:
    """The ``env:`` of a step, with the project's variables."""
    if not setting.variables:
        return ""
    indent, comment = match[1], match[2]
    lines = [
        f"{indent}{variable}: {_expression(variable, needing, setting.environments)}\n"
        for variable, needing in setting.variables.items()
    ]
    return f"{indent[:-2]}env:\n{indent}{comment}{''.join(lines)}"


def _expression(variable: str, needing: Sequence[str], environments: Sequence[str]) -> str:
    """The secret, for the jobs of the environments that need it."""
    if set(needing) == set(environments):
        return f"${{{{ secrets.{variable} }}}}"
    if len(needing) == 1:
        chosen = f"matrix.environment == '{needing[0]}'"
    else:
        chosen = f"contains(fromJSON('{json.dumps(list(needing))}'), matrix.environment)"
    return f"${{{{ {chosen} && secrets.{variable} || '' }}}}"


def _scalar(text: str) -> str:
    """Text as YAML."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=True)
