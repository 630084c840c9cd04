"""What runs of workflows have kept, and the pull request that a commit came by.

Paths and fields: "REST API endpoints for GitHub Actions artifacts" and "List pull requests associated with a commit" of
GitHub's documentation.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import parse_qsl, urlsplit

from hookwright.api.call import Call
from hookwright.api.fields import Record, WireError
from hookwright.api.github.repository import GitHubCall, Repository
from hookwright.errors import LocalError
from hookwright.model.reviewed import Artifact, PullRequest

if TYPE_CHECKING:
    from hookwright.api.failures import Answer
    from hookwright.model.source import Json

_NEEDS: Final = "'actions: read'"
_PULL_NEEDS: Final = "'pull-requests: read'"
_REDIRECT: Final = 302
_COMPRESSED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What GitHub makes. Of other methods, :mod:`zipfile` unpacks all that it has read, however much was asked for."""


class Artifacts(Repository):
    """A repository, seen for what its workflows have kept; as :class:`Repository` otherwise."""

    understood: ClassVar[frozenset[int]] = Repository.understood | {_REDIRECT}

    def merged_by(self, sha: str) -> PullRequest | None:
        """The pull request whose merge, squash or rebase ended in a commit; None where there is none."""
        path = f"{self._base}/commits/{sha}/pulls"
        found = self._pages(path, {}, lambda value: _merged(value, sha), needs=_PULL_NEEDS)
        return max(filter(None, found), key=lambda one: one.number, default=None)

    def named(self, name: str) -> list[Artifact]:
        """The artifacts of a name, of all runs that there are."""
        path, query = f"{self._base}/actions/artifacts", {"name": name}
        return list(filter(None, self._pages(path, query, _artifact, within="artifacts", needs=_NEEDS)))

    def download(self, artifact: Artifact, largest: int) -> bytes:
        """The one file in an artifact.

        Args:
            artifact: the artifact.
            largest: bytes that the file may have.

        Raises:
            LocalError: it does not hold just one file, or a larger one.
        """
        path = f"{self._base}/actions/artifacts/{artifact.id}/zip"
        location = self._transport.send(GitHubCall("GET", path, needs=_NEEDS), _location)
        return _only_file(self._fetch(location), largest)

    def _fetch(self, location: str) -> bytes:
        """What is at an address that GitHub named: of another host, which is not shown the token."""
        from hookwright.api.github.failures import DownloadFailures
        from hookwright.api.github.repository import CONNECT_TIMEOUT, READ_TIMEOUT
        from hookwright.api.scrub import Scrubber
        from hookwright.api.transport import Transport

        parts = urlsplit(location)
        origin = f"{parts.scheme}://{parts.netloc}"
        transport = Transport(
            origin,
            {"accept-encoding": "identity"},
            # What the address is signed with stands in its query, and that is in no error.
            failures=DownloadFailures(Scrubber([]), "the address", self._clock, origin),
            bucket=self._bucket,
            retry=self._retry,
            clock=self._clock,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
        )
        try:
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            return transport.send(Call("GET", parts.path, query), lambda answer: answer.body)
        finally:
            transport.close()


def _merged(value: Json, sha: str) -> PullRequest | None:
    """A pull request, where its merge made a commit."""
    record = Record(value, "pull request")
    if not record.text("merged_at") or record.text("merge_commit_sha") != sha:
        return None
    return PullRequest(_number(record, "number"), Record(record.mapping("head"), "head").required("sha"))


def _artifact(value: Json) -> Artifact | None:
    """An artifact; None where its run was deleted."""
    record = Record(value, "artifact")
    run = Record(record.mapping("workflow_run"), "workflow_run")
    if run.any("id") is None:
        return None
    return Artifact(
        id=_number(record, "id"),
        run=_number(run, "id"),
        head=run.text("head_sha"),
        expired=record.flag("expired", default=False),
        foreign=run.any("repository_id") is None or run.any("head_repository_id") != run.any("repository_id"),
    )


def _number(record: Record, name: str) -> int:
    value = record.any(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise record.unexpected(name, "no number")
    return value


def _location(answer: Answer) -> str:
    """Where a redirect leads to: over TLS, or to this machine."""
    address = answer.headers.get("location", "")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    local = host in {"localhost", "127.0.0.1", "::1"}
    if answer.status != _REDIRECT or not host or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise WireError("no address of a download")
    return address


def _only_file(archive: bytes, largest: int) -> bytes:
    """The only file in a ZIP archive; its name is nothing to go by.

    Raises:
        LocalError: it is no archive of one file, or the file is larger than it may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            files = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(files) != 1:
                raise LocalError(f"the artifact holds {len(files)} files, and just one is a plan")
            if files[0].compress_type not in _COMPRESSED:
                raise LocalError("the artifact is no ZIP archive as GitHub makes them")
            with opened.open(files[0]) as file:
                content = file.read(largest + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise LocalError("the artifact is no ZIP archive that can be read") from None
    if len(content) > largest:
        raise LocalError(f"the file in the artifact is larger than {largest:,} bytes")
    return content
