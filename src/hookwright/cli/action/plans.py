"""The plan that was reviewed in a pull request, found and brought here after the merge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hookwright.cli.planfiles import LARGEST
from hookwright.errors import LocalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hookwright.cli.settings import Settings
    from hookwright.model.reviewed import Artifact, PullRequest

MAX_WAIT = 120.0
"""Seconds that a call to GitHub may take."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a reviewed plan.

    Attributes:
        file: the plan file; None where there is none.
        pull_request: the pull request; None where the commit came by no merge of one.
        why: why there is no file.
    """

    file: Path | None
    pull_request: PullRequest | None = None
    why: str = ""


def reviewed(settings: Settings, artifact: str, file: Path) -> Found:
    """Find the plan that a run kept for the pull request whose merge is checked out, and write it to a file.

    In a run that was started by hand, the plan is that of an earlier job of the same run. Where it comes from need not
    be trusted: it is sealed with a key made from the API key, and 'apply' makes the plan again and compares.

    Args:
        settings: the process environment of the run.
        artifact: name of the artifact.
        file: where to write the plan.

    Raises:
        UsageError: this is no run of a workflow.
        ApiError: GitHub could not be asked.
        LocalError: the file cannot be written, or the artifact holds no plan file.
    """
    from hookwright.api.github.artifacts import Artifacts
    from hookwright.cli.workflow import opened

    sha, run = settings.environ.get("GITHUB_SHA", ""), settings.environ.get("GITHUB_RUN_ID", "")
    if not sha or not run.isdecimal():
        raise UsageError("plan-artifact needs a run of a workflow", hint="GITHUB_SHA and GITHUB_RUN_ID name it there.")
    with opened(Artifacts, settings, None, MAX_WAIT) as github:
        if settings.environ.get("GITHUB_EVENT_NAME") == "workflow_dispatch":
            merged = None
            kept = [one for one in github.named(artifact) if one.run == int(run)]
            if not kept:
                return Found(None, None, f"this run has kept no plan '{artifact}'")
        else:
            merged = github.merged_by(sha)
            if merged is None:
                return Found(None, None, f"the commit {sha} was made by no merge of a pull request")
            kept = [one for one in github.named(artifact) if one.head == merged.head and not one.foreign]
            if not kept:
                return Found(None, merged, f"no run has kept a plan '{artifact}' for pull request #{merged.number}")
        newest = _newest(kept)
        if newest is None:
            return Found(None, merged, f"the plan '{artifact}' has expired")
        content = github.download(newest, LARGEST)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise LocalError(f"{file} cannot be written: {error.strerror}") from None
    return Found(file, merged)


def _newest(kept: Iterable[Artifact]) -> Artifact | None:
    """The last that was made: a plan made again replaces the one before."""
    return max((one for one in kept if not one.expired), key=lambda one: one.id, default=None)
