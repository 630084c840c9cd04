"""``hookwright github``: one comment on a pull request, one issue about drift, both kept current."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from hookwright.cli.action.command import run
from hookwright.cli.options import LazyGroup, Settings, command, option
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.model.github import Kept

GONE: Final = "What is live is what is declared again."
"""Why an issue is closed, where nobody says it in other words."""

_FILE = click.Path(dir_okay=False, allow_dash=True)


@click.group(name="github", cls=LazyGroup, short_help="Keep a comment or an issue on GitHub current.")
def main() -> None:
    """Keep one comment on a pull request, or one issue, current.

    It is found again by a hidden marker that holds its KEY, and only what the token's own account wrote is changed.
    The token comes from GITHUB_TOKEN; in a workflow run GITHUB_REPOSITORY, GITHUB_EVENT_PATH and GITHUB_API_URL say the
    rest.
    """


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both."""
    for add in (
        option(
            "--max-wait",
            type=click.FloatRange(1, 3600),
            default=300.0,
            show_default=True,
            metavar="S",
            help="Seconds that a call may take, waits under rate limits included.",
        ),
        option("--author", metavar="LOGIN", default=None, help="Whose account it is.  [default: asked of GitHub]"),
        option("--repo", metavar="OWNER/NAME", default=None, help="The repository.  [default: GITHUB_REPOSITORY]"),
    ):
        function = add(function)
    return function


@command(name="comment", short_help="Make a comment on a pull request, or bring it up to date.")
@option("--body-file", metavar="FILE", type=_FILE, required=True, help="The text, as Markdown; - is stdin.")
@option("--key", metavar="KEY", default="plan", show_default=True, help="Which comment: one stands for each key.")
@option("--pr", metavar="N", type=click.IntRange(1), default=None, help="The pull request.  [default: of the event]")
@_shared
def comment(
    settings: Settings, body_file: str, key: str, pr: int | None, repo: str | None, author: str | None, max_wait: float
) -> None:
    """Make a comment on a pull request, or bring it up to date.

    The same number of comments stands there after any number of runs: one for each key. Runs at the same time settle on
    the comment that was made first. The token needs the permission 'pull-requests: write'.
    """
    from hookwright.api.clock import REAL
    from hookwright.api.github.keeping import keep_comment
    from hookwright.cli.workflow import pull_request, read_body, repository

    body = read_body(body_file, _checked(key))
    number = pr or pull_request(settings)
    with repository(settings, repo, max_wait) as opened:
        kept = keep_comment(opened, number, key, body, author or opened.login(), REAL)
    _tell(settings, kept)


@command(name="issue", short_help="Open an issue, bring it up to date, or close it.")
@option("--body-file", metavar="FILE", type=_FILE, default=None, help="The text, as Markdown; - is stdin.")
@option("--key", metavar="KEY", required=True, help="Which issue: at most one is open for each key.")
@option("--title", metavar="T", default=None, help="Its title.")
@option("--label", "labels", metavar="L", multiple=True, help="Label of a new issue; may be repeated.")
@option("--close", is_flag=True, help="Close it; the text says why, in a comment.")
@_shared
def issue(
    settings: Settings,
    body_file: str | None,
    key: str,
    title: str | None,
    labels: tuple[str, ...],
    close: bool,
    repo: str | None,
    author: str | None,
    max_wait: float,
) -> None:
    """Open an issue, bring the open one up to date, or close it.

    An issue that was closed is not opened again: what comes back is a new one. Where none is open, --close does
    nothing. The token needs the permission 'issues: write'.
    """
    from hookwright.api.clock import REAL
    from hookwright.api.github.keeping import close_issue, keep_issue
    from hookwright.cli.workflow import read_body, repository
    from hookwright.model.github import LARGEST_TITLE

    _checked(key)
    if not close and (not title or not title.strip() or not body_file):
        raise UsageError("an issue needs --title and --body-file", hint="With --close it needs neither.")
    if len(title or "") > LARGEST_TITLE:
        raise UsageError(f"the title has {len(title or ''):,} characters; GitHub takes {LARGEST_TITLE}")
    body = read_body(body_file, key) if body_file else GONE
    with repository(settings, repo, max_wait) as opened:
        login = author or opened.login()
        if close or title is None:
            kept = close_issue(opened, key, body, login, REAL)
        else:
            kept = keep_issue(opened, key, title.strip(), body, labels, login, REAL)
    _tell(settings, kept)


main.add_command(comment)
main.add_command(issue)
main.add_command(run)


def _checked(key: str) -> str:
    from hookwright.model.github import is_key

    if not is_key(key):
        raise UsageError(
            f"{key!r} cannot be a key",
            hint="A key is of letters and digits with single . _ - / between them, at most 100: drift-production.",
        )
    return key


def _tell(settings: Settings, kept: Kept) -> None:
    from hookwright.report import github_kept

    text = github_kept.to_json(kept) if settings.format == "json" else github_kept.to_text(kept, color=settings.color)
    settings.emit(text)
