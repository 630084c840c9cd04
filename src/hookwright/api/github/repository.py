"""A repository on GitHub: its comments and issues.

Paths, fields and headers: "REST API endpoints for issue comments", "… for issues", "Using pagination in the REST API"
of GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar
from urllib.parse import parse_qsl, urlsplit

from hookwright import __version__
from hookwright.api.bucket import TokenBucket
from hookwright.api.call import Call
from hookwright.api.clock import REAL, Clock
from hookwright.api.fields import Record, WireError, records
from hookwright.api.retry import Retry
from hookwright.api.scrub import Scrubber, bare_url
from hookwright.errors import ConfigError, LocalError, UsageError
from hookwright.model.github import Post

if TYPE_CHECKING:
    import httpx

    from hookwright.api.failures import Answer
    from hookwright.model.source import Json

T = TypeVar("T")

API_URL: Final = "https://api.github.com"
MAX_WAIT: Final = 300.0
"""Seconds that one call may take, waits for rate limits included."""

CONNECT_TIMEOUT: Final = 10.0
READ_TIMEOUT: Final = 30.0
_RATE, _BURST = 10.0, 10
"""Requests per second: GitHub asks for few at once, and this program makes few."""
_PAGE: Final = 100
_MOST_PAGES: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
_NEXT: Final = re.compile(r'<([^<>]*)>\s*;(?:[^,"]|"[^"]*")*?\brel="?next"?')
_COMMENT_NEEDS: Final = "'pull-requests: write'"
_ISSUE_NEEDS: Final = "'issues: write'"


@dataclass(frozen=True, slots=True)
class GitHubCall(Call):
    """A call to GitHub.

    Attributes:
        creates: whether it makes something anew each time it is sent; any other can be sent twice.
        needs: the permission that it takes, for errors.
    """

    creates: bool = False
    needs: str = "'issues: read'"

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does what sending it once does."""
        return not self.creates


class Repository:
    """A repository, seen with a token. A context: its end closes the connections.

    Every call raises :class:`~hookwright.errors.ApiError`.

    Args:
        name: ``owner/name``.
        token: the token.
        api_url: base URL of the API; an Enterprise server's ends in ``/api/v3``.
        graphql_url: URL of its GraphQL API, or empty for the one that belongs to ``api_url``.
        max_wait: seconds that one call may take, waits for rate limits included.
        clock: tells the time and sleeps.
        retry: whether and when to try again; None for as long as ``max_wait`` allows.
        transport: takes the place of the network in tests.
        read_timeout: seconds to wait for each part of an answer.

    Raises:
        UsageError: the name is none.
        ConfigError: the URL or the token cannot be used.
        LocalError: the proxies or certificates that the process environment names cannot be used.
    """

    understood: ClassVar[frozenset[int]] = frozenset({200, 201, 204})
    """The statuses of a success."""

    def __init__(
        self,
        name: str,
        token: str,
        *,
        api_url: str = API_URL,
        graphql_url: str = "",
        max_wait: float = MAX_WAIT,
        clock: Clock = REAL,
        retry: Retry | None = None,
        transport: httpx.BaseTransport | None = None,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        from hookwright.api.github.failures import GitHubFailures
        from hookwright.api.transport import Transport

        if not _NAME.fullmatch(name) or name.rpartition("/")[2] in {".", ".."}:
            raise UsageError(f"{name!r} is no repository", hint="It is written OWNER/NAME.")
        self.name = name
        self._origin, prefix = _address(api_url, "GITHUB_API_URL")
        self._base = f"{prefix}/repos/{name}"
        self._graphql = _graphql_path(self._origin, prefix, graphql_url)
        headers = {
            "authorization": f"Bearer {_checked_token(token)}",
            "accept": "application/vnd.github+json",
            "accept-encoding": "gzip",
            "x-github-api-version": "2022-11-28",
            "user-agent": f"hookwright/{__version__}",
        }
        self._clock = clock
        self._retry = retry or Retry(base=0.5, total=max_wait)
        self._bucket = TokenBucket(_RATE, _BURST, clock)
        self._transport = Transport(
            self._origin,
            headers,
            failures=GitHubFailures(Scrubber([token]), "GITHUB_TOKEN", clock, bare_url(self._origin)),
            bucket=self._bucket,
            retry=self._retry,
            clock=clock,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=read_timeout,
            transport=transport,
            understood=self.understood,
        )

    def __repr__(self) -> str:
        return f"Repository({self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def login(self) -> str:
        """The login that what the token writes is by: a person's, or ``github-actions[bot]``.

        The REST API tells it to people only (``GET /user``); the token of a workflow run learns it from GraphQL.
        """
        call = GitHubCall("POST", self._graphql, body={"query": "query { viewer { login } }"})
        return self._transport.call(call, _login)

    # --- comments

    def comments(self, number: int) -> Iterator[Post]:
        """The comments of an issue or a pull request, oldest first."""
        return self._pages(f"{self._base}/issues/{number}/comments", {}, _comment)

    def create_comment(self, number: int, body: str) -> Post:
        """Comment on an issue or a pull request. Sent again only where it certainly was not processed."""
        path = f"{self._base}/issues/{number}/comments"
        return self._transport.call(
            GitHubCall("POST", path, body={"body": body}, creates=True, needs=_COMMENT_NEEDS), _comment
        )

    def update_comment(self, comment_id: int, body: str) -> Post:
        """Give a comment another text.

        Raises:
            NotFoundError: it is gone.
        """
        path = f"{self._base}/issues/comments/{comment_id}"
        return self._transport.call(GitHubCall("PATCH", path, body={"body": body}, needs=_COMMENT_NEEDS), _comment)

    def delete_comment(self, comment_id: int) -> None:
        """Delete a comment.

        Raises:
            NotFoundError: it is gone.
        """
        path = f"{self._base}/issues/comments/{comment_id}"
        self._transport.send(GitHubCall("DELETE", path, needs=_COMMENT_NEEDS), lambda _: None)

    # --- issues

    def open_issues(self) -> Iterator[Post]:
        """The open issues, newest first; pull requests are not among them."""
        listed = self._pages(
            f"{self._base}/issues", {"state": "open"}, lambda one: (_issue(one), _is_pull_request(one))
        )
        return (issue for issue, is_pull_request in listed if not is_pull_request)

    def create_issue(self, title: str, body: str, labels: tuple[str, ...]) -> Post:
        """Open an issue. Sent again only where it certainly was not processed."""
        fields = {"title": title, "body": body} | ({"labels": list(labels)} if labels else {})
        call = GitHubCall("POST", f"{self._base}/issues", body=fields, creates=True, needs=_ISSUE_NEEDS)
        return self._transport.call(call, _issue)

    def update_issue(self, number: int, fields: Mapping[str, str]) -> Post:
        """Change the named fields of an issue: ``title``, ``body``, ``state``, ``state_reason``."""
        call = GitHubCall("PATCH", f"{self._base}/issues/{number}", body=dict(fields), needs=_ISSUE_NEEDS)
        return self._transport.call(call, _issue)

    def _pages(
        self,
        path: str,
        query: Mapping[str, str],
        read: Callable[[Json], T],
        *,
        within: str = "",
        needs: str = "'issues: read'",
    ) -> Iterator[T]:
        """All entries of a list, page by page as its ``Link`` headers lead on.

        Args:
            path: its path.
            query: what is asked of it.
            read: reads an entry.
            within: the field that holds the list; empty where the answer is the list.
            needs: the permission that it takes, for errors.

        Raises:
            LocalError: the list is longer than can be looked through: what is sought may be further on, and made twice.
        """
        following: GitHubCall | None = GitHubCall("GET", path, {**query, "per_page": str(_PAGE)}, needs=needs)
        for _ in range(_MOST_PAGES):
            if following is None:
                return
            entries, following = self._transport.send(following, lambda answer: self._page(answer, read, within, needs))
            yield from entries
        if following is not None:
            raise LocalError(f"{path} lists more than {_MOST_PAGES * _PAGE:,} entries: too many to look through")

    def _page(
        self, answer: Answer, read: Callable[[Json], T], within: str, needs: str
    ) -> tuple[list[T], GitHubCall | None]:
        """The entries of a page, and the call for the next one."""
        from hookwright.api.transport import json_of

        value = json_of(answer)
        if within:
            value = value.get(within) if isinstance(value, dict) else None
        entries = records(value, read)
        link = _NEXT.search(answer.headers.get("link", ""))
        if link is None:
            return entries, None
        parts = urlsplit(link[1])
        if f"{parts.scheme}://{parts.netloc}" != self._origin:
            raise WireError("the next page is said to be on another host")  # It would get the token.
        return entries, GitHubCall("GET", parts.path, dict(parse_qsl(parts.query)), needs=needs)


def _is_pull_request(value: Json) -> bool:
    return "pull_request" in value


def _login(value: Json) -> str:
    data = value.get("data") if isinstance(value, dict) else None
    viewer = data.get("viewer") if isinstance(data, dict) else None
    return Record(viewer, "viewer").required("login")


def _comment(value: Json) -> Post:
    return _post(Record(value, "comment"), "id")


def _issue(value: Json) -> Post:
    return _post(Record(value, "issue"), "number")


def _post(record: Record, identity: str) -> Post:
    number = record.any(identity)
    if not isinstance(number, int):
        raise record.unexpected(identity, "no number")
    author = record.mapping("user")  # Null where the account is gone.
    return Post(
        id=number,
        author=Record(author, "user").text("login"),
        body=record.text("body", ""),
        url=record.text("html_url", ""),
        title=record.text("title", ""),
    )


def _address(url: str, variable: str) -> tuple[str, str]:
    """Scheme, host and port of a URL, and its path without a slash at the end.

    Raises:
        ConfigError: it is no URL that a token may be sent to.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url or "@" in url:
        raise ConfigError(f"{variable} '{bare_url(url)}' is not a URL", hint=f"It looks like {API_URL}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"}):
        raise ConfigError(f"{variable} is not https: the token would be sent in clear")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def _graphql_path(origin: str, prefix: str, url: str) -> str:
    """The path of the GraphQL API: beside ``/v3`` on an Enterprise server, below the base URL elsewhere.

    Raises:
        ConfigError: it is said to be on another host.
    """
    if not url:
        return f"{prefix.removesuffix('/v3')}/graphql"
    there, path = _address(url, "GITHUB_GRAPHQL_URL")
    if there != origin:
        raise ConfigError("GITHUB_GRAPHQL_URL and GITHUB_API_URL name different hosts", hint="Unset the former.")
    return path


def _checked_token(token: str) -> str:
    """The token.

    Raises:
        ConfigError: there is none, or no HTTP header can carry it.
    """
    if not token:
        raise ConfigError(
            "GITHUB_TOKEN is unset or empty", hint="In a workflow: env: {GITHUB_TOKEN: '${{ github.token }}'}"
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError("GITHUB_TOKEN holds characters that no token has", hint="Is there a line break around it?")
    return token
