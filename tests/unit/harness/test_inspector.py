"""The inspector's server: whom it answers, and what it tells open pages. What it looks like is tested in a browser."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import aiohttp
import pytest
from yarl import URL

from hookwright.errors import LocalError
from hookwright.harness.filters import Filter
from hookwright.harness.inspector.feed import MOST_PAGES, Feed
from hookwright.harness.inspector.server import Inspector
from hookwright.model.delivery import Summary, Verdict
from hookwright.model.inspection import Inspected, Listing, Query
from tests.unit.harness.test_store import DELIVERY

SUMMARY = Summary("1", DELIVERY.received_at, "POST", "/x", "E", Verdict.VALID, 1, 200, 0.0, 2, "ab")


@dataclass
class Source:
    """One delivery, number 1."""

    asked: list[Query] = field(default_factory=list)
    replays: list[tuple[str, bool]] = field(default_factory=list)

    def listing(self, query: Query) -> Listing:
        self.asked.append(query)
        return Listing(query, [SUMMARY], 1)

    def inspected(self, delivery_id: str) -> Inspected | None:
        if delivery_id != "1":
            return None
        return Inspected(
            SUMMARY, DELIVERY, masked=False, diagnosis=None, verified=True, comparison=None, attempts=[SUMMARY]
        )

    def wanted(self, query: Query) -> Callable[[Summary], bool]:
        return Filter(event=query.event).matches

    async def replay(self, delivery_id: str, *, re_sign: bool) -> bool:
        if delivery_id == "13":
            raise LocalError("the file is gone")
        self.replays.append((delivery_id, re_sign))
        return delivery_id == "1"


class Pages:
    """Pages of a word each."""

    def page(self, listing: Listing, inspected: Inspected | None) -> str:
        return f"one {inspected.summary.id}" if inspected else "list"

    def opening(self) -> str:
        return "opening"

    def problem(self, title: str, message: str) -> str:
        return f"{title}: {message}"

    def asset(self, name: str) -> tuple[bytes, str] | None:
        return (b"x", "text/javascript") if name == "a.js" else None


@dataclass
class Running:
    inspector: Inspector
    source: Source
    session: aiohttp.ClientSession
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/open#")[0]

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"hookwright_{self.origin.rpartition(':')[2]}={self.address.partition('#')[2]}"}

    async def ask(self, path: str, method: str = "GET", data: Any = None, **headers: str) -> tuple[int, str]:
        given = {**self.cookie, "Origin": self.origin, **headers}
        sent = {name: value for name, value in given.items() if value}
        async with self.session.request(
            method, self.origin + path, data=data, headers=sent, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location", "") or await answer.text()


def running(test: Callable[[Running], Awaitable[None]]) -> None:
    """Run a test against an inspector."""

    async def run() -> None:
        source = Source()
        inspector = Inspector(source, Pages())
        address = await inspector.start()
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
                await test(Running(inspector, source, session, address))
        finally:
            await inspector.close()

    asyncio.run(run())


def test_the_token_becomes_a_cookie() -> None:
    async def test(one: Running) -> None:
        token = one.address.partition("#")[2]
        async with one.session.post(f"{one.origin}/session", data=token, headers={"Origin": one.origin}) as answer:
            assert answer.status == 204
            cookie = answer.headers["Set-Cookie"]
        assert cookie == f"{one.cookie['Cookie']}; HttpOnly; Path=/; SameSite=Strict"
        for wrong in ("", token[:-1], token + "x", "\u00e9"):
            assert await one.ask("/session", "POST", wrong) == (403, "")
        assert (await one.ask("/session", "POST", "x" * 10_000))[0] == 413
        assert await one.ask("/open", Cookie="") == (200, "opening")

    running(test)


def test_pages_and_files() -> None:
    async def test(one: Running) -> None:
        assert await one.ask("/") == (200, "list")
        assert await one.ask("/deliveries/1") == (200, "one 1")
        assert (await one.ask("/deliveries/2"))[0] == 404
        assert await one.ask("/static/a.js", Cookie="") == (200, "x")
        assert (await one.ask("/static/b.js"))[0] == 404
        assert (await one.ask("/", Cookie=""))[0] == 403
        assert (await one.ask("/", Host="attacker.example"))[0] == 421
        assert (await one.ask("/", "PUT"))[0] == 405

    running(test)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", Query()),
        ("?event=A+*&path=/x&signature=valid&before=7", Query("A *", "/x", "valid", "7")),
        ("?signature=wrong&before=x", Query()),
        ("?event=%20a%20&event=b", Query("a")),
        (f"?event={'x' * 500}", Query("x" * 200)),
    ],
)
def test_what_is_asked_for(asked: str, expected: Query) -> None:
    async def test(one: Running) -> None:
        await one.ask(f"/{asked}")
        assert one.source.asked == [expected]

    running(test)


def test_replays() -> None:
    async def test(one: Running) -> None:
        path = "/deliveries/1/replay"
        assert await one.ask(f"{path}?event=x", "POST") == (303, "/deliveries/1?event=x&replayed=1")
        assert await one.ask(path, "POST", {"re_sign": "yes"}) == (303, "/deliveries/1?replayed=1")
        assert one.source.replays == [("1", False), ("1", True)]
        assert (await one.ask("/deliveries/2/replay", "POST"))[0] == 404
        assert await one.ask("/deliveries/13/replay", "POST") == (500, "That failed: the file is gone")
        one.source.replays.clear()
        for refused in (
            {"Origin": ""},
            {"Origin": "http://127.0.0.1:1"},
            {"Sec-Fetch-Site": "same-site"},
            {"Cookie": ""},
        ):
            assert (await one.ask(path, "POST", **refused))[0] == 403
        assert one.source.replays == []

    running(test)


async def line(answer: aiohttp.ClientResponse) -> str:
    return (await asyncio.wait_for(answer.content.readuntil(b"\n\n"), 5)).decode()


def test_open_pages_are_told(caplog: pytest.LogCaptureFixture) -> None:
    async def test(one: Running) -> None:
        feed = one.inspector.feed
        made: list[str] = []

        def message(summary: Summary) -> Callable[[], str]:
            def make() -> str:
                made.append(summary.event)
                return summary.event

            return make

        feed.publish(SUMMARY, message(SUMMARY))
        async with one.session.get(f"{one.origin}/events?event=A*", headers=one.cookie) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            assert answer.headers["Content-Security-Policy"]
            assert await line(answer) == "retry: 2000\n\n"
            for event in ("B", "A1", "A2"):
                summary = replace(SUMMARY, event=event)
                feed.publish(summary, message(summary))
            assert [await line(answer), await line(answer)] == ["data: A1\n\n", "data: A2\n\n"]
        assert made == ["A1", "A2"], "nothing is made that nobody hears"
        await asyncio.sleep(0.05)
        feed.publish(replace(SUMMARY, event="A3"), lambda: "x")

    with caplog.at_level(logging.DEBUG, "aiohttp"):
        running(test)


def test_a_page_that_is_behind_hears_of_the_newest_and_costs_no_more() -> None:
    async def run() -> tuple[str, list[str]]:
        feed = Feed()
        stream = feed.stream(lambda _summary: True)
        await anext(stream)
        for number in range(1000):
            feed.publish(SUMMARY, partial(str, number))
        oldest = await anext(stream)
        feed.close()
        return oldest, [message async for message in stream]

    assert asyncio.run(run()) == ("data: 900\n\n", [])


def test_pages_are_bounded_and_leave() -> None:
    async def run() -> None:
        feed = Feed()
        streams = [feed.stream(lambda _summary: True) for _ in range(MOST_PAGES)]
        for stream in streams:
            await anext(stream)
        assert feed.full
        await streams[0].aclose()
        assert not feed.full

    asyncio.run(run())


def test_a_port_that_is_taken() -> None:
    async def test(one: Running) -> None:
        port = int(one.origin.rpartition(":")[2])
        with pytest.raises(LocalError, match=f"the inspector cannot listen on 127.0.0.1 port {port}: address already"):
            await Inspector(one.source, Pages()).start(port)

    running(test)


@pytest.mark.parametrize("charset", ["utf-8", "bogus", "utf-7", "idna"])
def test_bytes_in_any_charset_are_no_token(charset: str) -> None:
    async def test(inspected: Running) -> None:
        kind = {"Content-Type": f"text/plain; charset={charset}"}
        for body in (b"\xff\xfe", b"+2AA-", b""):
            assert (await inspected.ask("/session", "POST", body, **kind))[0] == 403

    running(test)


def test_a_form_that_makes_no_sense_asks_for_a_plain_replay() -> None:
    async def test(inspected: Running) -> None:
        for kind in (
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/x-www-form-urlencoded;charset=x",
        ):
            status, _ = await inspected.ask("/deliveries/1/replay", "POST", b"garbage", **{"Content-Type": kind})
            assert status == 303
        assert inspected.source.replays == [("1", False)] * 3

    running(test)


def test_a_query_cannot_break_out_of_where_a_replay_leads() -> None:
    async def test(inspected: Running) -> None:
        url = URL(f"{inspected.origin}/deliveries/1/replay?event=%0d%0aX-Evil:%201&path=%2F*", encoded=True)
        headers = {**inspected.cookie, "Origin": inspected.origin}
        async with inspected.session.post(url, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
            assert "X-Evil" not in answer.headers
            assert answer.headers["Location"] == "/deliveries/1?event=%0d%0aX-Evil:%201&path=%2F*&replayed=1"

    running(test)
