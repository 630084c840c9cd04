"""Large bodies: a limit that is there but kept too late is told from none."""

from __future__ import annotations

import asyncio

from aiohttp import web

from hookwright.model.conformance import Verdict
from tests.mutants.benches import prove
from tests.mutants.receivers import LARGEST, Receiver, RejectedError


class _Drains(Receiver):
    """Keeps nothing of a body that is too large, but reads it to its end: some parsers do."""

    looks_at_length = False

    async def read(self, request: web.BaseRequest) -> bytes:
        if self.looks_at_length and (request.content_length or 0) > LARGEST:
            raise RejectedError(413)
        body, size = bytearray(), 0
        async for piece in request.content.iter_any():
            size += len(piece)
            body += piece if size <= LARGEST else b""
        if size > LARGEST:
            raise RejectedError(413)
        return bytes(body)


class _LooksFirst(_Drains):
    looks_at_length = True


def test_a_limit_that_is_kept_too_late() -> None:
    result = asyncio.run(prove(_Drains(), only=["R25"]))["R25"]
    assert result.verdict is Verdict.FAILED
    assert result.observed == "32 MiB, forged: 413, but only after all of it was read"
    assert result.hint.startswith("The limit is kept too late. Compare Content-Length with it before")


def test_in_chunks_it_shows_only_while_they_are_read() -> None:
    result = asyncio.run(prove(_LooksFirst(), only=["R25"]))["R25"]
    assert result.verdict is Verdict.PASSED, result.observed
