"""Telling another program of a drift."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from hookwright.cli.settings import Settings
from hookwright.errors import ConfigError, HookwrightError


@dataclass(frozen=True, slots=True)
class Notification:
    """Where a drift is told.

    Attributes:
        url: where it goes; perhaps a secret.
        key: signs it.
    """

    url: str = field(repr=False)
    key: str = field(repr=False)

    def send(self, settings: Settings, record: dict[str, Any]) -> None:
        """Tell it. A failure is told on stderr and goes no further: the drift was found all the same."""
        from hookwright.api.notifying import notify

        try:
            notify(self.url, "drift", record, self.key)
        except HookwrightError as error:
            sys.stderr.write(f"warning: nobody was told of the drift: {error.message}\n")
        else:
            settings.say("The drift was told to the URL of --notify.")


def prepare(settings: Settings, url: str, variable: str) -> Notification:
    """Check what a notification needs.

    Raises:
        UsageError: the URL is none that notifications may go to.
        ConfigError: there is no key.
    """
    from hookwright.api.notifying import check_target

    check_target(url)
    key = settings.environ.get(variable, "")
    if not key:
        raise ConfigError(
            f"the process variable {variable} is unset or empty",
            hint="It is to hold the key that notifications are signed with; --notify-key-env names another variable.",
        )
    return Notification(url, key)
