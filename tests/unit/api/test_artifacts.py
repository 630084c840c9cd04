"""Artifacts and merged pull requests, against a stand-in for GitHub, over a real socket."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from hookwright.api.call import Call
from hookwright.api.clock import REAL
from hookwright.api.failures import Answer
from hookwright.api.github.artifacts import Artifacts
from hookwright.api.github.failures import DownloadFailures
from hookwright.api.retry import Retry
from hookwright.api.scrub import Scrubber
from hookwright.errors import ApiError, AuthError, LocalError
from hookwright.model.reviewed import PullRequest
from tests.ci.platform import Platform
from tests.github_stand_in import TOKEN

HEAD, SHA = "a" * 40, "b" * 40


@pytest.fixture
def github() -> Iterator[Platform]:
    with Platform().serve() as served:
        yield served
        assert served.complaints == []


@pytest.fixture
def seen(github: Platform) -> Iterator[Artifacts]:
    with Artifacts(github.repository, TOKEN, api_url=github.url, retry=Retry(base=0.001, total=1)) as opened:
        yield opened


def test_the_pull_request_that_made_a_commit(github: Platform, seen: Artifacts) -> None:
    github.merged(7, HEAD, SHA)
    github.merged(8, "c" * 40, "d" * 40)
    github.merged(9, SHA, "e" * 40)  # The commit is its head, not its merge.
    github.merged(10, HEAD, SHA, merged=False)
    assert seen.merged_by(SHA) == PullRequest(7, HEAD)
    assert seen.merged_by("f" * 40) is None


def test_artifacts_of_a_name_on_all_pages(github: Platform, seen: Artifacts) -> None:
    github.page_limit = 2
    for run in range(5):
        github.keep("plan-test", run, HEAD, {"plan.json": b"{}"}, fork=run == 1, expired=run == 2)
        github.keep("other", run, HEAD, {"plan.json": b"{}"})
    found = seen.named("plan-test")
    assert [(one.run, one.foreign, one.expired) for one in found] == [
        (4, False, False), (3, False, False), (2, False, True), (1, True, False), (0, False, False),
    ]  # fmt: skip


def test_a_download_is_not_shown_the_token(github: Platform, seen: Artifacts) -> None:
    github.keep("plan-test", 1, HEAD, {"any name.json": b'{"a": 1}'})
    (artifact,) = seen.named("plan-test")
    assert seen.download(artifact, 100) == b'{"a": 1}'
    (headers,) = github.storage.headers
    assert "authorization" not in headers
    assert TOKEN not in str(headers)


def test_a_download_that_fails_does_not_tell_its_signature(github: Platform, seen: Artifacts) -> None:
    github.keep("plan-test", 1, HEAD, {"plan.json": b"{}"})
    (artifact,) = seen.named("plan-test")
    github.storage.blobs.clear()
    with pytest.raises(ApiError) as failed:
        seen.download(artifact, 100)
    assert (failed.value.status, failed.value.hint) == (403, DownloadFailures.not_the_api)
    assert "s3cr3t" not in f"{failed.value} {failed.value.hint} {failed.value.path}"


@pytest.mark.parametrize("status", [302, 404, 503])
def test_what_is_said_of_a_download_is_about_github(status: int) -> None:
    answer = Answer(status, {"location": "https://elsewhere.example/"}, b"<Error>AuthenticationFailed</Error>")
    error = DownloadFailures(Scrubber([]), "", REAL).answered(Call("GET", "/blob/1"), answer).error
    assert error.message == f"GET /blob/1 was answered {status}: {HTTPStatus(status).phrase}"
    assert error.hint == DownloadFailures.not_the_api
    assert "api_url" not in DownloadFailures.not_the_api + DownloadFailures.unreachable


def test_a_host_of_downloads_that_is_out_of_reach(
    github: Platform, seen: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.keep("plan-test", 1, HEAD, {"plan.json": b"{}"})
    (artifact,) = seen.named("plan-test")
    monkeypatch.setattr(github.storage, "url", "http://127.0.0.1:9")
    with pytest.raises(ApiError) as failed:
        seen.download(artifact, 100)
    assert failed.value.hint == DownloadFailures.unreachable


@pytest.mark.parametrize("files", [{}, {"a": b"1", "b": b"2"}])
def test_an_artifact_of_another_kind(github: Platform, seen: Artifacts, files: dict[str, bytes]) -> None:
    github.keep("plan-test", 1, HEAD, files)
    (artifact,) = seen.named("plan-test")
    with pytest.raises(LocalError, match=f"holds {len(files)} files"):
        seen.download(artifact, 100)


def test_a_bomb_is_not_unpacked(github: Platform, seen: Artifacts) -> None:
    github.keep("plan-test", 1, HEAD, {"plan.json": b"0" * 10_000_000})
    (artifact,) = seen.named("plan-test")
    with pytest.raises(LocalError, match="larger than 100,000 bytes"):
        seen.download(artifact, 100_000)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_of_another_method_is_not_touched(github: Platform, seen: Artifacts, method: int) -> None:
    kept = github.keep("plan-test", 1, HEAD, {"plan.json": b"{}"})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as opened:
        opened.writestr("plan.json", b"{}")
    (artifact,) = seen.named("plan-test")
    github.storage.blobs[f"/blob/{kept.id}"] = archive.getvalue()
    with pytest.raises(LocalError, match="no ZIP archive as GitHub makes them"):
        seen.download(artifact, 10_000)


def test_what_is_no_archive(github: Platform, seen: Artifacts) -> None:
    kept = github.keep("plan-test", 1, HEAD, {"plan.json": b"{}"})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("plan.json", b"0" * 1000)
    whole = archive.getvalue()
    (artifact,) = seen.named("plan-test")
    for broken in (b"", b"no archive", whole[:500], whole[:100] + b"X" * 100 + whole[200:]):
        github.storage.blobs[f"/blob/{kept.id}"] = broken
        with pytest.raises(LocalError, match="no ZIP archive"):
            seen.download(artifact, 10_000)


@pytest.mark.parametrize("location", ["", "http://elsewhere.example/x", "ftp://127.0.0.1/x", "//[", "/relative"])
def test_a_redirect_to_nowhere(github: Platform, seen: Artifacts, location: str) -> None:
    github.keep("plan-test", 1, HEAD, {"plan.json": b"{}"})
    (artifact,) = seen.named("plan-test")
    github.fault("/zip", 302, headers={"Location": location}, times=9)
    with pytest.raises(ApiError, match="no address of a download"):
        seen.download(artifact, 100)


def test_the_permission_that_is_missing_is_named(github: Platform, seen: Artifacts) -> None:
    github.denied = {"artifacts", "pulls"}
    for ask, permission in ((lambda: seen.named("x"), "actions: read"), (lambda: seen.merged_by(SHA), "pull-requests")):
        with pytest.raises(AuthError) as denied:
            ask()
        assert permission in denied.value.hint
