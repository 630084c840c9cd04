"""GitHub as workflows see it: the API of ``tests.github_stand_in``, with pull requests, runs and what they keep."""

from __future__ import annotations

import io
import itertools
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.github_stand_in import Answer, Call, GitHub, Refused


@dataclass
class Kept:
    """An artifact."""

    id: int
    name: str
    run: int
    head: str
    content: bytes
    expired: bool = False
    fork: bool = False


@dataclass
class Storage:
    """Where artifacts are downloaded from: another host, that must not see the token."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


class Platform(GitHub):
    """A repository with pull requests and runs of workflows."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.storage = Storage()
        self.kept: list[Kept] = []
        self.merges: list[dict[str, Any]] = []
        self.uploads: list[Path] = []
        self._artifact_ids = itertools.count(501)

    def merged(self, number: int, head: str, sha: str, *, merged: bool = True) -> None:
        """A pull request was merged, with a commit of its own."""
        record = {"number": number, "merged_at": "2026-01-31T12:00:00Z" if merged else None, "merge_commit_sha": sha}
        self.merges.append(record | {"head": {"sha": head, "ref": "any"}})

    def keep(self, name: str, run: int, head: str, files: dict[str, bytes], **more: bool) -> Kept:
        """Keep an artifact, as ``actions/upload-artifact`` does."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
            for file, content in files.items():
                opened.writestr(file, content)
        kept = Kept(next(self._artifact_ids), name, run, head, archive.getvalue(), **more)
        self.kept = [one for one in self.kept if (one.name, one.run) != (name, run)] + [kept]
        self.storage.blobs[f"/blob/{kept.id}"] = kept.content
        return kept

    def answer(self, call: Call) -> Answer:
        base = f"{self.prefix}/repos/{self.repository}"
        if call.method == "GET" and (match := re.fullmatch(rf"{base}/commits/(\w+)/pulls", call.path)):
            self._may("pulls", "pull_requests=read")
            found = [one for one in self.merges if match[1] in (one["merge_commit_sha"], one["head"]["sha"])]
            return self._page(call, found)
        if call.method == "GET" and call.path == f"{base}/actions/artifacts":
            self._may("artifacts", "actions=read")
            found = [_artifact(one) for one in self.kept if one.name == call.query.get("name", one.name)]
            status, headers, page = self._page(call, list(reversed(found)))
            return status, headers, {"total_count": len(found), "artifacts": page}
        if call.method == "GET" and (match := re.fullmatch(rf"{base}/actions/artifacts/(\d+)/zip", call.path)):
            self._may("artifacts", "actions=read")
            kept = next((one for one in self.kept if one.id == int(match[1])), None)
            if kept is None or kept.expired:
                raise Refused(410, "Artifact has expired")
            return 302, {"Location": f"{self.storage.url}/blob/{kept.id}?sig=s3cr3t%2Bsignature%3D"}, {}
        return super().answer(call)

    def _inspect(self, call: Call) -> None:
        if call.path.endswith("/zip"):  # no list
            call = Call(call.method, call.path, {"per_page": "100"}, call.headers, call.body)
        super()._inspect(call)

    @contextmanager
    def serve(self) -> Iterator[Platform]:
        with super().serve(), _serve(self.storage):
            yield self


def _artifact(kept: Kept) -> dict[str, Any]:
    run = {
        "id": kept.run, "repository_id": 1, "head_repository_id": 2 if kept.fork else 1,
        "head_branch": "any", "head_sha": kept.head,
    }  # fmt: skip
    return {
        "id": kept.id, "name": kept.name, "expired": kept.expired, "size_in_bytes": len(kept.content),
        "workflow_run": run,
    }  # fmt: skip


@contextmanager
def _serve(storage: Storage) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            storage.headers.append({name.lower(): value for name, value in self.headers.items()})
            path, _, query = self.path.partition("?")
            found = query == "sig=s3cr3t%2Bsignature%3D" and path in storage.blobs
            content = storage.blobs[path] if found else b"<Error>AuthenticationFailed</Error>"
            self.send_response(200 if found else 403)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - named by http.server
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    storage.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
