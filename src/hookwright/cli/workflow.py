"""What a workflow run on GitHub tells a command, and where a command tells something back.

"Store information in variables" and "Workflow commands for GitHub Actions" of GitHub's documentation.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hookwright.cli.settings import shown_path
from hookwright.errors import LocalError, UsageError

if TYPE_CHECKING:
    from hookwright.api.github.repository import Repository
    from hookwright.cli.settings import Settings
    from hookwright.model.source import Json

R = TypeVar("R", bound="Repository")

_WHICH = "Pass --pr N."


def repository(settings: Settings, name: str | None, max_wait: float) -> Repository:
    """The repository that a command works on; arguments and errors as for :func:`opened`."""
    from hookwright.api.github.repository import Repository

    return opened(Repository, settings, name, max_wait)


def opened(kind: type[R], settings: Settings, name: str | None, max_wait: float) -> R:
    """The repository that a command works on, with the token of the process environment.

    Args:
        kind: what is to be seen of it.
        settings: has the process environment.
        name: ``owner/name``; None for that of the run.
        max_wait: seconds that one call may take.

    Raises:
        UsageError: nothing names a repository.
        ConfigError: the token or an address cannot be used.
    """
    from hookwright.api.github.repository import API_URL

    environ = settings.environ
    named = name or environ.get("GITHUB_REPOSITORY", "")
    if not named:
        raise UsageError(
            "which repository?", hint="Pass --repo OWNER/NAME; in a workflow run GITHUB_REPOSITORY names it."
        )
    return kind(
        named,
        environ.get("GITHUB_TOKEN", ""),
        api_url=environ.get("GITHUB_API_URL") or API_URL,
        graphql_url=environ.get("GITHUB_GRAPHQL_URL", "") if environ.get("GITHUB_API_URL") else "",
        max_wait=max_wait,
    )


def pull_request(settings: Settings) -> int:
    """The number of the pull request that a workflow run is for.

    Raises:
        UsageError: the run is for none, or there is no run.
        LocalError: its event cannot be read.
    """
    path = settings.environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        raise UsageError("which pull request?", hint=_WHICH)
    try:
        event = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise LocalError(f"the event of this run cannot be read: {reason}", hint=_WHICH) from None
    number = _number(event) if isinstance(event, dict) else None
    if number is None:
        name = settings.environ.get("GITHUB_EVENT_NAME") or "this"
        hint = "Pass --pr N. A plan of the Action takes 'comment: true' in runs of pull requests only."
        raise UsageError(f"the event {name} is for no pull request", hint=hint)
    return number


def _number(event: dict[str, Any]) -> int | None:
    """The number in an event: of a pull request, of a comment on one, of the one that another workflow ran for."""
    candidates: list[Any] = [event.get("pull_request")]
    issue, run = event.get("issue"), event.get("workflow_run")
    if isinstance(issue, dict) and issue.get("pull_request"):
        candidates.append(issue)
    if isinstance(run, dict) and isinstance(run.get("pull_requests"), list) and len(run["pull_requests"]) == 1:
        candidates += run["pull_requests"]  # Of several, nothing tells which.
    for candidate in candidates:
        number = candidate.get("number") if isinstance(candidate, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            return number
    return None


def repository_path(settings: Settings, root: Path | None) -> Callable[[Path], str]:
    """How annotations name files: from the root of the repository, where a workflow run says what that is.

    Args:
        settings: has the process environment.
        root: the folder of the project, or None where there is none.
    """
    workspace = settings.environ.get("GITHUB_WORKSPACE", "")
    if not workspace or root is None or not root.absolute().is_relative_to(Path(workspace)):
        return shown_path(root)
    return lambda path: Path(os.path.relpath(path.absolute(), workspace)).as_posix()


def append_summary(settings: Settings, text: str) -> None:
    """Append to the job's summary; nothing where there is none.

    Raises:
        LocalError: it cannot be written.
    """
    _append(settings, "GITHUB_STEP_SUMMARY", f"{text}\n\n")


def set_outputs(settings: Settings, outputs: Mapping[str, Json]) -> None:
    """Set outputs of the step: JSON values on one line, nothing for None; as :func:`set_texts` otherwise."""
    set_texts(settings, {name: "" if value is None else json.dumps(value) for name, value in outputs.items()})


def set_texts(settings: Settings, outputs: Mapping[str, str]) -> None:
    """Set outputs of the step.

    Each stands between delimiters that are made up anew: no value can hold one, and so none can set another output.

    Raises:
        LocalError: the file for them cannot be written.
    """
    lines = []
    for name, text in outputs.items():
        delimiter = f"hookwright_{secrets.token_hex(16)}"
        lines += [f"{name}<<{delimiter}", text, delimiter]
    _append(settings, "GITHUB_OUTPUT", "\n".join([*lines, ""]))


def _append(settings: Settings, variable: str, text: str) -> None:
    path = settings.environ.get(variable, "")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise LocalError(f"the file that {variable} names cannot be written: {error.strerror}") from None


def read_body(file: str, key: str) -> str:
    """The text of a comment or an issue.

    Args:
        file: where it stands; ``-`` is stdin.
        key: the key in its marker, which needs room too.

    Raises:
        LocalError: it cannot be read, is empty or no UTF-8, or is longer than GitHub takes.
    """
    from hookwright.api.github.keeping import marked
    from hookwright.model.github import LARGEST_BODY

    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise LocalError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LocalError(f"{file} is not UTF-8") from None
    if not text.strip():
        raise LocalError(f"{file} is empty", hint="GitHub takes no empty text.")
    length = len(marked(key, text))
    if length > LARGEST_BODY:
        raise LocalError(
            f"{file} has {length:,} characters, its marker included; GitHub takes {LARGEST_BODY:,}",
            hint="The reports that 'plan' and 'drift' write as Markdown keep to 60,000.",
        )
    return text
