"""The inputs of the Action, as its step gets them: process variables ``INPUT_…``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from hookwright.cli.options import EXIT_DIFFERENT
from hookwright.errors import UsageError


class Do(StrEnum):
    """What the Action does."""

    VALIDATE = "validate"
    PLAN = "plan"
    APPLY = "apply"
    DRIFT = "drift"
    TEST = "test"
    ENVIRONMENTS = "environments"


class FailOn(StrEnum):
    """What fails the step."""

    ERROR = "error"
    WARNING = "warning"
    CHANGES = "changes"
    NEVER = "never"


_YES: Final = ("true", "yes", "on", "1")
_NO: Final = ("false", "no", "off", "0", "")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names of environments and artifacts: they are parts of file names and of calls."""

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a step of a workflow asks for.

    Attributes:
        command: what to do.
        environments: names of environments; empty for all, or for those of the shard.
        shard: ``I/N``, or empty for all.
        project: the folder of the project.
        comment: whether a comment on the pull request, or an issue, is kept.
        plan_artifact: name of the artifact with the plan file, or empty.
        fail_on: what fails the step.
        receiver: address of the receiver that is tested, or empty.
    """

    command: Do
    environments: tuple[str, ...] = ()
    shard: str = ""
    project: str = "."
    comment: bool = False
    plan_artifact: str = ""
    fail_on: FailOn = FailOn.ERROR
    receiver: str = ""

    def fails(self, code: int) -> bool:
        """Whether a command that ended with this exit code fails the step."""
        if self.fail_on is FailOn.NEVER:
            return False
        return code not in (0, EXIT_DIFFERENT) or (code == EXIT_DIFFERENT and self.fail_on is FailOn.CHANGES)


def inputs_of(environ: Mapping[str, str]) -> Inputs:
    """The inputs in a process environment.

    Raises:
        UsageError: one cannot be what it is; the message names the input and what it can be.
    """
    given = {name.removeprefix("INPUT_"): value.strip() for name, value in environ.items() if name.startswith("INPUT_")}
    inputs = Inputs(
        command=_one_of(Do, "command", given.get("COMMAND", "")),
        environments=_names(given.get("ENVIRONMENT", "")),
        shard=given.get("SHARD", ""),
        project=given.get("PROJECT") or ".",
        comment=_switch("comment", given.get("COMMENT", "")),
        plan_artifact=given.get("PLAN_ARTIFACT", ""),
        fail_on=_one_of(FailOn, "fail-on", given.get("FAIL_ON") or "error"),
        receiver=given.get("RECEIVER", ""),
    )
    if inputs.plan_artifact and not _NAME.fullmatch(inputs.plan_artifact):
        raise UsageError(
            f"input plan-artifact: {inputs.plan_artifact!r} cannot name an artifact",
            hint="Letters, digits and . _ - as in webhooks-plan-production.",
        )
    if inputs.receiver.startswith("-"):
        raise UsageError(
            f"input receiver: {inputs.receiver!r} is no address", hint="https://hooks.acme.example/refold is one."
        )
    if inputs.shard and inputs.environments:
        raise UsageError("inputs shard and environment exclude each other", hint="Leave one of them empty.")
    return inputs


def _one_of(kind: type[_E], name: str, value: str) -> _E:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(f"input {name}: {value!r} is not one of {', '.join(kind)}") from None


def _switch(name: str, value: str) -> bool:
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise UsageError(f"input {name}: {value!r} is neither true nor false")


def _names(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", value))))
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"input environment: {name!r} cannot name an environment", hint="Separate names by commas."
            )
    return names
