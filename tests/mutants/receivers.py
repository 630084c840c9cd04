"""A right receiver, and one flag for each of the mistakes that receivers make."""

from __future__ import annotations

import asyncio
import codecs
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import web

from hookwright.signing import SIGNATURE_HEADER

KEY = "tk_test_0123456789abcdef"
OLD_KEY = "tk_test_the_key_before"
OTHER_KEY = "pk_live_0123456789abcdef"
LARGEST = 2 * 1024 * 1024
HEX = frozenset("0123456789abcdef")


class RejectedError(Exception):
    """Ends a request with this status and text."""

    def __init__(self, status: int, text: str = "no") -> None:
        super().__init__(text)
        self.status = status
        self.text = text


async def pause() -> None:
    """A while in which other things happen, however late the event loop is."""
    for _ in range(8):
        await asyncio.sleep(0.008)


class Receiver:
    """A receiver with these mistakes; without any it is right."""

    MISTAKES = frozenset(
        {
            "acts-before-it-rejects",
            "acts-on-head",
            "answers-202",
            "asserts-lower-case",
            "believes-the-last-arrival",
            "compares-64-characters",
            "compares-a-half",
            "compares-a-prefix",
            "compares-text",
            "decodes-and-ignores",
            "decodes-as-ascii",
            "decodes-hex",
            "decodes-strictly",
            "decodes-with-replacement",
            "deduplicates-after-a-pause",
            "deduplicates-by-account",
            "deduplicates-by-run",
            "does-everything-twice",
            "drops-the-byte-order-mark",
            "drops-what-it-cannot-queue",
            "expects-a-scheme",
            "expects-an-object",
            "expects-json",
            "fails-on-get",
            "fails-on-old-ones",
            "fails-on-size",
            "fails-on-two-signatures",
            "falls-back-to-an-empty-key",
            "forgets-what-was-not-answered",
            "ignores-the-verdict",
            "knows-five-events",
            "knows-one-key",
            "limits-by-content-length",
            "looks-for-lower-case-name",
            "loses-under-load",
            "notes-before-it-verifies",
            "one-at-a-time",
            "reads-by-length",
            "reads-without-limit",
            "redirects",
            "refuses-unknown-events",
            "refuses-unknown-members",
            "remembers-signatures",
            "remembers-the-last-one-only",
            "reserialises-as-javascript",
            "reserialises-as-python",
            "routes-every-method",
            "shows-a-trace",
            "strips",
            "takes-a-plain-hash",
            "takes-any-algorithm",
            "takes-any-hexadecimal",
            "takes-every-environment",
            "takes-the-word-for-unset",
            "takes-the-first-signature",
            "tells-the-key",
            "tells-the-signature",
            "throws-on-length",
            "verifies-json-only",
            "verifies-what-is-signed-only",
        }
    )

    def __init__(self, *mistakes: str) -> None:
        assert self.MISTAKES.issuperset(mistakes)
        self.mistakes = frozenset(mistakes)
        self.count = 0
        self.connected: set[tuple[str, str]] = set()
        self.newest: dict[tuple[str, str], datetime] = {}
        self.seen: set[tuple[Any, ...]] = set()
        self.signatures: set[str] = set()
        self.noted: set[bytes] = set()
        self.lock = asyncio.Lock()
        self.in_flight = 0

    def has(self, mistake: str) -> bool:
        return mistake in self.mistakes

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/effects":
            return web.json_response({"count": self.count, "connected": len(self.connected)})
        self.in_flight += 1
        try:
            status, text = await self.answer(request), "ok"
        except RejectedError as rejected:
            status, text = rejected.status, rejected.text
        except web.HTTPRequestEntityTooLarge:
            status, text = 413, "too large"
        except ConnectionError:
            status, text = 400, "cut off"
        except (ValueError, TypeError, LookupError, AttributeError, RuntimeError, AssertionError):
            status, text = 500, "internal error"
        finally:
            self.in_flight -= 1
        if status == 301:
            return web.Response(status=301, headers={"Location": request.path + "/"})
        return web.Response(status=status, text=text)

    async def answer(self, request: web.BaseRequest) -> int:
        if self.has("redirects"):
            return 301
        if request.method not in {"POST", "PUT"} and not self.routes_read(request):
            raise RejectedError(405)
        if self.mistakes & {"reads-without-limit", "fails-on-size"}:
            body = await self.body(request)
            signature = self.signature(request)
        else:
            signature = self.signature(request)
            body = await self.body(request)
        known = body in self.noted
        if self.has("notes-before-it-verifies"):
            self.noted.add(body)
        self.verify(request, signature, body)
        if known:
            return 200
        if self.mistakes & {"loses-under-load", "drops-what-it-cannot-queue"}:
            await asyncio.sleep(0.005)
        if self.has("loses-under-load") and self.in_flight > 20:
            raise RejectedError(503)
        payload = self.parse(self.signed_bytes(body) if self.decodes() else body)
        await self.act(request, payload)
        return 202 if self.has("answers-202") else 200

    def routes_read(self, request: web.BaseRequest) -> bool:
        if self.has("fails-on-get"):
            raise RuntimeError("no body")
        if self.has("acts-on-head") and request.method == "HEAD":
            self.count += 1
        return self.has("routes-every-method")

    # --- the signature header

    def signature(self, request: web.BaseRequest) -> str | None:
        if self.has("looks-for-lower-case-name"):
            values = [value.decode("latin-1") for name, value in request.raw_headers if name == b"x-cobalt-signature"]
        else:
            values = request.headers.getall(SIGNATURE_HEADER, [])
        if not values and self.has("verifies-what-is-signed-only"):
            return None
        if len(values) != 1 and not (values and self.has("takes-the-first-signature")):
            if len(values) > 1 and self.has("fails-on-two-signatures"):
                raise RuntimeError("two")
            if not self.has("ignores-the-verdict"):
                raise RejectedError(401)
            return ""
        return self.shaped(values[0])

    def shaped(self, value: str) -> str:
        """The signature as far as its form is looked at before anything is computed."""
        if self.has("throws-on-length") and len(value) != 64:
            raise ValueError("Input buffers must have the same byte length")
        if self.has("decodes-hex"):
            bytes.fromhex(value)
        if self.has("compares-text"):
            hmac.compare_digest(value.encode("latin-1").decode("latin-1"), "0" * 64)
        if self.has("asserts-lower-case") and value != value.lower() and value.isalnum():
            raise AssertionError("lower case")
        if self.has("expects-a-scheme") and "=" in value:
            scheme, digest = value.split("=")
            if scheme != "v1" or not digest:
                raise KeyError(scheme)
        return value

    # --- the body

    async def body(self, request: web.BaseRequest) -> bytes:
        if self.has("one-at-a-time"):
            async with self.lock:
                return await self.read(request)
        return await self.read(request)

    async def read(self, request: web.BaseRequest) -> bytes:
        if self.has("reads-by-length"):
            return await request.read() if "Content-Length" in request.headers else b""
        limit = 1 << 40 if self.has("reads-without-limit") else LARGEST
        if self.has("limits-by-content-length") and "Content-Length" not in request.headers:
            limit = 1 << 40
        body = bytearray()
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > limit:
                raise RejectedError(500 if self.has("fails-on-size") else 413)
        return bytes(body)

    def signed_bytes(self, body: bytes) -> bytes:
        """What it takes the signature to be over."""
        if self.has("reserialises-as-javascript"):
            return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        if self.has("reserialises-as-python"):
            return json.dumps(json.loads(body)).encode()
        if self.has("strips"):
            return body.strip()
        if self.has("decodes-with-replacement"):
            return body.decode("utf-8", "replace").encode()
        if self.has("decodes-and-ignores"):
            return body.decode("utf-8", "ignore").encode()
        if self.has("drops-the-byte-order-mark"):
            return body.removeprefix(codecs.BOM_UTF8)
        if self.has("decodes-as-ascii"):
            return body.decode("ascii", "ignore").encode()
        if self.has("decodes-strictly"):
            return body.decode("utf-8").encode()
        return body

    def decodes(self) -> bool:
        return bool(self.mistakes & {"decodes-with-replacement", "decodes-and-ignores"})

    def verify(self, request: web.BaseRequest, signature: str | None, body: bytes) -> None:
        if signature is None or (self.has("verifies-json-only") and "json" not in request.content_type):
            return
        try:
            signed = self.signed_bytes(body)
        except (json.JSONDecodeError, RecursionError):
            raise RejectedError(400) from None
        except UnicodeDecodeError:
            if self.has("decodes-strictly"):
                raise
            raise RejectedError(400) from None
        valid = any(self.fits(signature, key, signed) for key in self.keys())
        if valid:
            self.signatures.add(signature)
            return
        if self.has("remembers-signatures") and signature in self.signatures:
            return
        if self.has("ignores-the-verdict"):
            return
        expected = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
        if self.has("tells-the-signature"):
            raise RejectedError(401, f"expected {expected}")
        if self.has("tells-the-key"):
            raise RejectedError(401, f"no match with {KEY}")
        if self.has("shows-a-trace"):
            raise RejectedError(401, 'Traceback (most recent call last):\n  File "app.py", line 7, in hook')
        if self.has("acts-before-it-rejects"):
            self.count += 1
        raise RejectedError(401)

    def keys(self) -> list[str]:
        keys = [KEY] if self.has("knows-one-key") else [KEY, OLD_KEY]
        keys += [""] if self.has("falls-back-to-an-empty-key") else []
        keys += ["undefined"] if self.has("takes-the-word-for-unset") else []
        return keys + ([OTHER_KEY] if self.has("takes-every-environment") else [])

    def fits(self, signature: str, key: str, signed: bytes) -> bool:
        expected = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
        if self.has("compares-a-prefix") and signature:
            return expected.startswith(signature)
        if self.has("compares-a-half") and len(signature) == 64 and HEX.issuperset(signature):
            return expected[:32] == signature[:32]
        if self.has("compares-64-characters"):
            signature = signature[:64]
        if self.has("takes-any-algorithm"):
            known = {40: "sha1", 64: "sha256", 128: "sha512"}
            expected = hmac.new(key.encode(), signed, known.get(len(signature), "sha256")).hexdigest()
        if self.has("takes-a-plain-hash") and signature == hashlib.sha256(signed).hexdigest():
            return True
        if self.has("takes-any-hexadecimal"):
            return len(signature) == 64 and HEX.issuperset(signature)
        return hmac.compare_digest(expected.encode(), signature.encode("latin-1", "replace"))

    # --- what is done

    def parse(self, body: bytes) -> dict[str, Any]:
        if self.has("expects-an-object"):
            return dict(json.loads(body.decode("utf-8", "replace") or "null").items())
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            if self.has("expects-json"):
                raise
            raise RejectedError(400) from None
        if not isinstance(payload, dict) or not isinstance(payload.get("event"), str):
            raise RejectedError(400)
        return payload

    def identity(self, payload: dict[str, Any]) -> tuple[Any, ...]:
        if payload["event"].startswith("Connection "):
            account = (payload.get("linked_account_id"), payload.get("slug"))
            if self.has("deduplicates-by-account"):
                return account
            return (*account, payload["event"], payload.get("createdAt"))
        if self.has("deduplicates-by-run"):
            return (payload.get("instance_id"),)
        return payload.get("instance_id"), payload.get("status"), payload["event"]

    async def act(self, request: web.BaseRequest, payload: dict[str, Any]) -> None:
        known = payload["event"].split(" ")[0] in {"Workflow", "Connection"} and "Archived" not in payload["event"]
        if not known and self.has("refuses-unknown-events"):
            raise RejectedError(422)
        if self.has("refuses-unknown-members") and "hookwright_check" in payload:
            raise RejectedError(422)
        if self.has("knows-five-events") and payload["event"] in {"Workflow Stopped", "Workflow Timed Out"}:
            raise RejectedError(404)
        if self.has("fails-on-old-ones") and "createdAt" in payload:
            age = datetime.now(UTC) - parsedate_to_datetime(payload["createdAt"])
            if age > timedelta(days=1):
                raise RuntimeError("too old")
        identity = self.identity(payload)
        if identity in self.seen and not self.has("does-everything-twice"):
            return
        if self.has("deduplicates-after-a-pause"):
            await pause()
        if self.has("remembers-the-last-one-only"):
            self.seen.clear()
        self.seen.add(identity)
        if self.has("forgets-what-was-not-answered"):
            self.count += 1
            self.remember(payload)
            await pause()
            if request.transport is None or request.transport.is_closing():
                self.seen.discard(identity)
            return
        if self.has("drops-what-it-cannot-queue") and self.in_flight > 20:
            return
        self.count += 1
        self.remember(payload)

    def remember(self, payload: dict[str, Any]) -> None:
        account = (str(payload.get("linked_account_id")), str(payload.get("slug")))
        if not payload["event"].startswith("Connection ") or "createdAt" not in payload:
            return
        moment = parsedate_to_datetime(payload["createdAt"])
        if account in self.newest and moment < self.newest[account] and not self.has("believes-the-last-arrival"):
            return
        self.newest[account] = moment
        if payload["event"] == "Connection Created":
            self.connected.add(account)
        elif payload["event"] == "Connection Deleted":
            self.connected.discard(account)


@asynccontextmanager
async def serving(receiver: Receiver, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The receiver on a free port of this machine; gives its base URL."""
    runner = web.ServerRunner(web.Server(receiver.handle, lingering_time=0.2), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        for _ in range(10):
            # A connection that was made just now must be accepted first: asyncio would leave it open otherwise.
            await asyncio.sleep(0.002)
        await runner.cleanup()
