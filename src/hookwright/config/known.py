"""What a project's strings can stand on: the vars of an environment, and the process variables that the files name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from hookwright.config.interpolate import Interpolator, Walk
from hookwright.config.overlay import EntryPlaces

if TYPE_CHECKING:
    from hookwright.model.project import Project

_VARIABLE: Final = re.compile(r"\$\{env\.([A-Za-z_][A-Za-z0-9_]*)\}")


def var_names(project: Project, environment: str) -> frozenset[str]:
    """The names of the vars of an environment."""
    value = project.environments[environment].value
    declared = value.get("vars") if isinstance(value, dict) else None
    return frozenset(declared) if isinstance(declared, dict) else frozenset()


def known_vars(project: Project, environment: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The vars of an environment by name, filled in; without those that need an unset process variable.

    Args:
        project: the project.
        environment: name of one of its environments.
        environ: the process variables.
    """
    entry = project.environments[environment]
    interpolator = Interpolator(entry, environ)
    known = {}
    for name in sorted(var_names(project, environment)):
        filled = interpolator.filled(f"${{var.{name}}}", f"/vars/{name}", Walk(EntryPlaces(entry)))
        if filled.text and filled.complete and not filled.problems:
            known[name] = filled.text
    return known


def used_variables(project: Project) -> frozenset[str]:
    """The names of the process variables that the project's files name anywhere."""
    return frozenset(
        name for document in (project.file, *project.documents) for name in _VARIABLE.findall(document.text)
    )
