"""The client of the delivery benchmark: plain aiohttp, posts one body so many times, so many at once."""

from __future__ import annotations

import asyncio
import sys

import aiohttp

BODY = b'{"run":"6495792b9b6ca6d77a17e513","text":"' + b"x" * 560 + b'"}'
HEADERS = {"Content-Type": "application/json", "x-cobalt-signature": "0" * 64}


async def main(url: str, count: int, at_once: int) -> None:
    """Post, read every answer, and end."""
    left = iter(range(count))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def work() -> None:
            for _ in left:
                async with session.post(url, data=BODY, headers=HEADERS) as answer:
                    await answer.read()

        await asyncio.gather(*(work() for _ in range(at_once)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
