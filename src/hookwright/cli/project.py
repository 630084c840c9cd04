"""What commands do before their own work: load the project, check it, choose an environment, connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwright.errors import ConfigError, UsageError
from hookwright.model.finding import Severity

if TYPE_CHECKING:
    from hookwright.api.client import Client
    from hookwright.cli.settings import Settings
    from hookwright.model.finding import Finding
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared


def load_project(settings: Settings) -> Project:
    """The project that the settings point at, whatever is wrong in it.

    Raises:
        ConfigError: there is no project.
        LocalError: its file cannot be read.
    """
    from hookwright.config import find_project, load

    return load(find_project(settings.directory))


def choose_environment(project: Project, settings: Settings) -> str:
    """The one environment that a command works on.

    Raises:
        UsageError: none was named and the project has several, several were named, or the project has no such one.
    """
    known = list(project.environments)
    if len(settings.environments) > 1:
        raise UsageError("this command takes one environment", hint="Call it once for each.")
    if settings.environments:
        return known_environment(settings.environments[0], known)
    if len(known) == 1:
        return known[0]
    raise UsageError("which environment?", hint=f"Pass -e with one of: {', '.join(known)}.")


def known_environment(name: str, known: list[str]) -> str:
    """The name, if the project has an environment of that name."""
    if name in known:
        return name
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known) or 'none'}."
    raise UsageError(f"the project has no environment '{name}'", hint=hint)


def load_declared(
    settings: Settings, *, environment: str | None = None, require_env: bool = True
) -> tuple[Project, Declared]:
    """Load the project and all that it declares for one environment, and refuse what is wrong.

    Args:
        settings: where to look, and which environment was asked for.
        environment: the environment, where the caller has chosen it already.
        require_env: whether an unset process variable is an error: it is wherever its value is needed.

    Raises:
        ConfigError: a rule found an error; the findings are in it.
        UsageError: there is no such environment.
    """
    from hookwright.config import resolve
    from hookwright.validate.engine import validate

    project = load_project(settings)
    if not project.environments:
        refuse([*project.findings], "the project declares no environment")
    chosen = environment or choose_environment(project, settings)
    declared, found = resolve(project, chosen, settings.environ, require_env=require_env)
    refuse(validate(project, [declared], found, only_errors=True), "the project has errors")
    return project, declared


def refuse(findings: list[Finding], message: str) -> None:
    """Raise what is an error among the findings.

    Raises:
        ConfigError: at least one is.
    """
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise ConfigError(message, findings=errors, hint="'hookwright validate' shows all of it.")


def connect(declared: Declared) -> Client:
    """A client for the environment, once its key is known to be of the right kind.

    Raises:
        RefusedError: the key does not fit the environment's kind.
    """
    from hookwright import __version__
    from hookwright.api.client import Client
    from hookwright.reconcile.live import check_key

    environment = declared.environment
    key = check_key(environment)
    return Client(
        environment.api_url,
        key,
        redact=declared.secret_values,
        key_source=environment.key_source,
        user_agent=f"hookwright/{__version__}",
    )
