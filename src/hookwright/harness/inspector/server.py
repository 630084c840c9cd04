"""Serves the inspector: pages, their live updates, and replays."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Final, Protocol
from urllib.parse import parse_qs

from aiohttp import web

from hookwright.errors import HookwrightError, not_listening
from hookwright.harness.inspector.feed import Feed
from hookwright.harness.inspector.guard import HEADERS, Guard, Refusal
from hookwright.model.delivery import Summary
from hookwright.model.inspection import Inspected, Listing, Query

HOST: Final = "127.0.0.1"
"""The inspector listens here and nowhere else."""

_LARGEST_FORM: Final = 4_096
_LONGEST_ASKED: Final = 200

_LOGGER: Final = logging.getLogger("hookwright.inspector")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False


class Source(Protocol):
    """Where the inspector has its data from; everything it gives is fit to be shown."""

    def listing(self, query: Query) -> Listing:
        """A page of the list."""
        ...

    def inspected(self, delivery_id: str) -> Inspected | None:
        """All of one delivery; None where it is not kept."""
        ...

    def wanted(self, query: Query) -> Callable[[Summary], bool]:
        """Tells which deliveries belong to a list."""
        ...

    async def replay(self, delivery_id: str, *, re_sign: bool) -> bool:
        """Send a delivery once more, and remember how that went; False where it is not kept."""
        ...


class Pages(Protocol):
    """What the inspector looks like: data → HTML, and the files that it needs."""

    def page(self, listing: Listing, inspected: Inspected | None) -> str:
        """The list, and beside it the delivery that was chosen, if any."""
        ...

    def opening(self) -> str:
        """The page that trades the token in the address for a cookie."""
        ...

    def problem(self, title: str, message: str) -> str:
        """A page that says why there is no other."""
        ...

    def asset(self, name: str) -> tuple[bytes, str] | None:
        """A file that the pages need, and its type; None where there is none of that name."""
        ...


class Inspector:
    """A server of its own, beside the receiver's: deliveries come on any path.

    Args:
        source: where the data comes from.
        pages: what it looks like.

    Attributes:
        feed: told of new deliveries by whoever receives them.
    """

    def __init__(self, source: Source, pages: Pages) -> None:
        self.feed = Feed()
        self._source = source
        self._pages = pages
        self._guard = Guard(HOST)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen on the loopback address; gives the address to open, with its token.

        Args:
            port: port; 0 for a free one.

        Raises:
            LocalError: the port cannot be listened on.
        """
        app = web.Application(middlewares=[self._guarded], client_max_size=_LARGEST_FORM, logger=_LOGGER)
        app.router.add_get("/", self._list)
        app.router.add_get("/open", self._open)
        app.router.add_post("/session", self._session)
        app.router.add_get("/events", self._events)
        app.router.add_get(r"/deliveries/{id:\d{1,18}}", self._one)
        app.router.add_post(r"/deliveries/{id:\d{1,18}}/replay", self._replay)
        app.router.add_get("/static/{name}", self._static)
        runner = web.AppRunner(app, handle_signals=False, access_log=None, logger=_LOGGER, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
        except (OSError, OverflowError) as error:
            await runner.cleanup()
            raise not_listening(HOST, port, error, who="the inspector") from error
        self._runner = runner
        self._guard = Guard(f"{HOST}:{runner.addresses[0][1]}")
        return self._guard.address

    async def close(self) -> None:
        """Stop listening."""
        self.feed.close()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        refusal = self._guard.refusal(request)
        response: web.StreamResponse
        if refusal:
            response = self._problem(refusal)
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = self._problem(Refusal(error.status, error.reason, "There is nothing here."))
            except HookwrightError as error:
                response = self._problem(Refusal(500, "That failed", error.message))
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _open(self, _request: web.Request) -> web.Response:
        return _html(self._pages.opening())

    async def _session(self, request: web.Request) -> web.Response:
        response = web.Response(status=204)
        # Bytes that anybody sends: no charset that they name is looked at.
        if not self._guard.admit((await request.read()).decode("ascii", "replace"), response):
            return web.Response(status=403)
        return response

    async def _list(self, request: web.Request) -> web.Response:
        return _html(self._pages.page(self._source.listing(_query(request)), None))

    async def _one(self, request: web.Request) -> web.Response:
        inspected = self._source.inspected(request.match_info["id"])
        if inspected is None:
            gone = "It was never there, or has made room for newer ones."
            return self._problem(Refusal(404, "No such delivery", gone))
        return _html(self._pages.page(self._source.listing(_query(request)), inspected))

    async def _replay(self, request: web.Request) -> web.Response:
        form = parse_qs((await request.read()).decode("ascii", "replace"))
        number = request.match_info["id"]
        if not await self._source.replay(number, re_sign=form.get("re_sign") == ["yes"]):
            raise web.HTTPNotFound
        asked = "&".join(part for part in (request.rel_url.raw_query_string, "replayed=1") if part)
        return web.Response(status=303, headers={"Location": f"/deliveries/{number}?{asked}"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self.feed.full:
            return web.Response(status=503)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        async with aclosing(self.feed.stream(self._source.wanted(_query(request)))) as stream:
            async for message in stream:
                try:
                    await response.write(message.encode("utf-8"))
                except ConnectionError:  # The page was closed.
                    break
        return response

    async def _static(self, request: web.Request) -> web.Response:
        found = self._pages.asset(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found[0], headers={"Content-Type": found[1]})

    def _problem(self, refusal: Refusal) -> web.Response:
        return _html(self._pages.problem(refusal.title, refusal.message), refusal.status)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _query(request: web.BaseRequest) -> Query:
    def asked(name: str) -> str:
        return request.query.get(name, "").strip()[:_LONGEST_ASKED]

    signature = asked("signature")
    before = asked("before")
    return Query(
        event=asked("event"),
        path=asked("path"),
        signature=signature if signature in ("valid", "invalid", "missing") else "",
        before=before if before.isascii() and before.isdecimal() else "",
    )
