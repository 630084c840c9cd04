"""The server of the delivery benchmark: plain aiohttp, answers 200 to everything.

``GET /`` tells how many requests there were since the last ``DELETE /``, and the seconds from the first to the last.
"""

from __future__ import annotations

import asyncio
import json
import time

from aiohttp import web


class Count:
    """Counts requests, and when the first and the last of them came."""

    def __init__(self) -> None:
        self.number = 0
        self.first = self.last = 0.0

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Count a delivery, or tell."""
        if request.method == "DELETE":
            self.number = 0
        if request.method in {"GET", "DELETE"}:
            return web.Response(body=json.dumps({"number": self.number, "seconds": self.last - self.first}).encode())
        await request.read()
        self.last = time.perf_counter()
        if not self.number:
            self.first = self.last
        self.number += 1
        return web.Response()


async def main() -> None:
    """Serve on a free port, and print its URL."""
    runner = web.ServerRunner(web.Server(Count().handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
