"""Declarations that some process variables are missing for: what can still be rendered and sent of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hookwright.cli.project import load_declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hookwright.cli.settings import Settings
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared, Webhook


def load_marked(settings: Settings, environment: str | None = None) -> Declared:
    """What the project declares for an environment, with ``${env.X}`` left standing where X is unset.

    Unlike an empty value, what is left standing shows, and tells which webhook needs which variable.

    Args:
        settings: where to look, and which environment was asked for.
        environment: the environment, where the caller has chosen it already.

    Raises:
        ConfigError: a rule found an error.
        UsageError: there is no such environment.
    """
    project, declared = load_declared(settings, environment=environment, require_env=False)
    return marked(project, declared, settings.environ)


def marked(project: Project, declared: Declared, environ: Mapping[str, str]) -> Declared:
    """A declaration, with ``${env.X}`` left standing where X is unset.

    Args:
        project: the project.
        declared: what it declares for an environment; unset process variables filled in as nothing.
        environ: the process environment that it was made with.
    """
    from hookwright.config import resolve

    if not declared.missing:
        return declared
    standing = {**environ, **{name: _mark(name) for name in declared.missing}}
    found, _ = resolve(project, declared.environment.name, standing)
    return replace(found, environment=declared.environment, missing=declared.missing)


def unset_variables(webhook: Webhook, declared: Declared) -> list[str]:
    """The unset process variables that the webhook's request needs, sorted.

    Args:
        webhook: the webhook, or what is asked about of it.
        declared: what :func:`load_marked` gave.
    """
    if not declared.missing:
        return []
    text = json.dumps([webhook.url, dict(webhook.headers), webhook.body], ensure_ascii=False)
    return [name for name in declared.missing if _mark(name) in text]


def _mark(name: str) -> str:
    return f"${{env.{name}}}"
