"""What commands do before their own work: load the project, check it, choose an environment, connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from hookwright.errors import ConfigError, UsageError
from hookwright.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hookwright.api.bucket import TokenBucket
    from hookwright.api.client import Client
    from hookwright.cli.settings import Settings
    from hookwright.model.finding import Finding
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared
    from hookwright.model.source import Document

_SHORTEST_SECRET: Final = 8
"""Characters of a process variable's value that is taken for a secret for the variable's name alone."""


def load_project(settings: Settings) -> Project:
    """The project that the settings point at, whatever is wrong in it.

    Raises:
        ConfigError: there is no project.
        LocalError: its file cannot be read.
    """
    from hookwright.config import find_project, load

    return load(find_project(settings.directory))


def load_main(settings: Settings) -> Document:
    """The ``hookwright.yaml`` that the settings point at, alone: what it includes is not read.

    Raises:
        ConfigError: there is no project, or its file is no YAML.
        LocalError: it cannot be read.
    """
    from hookwright.config import find_project, read

    document, findings = read(find_project(settings.directory))
    if document is None or not isinstance(document.value, dict):
        hint = "'hookwright validate' shows all of it."
        raise ConfigError("the project cannot be read", findings=findings, hint=hint)
    return document


def sources_of(project: Project | None) -> Callable[[Path], str | None]:
    """The texts of the project's files as they were read; those of others, body files say, read now."""
    known = {document.path: document.text for document in (project.file, *project.documents)} if project else {}

    def text(path: Path) -> str | None:
        if path not in known:
            try:
                known[path] = path.read_bytes().decode("utf-8", "replace")
            except OSError:
                return None
        return known[path]

    return text


def choose_environment(project: Project, settings: Settings, *, preferred: str = "") -> str:
    """The one environment that a command works on; arguments as for :func:`choose_environments`.

    Raises:
        UsageError: none was named and the project has several, several were named, or the project has no such one.
        ConfigError: the project has none at all.
    """
    if len(settings.environments) > 1:
        raise UsageError("this command takes one environment", hint="Call it once for each.")
    return choose_environments(project, settings, preferred=preferred)[0]


def choose_environments(project: Project, settings: Settings, *, preferred: str = "") -> list[str]:
    """The environments that a command works on, in the order in which they were named; at least one.

    Args:
        project: the project.
        settings: which environments were asked for.
        preferred: the one to take where none was asked for and the project has it.

    Raises:
        UsageError: none was named and the project has several, or the project has no such one.
        ConfigError: the project has none at all.
    """
    known = list(project.environments)
    if not known:
        refuse_without_environments(project)
    if settings.environments:
        return [known_environment(name, known) for name in settings.environments]
    if preferred in known:
        return [preferred]
    if len(known) == 1:
        return known
    raise UsageError("which environment?", hint=f"Name one with -e: {', '.join(known)}.")


def refuse_without_environments(project: Project) -> NoReturn:
    """Say what is wrong with a project that has no environment to choose.

    Raises:
        ConfigError: always; with the findings that say why, where there are any.
    """
    from hookwright.validate.engine import validate

    refuse(validate(project, [], only_errors=True), "the project has errors")
    raise ConfigError("the project declares no environment", hint="Declare one below 'environments' in its file.")


def known_environment(name: str, known: list[str]) -> str:
    """The name, if the project has an environment of that name.

    Raises:
        UsageError: it has none.
    """
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
    chosen = environment or choose_environment(project, settings)
    declared, found = resolve(project, chosen, settings.environ, require_env=require_env)
    refuse(validate(project, [declared], found, only_errors=True), "the project has errors")
    return project, declared


def load_environments(settings: Settings, *, preferred: str = "") -> tuple[Project, dict[str, Declared | ConfigError]]:
    """Load the project once, and all that it declares for the environments asked for, in their order.

    Args:
        settings: where to look, and which environments were asked for.
        preferred: the environment to take where none was asked for and the project has it.

    Returns:
        The project, and by environment what is declared for it, or what is wrong with that where another environment
        has nothing wrong.

    Raises:
        ConfigError: there is no environment without errors, or the errors are of none of them alone.
        UsageError: there is no such environment.
    """
    from hookwright.config import resolve
    from hookwright.validate.engine import validate

    project = load_project(settings)
    resolved = {
        name: resolve(project, name, settings.environ, require_env=True)
        for name in choose_environments(project, settings, preferred=preferred)
    }

    def check(*names: str) -> None:
        declared, found = [resolved[name][0] for name in names], [one for name in names for one in resolved[name][1]]
        refuse(validate(project, declared, found, only_errors=True), "the project has errors")

    usable: dict[str, Declared | ConfigError] = {}
    try:
        check(*resolved)
    except ConfigError as every:
        # Which of them are to blame? An error in one keeps some rules from looking at the others.
        for name, (declared, _) in resolved.items():
            try:
                check(name)
                usable[name] = _wary(declared, settings.environ)
            except ConfigError as error:
                usable[name] = error
        wrong = sum(isinstance(one, ConfigError) for one in usable.values())
        if wrong in (0, len(usable)):
            raise every from None
        return project, usable
    return project, {name: _wary(declared, settings.environ) for name, (declared, _) in resolved.items()}


def _wary(declared: Declared, environ: Mapping[str, str]) -> Declared:
    """The declaration, which knows the secrets of the process that it does not use too.

    A commit that no longer uses a variable would show its value otherwise: it is live until that commit is applied.
    """
    from dataclasses import replace

    from hookwright.reconcile.mask import secret_name

    near = {value for name, value in environ.items() if len(value) >= _SHORTEST_SECRET and secret_name(name)}
    return replace(declared, secret_values=declared.secret_values | near)


def refuse(findings: list[Finding], message: str) -> None:
    """Raise what is an error among the findings.

    Raises:
        ConfigError: at least one is.
    """
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise ConfigError(message, findings=errors, hint="'hookwright validate' shows all of it.")


def connect(declared: Declared, bucket: TokenBucket | None = None) -> Client:
    """A client for the environment, once its key is known to be of the right kind.

    Args:
        declared: what is declared for it.
        bucket: admits its requests, where another client of the same key may be at work; None for one of its own.

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
        bucket=bucket,
        user_agent=f"hookwright/{__version__}",
    )
