"""What the commands on kept deliveries share: the options that choose some, and the file that they are in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli import completing
from hookwright.cli.options import Decorator, option
from hookwright.errors import LocalError, UsageError

if TYPE_CHECKING:
    from hookwright.harness.filters import Filter
    from hookwright.harness.store import DeliveryStore
    from hookwright.model.delivery import Received, Summary

VERDICTS = ("valid", "invalid", "missing")


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--event``, ``--path`` and ``--signature``."""
    options: list[Decorator] = [
        option(
            "--event",
            metavar="E",
            default="",
            help="Only deliveries of this event; '*' stands for anything.",
            shell_complete=completing.events,
        ),
        option("--path", metavar="P", default="", help="Only deliveries to this path; '*' stands for anything."),
        option(
            "--signature",
            type=click.Choice(VERDICTS),
            default=None,
            metavar="VERDICT",
            help="Only what has a 'valid', 'invalid' or 'missing' one.",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def make_filter(event: str, path: str, signature: str | None, *, failed: bool = False) -> Filter:
    """The filter that the options ask for."""
    from hookwright.harness.filters import Filter
    from hookwright.model.delivery import Verdict

    # A path is kept with a character for each of its bytes.
    as_bytes = path.encode("utf-8", "surrogateescape").decode("latin-1")
    return Filter(event, as_bytes, Verdict(signature) if signature else None, failed)


def database_option() -> Decorator:
    """``--db``, of commands that read what ``listen`` has kept."""
    return option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="The file that 'listen --db' keeps deliveries in.",
    )


def open_kept(file: Path) -> DeliveryStore:
    """The deliveries in a file.

    Raises:
        LocalError: it is not there, or cannot be used.
    """
    from hookwright.harness.store import DeliveryStore

    return DeliveryStore(file, create=False)


def summary_of(store: DeliveryStore, delivery_id: str) -> Summary:
    """The kept delivery of that id; the mark that lists show before it may be there.

    Raises:
        UsageError: there is none.
    """
    found = store.summary(delivery_id.removeprefix("#"))
    if found is None:
        raise UsageError(f"no delivery '{delivery_id}' is kept", hint="'hookwright deliveries' lists them.")
    return found


def delivery_of(store: DeliveryStore, summary: Summary) -> Received:
    """All of a kept delivery.

    Raises:
        LocalError: it has made room for newer ones in the meantime.
    """
    found = store.get(summary.id)
    if found is None:
        raise LocalError(f"delivery {summary.id} is no longer kept: it made room for newer ones")
    return found
