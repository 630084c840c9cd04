"""Keys to sign and verify with: from environments of the project, and from process variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwright.errors import ConfigError, LocalError
from hookwright.model.delivery import Key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hookwright.cli.settings import Settings
    from hookwright.model.resources import Environment


def variable_key(settings: Settings, variable: str) -> Key:
    """The key that a process variable holds.

    Raises:
        ConfigError: it is unset or empty: what anybody can sign proves nothing; or no text.
    """
    from hookwright.config.interpolate import is_text

    value = settings.environ.get(variable, "")
    if not value or not is_text(value):
        state = "not UTF-8" if value else "unset or empty"
        raise ConfigError(f"the process variable {variable} is {state}", hint="It is to hold the API key.")
    return Key(variable, value)


def environment_key(environment: Environment) -> Key:
    """The key of an environment.

    Raises:
        ConfigError: its process variable is unset or empty.
    """
    if not environment.api_key:
        raise ConfigError(
            f"the key of environment {environment.name} is unset: {environment.key_source or 'api_key'}",
            hint="Set the variable, or name another with --key-env.",
        )
    return Key(f"environment {environment.name}", environment.api_key)


def chosen_keys(settings: Settings, variables: Sequence[str]) -> tuple[list[Key], list[Key]]:
    """The keys of the variables and of the environments named with ``-e``, and the other keys of the project.

    The others serve to say "signed with the key of production"; where there is no project there are none.

    Raises:
        ConfigError: one of the keys asked for is unset, or there is no project though ``-e`` was given.
        UsageError: the project has no such environment.
    """
    keys = [variable_key(settings, variable) for variable in variables]
    environments = _environments(settings)
    chosen = [environments[name] for name in settings.environments]
    keys += [environment_key(environment) for environment in chosen]
    return keys, _others(environments, keys)


def other_keys(settings: Settings, keys: Sequence[Key]) -> list[Key]:
    """The keys of the project's environments that are not among ``keys``; none where there is no project.

    Raises:
        ConfigError: there is no project though ``-e`` was given.
        UsageError: the project has no such environment.
    """
    return _others(_environments(settings), keys)


def _others(environments: Mapping[str, Environment], keys: Sequence[Key]) -> list[Key]:
    known = {key.value for key in keys}
    return [
        environment_key(environment)
        for environment in environments.values()
        if environment.api_key and environment.api_key not in known
    ]


def _environments(settings: Settings) -> dict[str, Environment]:
    """All environments of the project; none where there is no readable project and none is asked for."""
    from hookwright.cli.project import known_environment, load_project
    from hookwright.config import resolve

    try:
        project = load_project(settings)
    except (ConfigError, LocalError):
        if settings.environments:
            raise
        return {}
    for name in settings.environments:
        known_environment(name, list(project.environments))
    return {name: resolve(project, name, settings.environ)[0].environment for name in project.environments}
