"""Carrying a fault out on a request: resets, silence, and answers that are wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from hookwright.emulator.faults import DEFAULT_TIMEOUT, Rule
from hookwright.emulator.http import answer, failure
from hookwright.emulator.state import CallError

_RESETS: Final = ("refuse", "reset_before", "reset_after")
_HTML: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
_LINGER_RESET: Final = struct.pack("ii", 1, 0)
"""``SO_LINGER`` with no time to linger: closing sends a reset (man 7 socket)."""


async def strike(
    rule: Rule,
    request: web.Request,
    carry_out: Callable[[], Awaitable[web.StreamResponse]],
    *,
    closing: asyncio.Event,
    close_port: Callable[[float], None],
) -> tuple[web.StreamResponse, bool]:
    """Do what a rule says to a call. Delays are real seconds: a client's time is.

    Args:
        rule: the fault.
        request: the call.
        carry_out: carries the call out and gives the true answer.
        closing: set when the server ends; no delay outlives it.
        close_port: closes the port for some seconds.

    Returns:
        The answer, and whether it goes out: the connection is closed where it does not.
    """
    if rule.late:
        await request.read()  # The client may be gone when the call is carried out.
    true = await carry_out() if rule.commit and not rule.late else None
    reset = rule.fault in _RESETS
    if reset:
        if rule.fault == "refuse" and rule.delay:
            close_port(rule.delay)
        _reset(request)
    pause = rule.delay if rule.delay is not None else DEFAULT_TIMEOUT if rule.fault == "timeout" else 0.0
    if pause and (rule.late or not reset):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), pause)
    if rule.late:
        true = await carry_out()
    if reset:
        return web.Response(), False
    if rule.fault == "timeout":
        _reset(request)
        return web.Response(), False
    return _wrong(rule, request, true), True


def _wrong(rule: Rule, request: web.Request, true: web.StreamResponse | None) -> web.Response:
    if rule.fault == "502_html":
        return web.Response(text=_HTML, status=502, content_type="text/html")
    if rule.fault in ("truncated_json", "wrong_shape"):
        text = true.body if isinstance(true, web.Response) and isinstance(true.body, bytes) else b"{}"
        if rule.fault == "truncated_json":
            return web.Response(body=text[: max(1, len(text) // 2)], content_type="application/json")
        value = json.loads(text)
        return answer({"data": value} if isinstance(value, list) else [value])
    return failure(_error(rule), request.path)


def _error(rule: Rule) -> CallError:
    if rule.fault == "429":
        headers = {} if rule.retry_after is None else {"Retry-After": f"{rule.retry_after:g}"}
        return CallError(429, "RATE_LIMIT_EXCEEDED", "Too many requests", headers=headers)
    if rule.fault == "401":
        return CallError(401, "SERVER_ERROR", "Invalid Credentials")
    return CallError(500, "SERVER_ERROR", "Something went wrong")


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is None:
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
    transport.abort()
