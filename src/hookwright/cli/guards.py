"""The options of plan, apply and drift that say what may happen, and to what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli import completing
from hookwright.cli.options import option

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.reconcile.planner import Request


def permits_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--allow-deletes``, ``--allow-empty``, ``--allow-duplicate-url``."""
    for add in (
        option("--allow-duplicate-url", is_flag=True, help="Create beside an unmanaged webhook with the same URL."),
        option("--allow-empty", is_flag=True, help="An empty declaration is meant: everything managed goes."),
        option(
            "--allow-deletes", type=click.IntRange(min=0), metavar="N", help="So many deletes, whatever the policy."
        ),
    ):
        function = add(function)
    return function


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--target`` and ``--exclude``."""
    for long, name, line in (
        ("--exclude", "excludes", "All but this; may be repeated."),
        ("--target", "targets", "Only this; may be repeated."),
    ):
        add = option(
            long, name, multiple=True, metavar="NAME", help=line, shell_complete=completing.webhooks_and_events
        )
        function = add(function)
    return function


def asked(
    settings: Settings,
    commit: str | None,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    permits: dict[str, Any] | None = None,
    **more: Any,
) -> Request:
    """What these options ask for.

    Args:
        settings: tells the time.
        commit: commit of the declaration, or None.
        targets: ``--target``.
        excludes: ``--exclude``.
        permits: the values of :func:`permits_options`.
        more: more for :class:`~hookwright.reconcile.planner.Request`.
    """
    from hookwright.reconcile.guard import Permits
    from hookwright.reconcile.planner import Request

    given = permits or {}
    return Request(
        settings.now(),
        commit,
        permits=Permits(
            deletes=given.get("allow_deletes"),
            empty=bool(given.get("allow_empty")),
            duplicate_url=bool(given.get("allow_duplicate_url")),
        ),
        targets=frozenset(targets),
        excludes=frozenset(excludes),
        **more,
    )
