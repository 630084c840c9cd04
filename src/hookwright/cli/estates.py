"""What an import starts from: the environments it can read, and what is live in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hookwright.cli.project import connect, known_environment, refuse
from hookwright.config import resolve
from hookwright.config.known import known_vars, used_variables, var_names
from hookwright.errors import ConfigError, HookwrightError
from hookwright.reconcile.mask import secret_name
from hookwright.reconcile.pool import impatient_pool
from hookwright.reconcile.takeover.data import Estate, NameFrom, Wish
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.validate.secrets import is_secret_name, known_secrets, random_parts

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared


def readable(project: Project, settings: Settings) -> list[Declared]:
    """What is declared for the environments that are to be read, in the order of the project.

    Those that were named; without names, all whose key is set. Other process variables need not be set.

    Raises:
        UsageError: the project has no such environment.
        ConfigError: the project has errors, a named environment has no key, or none has.
    """
    known = list(project.environments)
    named = {known_environment(name, known) for name in settings.environments}
    found: list[Declared] = []
    keys: list[str] = []
    for name in known:
        if named and name not in named:
            continue
        declared, findings = resolve(project, name, settings.environ)
        refuse(findings, "the project has errors")
        if declared.environment.api_key:
            found.append(declared)
        else:
            keys.append(f"{declared.environment.key_source} ({name})")
    if not found or (named and keys):
        raise ConfigError(
            f"no key is set: {', '.join(keys) or 'the project declares no environment'}",
            hint="An import reads the live webhooks: put the API key into its process variable.",
        )
    return found


def read_estates(project: Project, settings: Settings, declared: Sequence[Declared]) -> list[Estate]:
    """Read all environments, side by side: webhooks, custom events, and workflows where a webhook is bound to any.

    Raises:
        ApiError: a read failed.
        RefusedError: a key does not fit its environment's kind.
    """

    def read(one: Declared) -> Estate:
        try:
            with connect(one) as client:
                webhooks, events = client.list_webhooks(), client.list_events()
                bound = any(live.webhook.workflows for live in webhooks)
                workflows = client.list_workflows() if bound else []
        except HookwrightError as error:
            error.message = f"{one.environment.name}: {error.message}"
            raise
        return Estate(one, webhooks, events, workflows, known_vars(project, one.environment.name, settings.environ))

    with impatient_pool(len(declared), "import") as pool:
        return list(pool.map(read, declared))


def wish_for(project: Project, settings: Settings, name_from: str, *, lost: bool) -> Wish:
    """What is asked for, with all that the project has that must not be doubled or can be used again."""
    used = used_variables(project)
    return Wish(
        project=project.name,
        environments=list(project.environments),
        webhooks=frozenset(project.webhooks),
        events=frozenset(project.events),
        finder=Finder(
            names=lambda name: secret_name(name) or is_secret_name(name),
            parts=_parts,
            known={settings.environ[name]: name for name in sorted(used) if settings.environ.get(name)},
        ),
        used=used,
        environ=settings.environ,
        vars={name: var_names(project, name) for name in project.environments},
        name_from=NameFrom(name_from),
        lost=lost,
    )


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that validation would take for a secret in clear."""
    for likeness in (*known_secrets(text), *random_parts(text)):
        yield likeness.start, likeness.end
