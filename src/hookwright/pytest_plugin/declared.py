"""The webhooks that the project declares, for tests that name one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hookwright.errors import HookwrightError
from hookwright.pytest_plugin import INI_ENVIRONMENT, INI_PROJECT

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.resources import Declared, Webhook

_IN_TESTS: Final = {
    "-C": f"{INI_PROJECT} in the configuration of pytest",
    "-e": f"{INI_ENVIRONMENT} in the configuration of pytest",
    "--effects": "effects",
    "--i-own-this-host": "i_own_this_host=True",
    "--only": "only",
    "--skip": "skip",
}
"""Options of commands, and what tests have in the place of each."""
_OPTION: Final = re.compile(r"(?<!\S)--?\w[\w-]*")


class DeclaredProject:
    """A project that is read when the first of its webhooks is asked for.

    Args:
        folder: where to look for it, upwards.
        environment: name of the environment; empty for ``test``, or the only one.
    """

    def __init__(self, folder: Path, environment: str) -> None:
        self._folder = folder
        self._environment = environment

    def webhook(self, name: str, event: str | None = None) -> Webhook:
        """A declared webhook; where it has ``${env.X}`` and X is unset, that text stands in its place.

        Args:
            name: name of the webhook.
            event: an event that it is to subscribe to.

        Raises:
            ConfigError: there is no project, or it has errors.
            UsageError: it declares no such webhook, or that does not subscribe to the event.
        """
        from hookwright.cli.samples import choose

        declared, _ = next(choose(self._declared, name, event))
        return declared.webhook

    def settings(self, **variables: str) -> Settings:
        """The settings of a command that works on it, with more process variables than there are."""
        from hookwright.cli.settings import Settings

        named = (self._environment,) if self._environment else ()
        return Settings(self._folder, named, environ={**os.environ, **variables})

    @cached_property
    def _declared(self) -> Declared:
        from hookwright.cli.project import choose_environment, load_project
        from hookwright.cli.unset import load_marked

        settings = self.settings()
        chosen = choose_environment(load_project(settings), settings, preferred="test")
        return load_marked(settings, chosen)


@contextmanager
def readable() -> Iterator[None]:
    """Fail the test with what is wrong and what to do, where hookwright says so, instead of with a traceback."""
    __tracebackhide__ = True
    try:
        yield
    except HookwrightError as error:
        from hookwright.report.errors import to_text

        error.hint = in_tests(error.hint)
        raise pytest.fail.Exception(to_text(error), pytrace=False) from None


def in_tests(text: str) -> str:
    """What is said of options of commands, said of what tests can set."""
    return _OPTION.sub(lambda option: _IN_TESTS.get(option[0], option[0]), text)
