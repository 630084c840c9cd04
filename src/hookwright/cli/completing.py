"""What a shell may complete the values of options and arguments with.

Each function is a ``shell_complete`` of click: it takes the context as far as the line has been parsed, the parameter
and the beginning of the value. Whatever is wrong with the project, there is just nothing to complete then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hookwright.errors import HookwrightError

if TYPE_CHECKING:
    from pathlib import Path

    import click
    from click.shell_completion import CompletionItem

    from hookwright.model.project import Project


def directories(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Folders: the shell finds them."""
    del ctx, param
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


def environments(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The environments of the project; only its ``hookwright.yaml`` is read."""
    del param
    from hookwright.config import read

    file = _project_file(ctx)
    document = read(file)[0] if file else None
    declared = document.value.get("environments") if document and isinstance(document.value, dict) else None
    return _beginning(declared if isinstance(declared, dict) else (), incomplete)


def webhooks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of the project's webhooks."""
    del param
    project = _project(ctx)
    return _beginning(project.webhooks, incomplete) if project else []


def webhooks_and_events(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of the project's webhooks and custom events."""
    del param
    project = _project(ctx)
    return _beginning(dict.fromkeys([*project.webhooks, *project.events]), incomplete) if project else []


def events(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The events that a webhook can subscribe to."""
    del ctx, param
    from hookwright.model.resources import PLATFORM_EVENTS

    return _beginning(PLATFORM_EVENTS, incomplete)


def payloads(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What there are payload contracts of: those events, and what Response nodes give."""
    from hookwright.templates.syntax import WORKFLOW_RESPONSE

    return events(ctx, param, incomplete) + _beginning([WORKFLOW_RESPONSE], incomplete)


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of the rules of ``validate``, with their titles; what begins otherwise is taken for a rule's name."""
    del ctx, param
    from click.shell_completion import CompletionItem

    from hookwright.validate.registry import catalogue

    found = list(catalogue().values())
    ids = [CompletionItem(rule.id, help=rule.title) for rule in found if rule.id.startswith(incomplete.upper())]
    return ids or [CompletionItem(rule.name, help=rule.title) for rule in found if rule.name.startswith(incomplete)]


def schemas(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of the published JSON Schemas."""
    del ctx, param
    from hookwright.validate.schemas import schema_names

    return _beginning(schema_names(), incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _project(ctx: click.Context) -> Project | None:
    from hookwright.config import load

    file = _project_file(ctx)
    try:
        return load(file) if file else None
    except HookwrightError:
        return None


def _project_file(ctx: click.Context) -> Path | None:
    """The ``hookwright.yaml`` that the command would work on, as far as the line says; None where there is none."""
    from hookwright.cli.settings import from_process
    from hookwright.config import find_project

    directory, place = ctx.params.get("directory"), ctx.parent
    while directory is None and place is not None:
        directory, place = place.params.get("directory"), place.parent
    try:
        return find_project(from_process(directory=directory).directory)
    except HookwrightError:
        return None
