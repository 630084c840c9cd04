"""What answers give away, in the forms in which frameworks write it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from aiohttp import web

from hookwright.model.conformance import Verdict
from tests.mutants.benches import prove
from tests.mutants.receivers import KEY, Receiver, RejectedError

DOT_NET = "System.Exception: no\r\n   at Acme.Hook.Handle(String body) in /src/Hook.cs:line 12\r\n   at Acme.Main()"
JAVA = "java.lang.RuntimeException: no\n\tat com.acme.Hook.handle(Hook.java:12)\n"
NODE = "Error: no\n    at handler (/app/server.js:12:9)\n    at node:internal/x:1:2"
PYTHON = '  File "/app/hook.py", line 12, in hook'

TRACES = {
    "Django": f"<pre>{PYTHON.replace(chr(34), '&quot;')}</pre>",
    "Elixir": "** (RuntimeError) no\n    (app 0.1.0) lib/app_web/hook.ex:12: AppWeb.Hook.create/2",
    "Express": "<pre>Error: no<br> &nbsp; &nbsp;at /app/server.js:12:9</pre>",
    "Express on Windows": "<pre>Error: no<br> &nbsp; &nbsp;at handler (C:\\app\\server.js:12:9)</pre>",
    "Go": "goroutine 12 [running]:\nmain.hook()",
    "Java": JAVA,
    "Java in JSON": json.dumps({"trace": JAVA}),
    "Laravel": r'{"message":"no","file":"\/app\/Hook.php","line":12,"trace":[]}',
    ".NET": DOT_NET,
    ".NET in JSON": json.dumps({"detail": DOT_NET}),
    ".NET without symbols": DOT_NET.replace(" in /src/Hook.cs:line 12", ""),
    "Node in JSON": json.dumps({"stack": NODE}),
    "PHP": "Warning: Undefined array key in /app/hook.php on line 12",
    "PHP, not caught": "Uncaught Exception: no in /app/hook.php:12",
    "Python": PYTHON,
    "Python in JSON": json.dumps({"trace": PYTHON}),
    "Rails": json.dumps({"trace": "app/hooks_controller.rb:12:in `create'"}),
    "Tomcat": "<pre>java.lang.RuntimeException: no\n\tcom.acme.Hook.handle(Hook.java:12)</pre>",
    "Webpack": json.dumps({"stack": "Error: no\n    at handler (webpack-internal:///./hook.js:12:9)"}),
}
HARMLESS = (
    "refused at 12:03:04",
    '{"error":"refused\\n at 127.0.0.1:80"}',
    "Cannot POST /hook\n  at 12:30",
    "see https://docs.acme.example/errors:12:3 (or ask)",
)


class _Telling(Receiver):
    """Says something of what it rejects."""

    def __init__(self, tell: Callable[[bytes], str]) -> None:
        super().__init__()
        self.tell = tell

    def verify(self, request: web.BaseRequest, signature: str | None, body: bytes) -> None:
        try:
            super().verify(request, signature, body)
        except RejectedError:
            raise RejectedError(401, self.tell(body)) from None


def _judged(tell: Callable[[bytes], str]) -> tuple[Verdict, str]:
    result = asyncio.run(prove(_Telling(tell), only=["R35"]))["R35"]
    return result.verdict, result.observed


@pytest.mark.parametrize("name", TRACES)
def test_a_stack_trace(name: str) -> None:
    assert _judged(lambda _: TRACES[name]) == (Verdict.FAILED, "a stack trace, in the answer to: 64 zeros")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_stack_trace(text: str) -> None:
    assert _judged(lambda _: text)[0] is Verdict.PASSED


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("end", [b"", b"="])
def test_the_expected_signature_in_base64(encode: Callable[[bytes], bytes], end: bytes) -> None:
    def tell(body: bytes) -> str:
        digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
        return (encode(digest).rstrip(b"=") + end).decode()

    verdict, observed = _judged(tell)
    assert (verdict, "the signature that was expected" in observed) == (Verdict.FAILED, True)
