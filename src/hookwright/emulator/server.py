"""The HTTP face of the emulator: every request goes through here."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from hookwright.emulator import control, http
from hookwright.emulator.calls import BASE, CALLS, Call
from hookwright.emulator.faulting import strike
from hookwright.emulator.faults import Faults
from hookwright.emulator.platform import Platform
from hookwright.emulator.requestlog import Entry, RequestLog
from hookwright.emulator.state import CallError, identify

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_DISK_FAILED: Final = CallError(500, "SERVER_ERROR", "the emulator's database failed; nothing was changed")


class Server:
    """Serves a platform.

    Args:
        platform: the platform.
        faults: the faults put into it.
        close_port: closes the port for some seconds.
    """

    def __init__(self, platform: Platform, faults: Faults, close_port: Callable[[float], None]) -> None:
        self.closing = asyncio.Event()
        self._platform = platform
        self._faults = faults
        self._close_port = close_port
        self._log = RequestLog()

    def application(self) -> web.Application:
        """The aiohttp application."""
        application = web.Application(middlewares=[self._outermost], client_max_size=http.MAX_BODY)
        application.add_routes(control.Control(self._platform, self._faults, self._log).routes())
        for call in CALLS:
            application.router.add_route(call.method, BASE + _route(call.path), self._handler(call))
        return application

    def _handler(self, call: Call) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            organization = self._platform.authenticate(request.headers.get("x-api-key"))
            self._platform.admit(organization)
            body = await http.read_json(request, multipart=call.multipart) if call.body else None
            return http.answer(
                await self._platform.perform(
                    call.rule,
                    organization,
                    params=request.match_info,
                    query=request.query,
                    headers=request.headers,
                    body=body,
                )
            )

        return handle

    @web.middleware
    async def _outermost(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.path.startswith(control.PREFIX + "/"):
            return await self._answered(request, handler, guarded=True)
        clock = self._platform.clock
        started = clock.now()
        rule = self._faults.hit(request.method, request.path)
        sent = True
        if rule is None:
            response = await self._answered(request, handler)
        else:
            response, sent = await strike(
                rule,
                request,
                lambda: self._answered(request, handler),
                closing=self.closing,
                close_port=self._close_port,
            )
        organization = identify(request.headers.get("x-api-key"))
        self._log.add(
            Entry(
                time=started,
                org_id=organization.id if organization else "",
                method=request.method,
                path=request.raw_path,
                status=response.status if sent else None,
                duration=clock.now() - started,
                fault=rule.fault if rule else "",
            )
        )
        return response

    async def _answered(self, request: web.Request, handler: _Handler, *, guarded: bool = False) -> web.StreamResponse:
        """The answer of a handler, errors in the platform's shape."""
        try:
            if guarded:
                control.guard(request)
            return await handler(request)
        except CallError as error:
            return http.failure(error, request.path)
        except web.HTTPException as error:
            return http.failure(http.from_aiohttp(error), request.path)
        except sqlite3.Error:
            return http.failure(_DISK_FAILED, request.path)


def _route(path: str) -> str:
    """A path as aiohttp's router wants it; a path without variables goes before one with (OpenAPI 3.1, "Paths")."""
    literal = "(?!(?:un)?subscribe$)" if path == "/webhook/{id}" else ""
    return path.replace("}", f":{literal}[^/]+}}")
